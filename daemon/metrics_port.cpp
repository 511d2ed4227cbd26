#include "metrics_port.hpp"

#include "figures.hpp"
#include "health.hpp"

namespace permitd {

namespace {

constexpr std::chrono::milliseconds figures_stand_for{250};
constexpr std::size_t connections_max = 16;
constexpr std::size_t body_bytes_max = 1024;
constexpr std::chrono::seconds idle_max{10};
constexpr const char* format = "text/plain; version=0.0.4; charset=utf-8";

http::Response plain(int status, const std::string& text) {
    return {status, {{"content-type", "text/plain; charset=utf-8"}}, text};
}

http::Response health(const std::vector<Check>& checks) {
    return plain(all_well(checks) ? 200 : 503, text_of(checks));
}

}  // namespace

MetricsPort::MetricsPort() = default;

base::Result<std::unique_ptr<MetricsPort>> MetricsPort::open(Daemon& daemon) {
    std::unique_ptr<MetricsPort> port{new MetricsPort};
    if (daemon.config().metrics_listen.empty()) return port;
    port->board_ = std::make_unique<FigureBoard>(daemon);
    http::Listen listen;
    listen.address = daemon.config().metrics_listen;
    listen.body_bytes_max = body_bytes_max;
    listen.idle_max = idle_max;
    listen.connections_max = connections_max;
    auto server = http::Server::listen(
        listen,
        [&daemon, port = port.get()](const http::Request& request, const http::Reply& reply) {
            reply(port->answer(request, daemon), http::Mischief::None);
        });
    if (!server)
        return base::Fault{server.fault().remedy,
                           "metrics.listen: " + server.fault().text +
                               "; give another address, or say `listen: off`"};
    port->server_ = std::move(*server);
    daemon.metrics_are_at(port->server_->address());
    port->thread_ = std::thread{[&server = *port->server_, &pulse = daemon.pulse()] {
        beat_while_served(server, pulse, Pulse::Thread::Metrics);
        server.run();
        pulse.rest(Pulse::Thread::Metrics);
    }};
    return port;
}

MetricsPort::~MetricsPort() {
    if (!server_) return;
    server_->stop();
    thread_.join();
}

http::Response MetricsPort::answer(const http::Request& request, Daemon& daemon) {
    if (request.method != "GET" && request.method != "HEAD")
        return plain(405, "only GET is served\n");
    if (request.path == "/livez") return health(liveness(daemon));
    if (request.path == "/readyz") return health(readiness(daemon));
    if (request.path != "/metrics") return plain(404, "there are /metrics, /livez and /readyz\n");
    const base::Tick now = daemon.clock().tick();
    if (text_.empty() || now - made_at_ >= figures_stand_for) {
        text_ = board_->text();
        made_at_ = now;
    }
    return {200, {{"content-type", format}}, text_};
}

}  // namespace permitd
