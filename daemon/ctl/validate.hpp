// permitctl validate: the daemon's own engine on files, without a daemon.
// Threads: the main thread. Throws: nothing.
#pragma once

#include <string>
#include <vector>

namespace ctl {

enum class Form { Human, Json };

// Tells every finding of every file on standard output; returns 0, 65 (an error was found), 66 (a
// file cannot be read) or 78 (schemas or lists cannot be loaded).
int validate(const std::string& share, const std::vector<std::string>& files, Form form);

}  // namespace ctl
