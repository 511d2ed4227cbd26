// HostTrust: whether a key that a host shows is the one its operator vouched for, by a known_hosts
// file, a fingerprint, or both. Nobody is trusted because he was met before.
//
// The faults are AskOperator, name the fingerprint that was seen, and say what to do.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "transfer/known_hosts.hpp"
#include "transfer/remote.hpp"

namespace transfer {

class HostTrust {
public:
    // Reads the file. A fault where nothing, or nothing readable, vouches for a host.
    static base::Result<HostTrust> of(const Server& server);

    // The types of host keys to ask for, best first, with commas: those that are known, so that the
    // host does not show another of its keys; all usable ones where none is.
    std::string types() const;
    // `blob`: the key as it goes over the wire; its own proof is the library's.
    base::Outcome judge(std::string_view blob) const;
    // The host has no key of these types.
    base::Fault no_common_type() const;

private:
    base::Outcome judge_by_file(std::string_view blob) const;
    std::string line_for(std::string_view blob) const;

    std::string name_;  // as it stands in known_hosts
    std::string file_;
    std::string fingerprint_;
    KnownKeys keys_;
};

}  // namespace transfer
