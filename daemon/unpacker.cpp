#include "unpacker.hpp"

#include <condition_variable>
#include <mutex>

#include "examine.hpp"

namespace permitd {

struct Unpacker::State {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopped = false;
};

Unpacker::Unpacker() : state_(std::make_shared<State>()) {}

std::optional<zip::Unpacked> Unpacker::unpack(worker::Pool& pool, const zip::Request& request) {
    const auto reply = std::make_shared<std::optional<worker::Reply>>();
    pool.submit(encode(Job{Job::Kind::Unpack, zip::encode(request)}),
                [state = state_, reply](worker::Reply told) {
                    const std::lock_guard lock{state->mutex};
                    *reply = std::move(told);
                    state->changed.notify_all();
                });
    std::unique_lock lock{state_->mutex};
    state_->changed.wait(lock, [&] { return state_->stopped || *reply; });
    if (!*reply) return std::nullopt;
    std::optional<zip::Unpacked> out;
    if (!(*reply)->harmful) out = zip::decode((*reply)->bytes, request.bytes_max);
    // A worker that writes nonsense is as good as crashed.
    if (!out) out = zip::Unpacked{zip::Breach::Harmful, 1, {}};
    return out;
}

void Unpacker::stop() {
    const std::lock_guard lock{state_->mutex};
    state_->stopped = true;
    state_->changed.notify_all();
}

}  // namespace permitd
