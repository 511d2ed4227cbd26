#include "ctl/own_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "base/files.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"

namespace ctl {

int write_own_file(const std::string& file, const std::string& bytes, bool force) {
    const int how = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (force ? O_TRUNC : O_EXCL);
    const base::Fd out{::open(file.c_str(), how, 0600)};
    if (!out && errno == EEXIST) {
        std::cerr << "permitctl: "
                  << say("{1} is there already: --force replaces it", {printable(file)}) << '\n';
        return EX_CANTCREAT;
    }
    const bool made = out && (!force || ::fchmod(out.number(), 0600) == 0);
    if (made && base::write_all(out.number(), bytes)) return EX_OK;
    const int error = errno;
    if (out) ::unlink(file.c_str());
    std::cerr << "permitctl: " << printable(file) << ": " << std::strerror(error) << '\n';
    return EX_IOERR;
}

}  // namespace ctl
