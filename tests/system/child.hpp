// Program: a real program as a child process, its words in a file, its end awaited with a deadline.
//
// Threads: one. Throws: std::runtime_error when a program cannot be started.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace line {

using std::chrono::milliseconds;

// Asks again and again until the condition holds; false when it did not in that time.
bool becomes_true(const std::function<bool()>& condition, milliseconds within);

using Environment = std::map<std::string, std::string>;

class Program {
public:
    // Output and errors go to the end of `words`. The child dies with the thread that started it.
    Program(const std::vector<std::string>& command, const Environment& environment,
            std::filesystem::path words);
    ~Program();  // kill -9 when it still runs
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    pid_t pid() const { return pid_; }
    void send(int signal) const;
    // The exit status, 128 + signal when one ended it; nothing when it still runs after that time.
    std::optional<int> ended(milliseconds within);
    // What it wrote since it was started.
    std::string words() const;
    // Waits until that stands in its words; false when it ended or the time was over.
    bool says(const std::string& text, milliseconds within);

private:
    pid_t pid_ = -1;
    std::optional<int> status_;
    std::filesystem::path words_;
    std::uintmax_t words_begin_ = 0;
};

struct Ended {
    int status = -1;
    std::string out;
    std::string errors;
};
// Runs a program to its end.
Ended run(const std::vector<std::string>& command, const Environment& environment,
          const std::filesystem::path& scratch);

// The child processes of a process.
std::vector<pid_t> children_of(pid_t pid);
// Whether it runs (one that only waits to be reaped does not).
bool runs(pid_t pid);
// A line of /proc/<pid>/status in KiB, such as "VmHWM"; 0 when it is not there.
std::uint64_t kib_of(pid_t pid, const std::string& name);

}  // namespace line
