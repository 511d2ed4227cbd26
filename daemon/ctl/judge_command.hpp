// permitctl validate --mailbox: files judged by the daemon as if they were dropped now.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "ctl/asking.hpp"

namespace ctl {

// Tells every finding as validate() does, and what each file would be answered; 0, 65 (it would be
// rejected), 66 (no such file or mailbox), 69 (no daemon), 75 (try again).
int judge(const Common& common, const std::vector<std::string>& files, const std::string& mailbox);

}  // namespace ctl
