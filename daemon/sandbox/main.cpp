// permit-sandbox: a ministry to develop against.
#include <csignal>
#include <iostream>
#include <thread>

#include "sandbox/front.hpp"
#include "sandbox/options.hpp"

namespace {

constexpr int exit_configuration = 78;

int complain(const base::Fault& fault) {
    std::cerr << "permit-sandbox: " << fault.text << "\n";
    return exit_configuration;
}

base::Result<sandbox::Setting> setting_of(const sandbox::Options& options) {
    sandbox::Setting setting;
    if (!options.scenario.empty()) {
        auto scenario = sandbox::read_scenario(options.scenario);
        if (!scenario) return scenario.fault();
        setting.scenario = std::move(*scenario);
    }
    const std::string& own = setting.scenario.catalogue;
    auto catalogue = sandbox::Catalogue::read(own.empty() ? options.catalogue : own);
    if (!catalogue) return catalogue.fault();
    setting.catalogue = std::move(*catalogue);
    setting.faults = options.faults;
    setting.fault_seed = options.fault_seed;
    setting.depth = options.null ? sandbox::Depth::Null : sandbox::Depth::Whole;
    return setting;
}

// The latest moment in a state file: the ministry's clock goes on from there, never back.
base::Result<base::Time> start_of_clock(const std::string& state) {
    base::Time start = base::SystemClock().now();
    if (state.empty()) return start;
    const auto journal = sandbox::Journal::open(
        state, [&](sandbox::Record record) { start = std::max(start, record.at); });
    if (!journal) return journal.fault();
    return start;
}

// Signals wait for sigwait() in every thread.
sigset_t blocked_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

int run(const sandbox::Options& options) {
    const sigset_t signals = blocked_signals();
    auto setting = setting_of(options);
    if (!setting) return complain(setting.fault());
    xml::initialise();
    xml::Limits limits;
    limits.bytes_max = setting->message_bytes_max;
    auto parser = xml::Parser::load(options.schemas, limits);
    if (!parser) return complain(parser.fault());
    const auto start = start_of_clock(options.state);
    if (!start) return complain(start.fault());

    const sandbox::FastClock clock(*start, options.clock_speed);
    sandbox::Ministry ministry(std::move(*setting), clock, *parser);
    if (!options.state.empty())
        if (const auto kept = ministry.keep_state(options.state); !kept)
            return complain(kept.fault());
    sandbox::Front front(
        ministry, clock, options.clock_speed,
        options.verbose ? sandbox::Verbosity::EveryRequest : sandbox::Verbosity::Quiet);
    http::Listen listen;
    listen.address = options.listen;
    listen.tls = options.tls;
    auto server = http::Server::listen(
        listen, [&](http::Request request, http::Reply reply) { front.serve(request, reply); });
    if (!server) return complain(server.fault());
    front.stand_before(**server);
    std::cout << "listening on " << (*server)->address() << std::endl;

    std::thread serving([&] { (*server)->run(); });
    int signal = 0;
    sigwait(&signals, &signal);
    (*server)->after(std::chrono::milliseconds{0}, [&] {
        front.close();
        (*server)->stop();
    });
    serving.join();
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    const auto options = sandbox::read_options(count, arguments, PERMITD_VERSION);
    if (const int* code = std::get_if<int>(&options)) return *code;
    return run(std::get<sandbox::Options>(options));
}
