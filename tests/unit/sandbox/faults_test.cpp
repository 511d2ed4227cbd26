// Faults on demand, and that the same seed throws the same ones.
#include "sandbox/faults.hpp"

#include <set>

#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using http::Mischief;
using testing::SizeIs;

class Faults : public MinistryTest {
protected:
    void open_with(const std::string& text) {
        const auto rates = sandbox::parse_faults(text);
        ASSERT_TRUE(rates) << rates.fault().text;
        open({}, *rates);
    }
    sandbox::Answer post_one() { return ministry_->handle(post(key(1), application(key(1)))); }
    bool is_known() { return ministry_->counters().declared == 1; }
};

TEST(FaultOption, IsReadStrictly) {
    const auto rates = sandbox::parse_faults("reset=2%,503=0.5%,shuffle-results,401=100%");
    ASSERT_TRUE(rates);
    EXPECT_EQ(rates->reset, 20u);
    EXPECT_EQ(rates->unavailable, 5u);
    EXPECT_EQ(rates->not_let_in, 1000u);
    EXPECT_TRUE(rates->shuffle_results);
    EXPECT_TRUE(sandbox::parse_faults(""));
    for (const char* text : {"reset", "reset=2", "reset=101%", "reset=1.25%", "reset=-1%",
                             "rest=1%", "shuffle-results=1%", "100.1%"})
        EXPECT_FALSE(sandbox::parse_faults(text)) << text;
}

TEST_F(Faults, WhetherTheMessageWasTakenIsAsTheFaultSays) {
    struct Row {
        const char* fault;
        Mischief mischief;
        int status;
        bool taken;
    };
    for (const Row& row :
         {Row{"reset=100%", Mischief::ResetBeforeAnswer, 200, false},
          Row{"lost-answer=100%", Mischief::ResetBeforeAnswer, 202, true},
          Row{"half-answer=100%", Mischief::HalfAnswer, 202, true},
          Row{"503=100%", Mischief::None, 503, false}, Row{"401=100%", Mischief::None, 401, false},
          Row{"slow=100%", Mischief::None, 202, true}}) {
        open_with(row.fault);
        const sandbox::Answer answer = post_one();
        EXPECT_EQ(answer.mischief, row.mischief) << row.fault;
        EXPECT_EQ(answer.response.status, row.status) << row.fault;
        EXPECT_EQ(is_known(), row.taken) << row.fault;
        EXPECT_EQ(answer.delay > 0ms, std::string(row.fault) == "slow=100%");
        EXPECT_EQ(ministry_->counters().faults.size(), 1u);
    }
}

TEST_F(Faults, ALateCommitHappensByItself) {
    open_with("commit-late=100%");
    EXPECT_EQ(post_one().mischief, Mischief::ResetBeforeAnswer);
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/messages/" + key(1))).response.status, 404);
    ASSERT_TRUE(ministry_->next_event());
    clock_.advance(*ministry_->next_event() - clock_.now());
    ministry_->advance();
    EXPECT_TRUE(is_known());
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/messages/" + key(1))).response.status, 200);
}

TEST_F(Faults, DuplicateAndShuffledResultsStillAreTheSameFacts) {
    open_with("duplicate-result=50%,shuffle-results");
    for (int i = 1; i <= 20; ++i) send(i, {.ref = "PO-" + std::to_string(i)});
    const auto all = results();
    std::set<std::string> ids;
    for (const base::Element& result : all) ids.emplace(result.attribute("id"));
    EXPECT_THAT(ids, SizeIs(60));
    EXPECT_GT(all.size(), 60u);
    EXPECT_NE(all.front().attribute("id"), *ids.begin());
    EXPECT_THAT(results(), SizeIs(0));
}

TEST_F(Faults, TheSameSeedThrowsTheSameFaults) {
    std::vector<std::vector<int>> runs;
    for (int run = 0; run < 2; ++run) {
        open_with("reset=10%,503=10%,lost-answer=10%");
        std::vector<int> fates;
        for (int i = 0; i < 200; ++i) {
            const auto answer = ministry_->handle(ask("/mep/v1/status"));
            fates.push_back(answer.response.status * 10 + static_cast<int>(answer.mischief));
        }
        runs.push_back(fates);
    }
    EXPECT_EQ(runs[0], runs[1]);
    EXPECT_GT(std::set<int>(runs[0].begin(), runs[0].end()).size(), 2u);
}

}  // namespace
