#include "system/child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace line {

namespace {

namespace fs = std::filesystem;

constexpr milliseconds between_questions{10};
constexpr milliseconds run_time_max{60'000};
constexpr int cannot_start = 127;

std::string content_of(const fs::path& file, std::uintmax_t from = 0) {
    std::ifstream in{file, std::ios::binary};
    in.seekg(static_cast<std::streamoff>(from));
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& each : texts) out.push_back(each.data());
    out.push_back(nullptr);
    return out;
}

int open_end(const fs::path& file) {
    return ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

[[noreturn]] void become(char** command, char** variables, int out, int errors) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    ::execve(command[0], command, variables);
    ::_exit(cannot_start);
}

pid_t start(std::vector<std::string> command, const Environment& environment, int out, int errors) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment) variables.push_back(name + '=' + value);
    const std::vector<char*> words = pointers(command), settings = pointers(variables);
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error{std::strerror(errno)};
    if (pid == 0)
        become(const_cast<char**>(words.data()), const_cast<char**>(settings.data()), out, errors);
    return pid;
}

}  // namespace

bool becomes_true(const std::function<bool()>& condition, milliseconds within) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(between_questions);
    }
    return true;
}

Program::Program(const std::vector<std::string>& command, const Environment& environment,
                 fs::path words)
    : words_(std::move(words)) {
    const int file = open_end(words_);
    if (file < 0) throw std::runtime_error{words_.string() + ": " + std::strerror(errno)};
    words_begin_ = fs::file_size(words_);
    pid_ = start(command, environment, file, file);
    ::close(file);
}

Program::~Program() {
    if (ended(milliseconds{0})) return;
    send(SIGKILL);
    ended(run_time_max);
}

void Program::send(int signal) const {
    if (!status_) ::kill(pid_, signal);
}

std::optional<int> Program::ended(milliseconds within) {
    becomes_true(
        [this] {
            int status = 0;
            if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
                status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            return status_.has_value();
        },
        within);
    return status_;
}

std::string Program::words() const { return content_of(words_, words_begin_); }

bool Program::says(const std::string& text, milliseconds within) {
    becomes_true(
        [&] {
            return words().find(text) != std::string::npos || ended(milliseconds{0}).has_value();
        },
        within);
    return words().find(text) != std::string::npos;
}

Ended run(const std::vector<std::string>& command, const Environment& environment,
          const fs::path& scratch) {
    const fs::path out = scratch / "out", errors = scratch / "errors";
    fs::remove(out);
    fs::remove(errors);
    const int out_file = open_end(out), errors_file = open_end(errors);
    const pid_t pid = start(command, environment, out_file, errors_file);
    ::close(out_file);
    ::close(errors_file);
    int status = 0;
    const bool done =
        becomes_true([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }, run_time_max);
    if (!done) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, &status, 0);
    }
    return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), content_of(out),
            content_of(errors)};
}

std::vector<pid_t> children_of(pid_t pid) {
    std::vector<pid_t> found;
    std::error_code gone;
    const fs::path tasks = "/proc/" + std::to_string(pid) + "/task";
    for (fs::directory_iterator at{tasks, gone}, end; !gone && at != end; at.increment(gone)) {
        std::ifstream in{at->path() / "children"};
        for (pid_t child = 0; in >> child;) found.push_back(child);
    }
    return found;
}

bool runs(pid_t pid) {
    std::string text = content_of("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t name_end = text.rfind(") ");
    return name_end != std::string::npos && text.at(name_end + 2) != 'Z';
}

std::uint64_t kib_of(pid_t pid, const std::string& name) {
    std::istringstream lines{content_of("/proc/" + std::to_string(pid) + "/status")};
    std::string word;
    while (lines >> word)
        if (word == name + ':') {
            std::uint64_t value = 0;
            lines >> value;
            return value;
        }
    return 0;
}

}  // namespace line
