#include "sandbox/options.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "base/share.hpp"

namespace sandbox {

namespace {

constexpr int exit_usage = 64;

constexpr const char* about =
    "permit-sandbox: a ministry to develop against.\n\n"
    "Speaks the whole gateway (POST /mep/v1/messages, GET /mep/v1/messages/{key},\n"
    "/mep/v1/results, /mep/v1/status, /mep/v1/catalogue/{year}, POST /mep/v1/queries) over HTTP "
    "or\n"
    "mutual TLS, decides registrations, applications and withdrawals by the rules of a scenario\n"
    "file, hands licences to customs and clears goods.\n"
    "GET /sandbox/counters tells what was received, GET /sandbox/messages each message,\n"
    "POST /sandbox/clear forgets everything.";

constexpr const char* after_help =
    "Faults (--fault A,B,...; N% of requests, one fraction digit at most):\n"
    "  reset=N%             the connection is reset, nothing was done\n"
    "  lost-answer=N%       a message is taken, then the connection is reset\n"
    "  commit-late=N%       the connection is reset, the message is taken 2 s later\n"
    "  half-answer=N%       carried out, half of the answer leaves\n"
    "  slow=N%              carried out, the answer comes 5 s late\n"
    "  503=N%  401=N%       nothing is done, 503 with Retry-After or 401\n"
    "  duplicate-result=N%  results are handed out twice\n"
    "  shuffle-results      results of one answer stand in any order\n\n"
    "Example: permit-sandbox --listen 127.0.0.1:8090 --scenario everyday.yaml --clock-speed 60\n"
    "Times in scenario and faults are the ministry's: --clock-speed 60 makes an hour a minute.";

// "CERT,KEY,CLIENT-CA"
std::optional<http::TlsFiles> parse_tls(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream items(text);
    for (std::string part; std::getline(items, part, ',');) parts.push_back(part);
    if (parts.size() != 3 || parts[0].empty() || parts[1].empty()) return std::nullopt;
    return http::TlsFiles{parts[0], parts[1], parts[2]};
}

int complain(const std::string& text) {
    std::cerr << "permit-sandbox: " << text << "\n";
    return exit_usage;
}

}  // namespace

std::variant<Options, int> read_options(int count, char** arguments, const std::string& version) {
    Options options;
    std::string tls, fault;
    CLI::App app(about, "permit-sandbox");
    app.footer(after_help);
    app.set_version_flag("--version", "permit-sandbox " + version);
    app.add_option("--listen", options.listen, "ADDRESS:PORT (port 0: any free one) or unix:PATH")
        ->capture_default_str();
    app.add_option("--tls", tls, "CERT,KEY,CLIENT-CA: PEM files; clients must show a certificate");
    app.add_option("--scenario", options.scenario, "YAML file of the rules; without: approve all");
    app.add_option("--state", options.state, "file that keeps the state over restarts");
    app.add_option("--catalogue", options.catalogue, "CSV file of the commodity catalogue");
    app.add_option("--schemas", options.schemas, "directory of the XML schemas");
    app.add_option("--clock-speed", options.clock_speed, "how much faster time passes")
        ->check(CLI::Range(1u, 1'000'000u))
        ->capture_default_str();
    app.add_option("--fault", fault, "faults on purpose, see below");
    app.add_option("--fault-seed", options.fault_seed, "of the dice that throw faults")
        ->capture_default_str();
    app.add_flag("--null", options.null, "acknowledge at once, read and keep nothing but counters");
    app.add_flag("--verbose", options.verbose, "tell each request on stderr");
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_usage;
    }
    if (!tls.empty() && !(options.tls = parse_tls(tls)))
        return complain("--tls needs CERT,KEY,CLIENT-CA (three files with commas between)");
    const auto rates = parse_faults(fault);
    if (!rates) return complain(rates.fault().text);
    options.faults = *rates;
    const std::string share = base::share_directory();
    if (options.schemas.empty()) options.schemas = share + "/xsd";
    if (options.catalogue.empty()) options.catalogue = share + "/config/codes/commodities.csv";
    return options;
}

}  // namespace sandbox
