#include "system/unit/unit_file.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace unit {

namespace {

const std::vector<std::string>& simulated() {
    static const std::vector<std::string> names{
        "AmbientCapabilities",
        "CapabilityBoundingSet",
        "Group",
        "LimitCORE",
        "LimitNOFILE",
        "LockPersonality",
        "MemoryDenyWriteExecute",
        "NoNewPrivileges",
        "PrivateDevices",
        "PrivateMounts",
        "PrivateTmp",
        "ProtectControlGroups",
        "ProtectHome",
        "ProtectKernelTunables",
        "ProtectProc",
        "ProtectSystem",
        "ReadWritePaths",
        "RestrictAddressFamilies",
        "RestrictNamespaces",
        "RestrictRealtime",
        "RestrictSUIDSGID",
        "RuntimeDirectory",
        "StateDirectory",
        "SystemCallArchitectures",
        "SystemCallErrorNumber",
        "SystemCallFilter",
        "UMask",
        "User",
    };
    return names;
}

// No restriction of what the process does itself, or one of what the capabilities and the filter
// of system calls refuse already (the clock, the host's name, the kernel's log and modules).
const std::vector<std::string>& left_out() {
    static const std::vector<std::string> names{
        "ConfigurationDirectory",
        "ExecReload",
        "ExecStart",
        "KillMode",
        "LoadCredential",
        "LogRateLimitIntervalSec",
        "MemoryHigh",
        "MemoryMax",
        "NotifyAccess",
        "OOMPolicy",
        "ProtectClock",
        "ProtectHostname",
        "ProtectKernelLogs",
        "ProtectKernelModules",
        "RemoveIPC",
        "Restart",
        "RestartPreventExitStatus",
        "RestartSec",
        "RuntimeDirectoryMode",
        "RuntimeDirectoryPreserve",
        "StateDirectoryMode",
        "TasksMax",
        "TimeoutStartSec",
        "TimeoutStopSec",
        "Type",
        "WatchdogSec",
        "WatchdogSignal",
    };
    return names;
}

}  // namespace

UnitFile::UnitFile(const std::string& path) {
    std::ifstream in{path};
    if (!in) throw std::runtime_error{path + " cannot be read"};
    bool service = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('[')) service = line == "[Service]";
        const std::size_t sign = line.find('=');
        if (!service || line.starts_with('#') || sign == std::string::npos) continue;
        const std::string name = line.substr(0, sign);
        if (!std::ranges::count(simulated(), name) && !std::ranges::count(left_out(), name))
            throw std::runtime_error{name + ": decide in unit_file.cpp what becomes of it"};
        values_[name].push_back(line.substr(sign + 1));
    }
}

std::string UnitFile::last(const std::string& directive) const {
    const auto found = values_.find(directive);
    return found == values_.end() ? std::string{} : found->second.back();
}

std::vector<std::string> UnitFile::all(const std::string& directive) const {
    const auto found = values_.find(directive);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::string> UnitFile::words(const std::string& directive) const {
    std::vector<std::string> found;
    for (const std::string& each : all(directive)) {
        std::istringstream in{each};
        for (std::string word; in >> word;) found.push_back(word);
    }
    return found;
}

}  // namespace unit
