// Preloaded into the programs under test: moves their wall clock to the day of the samples, lets
// their disk fail, reads and writes less than was asked for, and holds a thread until somebody
// watches it. Monotonic time stays real; the workers, which get no environment, are not touched.
//
//   PERMITD_TEST_CLOCK_SHIFT   seconds that are added to the time of day
//   PERMITD_TEST_DISK_FAILS    while a file of that name exists, every sync ends with EIO
//   PERMITD_TEST_SHORT_COUNTS  a seed: reads and writes of files, pipes and stream sockets do a
//                              part of what was asked for, or are interrupted
//   PERMITD_TEST_THREADS       a file to which each thread that is started adds a line: its place
//                              in the order of starts, from 1, and its id
//   PERMITD_TEST_HELD_THREAD   the thread of that place does not begin until the file of threads
//                              has a sibling whose name ends with ".go"
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

time_t shift() {
    static const char* const text = std::getenv("PERMITD_TEST_CLOCK_SHIFT");
    static const time_t seconds = text ? std::atol(text) : 0;
    return seconds;
}

bool disk_fails() {
    static const char* const file = std::getenv("PERMITD_TEST_DISK_FAILS");
    return file && ::access(file, F_OK) == 0;
}

// The function of that name that would have been called without us.
template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

using TimedWait = int(pthread_cond_t*, pthread_mutex_t*, const timespec*);

// Without its version the loader may give the one of before 2002.
TimedWait* next_timed_wait() {
    void* const found = ::dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    return found ? reinterpret_cast<TimedWait*>(found) : next<TimedWait>("pthread_cond_timedwait");
}

// Monotonic time is never that long.
constexpr time_t wall_clock_begins = 1'000'000'000;

int sync_or_fail(const char* name, int file) {
    if (!disk_fails()) return next<int(int)>(name)(file);
    errno = EIO;
    return -1;
}

// splitmix64: the n-th throw of a seed is always the same.
std::uint64_t thrown(std::uint64_t seed) {
    static std::atomic<std::uint64_t> throws{0};
    std::uint64_t x = seed + ++throws * 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

// A part of a datagram, or of an eventfd's number, is another thing than a part of a stream.
bool is_stream(int file) {
    struct stat status {};
    if (::fstat(file, &status) != 0) return false;
    if (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode)) return true;
    int kind = 0;
    socklen_t size = sizeof kind;
    return S_ISSOCK(status.st_mode) && ::getsockopt(file, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 &&
           kind == SOCK_STREAM;
}

// How many bytes this call may be about; 0: it is interrupted.
std::size_t part_of(std::size_t count, int file) {
    static const char* const seed = std::getenv("PERMITD_TEST_SHORT_COUNTS");
    const int kept = errno;
    const bool whole = !seed || count == 0 || !is_stream(file);
    errno = kept;
    if (whole) return count;
    static const std::uint64_t number = std::strtoull(seed, nullptr, 10);
    const std::uint64_t dice = thrown(number);
    switch (dice % 8) {
        case 0: return 0;
        case 1: return 1;
        case 2:
        case 3:
        case 4: return 1 + (dice >> 8) % count;
    }
    return count;
}

// `call` with as many bytes as it may be about.
template <class Call>
ssize_t in_part(int file, std::size_t count, Call call) {
    const std::size_t part = part_of(count, file);
    if (part > 0 || count == 0) return call(part);
    errno = EINTR;
    return -1;
}

// The first buffer that holds anything, alone.
template <class Call>
ssize_t first_in_part(int file, const iovec* buffers, int count, Call call) {
    static const bool asked_for = std::getenv("PERMITD_TEST_SHORT_COUNTS") != nullptr;
    if (!asked_for || !is_stream(file)) return call(buffers, count);
    for (int i = 0; i < count; ++i)
        if (buffers[i].iov_len > 0)
            return in_part(file, buffers[i].iov_len, [&](std::size_t part) {
                const iovec one{buffers[i].iov_base, part};
                return call(&one, 1);
            });
    return call(buffers, count);
}

constexpr long between_looks_ns = 1'000'000;

// How a held thread waits is no call that is counted: who watches it sees the same calls always.
void tell_and_wait(unsigned place) {
    static const char* const list = std::getenv("PERMITD_TEST_THREADS");
    static const char* const held = std::getenv("PERMITD_TEST_HELD_THREAD");
    if (!list) return;
    char text[4096];
    const int size = std::snprintf(text, sizeof text, "%u %d\n", place, ::gettid());
    const int file = ::open(list, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    [[maybe_unused]] const ssize_t told = ::write(file, text, static_cast<std::size_t>(size));
    ::close(file);
    if (!held || place != std::strtoul(held, nullptr, 10)) return;
    std::snprintf(text, sizeof text, "%s.go", list);
    const timespec pause{0, between_looks_ns};
    while (::access(text, F_OK) != 0) ::nanosleep(&pause, nullptr);
}

struct Begin {
    void* (*run)(void*);
    void* argument;
    unsigned place;
};

void* begin(void* given) {
    const Begin kept = *static_cast<Begin*>(given);
    std::free(given);
    tell_and_wait(kept.place);
    return kept.run(kept.argument);
}

}  // namespace

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t* how, void* (*run)(void*),
                   void* argument) {
    static auto* const real =
        next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
    static std::atomic<unsigned> started{0};
    auto* const given = static_cast<Begin*>(std::malloc(sizeof(Begin)));
    *given = {run, argument, ++started};
    const int error = real(thread, how, begin, given);
    if (error != 0) std::free(given);
    return error;
}

