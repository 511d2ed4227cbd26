#include "transfer/wire.hpp"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace transfer {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds moment{100};
// A peer that is gone without a word is noticed after a minute even where nothing waits for it.
constexpr int keepalive_idle_s = 30;
constexpr int keepalive_interval_s = 10;
constexpr int keepalive_probes = 3;

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

base::Fault later(std::string text) { return {base::Remedy::RetryLater, std::move(text)}; }

base::Result<Addresses> addresses_of(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &list);
    if (code == 0) return Addresses{list};
    const std::string text =
        "the name of the host is not found: " +
        std::string{code == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(code)};
    if (code == EAI_NONAME || code == EAI_NODATA || code == EAI_ADDRFAMILY)
        return base::Fault{base::Remedy::AskOperator, text + "; check `url`"};
    return later(text);
}

void set_options(int fd) {
    const auto set = [fd](int level, int name, int value) {
        ::setsockopt(fd, level, name, &value, sizeof value);
    };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_s);
    set(IPPROTO_TCP, TCP_KEEPINTVL, keepalive_interval_s);
    set(IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
}

// Rounded up, so that a wait does not end just before its time is over.
int poll_time(steady_clock::duration time) {
    return static_cast<int>(
        std::max(std::chrono::ceil<milliseconds>(time), milliseconds{0}).count());
}

}  // namespace

base::Outcome Wire::connect_one(const void* entry, Deadline until) {
    const auto& address = *static_cast<const addrinfo*>(entry);
    fd_ = base::Fd{
        ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
    if (!fd_) return later(std::strerror(errno));
    set_options(fd_.number());
    if (::connect(fd_.number(), address.ai_addr, address.ai_addrlen) == 0) return base::done;
    if (errno != EINPROGRESS) return later(std::strerror(errno));
    pollfd wanted{fd_.number(), POLLOUT, 0};
    int ready = 0;
    do {
        ready = ::poll(&wanted, 1, poll_time(until - steady_clock::now()));
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) return later("no answer to the attempt to connect");
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd_.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) return later(std::strerror(error));
    return base::done;
}

base::Outcome Wire::connect(const std::string& host, std::uint16_t port, milliseconds time_max) {
    begin(time_max);
    const auto addresses = addresses_of(host, port);
    if (!addresses) return addresses.fault();
    int left = 0;
    for (const addrinfo* each = addresses->get(); each; each = each->ai_next) ++left;
    base::Outcome outcome = later("the name of the host has no address");
    // One address that swallows everything must not take the time of the others.
    for (const addrinfo* each = addresses->get(); each; each = each->ai_next, --left) {
        const auto now = steady_clock::now();
        outcome = connect_one(each, now + (until_ - now) / left);
        if (outcome) return outcome;
    }
    return outcome;
}

void Wire::begin(milliseconds time_max) {
    time_max_ = time_max;
    const auto now = steady_clock::now();
    half_ = now + time_max / 2;
    whole_ = until_ = now + time_max;
    earned_ = now;
}

void Wire::earn(std::chrono::microseconds time) {
    earned_ = steady_clock::now();
    whole_ += time;
    until_ = std::min(whole_, earned_ + time_max_);
}

bool Wire::is_over() {
    if (is_broken()) return true;
    const auto now = steady_clock::now();
    if (now < until_) return false;
    if (now - earned_ < time_max_ / 2)
        cut("it carries a file too slowly");
    else
        cut("it did not answer within " + std::to_string(time_max_.count()) + " ms");
    return true;
}

void Wire::cut(const std::string& why) {
    if (is_broken()) return;
    broken_ = why;
    ::shutdown(fd_.number(), SHUT_RDWR);
}

// The deadline is looked at here too: a peer that never stops sending would keep the library
// reading, and it would never wait.
ssize_t Wire::receive(void* bytes, std::size_t size) {
    if (is_over()) return -ECONNRESET;
    const ssize_t count = ::recv(fd_.number(), bytes, size, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return -EAGAIN;
    if (count < 0) {
        const int error = errno;
        cut(std::strerror(error));
        return -error;
    }
    if (count == 0) cut("it closed the connection");
    if (static_cast<std::size_t>(count) > allowance_) {
        cut("it sends more than it was asked for");
        return -ECONNRESET;
    }
    allowance_ -= static_cast<std::size_t>(count);
    return count;
}

ssize_t Wire::send(const void* bytes, std::size_t size) {
    if (is_over()) return -EPIPE;
    const ssize_t count = ::send(fd_.number(), bytes, size, MSG_NOSIGNAL);
    if (count >= 0) return count;
    if (errno == EAGAIN || errno == EINTR) return -EAGAIN;
    const int error = errno;
    cut(std::strerror(error));
    return -error;
}

bool Wire::wait(Direction direction) {
    if (is_over()) return false;
    const short events = direction == Direction::In    ? POLLIN
                         : direction == Direction::Out ? POLLOUT
                                                       : POLLIN | POLLOUT;
    pollfd wanted{fd_.number(), events, 0};
    const auto left = until_ - steady_clock::now();
    ::poll(&wanted, 1, poll_time(std::min<steady_clock::duration>(left, moment)));
    return !is_over();
}

}  // namespace transfer
