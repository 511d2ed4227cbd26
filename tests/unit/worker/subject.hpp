// The worker that the tests start: a job is a word and what follows it.
#pragma once

#include <string>
#include <vector>

#include "worker/pool.hpp"

namespace subject {

int run_worker(const std::string& kind, const std::string& path);
// Starts a pool, says its worker's pid on stdout, keeps the worker busy and waits to be killed.
int run_parent();

// Options for a worker of this kind.
worker::Options options(const std::string& kind, const std::string& path = {});
// Waits for the reply to one job.
worker::Reply ask(worker::Pool& pool, std::string job);

#ifdef PERMITD_SANITIZED
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace subject
