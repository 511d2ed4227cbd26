// Tables: the partner tables that mailboxes name (`dialect:`), and whether they are there.
//
// A mailbox whose table is not there must take nothing: its documents would be refused as none of
// ours. So who loads tables knows which are wanted.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "config.hpp"
#include "mapping/dialects.hpp"

namespace permitd {

// Names of tables, each once.
std::vector<std::string> wanted_dialects(const Config& config);
// Where a dialect's table stands.
std::string dialect_file(const std::string& share, const std::string& dialect);
// All mailboxes whose dialect has no table, one a line: "file:line:column: …".
base::Outcome check_dialects(const Config& config, const mapping::Dialects& dialects);
// Loads every list and table of the share, and checks that: everything that is wrong, one a line.
base::Outcome check_tables(const Config& config);

}  // namespace permitd
