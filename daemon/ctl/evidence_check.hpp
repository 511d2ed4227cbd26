// How evidence is checked by hand: a chapter of its page, with the commands.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "ctl/words.hpp"

namespace ctl {

std::string check_of(const std::string& mailbox, Language language);

}  // namespace ctl