ssize_t read(int file, void* bytes, size_t count) {
    static auto* const real = next<ssize_t(int, void*, size_t)>("read");
    return in_part(file, count, [&](size_t part) { return real(file, bytes, part); });
}
ssize_t write(int file, const void* bytes, size_t count) {
    static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
    return in_part(file, count, [&](size_t part) { return real(file, bytes, part); });
}
ssize_t pread(int file, void* bytes, size_t count, off_t at) {
    static auto* const real = next<ssize_t(int, void*, size_t, off_t)>("pread");
    return in_part(file, count, [&](size_t part) { return real(file, bytes, part, at); });
}
ssize_t pread64(int file, void* bytes, size_t count, off64_t at) {
    return ::pread(file, bytes, count, at);
}
ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
    static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    return in_part(file, count, [&](size_t part) { return real(file, bytes, part, at); });
}
ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t at) {
    return ::pwrite(file, bytes, count, at);
}
ssize_t readv(int file, const iovec* buffers, int count) {
    static auto* const real = next<ssize_t(int, const iovec*, int)>("readv");
    return first_in_part(file, buffers, count,
                         [&](const iovec* some, int number) { return real(file, some, number); });
}
ssize_t writev(int file, const iovec* buffers, int count) {
    static auto* const real = next<ssize_t(int, const iovec*, int)>("writev");
    return first_in_part(file, buffers, count,
                         [&](const iovec* some, int number) { return real(file, some, number); });
}
ssize_t recv(int file, void* bytes, size_t count, int flags) {
    static auto* const real = next<ssize_t(int, void*, size_t, int)>("recv");
    return in_part(file, count, [&](size_t part) { return real(file, bytes, part, flags); });
}
ssize_t send(int file, const void* bytes, size_t count, int flags) {
    static auto* const real = next<ssize_t(int, const void*, size_t, int)>("send");
    return in_part(file, count, [&](size_t part) { return real(file, bytes, part, flags); });
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
    const int result = real(clock, time);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += shift();
    return result;
}

time_t time(time_t* out) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(timeval* out, void*) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    *out = {now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

// RocksDB's timer waits until a time of day: in our past it would never sleep and take a core.
int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* until) {
    static TimedWait* const real = next_timed_wait();
    timespec at = *until;
    if (at.tv_sec > wall_clock_begins) at.tv_sec -= shift();
    return real(condition, mutex, &at);
}

int fsync(int file) { return sync_or_fail("fsync", file); }
int fdatasync(int file) { return sync_or_fail("fdatasync", file); }
int syncfs(int file) noexcept { return sync_or_fail("syncfs", file); }
}
