#include "pulse.hpp"

#include "http/server.hpp"

namespace permitd {

namespace {

constexpr std::chrono::seconds server_beats_every{10};

}  // namespace

const char* code_of(Pulse::Thread thread) {
    switch (thread) {
        case Pulse::Thread::Intake: return "intake";
        case Pulse::Thread::Commit: return "commit";
        case Pulse::Thread::Dispatch: return "dispatch";
        case Pulse::Thread::Deliver: return "deliver";
        case Pulse::Thread::Print: return "print";
        case Pulse::Thread::Batch: return "batch";
        case Pulse::Thread::Couriers: return "couriers";
        case Pulse::Thread::Control: return "control";
        case Pulse::Thread::Metrics: return "metrics";
        case Pulse::Thread::Reload: return "reload";
    }
    return "";
}

std::vector<Pulse::Silence> Pulse::silent(std::chrono::milliseconds longer_than) const {
    std::vector<Silence> silent;
    const base::Tick now = clock_.tick();
    for (std::size_t i = 0; i < threads; ++i) {
        const base::Tick::rep last = last_[i];
        if (last == at_rest) continue;
        const auto lasts = now - base::Tick{base::Tick::duration{last}};
        if (lasts > longer_than)
            silent.push_back({code_of(static_cast<Thread>(i)),
                              std::chrono::duration_cast<std::chrono::seconds>(lasts)});
    }
    return silent;
}

void beat_while_served(http::Server& server, Pulse& pulse, Pulse::Thread thread) {
    pulse.beat(thread);
    server.after(server_beats_every,
                 [&server, &pulse, thread] { beat_while_served(server, pulse, thread); });
}

}  // namespace permitd
