// A courier between a server in memory and a line that takes what comes into the local OutBox and
// delivers as receipts/deliver does; both may stop anywhere and begin again.
//
// Threads: one. Throws: Stopped, where it was told to stop.
#pragma once

#include <gmock/gmock.h>

#include "mailbox/courier.hpp"
#include "spool.hpp"
#include "unit/mailbox/fake_remote.hpp"

namespace tests {

struct Stopped {};

class CourierWorld {
public:
    // What happens at the k-th step, counted from 1, of all questions and durable steps.
    enum class At { Nothing, LineIsCut, ItCrashes, Replaced, Removed };

    explicit CourierWorld(FakeServer habits = {});
    ~CourierWorld() { base::set_durable_step_hook({}); }

    void stop_at(int k, At what);
    bool happened() const { return happened_; }
    // So many turns of both, begun again after each stop; the clock goes on by `settle` each time.
    void turns(int count);
    void turn();
    // A receipt for the InBox that answers nothing.
    void deliver(const std::string& name, const std::string& bytes);

    FakeServer server;
    mailbox::Courier::Options options;
    base::ManualClock clock{base::Time{}};
    Spool spool;
    // What the line took: the bytes, and how often.
    std::map<std::string, int> taken;
    // Files whose bytes contain this are rejected.
    std::string bad = "bad";
    std::string replacement = "<a>the second state</a>";
    bool line_works = true;
    mailbox::Courier& courier() { return *courier_; }
    // Nothing of ours is left in the OutBox here, among the notes, or half uploaded there.
    void expect_tidy() const;

private:
    bool step(bool remote);
    void begin();
    void take();
    void finish_takings();

    int steps_ = 0, stop_at_ = 0;
    At what_ = At::Nothing;
    bool happened_ = false;
    std::optional<mailbox::Courier> courier_;
    std::optional<mailbox::Mailbox> box_;
    std::unique_ptr<FakeRemote> remote_;
    std::uint64_t number_ = 0;
    std::vector<edi::Taking> takings_;  // committed, not yet confirmed
};

// What a fixture of one test each begins with: a server without files.
class EmptyWorld {
protected:
    EmptyWorld() { world.server.files.clear(); }
    mailbox::Courier::Progress progress() { return world.courier().progress(); }
    std::string outbox(const std::string& name) const {
        return world.spool.content("acme/OutBox/" + name);
    }
    CourierWorld world;
};

}  // namespace tests
