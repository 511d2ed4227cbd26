// Cage: what a worker may still do once it reads foreign bytes: compute, get memory within limits,
// read and write its one socket, and end. The door to libseccomp.
//
// Limits: address space (what set-up uses plus the given bytes), CPU time of the whole life (the
// pool watches each job; this one holds if the pool cannot), no further descriptors, no file may
// grow, no core dump, no new process. Then no_new_privs, not dumpable, Landlock without a single
// permission as far as the kernel has it, and a seccomp filter that ends the process at anything
// else. Opening files is refused with ENOENT instead, because libraries look for optional files in
// good faith.
// Threads: call in a process with one thread. Throws: std::bad_alloc only.
#pragma once

#include <chrono>

#include "base/result.hpp"

namespace worker {

struct Limits {
    std::size_t memory_bytes_max;   // above what is in use now
    std::chrono::seconds life_max;  // CPU time
};

// Closes every descriptor but the socket (0, 1 and 2 become /dev/null) and locks the door for ever.
base::Outcome enter_cage(int socket, Limits limits);

// Parts of it, one by one.
void close_all_but(int socket);
base::Outcome forbid_files_by_landlock();  // done, too, where the kernel has no Landlock

}  // namespace worker
