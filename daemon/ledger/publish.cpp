#include "ledger/publish.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ledger {

base::Result<base::Fd> write_unnamed(int directory, const std::string& name,
                                     std::string_view bytes) {
    constexpr mode_t file_mode = 0444;
    const std::string unfinished = '.' + name;
    // What a crash left may be read-only.
    if (::unlinkat(directory, unfinished.c_str(), 0) != 0 && errno != ENOENT)
        return base::fault_of_errno(errno, "removing " + unfinished);
    base::Fd file{::openat(directory, unfinished.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file) return base::fault_of_errno(errno, "creating " + unfinished);
    if (auto written = base::write_all(file.number(), bytes); !written)
        return base::Fault{written.fault().remedy, written.fault().text + ' ' + name};
    if (::fchmod(file.number(), file_mode) != 0)
        return base::fault_of_errno(errno, "setting the mode of " + name);
    return file;
}

base::Outcome give_name(int directory, const std::string& name) {
    base::durable_step("rename");
    if (::renameat(directory, ('.' + name).c_str(), directory, name.c_str()) == 0)
        return base::done;
    return base::fault_of_errno(errno, "naming " + name);
}

base::Outcome publish(int directory, const std::string& name, std::string_view bytes) {
    const auto file = write_unnamed(directory, name, bytes);
    if (!file) return file.fault();
    if (auto synced = base::sync(file->number()); !synced) return synced;
    if (auto named = give_name(directory, name); !named) return named;
    return base::sync(directory);
}

}  // namespace ledger
