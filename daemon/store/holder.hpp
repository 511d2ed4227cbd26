// Holder: at most one process has a state directory; who it is stands in the file `holder`.
// Threads: value type. Throws: std::bad_alloc only.
#pragma once

#include "base/files.hpp"

namespace store {

class Holder {
public:
    // Takes the directory until this object goes, or until the process dies however it dies. A
    // fault (Remedy::RetryLater) names the process that has it.
    static base::Result<Holder> take(const std::string& directory);

private:
    explicit Holder(base::Fd lock) : lock_(std::move(lock)) {}
    base::Fd lock_;
};

}  // namespace store
