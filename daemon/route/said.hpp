// Said: what operators are told about what became of one message (route/operator.hpp). English is
// what the journal keeps and programs get; permitctl has each of these in Chinese, too.
// Threads: constants.
#pragma once

#include <string_view>

namespace route::said {

// flush
inline constexpr std::string_view on_hold_so_no_flush = "is on hold: release it first";
inline constexpr std::string_view under_way = "a request is under way";
inline constexpr std::string_view due_already = "is due already";
inline constexpr std::string_view asked_now = "its key is asked now";
inline constexpr std::string_view tried_now = "is tried now";
// hold
inline constexpr std::string_view held_already = "is on hold already";
inline constexpr std::string_view held_under_way =
    "is on hold; the request that is under way is still answered";
inline constexpr std::string_view held = "is on hold";
// release
inline constexpr std::string_view held_by_none =
    "no operator holds it: its lifetime ended in doubt, and its key is asked every 15 minutes "
    "(flush asks now)";
inline constexpr std::string_view not_on_hold = "is not on hold";
inline constexpr std::string_view goes_on = "goes on";
// requeue
inline constexpr std::string_view bytes_stay =
    "it may have been sent, so its bytes stay as they are: flush tries it again";
inline constexpr std::string_view against_rules =
    "today's rules do not allow it, and nothing was changed: give it up, so that the enterprise "
    "can correct it";
inline constexpr std::string_view judged_again = "is judged and mapped again";
inline constexpr std::string_view mapped_again = "is mapped again";
inline constexpr std::string_view cannot_be_mapped = "is due again, but cannot be mapped";
// give-up
inline constexpr std::string_view busy = "a request is under way: try again when it was answered";
inline constexpr std::string_view wants_in_doubt =
    "the ministry may have it: flush asks for its key now, --in-doubt ends it all the same";
inline constexpr std::string_view given_up_in_doubt = "is given up; the ministry may have it";
inline constexpr std::string_view given_up = "is given up";
// of what has no submission that waits
inline constexpr std::string_view was_rejected =
    "was rejected: its MessageId is free, and the enterprise sends it again, corrected";
inline constexpr std::string_view was_undeliverable =
    "ended with undeliverable: the enterprise may send the same message again, unchanged";
inline constexpr std::string_view ended = "has its outcome";
inline constexpr std::string_view ministry_has_it = "the ministry has it; its decision is awaited";
inline constexpr std::string_view not_submitted =
    "nothing of it is submitted to the ministry; it is answered by itself";

inline constexpr std::string_view all[] = {
    on_hold_so_no_flush, under_way,    due_already,  asked_now,         tried_now, held_already,
    held_under_way,      held,         held_by_none, not_on_hold,       goes_on,   bytes_stay,
    against_rules,       judged_again, mapped_again, cannot_be_mapped,  busy,      wants_in_doubt,
    given_up_in_doubt,   given_up,     was_rejected, was_undeliverable, ended,     ministry_has_it,
    not_submitted};

}  // namespace route::said
