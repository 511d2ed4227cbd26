// Stop the daemon before every durable step of a story, start it again on what is left, and look
// whether promises P1 to P4 hold. The steps are those of base::durable_step (sync, link, rename,
// unlink, commit), and two of the wire: a request handed over, and one that arrived but whose
// answer did not come back.
#include <iostream>
#include <random>

#include "crash/promises.hpp"
#include "journeys/edited.hpp"

namespace crash {
namespace {

using journeys::Keeping;
using journeys::own_file;

constexpr const char* ministry = R"(scenario: crash
rules:
  - when: {reference: PO-2026-0003}
    decision: approved
    delay: 700ms
    steps:
      - {office: 地方机电办, name: 初审, actor: 李明, result: 同意上报, after: 300ms}
    transfer: {outcome: received, sent_after: 300ms, received_after: 500ms}
    clearances: [{after: 2s, part: rest}]
  - when: {reference: PO-2026-0004}
    decision: approved
    delay: 1200ms
    transfer: {outcome: received, sent_after: 300ms, received_after: 500ms}
    clearances: [{after: 1s, part: 1/3}, {after: 1s, part: rest}]
  - when: {reference: PO-2026-0006, usage: multi-batch}
    decision: returned
    opinion: 请补充合同附件后重新申报
    steps:
      - {office: 地方机电办, name: 初审, actor: 李明, result: 退回修改, after: 300ms}
  - when: {reference: PO-2026-0006}
    decision: disapproved
    delay: 200ms
  - when: {reference: PO-2026-0008}
    decision: refused
    fault: {code: E2001, field: note, text: 进口申请说明不符合要求}
otherwise: {decision: approved, clearances: [{part: rest}]}
)";

const std::vector<std::string> single_batch{"accepted",         "submitted",        "approved",
                                            "customs-transfer", "customs-transfer", "clearance",
                                            "licence-closed"};
const std::vector<std::string> multi_batch{"accepted",         "submitted",        "approved",
                                           "customs-transfer", "customs-transfer", "clearance",
                                           "clearance",        "licence-closed"};

// One licence for one batch, one for several, one file that is wrong, one that came before.
Story everyday() {
    const std::string first = own_file("samples/valid/03-application-single-machine.xml");
    const std::string second = own_file("samples/valid/04-application-multi-batch.xml");
    const std::string wrong = own_file("samples/invalid/RULE-YEAR.xml");
    return {.scenario = ministry,
            .acts = {{{"acme", "a.xml", first, single_batch},
                      {"beta", "b.xml", second, multi_batch},
                      {"acme", "c.xml", wrong, {"rejected"}},
                      {"acme", "d.xml", first, {"duplicate"}}}},
            .references = {"PO-2026-0003", "PO-2026-0004"},
            .declared = 2};
}

// A draft that is submitted later, an application that is returned and corrected, one refused.
Story corrected() {
    const std::string draft = own_file("samples/valid/05-application-project-save.xml");
    std::string submitted =
        journeys::edited("samples/valid/05-application-project-save.xml",
                         {.message_id = "CRASH-0005", .reference = {}, .texts = {}});
    submitted.replace(submitted.find("\"save\""), 6, "\"submit\"");
    const std::string returned = own_file("samples/valid/06-application-minimal.xml");
    const std::string again = journeys::edited(
        "samples/valid/06-application-minimal.xml",
        {.message_id = "CRASH-0006", .reference = {}, .texts = {{"UsageMode", "single-batch"}}});
    const std::string refused =
        journeys::edited("samples/valid/06-application-minimal.xml",
                         {.message_id = "CRASH-0008", .reference = "PO-2026-0008", .texts = {}});
    return {.scenario = ministry,
            .acts = {{{"acme", "draft.xml", draft, {"done"}},
                      {"acme", "returned.xml", returned, {"accepted", "submitted", "returned"}},
                      {"beta", "refused.xml", refused, {"accepted", "refused"}}},
                     {{"acme", "submitted.xml", submitted, single_batch},
                      {"acme", "again.xml", again, {"accepted", "submitted", "disapproved"}}}},
            .references = {"PO-2026-0005", "PO-2026-0006", "PO-2026-0008"},
            .declared = 3,
            .refused = 1,
            .declared_again = 1};
}

Story over_a_faulty_line() {
    Story story = everyday();
    story.faults.lost_answer = 250;
    story.faults.half_answer = 100;
    story.faults.reset = 100;
    story.faults.unavailable = 100;
    story.faults.commit_late = 100;
    story.faults.duplicate_result = 200;
    story.faults.shuffle_results = true;
    return story;
}

// What is told when nothing stops.
AllTold undisturbed(const Story& story, Keeping keeping) {
    Play play{story, keeping};
    play.go_on();
    Said said;
    look_at_moment(play, said);
    look_at_end(play, said, {});
    EXPECT_EQ(play.world.ministry().counters().faults.empty(), story.faults.lost_answer == 0);
    return told(play.world);
}

// Another third of the steps with each run; the trace of a failure names the step.
std::size_t any_of(std::size_t every) { return std::random_device{}() % every; }

struct Stops {
    std::size_t first = 0;
    std::size_t every = 1;
    // So many steps into the recovery it stops once more; nothing: it does not.
    std::optional<std::size_t> again = {};
};

// One story, stopped at one step. False when it ended before that step.
bool play_stopped(const Story& story, Keeping keeping, std::size_t step,
                  std::optional<std::size_t> again, const AllTold& wanted,
                  std::map<std::string, int>& seen) {
    Play play{story, keeping};
    Said said;
    const auto stop = stopped_before(step, [&] { play.go_on(); });
    if (!stop) return false;
    SCOPED_TRACE("stopped before step " + std::to_string(step) + " (" + *stop + ")");
    ++seen[*stop];
    play.stop();
    if (again) {
        const auto second = stopped_before(*again, [&] {
            play.world.start();
            play.go_on();
        });
        if (second) play.stop();
        if (second) ++seen["again " + *second];
        if (!second) play.stop();
    }
    play.world.start();
    look_at_moment(play, said);
    play.go_on();
    look_at_moment(play, said);
    look_at_end(play, said, wanted);
    return true;
}

void stop_everywhere(const Story& story, Keeping keeping, Stops stops) {
    // Over a faulty line the same is told as over a good one.
    Story well = story;
    well.faults = {};
    const AllTold wanted = undisturbed(well, keeping);
    std::map<std::string, int> seen;
    std::size_t count = 0;
    for (std::size_t step = stops.first;; step += stops.every, ++count) {
        std::optional<std::size_t> again;
        if (stops.again) again = (step * 7) % *stops.again;
        if (!play_stopped(story, keeping, step, again, wanted, seen)) break;
        if (testing::Test::HasFailure()) return;
    }
    for (const char* step :
         {"commit", "link", "sync", "syncfs", "rename", "unlink", "hand over", "arrive"})
        if (stops.every == 1) {
            EXPECT_GT(seen[step], 0) << "it was never stopped before: " << step;
        }
    EXPECT_GT(count, 20u) << "the story was over too soon";
    for (const auto& [step, times] : seen) std::cout << "    " << step << ": " << times << '\n';
    testing::Test::RecordProperty("stops", static_cast<int>(count));
}

TEST(EveryStep, Everyday) { stop_everywhere(everyday(), Keeping::Memory, {}); }
TEST(EveryStep, Corrected) { stop_everywhere(corrected(), Keeping::Memory, {}); }
TEST(EveryStep, AndOnceMoreWhileItRecovers) {
    stop_everywhere(everyday(), Keeping::Memory, {.again = 13});
}
TEST(EveryStep, OverAFaultyLine) { stop_everywhere(over_a_faulty_line(), Keeping::Memory, {}); }
TEST(EveryStep, EverydayOnDisk) {
    stop_everywhere(everyday(), Keeping::RocksDb, {.first = any_of(3), .every = 3});
}
TEST(EveryStep, CorrectedOnDisk) {
    stop_everywhere(corrected(), Keeping::RocksDb, {.first = any_of(3), .every = 3, .again = 11});
}

}  // namespace
}  // namespace crash
