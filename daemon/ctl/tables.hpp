// permitctl mapping: whether the tables of mapping/ are sound, and what one makes of a file.
// Neither asks a daemon.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include "ctl/validate.hpp"

namespace ctl {

// Every complaint about the tables of a directory, with file, line and column. Exit status: 0,
// 65 complaints, 78 what they lean on (the code lists of `share`) cannot be read.
int check_tables(const std::string& share, const std::string& directory);

// What becomes of each field of a file, then the findings about it as validate() tells them.
int try_table(const std::string& share, const std::string& table, const std::string& file,
              Form form);

}  // namespace ctl
