// Pool: work on hostile bytes done in processes that own nothing.
//
// Each worker is /proc/self/exe --worker, exec'ed with one socket: it sets up (schemas, tables),
// closes all else, enters the cage (seccomp, Landlock where the kernel has it, limits on memory,
// CPU time and files), and only then reads its first foreign byte. A job that crashes, outgrows or
// outlasts its worker is tried once more in a fresh one; if that fails too its reply is harmful.
// Workers are recycled after 5,000 jobs. They inherit no descriptor but the socket, which is
// worker_socket, no environment but PATH, LANG and XERCES_DISABLE_DTD, and die with their pool.
// The limits come to them over the socket, in the pool's greeting.
// Threads: submit() from any but those of the pool; `then` runs on a thread of the pool and must
// not throw. Throws: nothing.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace worker {

struct Options {
    unsigned processes = 2;
    std::vector<std::string> command;  // {"/proc/self/exe", "--worker", …}
    // CPU time of one job. Three times as much on the wall clock ends a worker that hangs: a host
    // that is slow for a moment makes no document harmful.
    std::chrono::milliseconds job_time_max{10'000};
    std::size_t memory_bytes_max = 512u << 20;  // RLIMIT_AS above what set-up needs
    unsigned jobs_before_recycling = 5000;
    std::size_t queue_max = 256;
};

struct Reply {
    bool harmful = false;  // the job killed its worker twice
    std::string bytes;     // what the worker's function returned
};

class Pool {
public:
    // Starts the processes and waits until each says that it is ready. A fault bears the worker's
    // own words when its set-up failed.
    static base::Result<std::unique_ptr<Pool>> start(Options options);
    // Kills and reaps them; the `then` of jobs that are not done is never called.
    virtual ~Pool() = default;
    // Waits while the queue is full.
    virtual void submit(std::string job, std::function<void(Reply)> then) = 0;
    // How long the thread of the pool that is at one attempt of a job for longest is at it already;
    // nothing while all wait for jobs or for workers that can be started.
    virtual std::optional<std::chrono::milliseconds> longest_attempt() const = 0;
    // Waits until every job that was submitted is done; false when that is not so in time.
    // REQUIRES: no other is submitted meanwhile.
    virtual bool finish(std::chrono::steady_clock::time_point until) = 0;
    // How many workers were replaced because a job cost them their life; not the recycled ones.
    virtual unsigned restarts() const = 0;
};

// Where a worker finds its socket.
inline constexpr int worker_socket = 3;

// The worker's side: `set_up` prepares and returns the function that does jobs; `main` of the
// worker returns what this returns. What `set_up` opened is closed before the first job. An
// exception out of a job ends the worker, as bad_alloc does. `cage` No only in sanitizer and
// coverage builds.
enum class Cage { Yes, No };
using Work = std::function<std::string(std::string_view job)>;
int serve(int socket, const std::function<base::Result<Work>()>& set_up, Cage cage);

// The same for long jobs (Child::converse): the job's bytes come in pieces, its reply goes in
// parts, and memory need not grow with either.
struct Dialogue {
    std::function<std::string()> more;           // the next piece; empty at the end
    std::function<void(std::string_view)> part;  // also to say that it is getting on
};
using LongWork = std::function<std::string(std::string_view job, const Dialogue& dialogue)>;
int serve_long(int socket, const std::function<base::Result<LongWork>()>& set_up, Cage cage);

}  // namespace worker
