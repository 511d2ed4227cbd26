#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "worker/cage.hpp"
#include "worker/frame.hpp"
#include "worker/pool.hpp"

namespace worker {

namespace {

// The kernel tells of a parent's end only from now on: so ask whether it is still the same.
bool is_bound_to(int pool) {
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && ::getppid() == pool;
}

base::Outcome lock(int socket, const Greeting& greeting, Cage cage) {
    if (cage == Cage::Yes)
        return enter_cage(socket, {greeting.memory_bytes_max, greeting.life_max});
    close_all_but(socket);
    return base::done;
}

}  // namespace

int serve(int socket, const std::function<base::Result<Work>()>& set_up, Cage cage) {
    const std::optional<Frame> first = receive(socket);
    if (!first) return 0;
    const std::optional<Greeting> greeting = decode_greeting(first->bytes);
    if (!greeting || !is_bound_to(greeting->pool)) return 0;

    const base::Result<Work> work = set_up();
    if (!work) {
        send(socket, {0, encode(base::Outcome{work.fault()})});
        return 1;
    }
    const base::Outcome locked = lock(socket, *greeting, cage);
    if (!send(socket, {0, encode(locked)}) || !locked) return 1;

    while (const std::optional<Frame> job = receive(socket)) {
        std::string reply = (*work)(job->bytes);
        if (reply.size() > reply_bytes_max) std::abort();
        if (!send(socket, {job->serial, std::move(reply)})) break;
    }
    return 0;
}

}  // namespace worker
