// A day of chaos under a manual clock, in one process: files of every kind, a line that fails in
// all ways at changing rates, results twice and shuffled, waits that the ministry asks for, a wall
// clock that is moved to and fro, and stops at random durable steps, of starts too. When all is
// quiet again every promise holds: each file has its outcome, nothing was declared twice, numbers
// have no gap, the store says what the receipts say, and nothing is left to be done (P1 to P5).
//
//   PERMITD_SEED  repeats a day
#include <gmock/gmock.h>

#include <iostream>
#include <regex>

#include "base/log.hpp"
#include "crash/chaos_deeds.hpp"
#include "crash/story.hpp"
#include "crash/verdict.hpp"
#include "dispatch/retry_after.hpp"

namespace crash {
namespace {

using namespace std::chrono_literals;
using journeys::Keeping;
using journeys::Line;
using std::chrono::microseconds;

constexpr microseconds day{24h};
// Licences end on their second day; what the ministry parked for six hours goes on.
constexpr microseconds rest_max{96h};
// Of our wall clock beside the true time.
constexpr microseconds ahead_max{6h};

journeys::Given given(std::uint32_t seed, Keeping keeping) {
    std::vector<std::string> senders{own_uscc};
    for (std::uint32_t i = 1; i <= enterprises_max; ++i) senders.push_back(enterprise_uscc(i));
    journeys::Given out;
    out.scenario = chaos_scenario();
    out.keeping = keeping;
    out.senders.clear();
    for (const Box& each : boxes) out.senders[each.mailbox] = senders;
    out.senders[partner_box.mailbox] = {own_uscc};
    out.proofs = {{"beta", intake::Proof::Marker}, {"gamma", intake::Proof::Digest}};
    out.dialects = {{partner_box.mailbox, partner_dialect}};
    out.fault_seed = seed;
    out.their_clock = journeys::TheirClock::Even;
    return out;
}

std::vector<Box> all_boxes() {
    std::vector<Box> all{std::begin(boxes), std::end(boxes)};
    all.push_back(partner_box);
    return all;
}

class Chaos {
public:
    Chaos(std::uint32_t seed, Keeping keeping)
        : dice_(seed), author_(seed), world_(given(seed, keeping)),
          enterprise_(world_.folder() / "spool", seed, all_boxes()) {
        stop_on_the_wire(world_);
        world_.gateway().tamper = [this](dispatch::Answer& answer) {
            if (answer.http_status == 503) answer.retry_after = wait_asked_for_;
        };
        base::set_durable_step_hook([this](const char* step) { count_down(step); });
        base::set_log_sink([](std::string_view) {});
    }
    ~Chaos() {
        base::set_durable_step_hook(nullptr);
        base::set_log_sink(nullptr);
    }
    Chaos(const Chaos&) = delete;
    Chaos& operator=(const Chaos&) = delete;

    void play_the_day();
    void come_to_rest();
    void pass_verdict();
    void tell();

private:
    std::uint32_t any(std::uint32_t below) { return static_cast<std::uint32_t>(dice_() % below); }
    bool one_in(std::uint32_t count) { return any(count) == 0; }

    void count_down(const char* step);
    void wind_up();
    void go_on(microseconds time);
    void start_again();
    void begin_something();
    void disturb();
    void change_line();
    void change_faults();
    void move_clock();
    bool is_at_rest() const;
    std::string undone() const;
    void look_at_ministry();
    void look_at_store();
    void look_at_applications();

