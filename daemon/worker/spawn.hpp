// Spawn: starts a process of ours that owns nothing but one socket, and ends with its parent.
// Threads: any; the kernel ends the process with the thread that started it. Throws: bad_alloc.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace worker {

// `socket` becomes worker_socket there (worker/pool.hpp); silence on 0 and 1, stderr as it is,
// nothing else open, no signal blocked or ignored, no environment but PATH, LANG and
// XERCES_DISABLE_DTD.
base::Result<pid_t> spawn(std::vector<std::string> command, int socket);
// Waits for the end of a process of ours, and kills one that is still there after that time.
// Returns what waitpid() told.
int await_end(pid_t pid, std::chrono::milliseconds patience);
// What waitpid() told, in words: "it left with exit status 1".
std::string words_of_end(int status);
// In the process: asks the kernel to end it with its parent. False when that is gone already.
bool bind_to(int parent);

}  // namespace worker
