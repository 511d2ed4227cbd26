// Pool: work on hostile bytes done in processes that own nothing.
//
// Each worker is /proc/self/exe --worker, exec'ed with one socket: it sets up (schemas, tables),
// closes all else, enters the cage (seccomp, Landlock where the kernel has it, limits on memory,
// CPU time and files), and only then reads its first byte. A job that crashes, outgrows or outlasts
// its worker is tried once more alone; if that fails too its reply is Harmful. Workers are recycled
// after a thousand jobs.
// Threads: submit() from any; `then` runs on a thread of the pool. Throws: nothing.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace worker {

struct Options {
    unsigned processes = 2;
    std::vector<std::string> command;          // {"/proc/self/exe", "--worker", …}
    std::chrono::milliseconds job_time_max{10'000};
    std::size_t memory_bytes_max = 512u << 20;  // RLIMIT_AS above what set-up needs
    unsigned jobs_before_recycling = 1000;
    std::size_t queue_max = 256;
};

struct Reply {
    bool harmful = false;  // the job killed its worker twice
    std::string bytes;     // what the worker's function returned
};

class Pool {
public:
    // Starts the processes and waits until each says that it is ready.
    static base::Result<std::unique_ptr<Pool>> start(Options options);
    virtual ~Pool() = default;  // kills and reaps them
    // Waits while the queue is full.
    virtual void submit(std::string job, std::function<void(Reply)> then) = 0;
    virtual unsigned restarts() const = 0;
};

// The worker's side: `set_up` prepares and returns the function that does jobs; `main` of the worker
// returns what this returns. `cage` No only in sanitizer and coverage builds.
enum class Cage { Yes, No };
using Work = std::function<std::string(std::string_view job)>;
int serve(int socket, const std::function<base::Result<Work>()>& set_up, Cage cage);

}  // namespace worker
