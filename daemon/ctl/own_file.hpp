// A file of the asker's own: what permitctl makes for one person.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>

namespace ctl {

// With mode 0600: nobody else may read what an enterprise declares. A file that stands there
// already is replaced only with `force`, and then never written through a link. What cannot be
// written whole is not left behind. Says on standard error what went wrong; 0, 73 or 74.
int write_own_file(const std::string& file, const std::string& bytes, bool force);

}  // namespace ctl
