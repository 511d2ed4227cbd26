// Leash: what a courier may still do once it reads the first byte of another's server: talk to
// that server and to those that resolve names, and work on the files of its own mailbox.
//
// No core dump, not to be traced, no new privileges, memory and descriptors bounded. Landlock as
// far as the kernel has it; a seccomp filter that refuses what such a process does not need (EPERM,
// because the resolver's libraries try this and that in good faith) and ends it at exec, fork,
// tracing and the like. Memory that may be executed comes from files only.
// Threads: call in a process with one thread. Throws: std::bad_alloc only.
#pragma once

#include "worker/landlock.hpp"

namespace worker {

base::Outcome enter_leash(const Allowed& allowed);
// The files that the C library reads to resolve names.
std::vector<std::string> files_of_the_resolver();

}  // namespace worker
