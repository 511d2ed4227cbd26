#include "herald.hpp"

#include <algorithm>

#include "base/log_limit.hpp"
#include "daemon.hpp"
#include "events.hpp"
#include "health.hpp"
#include "notify.hpp"

namespace permitd {

namespace {

// Of the line of `systemctl status`: nobody reads faster.
constexpr std::chrono::seconds told_every{5};

std::string counted(const Daemon& daemon) {
    const auto counts = daemon.store().message_counts();
    const auto of = [&](edi::MessageState state) {
        const auto found = counts.find(state);
        return found == counts.end() ? std::uint64_t{0} : found->second;
    };
    using State = edi::MessageState;
    std::string line = std::to_string(of(State::Waiting) + of(State::Sending)) + " to send, ";
    if (const auto doubtful = of(State::InDoubt)) line += std::to_string(doubtful) + " in doubt, ";
    if (const auto held = of(State::Held)) line += std::to_string(held) + " held, ";
    return line + std::to_string(of(State::Acknowledged)) + " at the ministry";
}

}  // namespace

std::string status_line(const Daemon& daemon) {
    std::string line = counted(daemon) + "; gateway " + daemon.gateway().condition();
    // What keeps permitd from taking files, in the words of /readyz.
    for (const Check& each : readiness(daemon))
        if (!each.words.empty()) line += std::string{"; "} + each.name + ": " + each.words;
    // A line of its own would be an assignment of its own.
    std::ranges::replace(line, '\n', ' ');
    return line;
}

Herald::~Herald() {
    {
        const std::lock_guard lock{mutex_};
        ends_ = true;
        wakes_.notify_all();
    }
    for (std::thread* each : {&feeds_, &tells_})
        if (each->joinable()) each->join();
    base::tell_left_out(base::LogLimit::Which::All);
}

void Herald::start(std::chrono::milliseconds every) {
    feeds_ = std::thread{[this, every] { repeat(every, &Herald::feed); }};
    tells_ = std::thread{[this, every] { repeat(every, &Herald::tell); }};
}

void Herald::repeat(std::chrono::milliseconds every, void (Herald::*turn)()) {
    std::unique_lock lock{mutex_};
    while (!ends_) {
        lock.unlock();
        (this->*turn)();
        lock.lock();
        wakes_.wait_for(lock, every, [this] { return ends_; });
    }
}

void Herald::feed() {
    base::tell_left_out(base::LogLimit::Which::Old);
    look_for_silence();
    if (watched_ == Watched::Yes && !is_silent_) ears_.tell("WATCHDOG=1");
}

void Herald::tell() {
    if (std::string line = ears_.status(); line != told_) {
        ears_.tell("STATUS=" + line);
        told_ = std::move(line);
    }
}

void Herald::look_for_silence() {
    const std::vector<Pulse::Silence> silent = ears_.silent();
    if (silent.empty() == !is_silent_) return;
    is_silent_ = !silent.empty();
    if (!is_silent_) base::log(event::threads_go_on, {});
    for (const Pulse::Silence& each : silent)
        base::log(event::thread_silent, {{"thread", each.thread}, {"seconds", each.lasts.count()}});
}

std::unique_ptr<Herald> make_herald(const Daemon& daemon) {
    const std::chrono::milliseconds watchdog = watchdog_time();
    auto herald = std::make_unique<Herald>(
        Herald::Ears{[&daemon] { return status_line(daemon); },
                     [&daemon] { return daemon.silent_threads(); }, notify},
        watchdog.count() > 0 ? Herald::Watched::Yes : Herald::Watched::No);
    std::chrono::milliseconds every = told_every;
    // systemd.service(5) wants food at half of the time; a third leaves air for a slow turn.
    if (watchdog.count() > 0) every = std::min(every, watchdog / 3);
    herald->start(every);
    return herald;
}

}  // namespace permitd
