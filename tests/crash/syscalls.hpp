// Syscalls: three documents travel through the real daemon while one of its I/O system calls does
// not come to pass: the daemon is killed before it, or it fails, by strace(1). Then the daemon is
// started again, all comes to rest, and the verdict is passed (verdict.hpp).
//
// Threads: one. Throws: std::runtime_error when a program does not start. What does not hold is a
// test failure.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crash/enterprise.hpp"
#include "system/line.hpp"

namespace crash {

// Who makes a call. Threads are known by their place in the order in which the daemon starts them,
// so that a point is the same one in each run.
struct Caller {
    enum class Kind { Daemon, Thread, Worker };  // Daemon: its first thread
    Kind kind = Kind::Daemon;
    unsigned thread = 0;  // Worker: that which starts it
    auto operator<=>(const Caller&) const = default;
};

enum class Harm { Kill, Eio, Enospc, Eintr };

// The number-th such call of that caller, from 1.
struct Point {
    Caller caller;
    std::string call;
    unsigned number = 0;
    Harm harm = Harm::Kill;
    bool is_loading = false;  // it only reads what is installed: programs, schemas, tables
};
// "thread-7 openat 3 EIO", and back.
std::string text_of(const Point& point);
std::optional<Point> point_in(const std::string& text);

// A call as strace has seen it.
struct Seen {
    Caller caller;
    std::string call;
    std::string about;  // its arguments, with the paths of descriptors
};
// What is to be tried: each call is killed and fails once, with each errno that it can have.
// `folder` is where everything of the line is.
std::vector<Point> points_of(const std::vector<Seen>& calls, const std::string& folder);
// The names of the calls that are looked at, for strace.
std::string watched_calls();

// strace beside or around a daemon that is started by `before()`.
class Watch {
public:
    // Without a point it counts.
    Watch(std::filesystem::path folder, std::optional<Point> point);
    // Why nothing can be watched here; empty when it can.
    static std::string why_not(const line::Line& line);

    std::vector<std::string> before() const;  // words before the daemon's
    // Where the daemon is not under strace from its beginning: joins it, and lets the thread begin.
    void join(line::Program& daemon);
    // A worker that follows one that was struck must not be struck as well.
    void leave_when_struck();
    bool has_struck() const;
    std::vector<Seen> seen(pid_t daemon) const;

private:
    std::vector<std::string> injection() const;
    pid_t held() const;

    std::filesystem::path folder_;
    std::optional<Point> point_;
    std::unique_ptr<line::Program> strace_;
};

struct Outcome {
    bool reached = false;
    std::optional<int> status;  // of the daemon under strace
};

class Trial {
public:
    // Words before the daemon's instead of a point: what else is to befall it.
    explicit Trial(std::optional<Point> point, std::vector<std::string> before = {});
    ~Trial();
    Outcome play();
    std::vector<Seen> count();
    line::Line& line() { return line_; }

private:
    void begin();
    void end_of_watched();
    void look_at_end_of_watched();
    void refuse_and_lift_the_mark();
    void come_to_rest();
    bool is_at_rest() const;
    bool go_on(line::milliseconds within, const std::function<bool()>& until);

    std::optional<Point> point_;
    std::vector<std::string> before_;
    line::Line line_;
    Enterprise enterprise_;
    Watch watch_;
    Outcome outcome_;
};

}  // namespace crash
