// What another configuration changes, and which of it only a restart takes.
//
// A restart want: where things stand, which cannot be moved under our hands; where and by whom
// permitd is asked, which the sockets know since they were opened; the ministry, because what is in
// doubt must be asked of the one that may have it; and of a mailbox that stays, who its boxes are
// given to and where they stand.
// Threads: pure. Throws: std::bad_alloc only.
#pragma once

#include "config.hpp"

namespace permitd {

enum class Takes { Reload, Restart };
const char* code_of(Takes takes);  // "reload"

struct SettingChange {
    std::string key;
    std::string running;  // empty: it is not there
    std::string fresh;    // likewise
    std::string where;    // of the fresh one
    Takes takes = Takes::Reload;
};

std::vector<SettingChange> changes_of(const Config& running, const Config& fresh);
// Those that want a restart, one a line ("file:line:column: …"); empty when there are none.
std::string restart_wanted(const std::vector<SettingChange>& changes, const std::string& file);

}  // namespace permitd
