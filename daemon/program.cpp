#include "program.hpp"

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "access.hpp"
#include "base/stop.hpp"
#include "batch_pass.hpp"
#include "control.hpp"
#include "daemon.hpp"
#include "events.hpp"
#include "examine.hpp"
#include "herald.hpp"
#include "instance.hpp"
#include "metrics_port.hpp"
#include "notify.hpp"
#include "tables.hpp"

namespace permitd {

namespace {

#ifdef PERMITD_SANITIZED
constexpr worker::Cage cage = worker::Cage::No;  // the sanitizers' own system calls
#else
constexpr worker::Cage cage = worker::Cage::Yes;
#endif

constexpr int arenas_max = 2;

int tell_bad_start(const base::Fault& fault) {
    base::log(event::bad_start, {{"error", fault.text}});
    return base::exit_status(fault);
}

// No secret in a core dump, no secret for a debugger.
void keep_memory_private() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

// With an arena for each thread, what one thread frees another cannot use: a batch would leave
// memory of its own in each.
void share_arenas() { ::mallopt(M_ARENA_MAX, arenas_max); }

sigset_t set_of(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int each : signals) sigaddset(&set, each);
    return set;
}

// SIGTERM, SIGINT and SIGHUP come to the main thread when it waits for them; a vanished reader
// never kills us. Those that end us.
sigset_t block_signals() {
    ::signal(SIGPIPE, SIG_IGN);
    const sigset_t all = set_of({SIGTERM, SIGINT, SIGHUP});
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    return set_of({SIGTERM, SIGINT});
}

// Until it is time to end.
void serve_signals(Daemon& daemon) {
    const sigset_t all = set_of({SIGTERM, SIGINT, SIGHUP});
    for (;;) {
        siginfo_t by{};
        const int signal = ::sigwaitinfo(&all, &by);
        if (signal == SIGTERM || signal == SIGINT) return;
        if (signal == SIGHUP)
            daemon.reload_soon({.verb = route::Verb::Reload,
                                .uid = by.si_uid,
                                .user = user_name(by.si_uid),
                                .reason = "SIGHUP"});
    }
}

void drain(const Daemon& daemon, const base::Clock& clock) {
    const base::Tick until = clock.tick() + daemon.config().stop_within;
    const timespec pause{0, 20'000'000};
    sigset_t none;
    sigemptyset(&none);
    while (!daemon.drained() && clock.tick() < until) ::sigtimedwait(&none, nullptr, &pause);
    if (!daemon.drained()) base::log(event::not_drained, {});
}

int serve(Config config) {
    keep_memory_private();
    share_arenas();
    const sigset_t signals = block_signals();
    const base::SystemClock clock;
    const std::string run_directory = std::filesystem::path{config.control_socket}.parent_path();
    if (auto made = base::make_directories(run_directory, 0755); !made)
        return tell_bad_start(made.fault());
    const std::string mark = run_directory + "/poisoned";
    if (auto allowed = refuse_when_marked(mark, {config.state, config.spool, config.archive});
        !allowed)
        return tell_bad_start(allowed.fault());
    mark_failed_syncs(mark);
    if (auto room = wait_for_room(config.state, signals); !room)
        return tell_bad_start(room.fault());

    auto daemon = Daemon::open(std::move(config), clock);
    if (!daemon) return tell_bad_start(daemon.fault());
    auto metrics = MetricsPort::open(**daemon);
    if (!metrics) return tell_bad_start(metrics.fault());
    auto control = Control::open(**daemon);
    if (!control) return tell_bad_start(control.fault());
    (*daemon)->start();
    notify("READY=1");
    auto herald = make_herald(**daemon);
    base::log(event::started, {{"pid", std::int64_t{::getpid()}}});

    serve_signals(**daemon);
    notify("STOPPING=1");
    base::log(event::stopping, {});
    (*daemon)->begin_to_stop();
    drain(**daemon, clock);
    control->reset();
    herald.reset();
    metrics->reset();
    daemon->reset();
    base::log(event::stopped, {});
    return EX_OK;
}

struct Workplace {
    std::string share;
    std::vector<std::string> dialects;
};

int work(const Workplace& place, const WorkOf& work_of) {
    return worker::serve(
        worker::worker_socket,
        [&]() -> base::Result<worker::Work> {
            auto work = examiner(place.share, place.dialects);
            if (!work) return work.fault();
            return work_of(std::move(*work));
        },
        cage);
}

int work_on_batches(const Workplace& place) {
    return worker::serve_long(
        worker::worker_socket, [&] { return batch_examiner(place.share, place.dialects); }, cage);
}

int check_rest(const std::string& file, const Config& config) {
    if (auto checked = check_tables(config); !checked) {
        std::cerr << checked.fault().text << '\n';
        return EX_CONFIG;
    }
    std::cout << file << ": no errors\n";
    return EX_OK;
}

int print(const Config& config) {
    for (const Setting& each : config.settings)
        std::cout << each.key << ": " << each.value << "   # " << each.where << '\n';
    return EX_OK;
}

}  // namespace

int run(int argc, char** argv, const WorkOf& work_of, const Connect& connect_to) {
    CLI::App app{"permitd: declares licence applications left as files, and answers with receipts"};
    std::string file = "/etc/permitd/permitd.yaml";
    std::string share, batch_share;
    std::vector<std::string> dialects;
    bool check = false, show = false, courier = false;
    app.set_version_flag("--version", std::string{"permitd "} + PERMITD_VERSION);
    app.add_option("--config", file, "The configuration file")->capture_default_str();
    app.add_flag("--check-config", check,
                 "Tell every error of the configuration and its tables, and end (0 or 78)");
    app.add_flag("--print-config", show, "Print the effective values and where each came from");
    app.add_option("--worker", share)->group("");
    app.add_option("--batch-worker", batch_share)->group("");
    app.add_option("--dialect", dialects)->group("");
    app.add_flag("--courier", courier)->group("");
    app.footer(
        "Runs in the foreground; SIGTERM ends it cleanly, SIGHUP reloads its configuration. "
        "Example:\n"
        "  permitd --config /etc/permitd/permitd.yaml\n"
        "Exit status: 0 ended, 64 usage, 74 a disk failed, 75 a disk is full or another permitd "
        "holds the state, 78 configuration or a damaged state.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EX_OK : EX_USAGE;
    }
    if (!share.empty()) return work({share, dialects}, work_of);
    if (!batch_share.empty()) return work_on_batches({batch_share, dialects});
    if (courier) return run_courier(worker::worker_socket, cage, connect_to);
    auto config = load_config(file);
    if (!config) {
        std::cerr << config.fault().text << '\n';
        return EX_CONFIG;
    }
    if (show) return print(*config);
    if (check) return check_rest(file, *config);
    return serve(std::move(*config));
}

}  // namespace permitd
