// What operators change, over the control socket, and the journal of it.
//
//   POST /changes    a JSON object, answered after the commit:
//     verb       flush, hold, release, requeue, give-up; pause, resume; reload
//     reason     1 to 500 bytes
//     ids        up to 256 numbers of messages or references (find.hpp)
//     all        instead of ids: every message that this can be about, in pieces. `state` and
//                `mailbox` choose among them; `cursor` is the one that the last answer gave
//     in_doubt   of give-up: also what the ministry may have
//     what       of pause and resume: intake, dispatch, results; `for_s` of a pause
//   It says `action` (the number in the journal, when anything was changed), `targets` (message_id,
//   sender, reference, result, text, and the id that was asked for), `unknown` ids, and of `all`
//   how many messages were `looked_at` and the next `cursor`, if there is more.
//   A reload that is refused is answered 422 with its `errors`, one that cannot be made now 503.
//   GET /actions?after=&limit=   the journal by number; without `after` its newest entries
//
// Threads: control; the answer to a change comes on the commit thread. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon.hpp"
#include "http/server.hpp"

namespace permitd {

inline constexpr std::size_t changes_bytes_max = 1u << 20;

void take_change(Daemon& daemon, const http::Request& request, const http::Reply& reply);
boost::json::object actions_of(const Daemon& daemon, const http::Request& request);
// What operators changed of one message, the newest last.
boost::json::array actions_on(const edi::MessageRecord& record, const edi::Store& store);
// Into the objects `intake`, `dispatch` and `results` of the status.
void add_pauses(boost::json::object& status, const std::vector<edi::Pause>& pauses);

}  // namespace permitd
