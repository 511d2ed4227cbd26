// Preloaded into the programs under test: moves their wall clock to the day of the samples, and
// lets their disk fail. Monotonic time stays real; the workers, which get no environment,
// are not touched.
//
//   PERMITD_TEST_CLOCK_SHIFT   seconds that are added to the time of day
//   PERMITD_TEST_DISK_FAILS    while a file of that name exists, every sync ends with EIO
#include <dlfcn.h>
#include <pthread.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
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

}  // namespace

extern "C" {

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
