// Random histories: whatever is said in whatever order and however often, decide is total, every
// change of state is a row of the lifecycle tables, each message has at most one outcome, and the
// ministry's results lead to the same end as in their own order.
#include <algorithm>
#include <random>

#include "edi/lifecycle.hpp"
#include "fixture.hpp"

namespace desk {
namespace {

constexpr unsigned rounds = 200;

// As the route takes a result: what proves an arrival acknowledges it first, and what was waiting
// for its document is placed afterwards.
void take(Desk& desk, const edi::MinistryResult& said) {
    if (const auto open = route::unacknowledged(said, *desk.store))
        desk.apply(route::decide_acknowledged(*open, said.application_no, std::nullopt, *desk.store,
                                              desk.now));
    desk.hear(said);
    for (bool again = true; again;) {
        again = false;
        for (const edi::MinistryResult& each :
             desk.store->unclaimed(said.key, said.application_no)) {
            desk.hear(each);
            again |= desk.store->result(each.id)->state != edi::ResultState::Unclaimed;
        }
    }
}

std::vector<edi::MinistryResult> licensed_life() {
    return {result(1, step()),
            result(2, review("approved")),
            result(3, transfer("SENT")),
            result(4, transfer("RECEIVED")),
            result(5, clearance("D1", "40")),
            result(6, clearance("D2", "20")),
            result(7, clearance("D1", "60", Clears::Nothing)),
            result(8, step())};
}

std::vector<edi::MinistryResult> revised_decision() {
    return {result(1, step()),           result(2, review("approved")),
            result(3, transfer("SENT")), result(4, review("returned")),
            result(5, step()),           result(6, review("disapproved"))};
}

struct End {
    edi::Application application;
    std::optional<edi::Licence> licence;
    std::vector<std::string> kinds;
    std::vector<edi::MinistryResult> unclaimed;
    bool operator==(const End&) const = default;
};

End end_of(const std::vector<edi::MinistryResult>& results) {
    Desk desk;
    desk.submit("k1", "M-1", "multi-batch");
    desk.put(MessageState::Sending);
    for (const edi::MinistryResult& each : results) take(desk, each);
    EXPECT_EQ(desk.record().state, MessageState::Settled);
    End end{desk.application(), desk.store->licence(licence_number), desk.kinds,
            desk.store->unclaimed("k1", number)};
    if (end.licence) std::ranges::sort(end.licence->declarations);
    std::ranges::sort(end.kinds);
    return end;
}

// In any order, some of them again and again.
std::vector<edi::MinistryResult> shuffled(std::vector<edi::MinistryResult> results,
                                          std::mt19937& dice) {
    for (std::size_t i = 0, n = results.size(); i < n; ++i)
        if (dice() % 3 == 0) {
            results.push_back(results[i]);
            if (dice() % 2 == 0) results.back().id += "-again";
        }
    std::ranges::shuffle(results, dice);
    return results;
}

TEST(History, ResultsInAnyOrderLeadToTheSameEnd) {
    const End wanted = end_of(licensed_life());
    EXPECT_EQ(wanted.application.state, edi::ApplicationState::Approved);
    EXPECT_EQ(wanted.application.trail.size(), 8u);
    EXPECT_EQ(wanted.licence->quantity_left, "60");
    EXPECT_THAT(wanted.licence->declarations, testing::ElementsAre("D2"));
    for (unsigned round = 0; round < rounds; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        std::mt19937 dice{round};
        End end = end_of(shuffled(licensed_life(), dice));
        ASSERT_EQ(end.application.trail.size(), 8u) << "each is in the trail once";
        // Which of two with the same number came first is chance.
        for (std::size_t i = 0; i < 8; ++i)
            end.application.trail[i].result_id = wanted.application.trail[i].result_id;
        ASSERT_EQ(end.application, wanted.application);
        ASSERT_EQ(end.licence, wanted.licence);
        ASSERT_EQ(end.kinds, wanted.kinds);
        ASSERT_TRUE(end.unclaimed.empty());
    }
}

// The state follows the highest seq, whichever decision the message had as its outcome.
TEST(History, ARevisedDecisionStandsInAnyOrder) {
    for (unsigned round = 0; round < rounds; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        std::mt19937 dice{round};
        const End end = end_of(shuffled(revised_decision(), dice));
        ASSERT_EQ(end.application.state, edi::ApplicationState::Disapproved);
        ASSERT_EQ(end.application.licence_no, licence_number);
        ASSERT_EQ(end.application.trail.size(), 6u);
        ASSERT_EQ(end.licence->transfer, edi::TransferState::Sent);
        ASSERT_TRUE(end.unclaimed.empty());
    }
}

bool is_row(edi::ApplicationState from, edi::ApplicationState to) {
    return from == to || std::ranges::any_of(edi::application_rows(), [&](const auto& row) {
               return row.from == from && row.to == to;
           });
}

class History {
public:
    explicit History(unsigned seed) : dice_(seed) { submit(); }

