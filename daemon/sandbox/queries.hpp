// Queries: POST /mep/v1/queries, one question about what has become known by now.
//
// Asked by a licence number before the licence is known, or about anything that was never declared,
// the answer is 404. An enterprise that nobody registered has a registration status: none.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include "http/server.hpp"
#include "sandbox/applications.hpp"
#include "sandbox/enterprises.hpp"

namespace sandbox {

// REQUIRES: a valid mepQuery.
http::Response answer_query(const base::Element& query, const Applications& applications,
                            const Enterprises& enterprises, base::Time now);

}  // namespace sandbox
