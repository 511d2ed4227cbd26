// CurlGateway: the ministry's gateway over HTTPS. URLs and status codes live in this folder only.
//
// In front of the endpoint stand a breaker (5 transport failures in a row break the line for 60 s,
// doubling to 15 min, one probe), and parking for configuration faults (a probe of /status a
// minute, backing off to 15 min; five different submissions in a row that get another 4xx without a
// verdict park too). While parked or broken nothing is sent; a request for results or a catalogue
// waits inside. A page of results that is too long to be taken is asked for again with half as
// many, until one fits; the breaker does not count it. Bodies are wiped once they were handed to
// the transfer, and never logged.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "dispatch/gateway.hpp"
#include "transfer/transfer.hpp"

namespace dispatch {

struct GatewayOptions {
    std::string url;  // "https://gateway.example/mep/v1", no slash at the end
    transfer::Tls tls;
    std::size_t in_flight_max = 32;
    std::chrono::seconds results_wait{20};
    unsigned results_limit = 500;
    std::chrono::milliseconds time_max{60'000};
};

class ConfiguredGateway : public Gateway {
public:
    // Other limits and files of certificates from the next request on; the URL stays. A line
    // that is closed is probed at once. Threads: any.
    virtual void use(const GatewayOptions& options) = 0;
};

base::Result<std::unique_ptr<ConfiguredGateway>> make_curl_gateway(GatewayOptions options,
                                                                   const base::Clock& clock);

}  // namespace dispatch
