#include "config.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/share.hpp"
#include "config_section.hpp"
#include "http/endpoint.hpp"
#include "transfer/transfer.hpp"

namespace permitd {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

void read_ministry(const Section& ministry, Config& config) {
    dispatch::GatewayOptions& out = config.ministry;
    out.url = ministry.required_text("url");
    while (!out.url.empty() && out.url.back() == '/') out.url.pop_back();
    if (!out.url.empty())
        if (const auto allowed = transfer::check_url(out.url); !allowed)
            ministry.node()["url"].complain(allowed.fault().text);
    out.tls.ca_file = ministry.path("ca", "");
    out.tls.certificate_file = ministry.path("client_certificate", "");
    out.tls.key_file = ministry.path("client_key", "");
    out.in_flight_max = ministry.number("in_flight_max", 32, 1, 1024);
    out.time_max = ministry.time("time_max", milliseconds{60'000}, milliseconds{100});
    const Section retry = ministry.sub("retry");
    route::Patience& patience = config.patience;
    patience.first = retry.time("first", patience.first, milliseconds{1});
    patience.max = retry.time("max", patience.max, patience.first);
    patience.lifetime = std::chrono::duration_cast<std::chrono::hours>(
        retry.time("lifetime", patience.lifetime, std::chrono::hours{1}));
    patience.warn_after = retry.time("warn_after", patience.warn_after, milliseconds{1});
    patience.commit_lag = ministry.time("commit_lag", patience.commit_lag, milliseconds{0});
    patience.query_lifetime =
        ministry.time("query_lifetime", patience.query_lifetime, milliseconds{1});
    const Section results = ministry.sub("results");
    out.results_wait = std::chrono::duration_cast<std::chrono::seconds>(
        results.time("wait", milliseconds{20'000}, milliseconds{0}));
    if (out.results_wait > std::chrono::seconds{30})
        results.node()["wait"].complain("must be at most 30s");
    out.results_limit = static_cast<unsigned>(results.number("limit", 500, 1, 500));
}

void read_intake(const Section& section, Config& config) {
    intake::Options& out = config.intake;
    out.settle = section.time("settle", out.settle, milliseconds{0});
    out.rescan = section.time("rescan", out.rescan, milliseconds{100});
    out.incomplete_after = section.time("incomplete_after", out.incomplete_after, milliseconds{0});
    out.file_bytes_max = section.bytes("file_bytes_max", out.file_bytes_max, 1024);
    out.batch_bytes_max = section.bytes("batch_bytes_max", out.batch_bytes_max, out.file_bytes_max);
    config.batch_messages_max =
        section.number("batch_messages_max", config.batch_messages_max, 1, 50'000);
    Admission& admission = config.admission;
    admission.free_percent_min = section.percent("free_space_min", admission.free_percent_min, 90);
    constexpr std::uint64_t many = 1'000'000'000;
    admission.backlog_max = section.number("backlog_max", admission.backlog_max, 1, many);
    admission.inbox_files_max = section.number("inbox_max", admission.inbox_files_max, 1, many);
}

// What is told there is no secret, but nobody else's business: another host may ask only where that
// is said beside it.
void read_metrics(const Section& section, Config& config) {
    const std::string listen = section.text("listen", config.metrics_listen);
    const bool beyond = section.word("beyond_loopback", {"no", "yes"}) == 1;
    config.metrics_listen = listen == "off" ? std::string{} : listen;
    if (config.metrics_listen.empty()) return;
    const auto place = http::parse_tcp(listen);
    if (!place)
        section.node()["listen"].complain(place.fault().text);
    else if (!beyond && place->host != "::1" && !place->host.starts_with("127."))
        section.node()["listen"].complain(
            "other hosts can reach " + place->host +
            ": name a loopback address, or say `beyond_loopback: yes` beside it");
}

void read_workers(const Section& section, Config& config) {
    worker::Options& out = config.workers;
    const auto cores = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
    out.processes = static_cast<unsigned>(section.number("processes", cores, 1, 256));
    out.job_time_max = section.time("job_time_max", out.job_time_max, milliseconds{100});
    out.memory_bytes_max = section.bytes("memory_max", out.memory_bytes_max, 64u << 20);
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& each : lines) out += (out.empty() ? "" : "\n") + each;
    return out;
}

}  // namespace

base::Result<Config> load_config(const std::string& file) {
    auto document = yaml::Document::read(file);
    if (!document) return document.fault();
    Config config;
    config.file = file;
    std::error_code ignored;
    const std::string folder = fs::absolute(file, ignored).parent_path();
    const Section root{document->root(), "", folder, config.settings};
    config.spool = root.required_path("spool");
    config.state = root.required_path("state");
    config.state_key = root.path("state_key", config.state + "/state.key");
    config.ledger_key = root.path("ledger_key", config.state + "/ledger.key");
    config.archive = root.path("archive", config.spool + "/.archive");
    config.share = root.path("share", base::share_directory());
    root.node().required("ministry");
    read_ministry(root.sub("ministry"), config);
    read_intake(root.sub("intake"), config);
    read_workers(root.sub("workers"), config);
    const Section control = root.sub("control");
    config.control_socket = control.path("socket", "/run/permitd/control");
    config.control_group = control.text("group", "permitd");
    config.control_admin_group = control.text("admin_group", "permitd-admin");
    read_metrics(root.sub("metrics"), config);
    config.stop_within = root.time("stop_within", config.stop_within, milliseconds{0});
    config.boxes_keep = std::chrono::duration_cast<std::chrono::hours>(
        root.time("boxes_keep", config.boxes_keep, std::chrono::days{1}));
    read_mailboxes(root, config);
    const std::vector<std::string> complaints = document->complaints();
    if (!complaints.empty()) return base::Fault{base::Remedy::AskOperator, joined(complaints)};
    return config;
}

}  // namespace permitd
