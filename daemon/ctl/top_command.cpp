// permitctl top: live figures, until somebody has seen enough.
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>

#include "base/files.hpp"
#include "ctl/commands.hpp"
#include "ctl/top.hpp"

namespace ctl {

namespace {

constexpr int turn_ms = 1000;
constexpr const char* clear = "\x1b[H\x1b[2J";

struct Watching {
    bool once = false;
    std::uint64_t count = 0;  // 0: until q or Ctrl-C
};

// A terminal that gives each key at once, until this goes.
class Keys {
public:
    Keys() : is_terminal_(::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!is_terminal_) return;
        termios raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    ~Keys() {
        if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
    Keys(const Keys&) = delete;
    Keys& operator=(const Keys&) = delete;
    int descriptor() const { return is_terminal_ ? STDIN_FILENO : -1; }

private:
    termios before_{};
    bool is_terminal_;
};

// Ctrl-C ends a turn, not the program: the terminal is to be put back as it was.
base::Fd ends() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return base::Fd{::signalfd(-1, &set, SFD_CLOEXEC)};
}

enum class Wish { GoOn, End };

// Waits a turn, or until somebody wants an end.
Wish await_turn(const Keys& keys, const base::Fd& ended) {
    pollfd sources[2] = {{keys.descriptor(), POLLIN, 0}, {ended.number(), POLLIN, 0}};
    if (::poll(sources, 2, turn_ms) <= 0) return Wish::GoOn;
    if (sources[1].revents != 0) return Wish::End;
    char key = 'q';
    [[maybe_unused]] const ssize_t got = ::read(STDIN_FILENO, &key, 1);
    return key == 'q' || key == 'Q' ? Wish::End : Wish::GoOn;
}

int show(const Common& common, const Watching& watching) {
    const bool live = ::isatty(STDOUT_FILENO) == 1 && !common.json;
    const bool once = watching.once || (!live && !common.json);
    const std::string socket = socket_of(common);
    const Keys keys;
    const base::Fd ended = ends();
    std::optional<boost::json::object> before;
    for (std::uint64_t shown = 1;; ++shown) {
        auto answer = ask(socket, "/figures");
        if (!answer || answer->status != 200) return print_answer(common, answer, nullptr, nullptr);
        if (common.json)
            std::cout << boost::json::serialize(answer->body) << std::endl;
        else
            std::cout << (live && !once ? clear : "")
                      << tell_top(answer->body, before ? &*before : nullptr) << std::flush;
        if (once || shown == watching.count || !std::cout) return EX_OK;
        before = std::move(answer->body);
        if (await_turn(keys, ended) == Wish::End) return EX_OK;
    }
}

}  // namespace

void add_top_command(CLI::App& app, const Common& common, Ended& ended) {
    const auto watching = std::make_shared<Watching>();
    CLI::App* top = app.add_subcommand(
        "top", "Live: rates a second, the queue and its oldest, the endpoint; q ends it");
    top->add_flag(
        "--once", watching->once,
        "One look, its rates those since the start; so it is where output is no terminal");
    top->add_option("--count", watching->count, "So many looks, one a second");
    top->callback([&common, &ended, watching] { ended = show(common, *watching); });
}

}  // namespace ctl
