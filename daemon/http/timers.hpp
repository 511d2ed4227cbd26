// Timers: things to be done after a while, all given up at once when their server stops.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

namespace http {

class Timers {
public:
    explicit Timers(boost::asio::io_context& context) : context_(context) {}

    void after(std::chrono::milliseconds wait, std::function<void()> then) {
        // Never already over: Asio arms such a one as an absolute time of the monotonic clock,
        // which libfaketime (0.9.10) takes for one of the wall clock and moves hours away.
        const auto timer = std::make_shared<boost::asio::steady_timer>(
            context_, std::max(wait, std::chrono::milliseconds{1}));
        const std::lock_guard lock(mutex_);
        if (given_up_) return;
        waiting_.insert(timer);
        timer->async_wait([this, timer, then = std::move(then)](boost::system::error_code error) {
            if (forget(timer) && !error) then();
        });
    }

    void give_up() {
        const std::lock_guard lock(mutex_);
        given_up_ = true;
        for (const auto& timer : waiting_) timer->cancel();
    }

private:
    // Whether it may still be done.
    bool forget(const std::shared_ptr<boost::asio::steady_timer>& timer) {
        const std::lock_guard lock(mutex_);
        waiting_.erase(timer);
        return !given_up_;
    }

    boost::asio::io_context& context_;
    std::mutex mutex_;
    bool given_up_ = false;
    std::set<std::shared_ptr<boost::asio::steady_timer>> waiting_;
};

}  // namespace http