    std::mt19937 dice_;
    ChaosAuthor author_;
    journeys::World world_;
    Enterprise enterprise_;
    bool is_wound_up_ = false;
    std::size_t steps_left_ = 0;
    std::optional<std::chrono::seconds> wait_asked_for_ = 1s;
    microseconds ahead_{0};
    std::map<std::string, std::size_t> stops_;  // by step
    std::size_t moves_ = 0;
    std::size_t line_changes_ = 0;
    std::uint64_t steps_ = 0;
};

void Chaos::count_down(const char* step) {
    ++steps_;
    if (!is_wound_up_ || steps_left_-- > 0) return;
    is_wound_up_ = false;
    ++stops_[step];
    throw Stop{step};
}

// Some soon, so that starts are stopped too.
void Chaos::wind_up() {
    is_wound_up_ = true;
    steps_left_ = one_in(3) ? any(20) : any(1000);
}

void Chaos::go_on(microseconds time) {
    const base::Tick end = world_.clock().tick() + time;
    while (world_.clock().tick() < end) {
        try {
            world_.run(std::chrono::duration_cast<microseconds>(end - world_.clock().tick()));
        } catch (const Stop&) {
            start_again();
        }
    }
    enterprise_.turn();
}

void Chaos::start_again() {
    for (bool started = false; !started;) {
        world_.stop_at_once();
        enterprise_.look();
        wind_up();
        try {
            world_.start();
            started = true;
        } catch (const Stop&) {
            ++stops_["of a start"];
        }
    }
}

void Chaos::begin_something() {
    if (one_in(2))
        enterprise_.begin(author_.next());
    else
        enterprise_.begin(1);
}

void Chaos::change_line() {
    static constexpr Line lines[] = {Line::Up,           Line::Up,      Line::Up,
                                     Line::Up,           Line::Down,    Line::LosesRequests,
                                     Line::LosesAnswers, Line::NotLetIn};
    world_.gateway().line = lines[any(std::size(lines))];
    ++line_changes_;
}

void Chaos::change_faults() {
    const std::uint32_t most = one_in(4) ? 400 : 120;
    const auto rate = [&] { return one_in(3) ? 0 : any(most); };
    sandbox::FaultRates faults{.reset = rate(),
                               .lost_answer = rate(),
                               .half_answer = rate(),
                               .slow = rate(),
                               .unavailable = rate(),
                               .not_let_in = rate() / 8,
                               .commit_late = rate(),
                               .duplicate_result = rate(),
                               .shuffle_results = one_in(2)};
    faults.slow_by = std::chrono::milliseconds{any(120'000)};
    // Within what `commit_lag` allows for.
    faults.commit_late_by = std::chrono::milliseconds{any(4'500)};
    world_.ministry().fail(faults);
    static constexpr std::optional<std::chrono::seconds> waits[] = {
        std::nullopt, 0s, 1s, 90s, 20min, dispatch::retry_after_longest};
    wait_asked_for_ = waits[any(std::size(waits))];
}

void Chaos::move_clock() {
    microseconds by = std::chrono::seconds{any(one_in(2) ? 90 : 7'200)};
    if (one_in(2)) by = -by;
    if (std::chrono::abs(ahead_ + by) > ahead_max) by = -by;
    ahead_ += by;
    world_.clock().jump(by);
    ++moves_;
}

void Chaos::disturb() {
    if (one_in(8)) change_line();
    if (one_in(16)) change_faults();
    if (one_in(20)) move_clock();
}

void Chaos::play_the_day() {
    wind_up();
    change_faults();
    const base::Tick end = world_.clock().tick() + day;
    while (world_.clock().tick() < end && !testing::Test::HasFailure()) {
        disturb();
        begin_something();
        go_on(std::chrono::seconds{1 + any(480)});
    }
}

bool Chaos::is_at_rest() const {
    const edi::Store& store = world_.store();
    return store.deliveries(0, 1).empty() && store.takings(0, 1).empty() && !store.next_due() &&
           store.sending().empty() && store.errands(std::nullopt, 1).empty();
}

// What is known of messages that did not come to their end, for whoever reads a failure.
std::string Chaos::undone() const {
    std::string text;
    const edi::Store& store = world_.store();
    store.each_message([&](const edi::MessageRecord& record) {
        if (record.state == edi::MessageState::Settled ||
            record.state == edi::MessageState::Rejected)
            return true;
        text += record.message_id + ": " + code_of(record.state);
        for (const edi::Subject& each : record.subjects) {
            text += ", " + each.reference + (each.outcome.empty() ? " is open" : " has an outcome");
            if (const auto submission = store.submission(each.key))
                text += " (" + std::string{code_of(submission->state)} + ", attempts " +
                        std::to_string(submission->attempts) + ", last error '" +
                        submission->last_error + "', key " + each.key + ")";
            if (const auto application = store.application({record.sender, each.reference})) {
                text += " of an application " + std::string{code_of(application->state)};
                for (const edi::TrailEntry& entry : application->trail)
                    text += " [" + entry.result_id + "]";
            }
        }
        text += '\n';
        return true;
    });
    store.each_unclaimed([&](const edi::MinistryResult& each) {
        text += each.id + " of " + each.application_no + ", key " + each.key + ", is unclaimed\n";
        return true;
    });
    return text;
}

// Nothing disturbs any more.
void Chaos::come_to_rest() {
    is_wound_up_ = false;
    world_.gateway().line = Line::Up;
    world_.ministry().fail({});
    const base::Tick end = world_.clock().tick() + rest_max;
    while (!enterprise_.is_content() || !is_at_rest()) {
        ASSERT_LT(world_.clock().tick(), end) << enterprise_.missing() << undone();
        go_on(10min);
    }
}

void Chaos::look_at_ministry() {
    const sandbox::Counters& counters = world_.ministry().counters();
    std::uint64_t declared = 0, refused = 0;
    for (const Chain& chain : enterprise_.chains())
        for (const Deed& deed : chain.deeds) {
            declared += deed.declared;
            for (const Heard& each : deed.wanted)
                refused += each.kind == "refused" && each.subject[0] == 'F' ? 1 : 0;
        }
    EXPECT_EQ(counters.applications, declared);
    EXPECT_EQ(counters.refused, refused);
    EXPECT_EQ(counters.references_declared_twice, 0u);
    EXPECT_EQ(counters.references_declared_twice_while_open, 0u);
    EXPECT_EQ(counters.registrations_declared_twice_while_open, 0u);
    EXPECT_EQ(counters.conflicts, 0u) << "the bytes changed under one key";
    EXPECT_EQ(counters.unreadable, 0u);
    for (const char* each : {"reset", "lost-answer", "half-answer", "slow", "503", "401",
                             "commit-late", "duplicate-result"})
        EXPECT_TRUE(counters.faults.contains(each)) << each << " never happened";
    http::Request question;
    question.method = "GET";
    question.target = question.path = "/sandbox/counters";
    const std::string json = world_.ministry().handle(question).response.body;
    EXPECT_THAT(json, testing::HasSubstr("\"waiting\": 0")) << "the cursor is not at the end";
}

// What the store tells of each message is what was heard, receipt by receipt.
void Chaos::look_at_store() {
    const edi::Store& store = world_.store();
    std::map<std::uint64_t, std::string> heard, listed;  // number to kind and message
    for (const auto& [key, told] : enterprise_.told())
        if (told.heard.kind != "duplicate")
            heard[told.number] = told.heard.kind + ' ' + told.heard.message_id;
    store.each_message([&](const edi::MessageRecord& record) {
        const bool ended = record.state == edi::MessageState::Settled ||
                           record.state == edi::MessageState::Rejected;
        EXPECT_TRUE(ended) << record.message_id << " is " << code_of(record.state);
        for (const edi::Subject& each : record.subjects)
            EXPECT_FALSE(each.outcome.empty()) << record.message_id << ' ' << each.reference;
        for (const edi::ReceiptRef& each : record.receipts)
            listed[each.number] = each.kind + ' ' + record.message_id;
        return true;
    });
    EXPECT_EQ(listed, heard);
    EXPECT_EQ(store.counters().receipt_number, enterprise_.told().size());
    for (const auto& [mailbox, count] : store.counters().sequences) {
        const std::string& name = mailbox;
        EXPECT_EQ(count, std::ranges::count_if(enterprise_.told(), [&](const auto& each) {
                      return each.first.first == name;
                  }));
    }
    EXPECT_THAT(store.incomplete(10), testing::IsEmpty());
    EXPECT_THAT(store.batch_runs(), testing::IsEmpty());
    EXPECT_TRUE(std::filesystem::is_empty(world_.folder() / "batches"));
    store.each_unclaimed([](const edi::MinistryResult& each) {
        ADD_FAILURE() << each.id << " is unclaimed";
        return true;
    });
}

// The state of each is what its last receipt says.
void Chaos::look_at_applications() {
    static const std::regex state{R"x(<State code="([A-Z_]+)")x"};
    std::map<std::string, std::pair<std::uint64_t, std::string>> said;  // by reference
    for (const auto& [key, told] : enterprise_.told()) {
        std::smatch found;
        auto& last = said[told.heard.subject];
        if (last.first < told.number && told.heard.kind != "rejected" &&
            std::regex_search(told.bytes, found, state))
            last = {told.number, found[1]};
    }
    std::size_t submitted = 0;
    world_.store().each_application(own_uscc, "", [&](const edi::Application& each) {
        const bool is_draft = each.submission_key.empty();
        const auto wanted = is_draft ? edi::ApplicationState::Draft : end_of(each.reference);
        EXPECT_EQ(code_of(each.state), code_of(wanted)) << each.reference;
        EXPECT_EQ(said[each.reference].second, code_of(each.state)) << each.reference;
        submitted += is_draft ? 0 : 1;
        return true;
    });
    EXPECT_EQ(submitted,
              world_.ministry().counters().applications + world_.ministry().counters().refused);
}

void Chaos::pass_verdict() {
    std::set<std::string> days;
    for (int i = 21; i < 28; ++i) days.insert("2026-11-" + std::to_string(i));
    pass_verdict_on_files(enterprise_, days);
    look_at_ministry();
    look_at_store();
    look_at_applications();
    EXPECT_GT(stops_.size(), 6u);
    EXPECT_GT(moves_, 0u);
}

void Chaos::tell() {
    std::size_t stops = 0;
    for (const auto& [step, times] : stops_) stops += step == "of a start" ? 0 : times;
    const sandbox::Counters& counters = world_.ministry().counters();
    std::uint64_t faults = 0;
    for (const auto& [name, count] : counters.faults) faults += count;
    std::cout << "    " << enterprise_.left().size() << " files, " << enterprise_.told().size()
              << " receipts, " << counters.applications << " applications declared; " << stops
              << " stops of " << steps_ << " steps, " << faults << " faults, " << line_changes_
              << " changes of the line, " << moves_ << " of the clock, " << counters.key_questions
              << " questions by key, " << counters.repeats << " repeats; "
              << enterprise_.appeared_again() << " receipts appeared again" << std::endl;
}

void play(std::uint32_t seed, Keeping keeping) {
    SCOPED_TRACE("PERMITD_SEED=" + std::to_string(seed) + " repeats this");
    std::cout << "    seed " << seed << std::endl;
    Chaos chaos{seed, keeping};
    chaos.play_the_day();
    if (!testing::Test::HasFailure()) chaos.come_to_rest();
    if (!testing::Test::HasFailure()) chaos.pass_verdict();
    chaos.tell();
}

std::uint32_t seed_unless_told(std::uint32_t seed) {
    const char* text = std::getenv("PERMITD_SEED");
    return text ? static_cast<std::uint32_t>(std::stoul(text)) : seed;
}

TEST(Chaos, ADayOfIt) { play(seed_unless_told(1), Keeping::Memory); }

TEST(NightlyChaos, TwentyDaysOfIt) {
    const std::uint32_t first = seed_unless_told(std::random_device{}() % 1'000'000);
    for (std::uint32_t i = 0; i < 20 && !HasFailure(); ++i)
        play(first + i, i % 4 == 0 ? Keeping::RocksDb : Keeping::Memory);
}

}  // namespace
}  // namespace crash
