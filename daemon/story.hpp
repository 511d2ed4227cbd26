// The story of a message as JSON: what stands in the store, put together for people.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>

#include "edi/change.hpp"
#include "receipts/compose.hpp"

namespace permitd {

// One line of the queue: who, what, since when, state, attempts, next attempt, last error.
boost::json::object row_of(const edi::MessageRecord& record, const edi::Store& store,
                           base::Time now);
// All of it: file, problems, subjects with attempts and the ministry's trail, receipts.
// Each problem with what it means and what to do, in both languages.
boost::json::object story_of(const edi::MessageRecord& record, const edi::Store& store,
                             const receipts::Catalogue& catalogue, base::Time now);
boost::json::object row_of(const edi::MinistryResult& result);

}  // namespace permitd
