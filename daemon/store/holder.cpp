#include "store/holder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace store {

base::Result<Holder> Holder::take(const std::string& directory) {
    const std::string path = directory + "/holder";
    // O_CLOEXEC: a child that outlives us must not keep the lock.
    base::Fd lock{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)};
    if (!lock) return base::fault_of_errno(errno, "opening " + path);
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return base::fault_of_errno(errno, "locking " + path);
        const auto pid = base::read_all(lock.number(), 32);
        const std::string who = pid && !pid->empty() ? " (pid " + *pid + ")" : "";
        return base::Fault{base::Remedy::RetryLater,
                           directory + ": another process" + who +
                               " has this state directory; stop it before starting this one"};
    }
    if (::ftruncate(lock.number(), 0) != 0) return base::fault_of_errno(errno, "emptying " + path);
    if (auto written = base::write_all(lock.number(), std::to_string(::getpid())); !written)
        return written.fault();
    return Holder{std::move(lock)};
}

}  // namespace store
