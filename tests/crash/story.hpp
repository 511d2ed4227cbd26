// Story: what enterprises drop and what they must hear of it; Play: a story on a World that may be
// stopped at any durable step and goes on from there.
#pragma once

#include <gtest/gtest.h>

#include "base/files.hpp"
#include "journeys/world.hpp"

namespace crash {

// Thrown out of the middle of whatever is going on; no one catches it but the test.
struct Stop {
    std::string step;
};

// The n-th durable step from now on (counted from 0) and everything after it does not happen.
class StopBefore {
public:
    explicit StopBefore(std::size_t step) {
        base::set_durable_step_hook([left = step](const char* name) mutable {
            if (left-- == 0) throw Stop{name};
        });
    }
    ~StopBefore() { base::set_durable_step_hook(nullptr); }
    StopBefore(const StopBefore&) = delete;
    StopBefore& operator=(const StopBefore&) = delete;
};

// The name of the step before which it stopped; nothing when it came to its end before.
template <class Act>
std::optional<std::string> stopped_before(std::size_t step, Act act) {
    const StopBefore armed{step};
    try {
        act();
    } catch (const Stop& stop) {
        return stop.step;
    }
    return std::nullopt;
}

// P3, P4: what leaves, leaves after the commit that makes it known.
inline void look_at_intent(const edi::Store& store, const dispatch::Request& request) {
    if (request.ask == dispatch::Ask::Results) {
        EXPECT_EQ(request.cursor, store.cursor()) << "confirms what is not committed";
    }
    if (request.ask != dispatch::Ask::Submit) return;
    const auto submission = store.submission(request.key);
    ASSERT_TRUE(submission) << "sent without a submission";
    EXPECT_EQ(submission->state, edi::MessageState::Sending) << "sent before its intent";
    EXPECT_EQ(submission->attempts, request.attempt);
    if (edi::bears_secret(submission->kind)) {
        EXPECT_NE(submission->request, request.body) << "a password is kept in clear";
        EXPECT_FALSE(submission->request.empty());
    } else {
        EXPECT_EQ(submission->request, request.body);
    }
}

// The two steps of the wire: a request is handed over, and one arrived.
inline void stop_on_the_wire(journeys::World& world) {
    world.gateway().handed_over = [&world](const dispatch::Request& request) {
        look_at_intent(world.store(), request);
        base::durable_step("hand over");
    };
    world.gateway().arrived = [](const dispatch::Request&) { base::durable_step("arrive"); };
}

struct Drop {
    std::string mailbox;
    std::string file;
    std::string bytes;
    std::vector<std::string>
        kinds;  // of the receipts that answer it, in the order of their numbers
};

struct Story {
    std::string scenario;
    std::vector<std::vector<Drop>> acts;  // the next begins when the one before has come to rest
    std::vector<std::string> references;
    std::uint64_t declared = 0;        // applications that the ministry must have taken in
    std::uint64_t refused = 0;         // and not taken in
    std::uint64_t declared_again = 0;  // of the former: after they were returned
    sandbox::FaultRates faults = {};
};

inline constexpr const char* sender = "91110108MA0000015T";

class Play {
public:
    Play(const Story& story, journeys::Keeping keeping)
        : story_(story), world({.scenario = story.scenario,
                                .keeping = keeping,
                                .senders = {{"acme", {sender}}, {"beta", {sender}}},
                                .faults = story.faults}) {
        stop_on_the_wire(world);
    }

    // From where it stopped to its end.
    void go_on() {
        for (; act_ < story_.acts.size(); ++act_, dropped_ = false) {
            if (!dropped_)
                for (const Drop& each : story_.acts[act_])
                    world.drop(each.mailbox, each.file, each.bytes);
            dropped_ = true;
            come_to_rest();
        }
    }
    void stop() { world.stop_at_once(); }

    std::vector<Drop> dropped() const {
        std::vector<Drop> out;
        for (std::size_t i = 0; i < story_.acts.size() && (i < act_ || (i == act_ && dropped_));
             ++i)
            out.insert(out.end(), story_.acts[i].begin(), story_.acts[i].end());
        return out;
    }
    // The ministry has nothing more to say and permitd nothing more to tell.
    bool at_rest() {
        const sandbox::Counters& counters = world.ministry().counters();
        return world.store().deliveries(0, 1).empty() && world.store().takings(0, 1).empty() &&
               !world.store().next_due() && world.store().sending().empty() &&
               !world.ministry().next_event() && outboxes_are_empty() &&
               counters.results_confirmed == trail().size();
    }
    // What is known of the ministry's results, over all applications.
    std::vector<edi::TrailEntry> trail() {
        std::vector<edi::TrailEntry> all;
        for (const std::string& each : story_.references)
            if (const auto application = world.application(each))
                all.insert(all.end(), application->trail.begin(), application->trail.end());
        return all;
    }
    const Story& story() const { return story_; }

private:
    const Story& story_;
    std::size_t act_ = 0;
    bool dropped_ = false;

public:
    journeys::World world;

private:
    bool outboxes_are_empty() {
        return world.files("acme", "OutBox").empty() && world.files("beta", "OutBox").empty();
    }

    void come_to_rest() {
        for (int minutes = 0; minutes < 24 * 60; ++minutes) {
            world.run(std::chrono::minutes{1});
            if (at_rest()) return;
        }
        ADD_FAILURE() << "a day went by and there is still something to be done";
    }
};

}  // namespace crash
