// Promise: RocksStore and Pending answer as MemoryStore does, whatever is committed in whatever
// order; also after the store was closed and opened again.
#include <gtest/gtest.h>

#include <random>

#include "fixtures.hpp"
#include "store/memory_store.hpp"
#include "store/pending.hpp"
#include "store/rocks_store.hpp"

namespace {

using namespace fixtures;

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}
    int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
    std::string name(const char* prefix, int n) { return prefix + std::to_string(below(n)); }

    edi::Change change() {
        edi::Change c;
        for (int i = below(4); i > 0; --i) add_to(c);
        return c;
    }

private:
    void add_to(edi::Change& c);
    void add_newer_to(edi::Change& c);
    std::string batch(int n) { return "B-" + std::to_string(n) + "-" + std::to_string(begun_[n]); }
    std::mt19937 random_;
    // A batch is not begun anew within the change that ends it (edi/change.hpp).
    std::map<int, int> begun_;
};

void Dice::add_to(edi::Change& c) {
    switch (below(16)) {
        case 0: {
            auto each = below(3) ? message(name("M-", 9), below(50))
                                 : rejected(static_cast<std::uint64_t>(1 + below(9)), below(50));
            if (each.state != edi::MessageState::Rejected)
                each.state = static_cast<edi::MessageState>(below(6));
            c.messages.push_back(each);
            return;
        }
        case 1: {
            auto each = application(name("PO-", 6), below(2) ? name("", 6) : "");
            each.state = static_cast<edi::ApplicationState>(below(8));
            c.applications.push_back(each);
            return;
        }
        case 2: c.applications_gone.push_back({"91110108MA0000015T", name("PO-", 6)}); return;
        case 3: {
            const auto day = "2026-12-" + std::to_string(10 + below(9));
            auto each = licence(name("L-", 6), below(5) ? day : "");
            each.state = static_cast<edi::LicenceState>(below(4));
            each.expiring_told = below(2) == 0;
            c.licences.push_back(each);
            return;
        }
        case 4:
        case 5: {
            const auto state = static_cast<edi::MessageState>(below(7));
            auto each = submission(name("k", 8), state, below(60));
            each.accepted_at = at(below(60));
            each.delayed_told = below(2) == 0;
            c.submissions.push_back(each);
            return;
        }
        case 6:
            c.results.push_back(result(name("r", 8), static_cast<std::uint64_t>(below(400)),
                                       static_cast<edi::ResultState>(below(3)),
                                       below(2) ? name("k", 4) : "", below(2) ? name("", 4) : ""));
            return;
        case 7: c.deliveries.push_back(delivery(static_cast<std::uint64_t>(below(500)))); return;
        case 8: c.deliveries_gone.push_back(static_cast<std::uint64_t>(below(500))); return;
        case 9:
            if (below(2)) {
                c.takings.push_back(taking(static_cast<std::uint64_t>(below(9))));
            } else {
                c.takings_gone.push_back(static_cast<std::uint64_t>(below(9)));
            }
            return;
        case 10:
            c.cursor = name("c", 99);
            c.counters = edi::Counters{static_cast<std::uint64_t>(below(99)), {{name("b", 3), 1}}};
            return;
        default: add_newer_to(c);
    }
}

void Dice::add_newer_to(edi::Change& c) {
    switch (below(5)) {
        case 0: {
            auto each = registration(name("S-", 4));
            each.state = static_cast<edi::RegistrationState>(below(7));
            c.registrations.push_back(each);
            return;
        }
        case 1: c.catalogues.push_back(catalogue(2020 + below(4), name("v", 9))); return;
        case 2:
            if (below(2)) {
                c.errands.push_back(errand(name("M-", 9), below(60)));
            } else {
                c.errands_gone.push_back(named(name("M-", 9)));
            }
            return;
        case 3: {
            const int n = below(3);
            const std::string id = batch(n);
            c.batch_runs.push_back(batch_run(id, static_cast<std::uint64_t>(below(9))));
            c.batch_lines.push_back(batch_lines(id, static_cast<std::uint64_t>(2 * below(300))));
            return;
        }
        default: {
            const int n = below(3);
            c.batches_gone.push_back(named(batch(n)));
            ++begun_[n];
        }
    }
}

template <class Record>
auto visited(auto each) {
    std::vector<Record> found;
    each([&](const Record& record) {
        found.push_back(record);
        return true;
    });
    return found;
}

std::vector<edi::Application> applications(const edi::State& state, const std::string& after) {
    return visited<edi::Application>(
        [&](auto visit) { state.each_application("91110108MA0000015T", after, visit); });
}

std::vector<edi::MessageName> batches() {
    std::vector<edi::MessageName> names;
    for (int n = 0; n < 3; ++n)
        for (int begun = 0; begun < 12; ++begun)
            names.push_back(named("B-" + std::to_string(n) + "-" + std::to_string(begun)));
    return names;
}

