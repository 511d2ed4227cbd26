#include "config.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/share.hpp"
#include "edi/message.hpp"
#include "transfer/transfer.hpp"
#include "yaml/document.hpp"

namespace permitd {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string in_unit(milliseconds time) {
    const auto count = time.count();
    if (count % 86'400'000 == 0 && count > 0) return std::to_string(count / 86'400'000) + "d";
    if (count % 3'600'000 == 0 && count > 0) return std::to_string(count / 3'600'000) + "h";
    if (count % 60'000 == 0 && count > 0) return std::to_string(count / 60'000) + "m";
    if (count % 1000 == 0) return std::to_string(count / 1000) + "s";
    return std::to_string(count) + "ms";
}

// One level of the file: reads a key, remembers what came of it for --print-config.
class Section {
public:
    Section(yaml::Node node, std::string prefix, std::string folder,
            std::vector<std::string>& printed)
        : node_(std::move(node)), prefix_(std::move(prefix)), folder_(std::move(folder)),
          printed_(printed) {}

    Section sub(const std::string& key) const {
        return {node_[key], prefix_ + key + ".", folder_, printed_};
    }
    const yaml::Node& node() const { return node_; }

    std::string text(const std::string& key, const std::string& absent) const {
        const yaml::Node value = node_[key];
        return told(key, value, value.text(absent));
    }
    std::string required_text(const std::string& key) const {
        const yaml::Node value = node_.required(key);
        return told(key, value, value.text());
    }
    // A path; relative ones are beneath the configuration file's folder.
    std::string path(const std::string& key, const std::string& absent) const {
        const yaml::Node value = node_[key];
        return told(key, value, beneath(value.text(absent)));
    }
    std::string required_path(const std::string& key) const {
        const yaml::Node value = node_.required(key);
        return told(key, value, beneath(value.text()));
    }
    milliseconds time(const std::string& key, milliseconds absent, milliseconds least) const {
        const yaml::Node value = node_[key];
        const milliseconds read = value.duration(absent);
        if (read < least) value.complain("must be at least " + in_unit(least));
        told(key, value, in_unit(read));
        return read;
    }
    std::uint64_t number(const std::string& key, std::uint64_t absent, std::uint64_t least,
                         std::uint64_t most) const {
        const yaml::Node value = node_[key];
        const std::uint64_t read = value.number(absent, least, most);
        told(key, value, std::to_string(read));
        return read;
    }
    std::uint64_t bytes(const std::string& key, std::uint64_t absent, std::uint64_t least) const {
        const yaml::Node value = node_[key];
        const std::uint64_t read = value.bytes(absent);
        if (read < least) value.complain("must be at least " + std::to_string(least) + " bytes");
        told(key, value, std::to_string(read));
        return read;
    }

private:
    std::string beneath(const std::string& path) const {
        if (path.empty() || path.front() == '/') return path;
        return (fs::path{folder_} / path).lexically_normal();
    }
    std::string told(const std::string& key, const yaml::Node& value, std::string effective) const {
        printed_.push_back(prefix_ + key + ": " + (effective.empty() ? "\"\"" : effective) +
                           "   # " + (value ? value.where() : "default"));
        return effective;
    }

    yaml::Node node_;
    std::string prefix_;
    std::string folder_;
    std::vector<std::string>& printed_;
};

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
}

void read_workers(const Section& section, Config& config) {
    worker::Options& out = config.workers;
    const auto cores = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
    out.processes = static_cast<unsigned>(section.number("processes", cores, 1, 256));
    out.job_time_max = section.time("job_time_max", out.job_time_max, milliseconds{100});
    out.memory_bytes_max = section.bytes("memory_max", out.memory_bytes_max, 64u << 20);
}

bool is_mailbox_name(const std::string& name) {
    return !name.empty() && name.size() <= 64 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos &&
           name.front() != '-';
}

void read_mailbox(const yaml::Node& node, Config& config, std::set<std::string>& names) {
    MailboxConfig mailbox;
    const yaml::Node name = node.required("name");
    mailbox.name = name.text();
    if (name && !is_mailbox_name(mailbox.name))
        name.complain("a mailbox name is 1 to 64 of a-z 0-9 and - (not in front)");
    else if (name && !names.insert(mailbox.name).second)
        name.complain("there is a mailbox of this name already");
    const yaml::Node senders = node.required("senders");
    for (const yaml::Node& each : senders.items()) {
        mailbox.senders.push_back(each.text());
        if (!edi::is_uscc(mailbox.senders.back()))
            each.complain("a sender is a unified social credit code of 18 characters");
    }
    if (senders && mailbox.senders.empty()) senders.complain("name at least one sender");
    std::string line = "mailboxes." + mailbox.name + ".senders: [";
    for (const std::string& each : mailbox.senders)
        line += (each == mailbox.senders.front() ? "" : ", ") + each;
    config.printed.push_back(line + "]   # " + node.where());
    config.mailboxes.push_back(std::move(mailbox));
}

void read_mailboxes(const yaml::Node& root, Config& config) {
    const yaml::Node mailboxes = root.required("mailboxes");
    std::set<std::string> names;
    for (const yaml::Node& each : mailboxes.items()) read_mailbox(each, config, names);
    if (mailboxes && config.mailboxes.empty()) mailboxes.complain("name at least one mailbox");
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
    std::error_code ignored;
    const std::string folder = fs::absolute(file, ignored).parent_path();
    const Section root{document->root(), "", folder, config.printed};
    config.spool = root.required_path("spool");
    config.state = root.required_path("state");
    config.state_key = root.path("state_key", config.state + "/state.key");
    config.archive = root.path("archive", config.spool + "/.archive");
    config.share = root.path("share", base::share_directory());
    root.node().required("ministry");
    read_ministry(root.sub("ministry"), config);
    read_intake(root.sub("intake"), config);
    read_workers(root.sub("workers"), config);
    config.control_socket = root.sub("control").path("socket", "/run/permitd/control");
    config.stop_within = root.time("stop_within", config.stop_within, milliseconds{0});
    read_mailboxes(root.node(), config);
    const std::vector<std::string> complaints = document->complaints();
    if (!complaints.empty()) return base::Fault{base::Remedy::AskOperator, joined(complaints)};
    return config;
}

}  // namespace permitd
