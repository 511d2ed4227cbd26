// What a configuration becomes when it is put to work, at the start and by a reload.
// Threads: pure. Throws: std::bad_alloc only.
#pragma once

#include <set>

#include "rules.hpp"

namespace permitd {

// How an enterprise and permitd use the boxes of that mailbox.
mailbox::Terms terms_of(const MailboxConfig& mailbox);
std::map<std::string, std::vector<std::string>> senders_of(const Config& config);
std::set<std::string> mailbox_names(const Config& config);
// Tells the intake what each mailbox demands, and the workers where their rules are.
void fit(Config& config, const Rules& rules);

}  // namespace permitd
