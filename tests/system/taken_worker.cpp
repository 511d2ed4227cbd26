// Preloaded into a real `permitd --worker`: a worker that is taken over. Sets up and cages itself
// as always; the first job that is an order is carried out here, within read(), and the worker's
// own code never gets another one.
//
//   taken: NAME          an attempt of tests/unit/worker/attempts.cpp
//   taken: open PATH     a directory
//   taken: grow, spin    memory and time, as much as there is
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "unit/worker/attempts.hpp"
#include "worker/frame.hpp"
#include "worker/pool.hpp"

namespace {

constexpr std::string_view order_begins = "taken: ";

ssize_t real_read(int file, void* to, std::size_t size) {
    return ::syscall(SYS_read, file, to, size);
}

std::string grow() {
    std::size_t mebibytes = 0;
    try {
        for (;; ++mebibytes) ::memset(::operator new(1u << 20), 1, 1u << 20);
    } catch (const std::bad_alloc&) {
    }
    return std::to_string(mebibytes);
}

std::string carried_out(std::string_view order) {
    if (order.starts_with("open ")) return subject::attempt_to_open(std::string{order.substr(5)});
    if (order == "grow") return grow();
    for (volatile bool spins = order == "spin"; spins;) continue;
    return subject::attempt(std::string{order});
}

// The head that was read last: of the job whose bytes come next.
worker::Head head;
bool is_taken = false;

[[noreturn]] void serve_orders(worker::Frame job) {
    for (is_taken = true;;) {
        const std::string_view order{job.bytes};
        const std::size_t begin = order.find(order_begins) + order_begins.size();
        worker::send(worker::worker_socket, {job.serial, carried_out(order.substr(begin))});
        auto next = worker::receive(worker::worker_socket);
        if (!next) ::_exit(0);
        job = std::move(*next);
    }
}

}  // namespace

extern "C" ssize_t read(int file, void* to, std::size_t size) {
    const ssize_t got = real_read(file, to, size);
    if (file != worker::worker_socket || got <= 0 || is_taken) return got;
    const std::string_view bytes{static_cast<const char*>(to), static_cast<std::size_t>(got)};
    if (bytes.size() == worker::head_size) {
        std::array<char, worker::head_size> copy;
        std::ranges::copy(bytes, copy.begin());
        head = worker::decode(copy);
    }
    if (bytes.find(order_begins) != std::string_view::npos)
        serve_orders({head.serial, std::string{bytes}});
    return got;
}
