#include "ctl/own_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "ctl/table.hpp"
#include "ctl/words.hpp"

namespace ctl {

OwnFile::OwnFile(std::string file, bool force) : file_(std::move(file)) {
    const int how = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (force ? O_TRUNC : O_EXCL);
    out_ = base::Fd{::open(file_.c_str(), how, 0600)};
    if (!out_ || (force && ::fchmod(out_.number(), 0600) != 0)) error_ = errno;
}

OwnFile::~OwnFile() {
    if (out_) ::unlink(file_.c_str());
}

void OwnFile::put(std::string_view bytes) {
    if (error_ == 0 && !base::write_all(out_.number(), bytes)) error_ = errno;
}

int OwnFile::keep() {
    if (error_ == 0) {
        out_ = {};
        return EX_OK;
    }
    if (!out_ && error_ == EEXIST) {
        std::cerr << "permitctl: "
                  << say("{1} is there already: --force replaces it", {printable(file_)}) << '\n';
        return EX_CANTCREAT;
    }
    std::cerr << "permitctl: " << printable(file_) << ": " << std::strerror(error_) << '\n';
    return EX_IOERR;
}

int write_own_file(const std::string& file, const std::string& bytes, bool force) {
    OwnFile out{file, force};
    out.put(bytes);
    return out.keep();
}

}  // namespace ctl
