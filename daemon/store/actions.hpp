// Actions: how the journal of operators is read. An action stands by its number among the small
// records, and in the index by each message that it is about.
// Threads: any. Throws: std::bad_alloc only; a record that cannot be read ends in base::stop().
#pragma once

#include "edi/action.hpp"
#include "store/rows.hpp"

namespace store {

// By number, those greater than `after`, at most so many.
std::vector<edi::Action> actions_after(const Rows& rows, std::uint64_t after, std::size_t limit);
// Those about that message, by number, the newest ones, at most so many.
std::vector<edi::Action> newest_actions_on(const Rows& rows, const std::string& record_id,
                                           std::size_t limit);

}  // namespace store
