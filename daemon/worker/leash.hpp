// Leash: what a courier may still do once it reads the first byte of another's server: talk to
// that server and to those that resolve names, and work on the files of its own mailbox.
//
// No core dump, not to be traced, no new privileges, no word on standard error, memory and
// descriptors bounded. Landlock as far as the kernel has it; a seccomp filter that refuses what
// such a process does not need (EPERM, because the resolver's libraries try this and that in good
// faith) and ends it at exec, fork, tracing and the like. No local socket, none but TCP and UDP, no
// descriptor passed on, no signal to another process, no file with a set-user-id bit. Memory that
// may be executed comes from files only. Not held back: UDP, which Landlock does not know.
// Threads: call in a process with one thread. Throws: std::bad_alloc only.
#pragma once

#include "worker/landlock.hpp"

namespace worker {

// `socket`: the one to the daemon.
base::Outcome enter_leash(const Allowed& allowed, int socket);
// The files that the C library reads to resolve names.
std::vector<std::string> files_of_the_resolver();

}  // namespace worker
