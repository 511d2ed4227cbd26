#include "worker/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "worker/spawn.hpp"

namespace worker {

namespace {

using std::chrono::milliseconds;

// Schemas and tables load in a second; a worker that takes so long never will.
constexpr milliseconds set_up_time_max = std::chrono::minutes(2);
constexpr int patience = 3;  // wall-clock time, as a multiple of the CPU time allowed

}  // namespace

Child::Child(pid_t pid, base::Fd socket, int ending)
    : pid_(pid), socket_(std::move(socket)), ending_(ending) {}

Child::~Child() { end(); }

base::Result<std::unique_ptr<Child>> Child::start(const Options& options, int ending) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return base::fault_of_errno(errno, "making a socket for a worker");
    base::Fd ours{ends[0]};
    base::Fd theirs{ends[1]};
    const base::Result<pid_t> pid = spawn(options.command, theirs.number());
    if (!pid) return pid.fault();
    theirs = base::Fd{};  // or a worker's death would never be seen as the end of the stream
    std::unique_ptr<Child> child{new Child{*pid, std::move(ours), ending}};
    child->job_time_max_ = options.job_time_max;
    const auto life = std::chrono::ceil<std::chrono::seconds>(options.job_time_max) *
                      options.jobs_before_recycling;
    const Greeting greeting{::getpid(), options.memory_bytes_max, life};
    if (base::Outcome ready = child->await_readiness(greeting); !ready) return ready.fault();
    return child;
}

base::Outcome Child::await_readiness(const Greeting& greeting) {
    const Deadline until = deadline(set_up_time_max, set_up_time_max);
    const auto failed = [](base::Remedy remedy, const std::string& why) {
        return base::Fault{remedy, "a worker did not get ready: " + why};
    };
    std::optional<std::string> answer;
    if (put_frame(0, encode(greeting), until)) answer = get_frame(0, until);
    // Often the memory or the numbers of a loaded host; what lasts is told again and again.
    if (!answer) return failed(base::Remedy::RetryLater, end());
    base::Outcome ready = decode_readiness(*answer);
    if (!ready) return failed(ready.fault().remedy, ready.fault().text);
    return ready;
}

std::optional<std::string> Child::exchange(std::string_view job) {
    const Deadline until = deadline(job_time_max_, job_time_max_ * patience);
    ++serial_;
    if (!put_frame(serial_, job, until)) return std::nullopt;
    return get_frame(serial_, until);
}

std::optional<std::string> Child::converse(std::string_view job, const More& more,
                                           const Part& part) {
    ++serial_;
    const auto fresh = [this] { return deadline(job_time_max_, job_time_max_ * patience); };
    Deadline until = fresh();
    if (!put_frame(serial_, job, until)) return std::nullopt;
    for (;;) {
        std::optional<std::string> frame = get_frame(serial_, until);
        if (!frame) return std::nullopt;
        const char said = frame->empty() ? '\0' : frame->front();
        frame->erase(0, 1);
        if (said == static_cast<char>(Said::Last)) return frame;
        if (said == static_cast<char>(Said::Part)) {
            if (!part(*std::move(frame))) return std::nullopt;
            until = fresh();
        } else if (said == static_cast<char>(Said::More) && frame->empty()) {
            const auto asked = std::chrono::steady_clock::now();
            const std::string piece = more();
            until.began += std::chrono::steady_clock::now() - asked;
            if (!put_frame(serial_, piece, until)) return std::nullopt;
        } else {
            complaint_ = "it answered nonsense";
            return std::nullopt;
        }
    }
}

bool Child::is_waiting() const {
    pollfd watched{socket_.number(), POLLIN, 0};
    return pid_ > 0 && ::poll(&watched, 1, 0) == 0;
}

// Ready as well when the other end is gone: the next step will see that.
Child::Wait Child::wait_for(short events, const Deadline& until) const {
    for (;;) {
        const auto wall = std::chrono::steady_clock::now() - until.began;
        const auto left = std::min<std::chrono::nanoseconds>(
            until.cpu_max - (cpu_time() - until.used), until.wall_max - wall);
        if (left.count() <= 0) return Wait::Overdue;
        pollfd watched[] = {{socket_.number(), events, 0}, {ending_, POLLIN, 0}};
        const auto pause = std::chrono::ceil<milliseconds>(left).count();
        const int ready = ::poll(watched, 2, static_cast<int>(std::min<long long>(pause, 60'000)));
        if (watched[1].revents != 0 && ready > 0) return Wait::Ending;
        if (watched[0].revents != 0 && ready > 0) return Wait::Ready;
    }
}

// Of a process that has ended the clock is gone, or stands still until it is reaped.
std::chrono::nanoseconds Child::cpu_time() const {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Child::Deadline Child::deadline(milliseconds cpu_max, milliseconds wall_max) const {
    return {std::chrono::steady_clock::now(), cpu_time(), cpu_max, wall_max};
}

bool Child::may_go_on(short events, const Deadline& until) {
    switch (wait_for(events, until)) {
        case Wait::Ready: return true;
        case Wait::Overdue: complaint_ = "it used up its time"; break;
        case Wait::Ending:
            complaint_ = "the pool is ending";
            interrupted_ = true;
            break;
    }
    return false;
}

bool Child::put(std::string_view bytes, const Deadline& until) {
    while (!bytes.empty()) {
        if (!may_go_on(POLLOUT, until)) return false;
        const ssize_t sent =
            ::send(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (sent < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

// At most so many bytes; none when it is over.
std::size_t Child::get_some(char* to, std::size_t size, const Deadline& until) {
    for (;;) {
        if (!may_go_on(POLLIN, until)) return 0;
        const ssize_t got = ::recv(socket_.number(), to, size, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        return got < 0 ? 0 : static_cast<std::size_t>(got);
    }
}

bool Child::put_frame(std::uint32_t serial, std::string_view bytes, const Deadline& until) {
    const auto head = encode(Head{static_cast<std::uint32_t>(bytes.size()), serial});
    return put({head.data(), head.size()}, until) && put(bytes, until);
}

std::optional<std::string> Child::get_frame(std::uint32_t serial, const Deadline& until) {
    std::array<char, head_size> bytes{};
    for (std::size_t have = 0; have < bytes.size();) {
        const std::size_t got = get_some(bytes.data() + have, bytes.size() - have, until);
        if (got == 0) return std::nullopt;
        have += got;
    }
    const Head head = decode(bytes);
    if (head.serial != serial || head.length > reply_bytes_max) {
        complaint_ = "it answered nonsense";
        return std::nullopt;
    }
    // Memory for what has come, not for what is announced.
    std::string reply;
    std::array<char, 65'536> block;
    while (reply.size() < head.length) {
        const std::size_t wanted = std::min(block.size(), head.length - reply.size());
        const std::size_t got = get_some(block.data(), wanted, until);
        if (got == 0) return std::nullopt;
        reply.append(block.data(), got);
    }
    return reply;
}

// A process that is on its way out by itself keeps the status it is leaving with.
std::string Child::end() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
        pid_ = -1;
        if (complaint_.empty()) complaint_ = words_of_end(status);
    }
    return complaint_;
}

}  // namespace worker
