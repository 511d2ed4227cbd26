// Tables: the lists, texts and tables that documents are held to, and the partner tables that
// mailboxes name (`dialect:`): whether they are there.
//
// A mailbox whose table is not there must take nothing: its documents would be refused as none of
// ours. So who loads tables knows which are wanted.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "config.hpp"
#include "mapping/dialects.hpp"
#include "mapping/mapper.hpp"
#include "receipts/compose.hpp"

namespace permitd {

// Names of tables, each once.
std::vector<std::string> wanted_dialects(const Config& config);
// Where a dialect's table stands.
std::string dialect_file(const std::string& share, const std::string& dialect);
// All mailboxes whose dialect has no table, one a line: "file:line:column: …".
base::Outcome check_dialects(const Config& config, const mapping::Dialects& dialects);

// The tables point at the lists.
struct Tables {
    std::unique_ptr<const edi::Lists> lists;
    std::unique_ptr<const receipts::Catalogue> catalogue;
    std::unique_ptr<const mapping::Mapper> mapper;
    std::unique_ptr<const mapping::Dialects> dialects;
};
// Every list, text and table beneath that directory, with check_dialects(): a fault tells
// everything that is wrong, one a line.
base::Result<Tables> load_tables(const std::string& directory, const Config& config);
// The same of the configuration's share.
base::Outcome check_tables(const Config& config);
// Adds the lines that are not there yet.
void add_lines(const std::string& text, std::string& all);

}  // namespace permitd
