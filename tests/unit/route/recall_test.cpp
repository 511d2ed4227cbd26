// A restored state asks the ministry once what it said meanwhile (gateway.md, "A restored state":
// every application under review and every open licence by /queries).
#include "silent.hpp"

namespace desk {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class Recalls : public testing::Test {
protected:
    Recalls() : forgotten_({}, {}) {
        desk_.submit();
        desk_.acknowledge();
    }
    void start(bool recalls) {
        route_ = std::make_unique<route::Route>(
            route::Parts{*desk_.store, gateway_, mapper_, lists_, catalogue(), seal_, clock_},
            route::Options{{{"acme", {sender}}}, {}, 7, &forgotten_, recalls});
        route_->recover();
        route_->step({});
    }
    std::vector<std::string> questions() const {
        std::vector<std::string> about;
        for (const dispatch::Request& each : gateway_.asked)
            for (const char* name :
                 {"applicationStatus", "process", "customsTransfer", "clearance"})
                if (each.ask == dispatch::Ask::Query &&
                    each.body.find(std::string{"<"} + name) != std::string::npos)
                    about.emplace_back(name);
        return about;
    }
    void answer_all(dispatch::Reach reach, int status) {
        route::Inputs inputs;
        for (const dispatch::Request& each : std::exchange(gateway_.asked, {})) {
            if (each.ask != dispatch::Ask::Query) continue;
            inputs.answered.push_back({});
            inputs.answered.back().answer.request = each;
            inputs.answered.back().answer.reach = reach;
            inputs.answered.back().answer.http_status = status;
        }
        route_->step(std::move(inputs));
    }

    Desk desk_;
    Silent gateway_;
    base::ManualClock clock_{start_};
    static inline const base::Time start_ = desk::start;
    const edi::Lists lists_ = *edi::Lists::load(std::string{PERMITD_SOURCE} + "/config/codes");
    const mapping::Mapper mapper_ =
        *mapping::Mapper::load(std::string{PERMITD_SOURCE} + "/mapping", lists_);
    const base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
    route::Forgotten forgotten_;
    std::unique_ptr<route::Route> route_;
};

TEST_F(Recalls, AskNothingWithoutARestore) {
    start(false);
    EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(Recalls, AskAboutWhatIsUnderReviewOnceAndUntilItIsAnswered) {
    start(true);
    EXPECT_THAT(questions(), UnorderedElementsAre("applicationStatus", "process"));
    answer_all(dispatch::Reach::NotSent, 0);
    EXPECT_THAT(questions(), IsEmpty()) << "asked again at once";
    clock_.advance(std::chrono::minutes{1});
    route_->step({});
    EXPECT_THAT(questions(), SizeIs(2));
    answer_all(dispatch::Reach::Answered, 404);
    clock_.advance(hours{1});
    route_->step({});
    EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(Recalls, AskAboutALicenceThatIsValid) {
    desk_.hear(result(1, review("approved")));
    start(true);
    EXPECT_THAT(questions(), UnorderedElementsAre("customsTransfer", "clearance"));
}

}  // namespace
}  // namespace desk
