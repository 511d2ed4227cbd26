#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "worker/cage.hpp"
#include "worker/frame.hpp"
#include "worker/pool.hpp"
#include "worker/spawn.hpp"

namespace worker {

namespace {

base::Outcome lock(int socket, const Greeting& greeting, Cage cage) {
    if (cage == Cage::Yes)
        return enter_cage(socket, {greeting.memory_bytes_max, greeting.life_max});
    close_all_but(socket);
    return base::done;
}

// Sets up, locks, and does each job; the exit status.
template <class Prepared>
int serve_jobs(int socket, const std::function<base::Result<Prepared>()>& set_up, Cage cage,
               const std::function<bool(const Prepared&, const Frame&)>& answer) {
    const std::optional<Frame> first = receive(socket);
    if (!first) return 0;
    const std::optional<Greeting> greeting = decode_greeting(first->bytes);
    if (!greeting || !bind_to(greeting->pool)) return 0;

    const base::Result<Prepared> work = set_up();
    if (!work) {
        send(socket, {0, encode(base::Outcome{work.fault()})});
        return 1;
    }
    const base::Outcome locked = lock(socket, *greeting, cage);
    if (!send(socket, {0, encode(locked)}) || !locked) return 1;

    while (const std::optional<Frame> job = receive(socket))
        if (!answer(*work, *job)) break;
    return 0;
}

bool answer(int socket, std::uint32_t serial, std::string reply) {
    if (reply.size() > reply_bytes_max) std::abort();
    return send(socket, {serial, std::move(reply)});
}

// In a dialogue a pool that is gone ends the worker where it stands.
void say(int socket, std::uint32_t serial, Said what, std::string_view bytes) {
    std::string frame{static_cast<char>(what)};
    if (!answer(socket, serial, frame.append(bytes))) ::_exit(0);
}

}  // namespace

int serve(int socket, const std::function<base::Result<Work>()>& set_up, Cage cage) {
    return serve_jobs<Work>(socket, set_up, cage, [&](const Work& work, const Frame& job) {
        return answer(socket, job.serial, work(job.bytes));
    });
}

int serve_long(int socket, const std::function<base::Result<LongWork>()>& set_up, Cage cage) {
    return serve_jobs<LongWork>(socket, set_up, cage, [&](const LongWork& work, const Frame& job) {
        const Dialogue dialogue{
            [&] {
                say(socket, job.serial, Said::More, {});
                std::optional<Frame> piece = receive(socket);
                if (!piece) ::_exit(0);
                return std::move(piece->bytes);
            },
            [&](std::string_view part) { say(socket, job.serial, Said::Part, part); }};
        say(socket, job.serial, Said::Last, work(job.bytes, dialogue));
        return true;
    });
}

}  // namespace worker
