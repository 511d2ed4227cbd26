// MetricsPort: GET /metrics (Prometheus), /livez and /readyz (200 or 503, a line a check) over HTTP
// on `metrics.listen`. No TLS and no login: it tells figures, and listens to this host alone unless
// the configuration says otherwise.
//
// Whoever asks often or slowly costs little: figures are made at most four times a second, requests
// have no body, connections are few and end when nothing comes.
// Threads: its own; reads the store beside the commit thread. Throws: nothing.
#pragma once

#include <memory>
#include <thread>

#include "daemon.hpp"
#include "http/server.hpp"

namespace permitd {

class FigureBoard;

class MetricsPort {
public:
    // Serves nothing when the configuration says `listen: off`. A fault when the port is taken.
    static base::Result<std::unique_ptr<MetricsPort>> open(Daemon& daemon);
    ~MetricsPort();

private:
    MetricsPort();
    http::Response answer(const http::Request& request, Daemon& daemon);

    std::unique_ptr<FigureBoard> board_;
    std::string text_;
    base::Tick made_at_ = {};
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

}  // namespace permitd
