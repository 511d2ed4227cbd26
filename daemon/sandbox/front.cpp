#include "sandbox/front.hpp"

#include <cstdio>

namespace sandbox {

namespace {

using namespace std::chrono;

constexpr milliseconds longest_sleep = hours{1};

void tell(const http::Request& request, const Answer& answer, base::Time at) {
    const char* how = "";
    switch (answer.mischief) {
        case http::Mischief::None: how = answer.poll ? " waits" : ""; break;
        case http::Mischief::ResetBeforeAnswer: how = " (reset)"; break;
        case http::Mischief::HalfAnswer: how = " (half the answer)"; break;
        case http::Mischief::CloseAfterHeader: how = " (header only)"; break;
    }
    std::fprintf(stderr, "%s %s %s %d%s\n", base::iso(at).c_str(), request.method.c_str(),
                 request.target.c_str(), answer.poll ? 0 : answer.response.status, how);
}

}  // namespace

base::Time FastClock::now() const {
    const auto passed = duration_cast<microseconds>(steady_clock::now() - origin_);
    return start_ + passed * speed_;
}

milliseconds Front::real(microseconds ministry_time) const {
    return ceil<milliseconds>(ministry_time / speed_);
}

void Front::serve(const http::Request& request, const http::Reply& reply) {
    Answer answer = ministry_.handle(request);
    if (verbosity_ == Verbosity::EveryRequest) tell(request, answer, clock_.now());
    if (answer.poll && !closed_)
        wait(answer, reply);
    else if (answer.poll)
        reply(ministry_.results(*answer.poll), answer.mischief);
    else if (answer.delay > Delay{0})
        server_->after(real(answer.delay),
                       [answer, reply] { reply(answer.response, answer.mischief); });
    else
        reply(std::move(answer.response), answer.mischief);
    wake();
    arm();
}

void Front::wait(const Answer& answer, const http::Reply& reply) {
    waiting_.push_back({++numbers_, *answer.poll, answer.mischief, reply});
    server_->after(answer.poll->wait, [this, number = numbers_] { give_up_waiting(number); });
}

void Front::give_up_waiting(std::uint64_t number) {
    for (auto one = waiting_.begin(); one != waiting_.end(); ++one) {
        if (one->number != number) continue;
        one->reply(ministry_.results(one->poll), one->mischief);
        waiting_.erase(one);
        return;
    }
}

void Front::wake() {
    for (auto one = waiting_.begin(); one != waiting_.end();) {
        if (!closed_ && !ministry_.has_results(one->poll)) {
            ++one;
            continue;
        }
        one->reply(ministry_.results(one->poll), one->mischief);
        one = waiting_.erase(one);
    }
}

void Front::arm() {
    const auto next = ministry_.next_event();
    if (!next || (armed_ && *armed_ <= *next)) return;
    armed_ = *next;
    const auto left = std::max(microseconds{0}, *next - clock_.now());
    server_->after(std::min(real(left), longest_sleep), [this, at = *next] {
        if (armed_ == at) armed_.reset();
        ministry_.advance();
        wake();
        arm();
    });
}

void Front::close() {
    closed_ = true;
    wake();
}

}  // namespace sandbox