    void live_on() {
        const auto before = desk.application().state;
        desk.now += seconds{dice_() % 100'000};
        switch (dice_() % 6) {
            case 0: submit(); break;
            case 1:
            case 2: answer(); break;
            case 3:
            case 4: say(); break;
            case 5: grow_old(); break;
        }
        const auto after = desk.application().state;
        EXPECT_TRUE(is_row(before, after)) << code_of(before) << " to " << code_of(after);
    }
    // Each message has at most one outcome, and is settled exactly when it has it.
    void look() {
        for (unsigned i = 1; i <= submitted_; ++i) {
            const edi::MessageRecord record = desk.record("M-" + std::to_string(i));
            const auto outcomes = std::ranges::count_if(
                record.receipts, [](const auto& each) { return each.stage == "outcome"; });
            ASSERT_LE(outcomes, 1) << record.message_id;
            EXPECT_EQ(record.state == MessageState::Settled, outcomes == 1) << record.message_id;
            EXPECT_EQ(!record.subjects[0].outcome.empty(), outcomes == 1);
        }
        EXPECT_EQ(desk.store->counters().receipt_number, desk.kinds.size());
        EXPECT_EQ(desk.store->counters().sequences["acme"], desk.kinds.size());
    }

    Desk desk;

private:
    std::string any_key() { return "k" + std::to_string(1 + dice_() % submitted_); }

    void submit() {
        const auto known = desk.store->application({sender, "PO-1"});
        const auto from = known ? known->state : edi::ApplicationState::None;
        if (!edi::next(from, edi::ApplicationEvent::Submit)) return;
        ++submitted_;
        desk.submit("k" + std::to_string(submitted_), "M-" + std::to_string(submitted_),
                    dice_() % 2 ? "single-batch" : "multi-batch");
    }

    void answer() {
        const auto submission = desk.store->submission(any_key());
        if (!submission->unsettled()) return;
        const bool posts = submission->state == MessageState::Waiting;
        if (posts) desk.put(MessageState::Sending, submission->key);
        dispatch::Answer said;
        said.request.ask = posts ? dispatch::Ask::Submit : dispatch::Ask::ByKey;
        const auto answer_class = static_cast<edi::AnswerClass>(dice_() % 7);
        if (posts && answer_class == edi::AnswerClass::NotFound) return;
        mapping::Reply reply;
        if (answer_class == edi::AnswerClass::Verdict)
            reply.acknowledgement =
                edi::Acknowledgement{submission->key, number_of(submission->key)};
        desk.apply(route::decide_answer(*desk.store->submission(submission->key), said,
                                        answer_class, reply, *desk.store, patience_, desk.now,
                                        (dice_() % 100) / 100.0));
    }

    void say() {
        const std::string declaration = "D" + std::to_string(dice_() % 3);
        const base::Element bodies[] = {step(),
                                        review("approved"),
                                        review("returned"),
                                        review("disapproved"),
                                        review("nonsense"),
                                        transfer("SENT"),
                                        transfer("nonsense"),
                                        clearance(declaration, "1"),
                                        clearance(declaration, "2", Clears::Nothing),
                                        licence_change("CANCELLED"),
                                        licence_change("nonsense"),
                                        {.name = "New", .text = {}}};
        const std::string key = dice_() % 8 == 0 ? "nobody" : any_key();
        edi::MinistryResult said = result(dice_() % 12, bodies[dice_() % std::size(bodies)], key);
        said.id += "-" + std::to_string(dice_() % 4);
        said.application_no = dice_() % 8 == 0 ? "" : number_of(key);
        take(desk, said);
    }

    void grow_old() {
        const auto submission = desk.store->submission(any_key());
        if (submission->unsettled() && submission->state != MessageState::Sending) {
            if (dice_() % 2)
                desk.apply(route::decide_delayed(*submission, *desk.store));
            else
                desk.apply(
                    route::decide_lifetime_over(*submission, *desk.store, patience_, desk.now));
        }
        if (const auto licence = desk.store->licence(licence_number); licence && dice_() % 4 == 0)
            desk.apply(route::decide_expired(*licence, *desk.store));
    }

    static std::string number_of(const std::string& key) { return number + key; }

    std::mt19937 dice_;
    route::Patience patience_;
    unsigned submitted_ = 0;
};

TEST(History, OfAnyKindKeepsToTheTablesAndToOneOutcomeForEachMessage) {
    std::map<std::string, int> kinds;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        History history{seed};
        for (int i = 0; i < 60; ++i) history.live_on();
        history.look();
        if (testing::Test::HasFailure()) return;
        for (const std::string& each : history.desk.kinds) ++kinds[each];
    }
    for (const char* kind :
         {"submitted", "refused", "delayed", "undeliverable", "approved", "returned", "disapproved",
          "customs-transfer", "clearance", "licence-closed"})
        EXPECT_GT(kinds[kind], 0) << "no history has " << kind;
}

}  // namespace
}  // namespace desk