void expect_same_state(const edi::State& a, const edi::State& b) {
    for (int i = 0; i < 9; ++i) {
        const std::string n = std::to_string(i);
        const std::string message_key = edi::record_id("91110108MA0000015T", "M-" + n);
        EXPECT_EQ(a.message(message_key), b.message(message_key));
        const auto number = static_cast<std::uint64_t>(i + 1);
        EXPECT_EQ(a.message(edi::record_id(rejected(number))),
                  b.message(edi::record_id(rejected(number))));
        const edi::ApplicationId id{"91110108MA0000015T", "PO-" + n};
        EXPECT_EQ(a.application(id), b.application(id));
        EXPECT_EQ(a.application_by_no(n), b.application_by_no(n)) << n;
        EXPECT_EQ(a.licence("L-" + n), b.licence("L-" + n));
        EXPECT_EQ(a.submission("k" + n), b.submission("k" + n));
        EXPECT_EQ(a.result("r" + n), b.result("r" + n));
        EXPECT_EQ(a.unclaimed("k" + n, ""), b.unclaimed("k" + n, ""));
        EXPECT_EQ(a.unclaimed("", n), b.unclaimed("", n));
        EXPECT_EQ(a.unclaimed("k0", n), b.unclaimed("k0", n));
    }
    for (int i = 0; i < 4; ++i) {
        const std::string n = std::to_string(i);
        EXPECT_EQ(a.registration("S-" + n), b.registration("S-" + n));
        EXPECT_EQ(a.catalogue(2020 + i), b.catalogue(2020 + i));
    }
    for (const char* after : {"", "PO-2"})
        EXPECT_EQ(applications(a, after), applications(b, after));
    for (const edi::MessageName& each : batches()) EXPECT_EQ(a.batch_run(each), b.batch_run(each));
    EXPECT_EQ(a.counters(), b.counters());
    EXPECT_EQ(a.cursor(), b.cursor());
}

void expect_same(const edi::Store& a, const edi::Store& b) {
    expect_same_state(a, b);
    for (const int time : {0, 20, 59}) {
        EXPECT_EQ(a.due(at(time), 99), b.due(at(time), 99));
        EXPECT_EQ(a.unwarned(at(time), 99), b.unwarned(at(time), 99));
    }
    EXPECT_EQ(a.due(at(30), 2), b.due(at(30), 2));
    EXPECT_EQ(a.next_due(), b.next_due());
    EXPECT_EQ(a.sending(), b.sending());
    EXPECT_EQ(a.deliveries(100, 20), b.deliveries(100, 20));
    EXPECT_EQ(a.takings(2, 3), b.takings(2, 3));
    EXPECT_EQ(a.expired_before("2026-12-15", 3), b.expired_before("2026-12-15", 3));
    EXPECT_EQ(a.expiring_until("2026-12-15", 3), b.expiring_until("2026-12-15", 3));
    EXPECT_EQ(a.incomplete(4), b.incomplete(4));
    EXPECT_EQ(a.errands({}, 99), b.errands({}, 99));
    EXPECT_EQ(a.errands(errand("M-4", 30), 3), b.errands(errand("M-4", 30), 3));
    EXPECT_EQ(a.batch_runs(), b.batch_runs());
    for (const edi::MessageName& name : batches())
        EXPECT_EQ(visited<edi::BatchLine>([&](auto visit) { a.each_batch_line(name, visit); }),
                  visited<edi::BatchLine>([&](auto visit) { b.each_batch_line(name, visit); }));
    EXPECT_EQ(a.message_counts(), b.message_counts());
    EXPECT_EQ(a.oldest_messages(), b.oldest_messages());
    EXPECT_EQ(visited<edi::MessageRecord>([&](auto visit) { a.each_message(visit); }),
              visited<edi::MessageRecord>([&](auto visit) { b.each_message(visit); }));
    EXPECT_EQ(visited<edi::MinistryResult>([&](auto visit) { a.each_unclaimed(visit); }),
              visited<edi::MinistryResult>([&](auto visit) { b.each_unclaimed(visit); }));
}

class Model : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Model, testing::Range(1u, 7u));

TEST_P(Model, RandomChangesGiveTheSameStores) {
    const Scratch scratch;
    auto rocks = store::open_rocks_store(scratch.path());
    ASSERT_TRUE(rocks);
    const auto memory = store::make_memory_store();
    store::Pending pending{**rocks};
    store::Pending simple{*memory};
    Dice dice{GetParam()};
    for (int round = 0; round < 60 && !testing::Test::HasFailure(); ++round) {
        for (int i = dice.below(6); i > 0; --i) {
            const auto change = dice.change();
            pending.add(change);
            simple.add(change);
        }
        expect_same_state(pending, simple);
        const auto changes = pending.take();
        const edi::Store& kept = *memory;
        (*rocks)->commit(changes);
        // What Pending showed is what committing makes true.
        memory->commit(changes);
        expect_same_state(simple, kept);
        (void)simple.take();
        expect_same(**rocks, *memory);
        if (round % 20 == 19) {
            rocks->reset();
            auto again = store::open_rocks_store(scratch.path());
            ASSERT_TRUE(again) << again.fault().text;
            *rocks = std::move(*again);
            pending.~Pending();
            new (&pending) store::Pending{**rocks};
            expect_same(**rocks, *memory);
        }
    }
}

// A change appended to another means what the two mean one after the other.
TEST_P(Model, AppendedChangesAreWorthTheSame) {
    const auto apart = store::make_memory_store();
    const auto together = store::make_memory_store();
    Dice dice{GetParam() + 1000};
    for (int round = 0; round < 40 && !testing::Test::HasFailure(); ++round) {
        std::vector<edi::Change> changes;
        edi::Change sum;
        for (int i = 0; i < 5; ++i) {
            changes.push_back(dice.change());
            sum.append(changes.back());
        }
        apart->commit(changes);
        const std::vector<edi::Change> one_change{sum};
        together->commit(one_change);
        expect_same(*apart, *together);
    }
}

}  // namespace
