// Config: permitd.yaml as permitd understands it (config/permitd.yaml explains every key).
//
// Strict: an unknown key, a wrong form, a value out of range are errors with file, line and column,
// and all are told at once. Relative paths are taken from the configuration file's folder.
// Threads: immutable once loaded. Throws: nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "dispatch/curl_gateway.hpp"
#include "intake/intake.hpp"
#include "route/decision.hpp"
#include "transfer/remote.hpp"
#include "worker/pool.hpp"

namespace permitd {

// Where a mailbox's boxes stand when they are on somebody else's server.
struct SftpConfig {
    transfer::Server server;
    std::chrono::milliseconds every{10'000};   // between two looks at its OutBox
    std::chrono::milliseconds settle{10'000};  // a file is complete when it has not changed so long
};

enum class Wanted { All, Outcomes };  // which receipts a mailbox gets

struct MailboxConfig {
    std::string name;
    std::vector<std::string> senders;
    intake::Proof completeness = intake::Proof::None;
    std::string group;       // who may leave and fetch files; empty: permitd's own
    std::string dialect;     // mapping/partners/<dialect>.yaml; empty: canonical documents only
    std::string dialect_at;  // where that is said, "file:line:column"
    Wanted receipts = Wanted::All;
    std::optional<SftpConfig> sftp;
};

// When nothing more is taken in. Files wait in their OutBoxes.
struct Admission {
    std::uint64_t free_percent_min = 10;      // of blocks, and of inodes
    std::uint64_t backlog_max = 1'000'000;    // messages without an outcome
    std::uint64_t inbox_files_max = 100'000;  // unread in one InBox: its mailbox alone waits
};

// An effective value.
struct Setting {
    std::string key;  // "mailboxes.acme.senders"
    std::string value;
    std::string where;  // "file:line:column", or "default"
    bool operator==(const Setting&) const = default;
};

struct Config {
    std::string file;
    std::string spool;
    std::string state;
    std::string state_key;   // file of the key that seals secrets; default: <state>/state.key
    std::string ledger_key;  // file of the key that signs the archive; default: <state>/ledger.key
    std::string
        archive;        // default: <spool>/.archive, on the spool's file system so that links work
    std::string share;  // holds xsd/ mapping/ config/
    dispatch::GatewayOptions ministry;
    route::Patience patience;
    intake::Options intake;
    std::uint64_t batch_messages_max = 50'000;
    Admission admission;
    std::chrono::hours boxes_keep{90 * 24};  // SentBox and FailBox
    worker::Options workers;
    std::string control_socket;
    // Groups of this host; they need not exist.
    std::string control_group;                      // may read
    std::string control_admin_group;                // may read and change
    std::string metrics_listen = "127.0.0.1:9464";  // empty: off
    std::chrono::milliseconds stop_within{20'000};
    std::vector<MailboxConfig> mailboxes;

    std::vector<Setting> settings;  // in the order of config/permitd.yaml
};

// The errors, one a line ("file:line:column: text"), or the configuration.
base::Result<Config> load_config(const std::string& file);

}  // namespace permitd
