#include "base/stop.hpp"

#include <unistd.h>

#include "base/events.hpp"

namespace base {

namespace {
std::function<void(const Fault&)> stop_handler;
}

void stop(const Fault& fault) {
    log(event::stopping_at_once, {{"error", fault.text}});
    if (stop_handler) stop_handler(fault);
    ::_exit(74);  // EX_IOERR; no destructor may write anything more
}

void set_stop_handler(std::function<void(const Fault&)> handler) {
    stop_handler = std::move(handler);
}

}  // namespace base
