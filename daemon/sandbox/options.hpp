// Options: the command line of permit-sandbox.
// Threads: one. Throws: nothing.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "http/server.hpp"
#include "sandbox/faults.hpp"

namespace sandbox {

struct Options {
    std::string listen = "127.0.0.1:8090";
    std::optional<http::TlsFiles> tls;
    std::string scenario;  // empty: everything is approved
    std::string state;     // empty: kept in memory
    std::string catalogue;
    std::string schemas;
    unsigned clock_speed = 1;
    FaultRates faults;
    std::uint64_t fault_seed = 1;
    bool null = false;
    bool verbose = false;
};

// The options, or the exit code when there is nothing to run (help was asked for, or a mistake was
// told on stderr).
std::variant<Options, int> read_options(int count, char** arguments, const std::string& version);

}  // namespace sandbox
