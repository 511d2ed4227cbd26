#include "base/stop.hpp"

#include <sysexits.h>
#include <unistd.h>

#include "base/events.hpp"

namespace base {

namespace {
std::function<void(dev_t)> failed_sync_hook;
}

int exit_status(const Fault& fault) {
    switch (fault.remedy) {
        case Remedy::RetryLater: return EX_TEMPFAIL;
        case Remedy::AskOperator: return EX_CONFIG;
        case Remedy::Stop: return EX_IOERR;
    }
    return EX_SOFTWARE;
}

void stop(const Fault& fault) {
    log(event::stopping_at_once, {{"error", fault.text}});
    ::_exit(exit_status(fault));  // no destructor may write anything more
}

void failed_sync(dev_t device) {
    if (failed_sync_hook) failed_sync_hook(device);
}

void set_failed_sync_hook(std::function<void(dev_t)> hook) { failed_sync_hook = std::move(hook); }

}  // namespace base
