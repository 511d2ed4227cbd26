// Child: one worker process as the pool sees it. It trusts nothing that comes back: lengths and
// serials are checked, and every wait ends.
// Threads: belongs to the thread that started it, which must live as long as it: the kernel kills
// the worker when that thread ends. Throws: std::bad_alloc only.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "worker/frame.hpp"
#include "worker/pool.hpp"

namespace worker {

class Child {
public:
    // Starts a process and waits until it says that it is ready. `ending` is an eventfd: once it
    // is readable every wait is given up.
    static base::Result<std::unique_ptr<Child>> start(const Options& options, int ending);
    // Kills and reaps it.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // Nothing when the worker died, broke its limits or talked nonsense; it is of no use then.
    std::optional<std::string> exchange(std::string_view job);
    // A long job, for a worker that does serve_long(): `more` gives the next piece of its bytes
    // (empty at the end), `part` gets each part of the reply as it comes; false from it gives up.
    // The CPU time of a job is allowed for each part anew, and the time that `more` and `part` take
    // does not count. Nothing as above, or when it was given up or the pool is ending.
    using More = std::function<std::string()>;
    using Part = std::function<bool(std::string part)>;
    std::optional<std::string> converse(std::string_view job, const More& more, const Part& part);
    // Whether a wait was given up because `ending` was readable: not the worker's fault.
    bool was_interrupted() const { return interrupted_; }
    // Whether it is alive and silent, as it should be between two jobs.
    bool is_waiting() const;
    // Kills and reaps it; says in words what was the matter with it.
    std::string end();
    unsigned jobs() const { return serial_; }
    pid_t pid() const { return pid_; }

private:
    enum class Wait { Ready, Overdue, Ending };
    struct Deadline {
        base::Tick began;
        std::chrono::nanoseconds used;  // CPU time when it began
        std::chrono::milliseconds cpu_max;
        std::chrono::milliseconds wall_max;
    };

    Child(pid_t pid, base::Fd socket, int ending);
    Deadline deadline(std::chrono::milliseconds cpu_max, std::chrono::milliseconds wall_max) const;
    std::chrono::nanoseconds cpu_time() const;
    Wait wait_for(short events, const Deadline& deadline) const;
    bool put(std::string_view bytes, const Deadline& deadline);
    std::size_t get_some(char* to, std::size_t size, const Deadline& deadline);
    bool put_frame(std::uint32_t serial, std::string_view bytes, const Deadline& deadline);
    std::optional<std::string> get_frame(std::uint32_t serial, const Deadline& deadline);
    base::Outcome await_readiness(const Greeting& greeting);
    bool may_go_on(short events, const Deadline& deadline);

    pid_t pid_;
    base::Fd socket_;
    int ending_;
    unsigned serial_ = 0;
    std::chrono::milliseconds job_time_max_{};
    bool interrupted_ = false;
    std::string complaint_;
};

}  // namespace worker
