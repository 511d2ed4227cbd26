// Events: the constants of every events.hpp, and the operator's table of them.
// Threads: free functions. Throws: std::bad_alloc.
#pragma once

#include "unit/house/source.hpp"

namespace house {

struct LogEvent {
    std::string name;     // "file-taken"
    std::string level;    // "info"
    std::string meaning;  // one sentence
    std::string remedy;   // one sentence, or empty
    std::string at;       // "daemon/base/events.hpp:10"
};

// Every event of daemon/, by name.
std::vector<LogEvent> events_of(const std::vector<Source>& tree);
// Names used twice, names that are not lower-case words with hyphens, missing sentences, and events
// made elsewhere than in an events.hpp.
Sentences odd_events(const std::vector<Source>& tree);
// The rows of the table in systemd/README.md, with its head.
std::string table_of(const std::vector<LogEvent>& events);
// The journal's message catalogue: an entry for each, under the id that base::journal gives it.
std::string catalogue_of(const std::vector<LogEvent>& events);

// What stands between the lines "<!-- events -->" and "<!-- end of events -->" of the manual; empty
// when there are none.
std::string table_in(std::string_view manual);
// The manual with another table.
std::string with_table(std::string_view manual, std::string_view table);

}  // namespace house
