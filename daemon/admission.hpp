// Admission: when nothing more is taken in, as a rule over figures (config/permitd.yaml, intake).
//
// The store must never meet a full disk before intake does: Debian's RocksDB aborts the process on
// many errors of the disk. A condition ends only when it is a tenth better than where it began, so
// that it does not come and go with each file.
// Threads: pure. Throws: std::bad_alloc only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config.hpp"

namespace permitd {

// What is left of one file system.
struct Space {
    std::string path;
    std::uint64_t bytes_free = 0;  // for others than root
    std::uint64_t bytes_all = 0;
    std::uint64_t inodes_free = 0;
    std::uint64_t inodes_all = 0;  // 0: it has no fixed number of them
    bool operator==(const Space&) const = default;
};

struct Figures {
    std::vector<Space> spaces;
    std::uint64_t backlog = 0;                         // messages without an outcome
    std::map<std::string, std::uint64_t> inbox_files;  // by mailbox
    // Why, by the path of which nothing is known.
    std::map<std::string, std::string> unmeasured = {};
};

enum class Condition { SpaceUnknown, FreeSpace, FreeInodes, Backlog, InboxFiles };
const char* code_of(Condition condition);  // "free-space"

// Why intake waits.
struct Hold {
    Condition condition = Condition::FreeSpace;
    std::string place;  // a path; a mailbox, which waits alone; empty for the backlog
    std::uint64_t figure = 0;
    std::uint64_t limit = 0;  // the least or the most that is allowed
    bool operator==(const Hold&) const = default;
};

// Bytes that stay free whatever the share says: several write-ahead logs and tables of the store,
// and what intake has in its hands.
std::uint64_t floor_bytes(const Config& config);

// Half of it stays free on the state's file system for what is under way when intake waits: below
// that nothing is committed, so that the store never meets a full disk by its own doing.
std::uint64_t commit_floor_bytes(const Config& config);
std::vector<Hold> commit_holds(const Space& state, std::uint64_t floor,
                               const std::vector<Hold>& before);

// What holds intake now, given what held it before.
std::vector<Hold> holds(const Figures& figures, const Admission& limits, std::uint64_t floor,
                        const std::vector<Hold>& before);

}  // namespace permitd
