// The program permitd: its command line, its signals, its end.
// Threads: the main thread. Throws: nothing.
#pragma once

#include <functional>

#include "courier_run.hpp"

namespace permitd {

// What a worker does with what examine does; the identity but in tests that must kill a worker.
using WorkOf = std::function<worker::Work(worker::Work)>;

// Returns the exit status (sysexits.h). `connect_to`: of the couriers.
int run(int argc, char** argv, const WorkOf& work_of,
        const Connect& connect_to = transfer::connect_sftp);

}  // namespace permitd
