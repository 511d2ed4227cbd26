// Config: permitd.yaml as permitd understands it (config/permitd.yaml explains every key).
//
// Strict: an unknown key, a wrong form, a value out of range are errors with file, line and column,
// and all are told at once. Relative paths are taken from the configuration file's folder.
// Threads: immutable once loaded. Throws: nothing.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "dispatch/curl_gateway.hpp"
#include "intake/intake.hpp"
#include "route/decision.hpp"
#include "worker/pool.hpp"

namespace permitd {

struct MailboxConfig {
    std::string name;
    std::vector<std::string> senders;
};

struct Config {
    std::string spool;
    std::string state;
    std::string state_key;  // file of the key that seals secrets; default: <state>/state.key
    std::string
        archive;        // default: <spool>/.archive, on the spool's file system so that links work
    std::string share;  // holds xsd/ mapping/ config/
    dispatch::GatewayOptions ministry;
    route::Patience patience;
    intake::Options intake;
    std::uint64_t batch_messages_max = 50'000;
    worker::Options workers;
    std::string control_socket;
    std::chrono::milliseconds stop_within{20'000};
    std::vector<MailboxConfig> mailboxes;

    // The effective values, one "key: value   # where it came from" a line.
    std::vector<std::string> printed;
};

// The errors, one a line ("file:line:column: text"), or the configuration.
base::Result<Config> load_config(const std::string& file);

}  // namespace permitd
