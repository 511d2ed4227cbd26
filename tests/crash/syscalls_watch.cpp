#include <signal.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "crash/syscalls.hpp"

namespace crash {

namespace fs = std::filesystem;
using line::milliseconds;

namespace {

constexpr const char* strace = "/usr/bin/strace";
constexpr milliseconds joining_time_max{60'000};

const char* injected(Harm harm) {
    switch (harm) {
        case Harm::Kill: return "signal=KILL";
        case Harm::Eio: return "error=EIO";
        case Harm::Enospc: return "error=ENOSPC";
        case Harm::Eintr: return "error=EINTR";
    }
    return "";
}

// Of strace -f: "4711  openat(…", "4711  <... clone3 resumed>… = 4712".
const std::regex& line_of_strace() {
    static const std::regex pattern{R"(^(\d+) +(?:<\.\.\. )?(\w+)(\(| resumed>)(.*)$)"};
    return pattern;
}

bool starts_a_child(const std::string& call) {
    return call == "clone" || call == "clone3" || call == "vfork" || call == "fork";
}

pid_t result_of(const std::string& rest) {
    const std::size_t equals = rest.rfind(" = ");
    return equals == std::string::npos ? 0 : std::atoi(rest.c_str() + equals + 3);
}

}  // namespace

Watch::Watch(fs::path folder, std::optional<Point> point)
    : folder_(std::move(folder)), point_(std::move(point)) {}

std::string Watch::why_not(const line::Line& line) {
    if (!fs::exists(strace)) return std::string{strace} + " is not there";
    const line::Ended tried =
        line::run({strace, "-f", "-o", "/dev/null", "/bin/true"}, {}, line.folder());
    return tried.status == 0 ? "" : "strace may not: " + tried.errors;
}

std::vector<std::string> Watch::injection() const {
    std::string what = "inject=" + point_->call + ':' + injected(point_->harm);
    // A worker's cage ends it when it sees no call where one is left out.
    if (point_->caller.kind == Caller::Kind::Worker && point_->harm != Harm::Kill)
        what += ":syscall=gettid";
    return {"-o", folder_ / "strace.log",
            "-e", "trace=" + point_->call,
            "-e", what + ":when=" + std::to_string(point_->number)};
}

std::vector<std::string> Watch::before() const {
    const std::string list = "PERMITD_TEST_THREADS=" + (folder_ / "threads").string();
    if (!point_)
        return {"/usr/bin/env", list,
                strace,         "-D",
                "-f",           "-y",
                "-s",           "0",
                "-o",           folder_ / "strace.log",
                "-e",           "trace=?clone,?clone3,?vfork,?fork," + watched_calls()};
    if (point_->caller.kind != Caller::Kind::Daemon)
        return {"/usr/bin/env", list,
                "PERMITD_TEST_HELD_THREAD=" + std::to_string(point_->caller.thread)};
    std::vector<std::string> words{strace, "-D"};
    std::ranges::copy(injection(), std::back_inserter(words));
    return words;
}

pid_t Watch::held() const {
    std::ifstream list{folder_ / "threads"};
    for (unsigned place = 0, id = 0; list >> place >> id;)
        if (place == point_->caller.thread) return static_cast<pid_t>(id);
    return 0;
}

void Watch::join(line::Program& daemon) {
    if (!point_ || point_->caller.kind == Caller::Kind::Daemon) return;
    pid_t thread = 0;
    const auto ended = [&] { return daemon.ended(milliseconds{0}).has_value(); };
    line::becomes_true([&] { return (thread = held()) != 0 || ended(); }, joining_time_max);
    if (thread == 0) return;
    std::vector<std::string> words{strace};
    if (point_->caller.kind == Caller::Kind::Worker) words.emplace_back("-f");
    std::ranges::copy(injection(), std::back_inserter(words));
    words.emplace_back("-p");
    words.push_back(std::to_string(thread));
    strace_ =
        std::make_unique<line::Program>(words, line::Environment{}, folder_ / "strace-says.log");
    line::becomes_true(
        [&] {
            return line::kib_of(thread, "TracerPid") != 0 || ended() ||
                   strace_->ended(milliseconds{0}).has_value();
        },
        joining_time_max);
    std::ofstream{folder_ / "threads.go"} << '\n';
}

void Watch::leave_when_struck() {
    const bool may_follow = strace_ && point_->caller.kind == Caller::Kind::Worker;
    if (!may_follow || !has_struck()) return;
    strace_->send(SIGTERM);  // it lets everybody go
    strace_->ended(joining_time_max);
    strace_.reset();
}

bool Watch::has_struck() const {
    const std::string log = content_of(folder_ / "strace.log");
    return log.find("(INJECTED)") != std::string::npos ||
           log.find("+++ killed by SIGKILL +++") != std::string::npos;
}

std::vector<Seen> Watch::seen(pid_t daemon) const {
    std::map<pid_t, Caller> callers{{daemon, {}}};
    std::ifstream list{folder_ / "threads"};
    for (unsigned place = 0, id = 0; list >> place >> id;)
        callers[static_cast<pid_t>(id)] = {Caller::Kind::Thread, place};
    std::ifstream log{folder_ / "strace.log"};
    std::vector<std::pair<pid_t, Seen>> all;
    std::smatch found;
    for (std::string text; std::getline(log, text);) {
        if (!std::regex_match(text, found, line_of_strace())) continue;
        const pid_t id = std::stoi(found[1]);
        const std::string call = found[2], rest = found[4];
        if (starts_a_child(call)) {
            // A child that is no thread of the daemon is a worker of the thread that started it.
            if (const pid_t child = result_of(rest); child > 0 && callers.contains(id))
                callers.emplace(child, Caller{Caller::Kind::Worker, callers[id].thread});
            continue;
        }
        // What the held thread does before it is joined is not counted.
        if (found[3] == "(" && rest.find(folder_ / "threads") == std::string::npos)
            all.push_back({id, {{}, call, rest}});
    }
    std::vector<Seen> calls;
    for (auto& [id, each] : all)
        if (const auto caller = callers.find(id); caller != callers.end()) {
            each.caller = caller->second;
            calls.push_back(std::move(each));
        }
    return calls;
}

}  // namespace crash
