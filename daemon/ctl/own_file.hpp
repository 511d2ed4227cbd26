// A file of the asker's own: what permitctl makes for one person.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>

#include "base/files.hpp"

namespace ctl {

// With mode 0600: nobody else may read what an enterprise declares. A file that stands there
// already is replaced only with `force`, and then never written through a link. What is not written
// whole and kept is not left behind.
class OwnFile {
public:
    OwnFile(std::string file, bool force);
    ~OwnFile();
    OwnFile(const OwnFile&) = delete;
    OwnFile& operator=(const OwnFile&) = delete;
    void put(std::string_view bytes);
    // Says on standard error what went wrong until now; 0, 73 or 74.
    int keep();

private:
    std::string file_;
    base::Fd out_;
    int error_ = 0;
};

// One that is made at once.
int write_own_file(const std::string& file, const std::string& bytes, bool force);

}  // namespace ctl
