// Keys: under which key each record stands, and the rows of the index, all in byte order.
//
// An index row is a letter and what it is ordered by; its value is the key of the record meant.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>

#include "edi/change.hpp"

namespace store {

std::string key_of(const edi::MessageRecord& record);
std::string key_of(const edi::ApplicationId& id);
std::string key_of(const edi::Application& application);
std::string key_of(const edi::Licence& licence);
std::string key_of(const edi::Submission& submission);
std::string key_of(const edi::MinistryResult& result);
std::string key_of(const edi::Delivery& delivery);
std::string key_of(const edi::Taking& taking);
std::string key_of(const edi::Registration& registration);
std::string key_of(const edi::MessageName& name);
std::string key_of(const edi::Errand& errand);
std::string key_of(const edi::Action& action);
std::string action_key(std::uint64_t number);  // "action-" and the number's eight bytes
std::string key_of(const edi::CommodityCatalogue& catalogue);
std::string catalogue_key(int year);  // "catalogue-2026"
// Eight bytes, most significant first.
std::string number_key(std::uint64_t number);
inline const std::string end_of_numbers(9, '\xff');  // behind all of them

// A run, and the lines of each of its chunks, stand in one column.
std::string batch_key(const edi::MessageName& name);  // 'r' sender NUL batch
inline constexpr char batch_runs = 'r';
std::string batch_lines_key(
    const edi::MessageName& name);  // 'l' sender NUL batch NUL: their prefix
std::string key_of(const edi::BatchRun& run);
// REQUIRES: lines are not empty.
std::string key_of(const edi::BatchLines& lines);

// The first key after every key that begins with `prefix`. REQUIRES: prefix is not all 0xff.
std::string end_of(std::string prefix);

namespace index {
std::string arrival(const edi::MessageRecord& record);  // 'm' received_at, record
std::string arrival(const edi::MessagePlace& place);
inline constexpr char arrivals = 'm';
// 'o' state (one byte), received_at, record: of states that are not final
std::string open_message(const edi::MessageRecord& record);
std::string open_messages(edi::MessageState state);  // their prefix
base::Time time_of_open(std::string_view row);
std::string application_no(const std::string& no);   // 'a' no
std::string due_until(base::Time time);              // first row later than that time
std::string due(const edi::Submission& submission);  // 'd' next_at, key
inline constexpr char dues = 'd';
base::Time time_of(std::string_view row);  // of a row of dues
std::string unwarned_until(base::Time time);
std::string unwarned(const edi::Submission& submission);  // 'w' accepted_at, key
inline constexpr char unwarneds = 'w';
std::string sending(const edi::Submission& submission);  // 's' key
inline constexpr char sendings = 's';
std::string expiry(const edi::Licence& licence);  // 'e' day, number
inline constexpr char expiries = 'e';
std::string expiring_until(const std::string& day);  // first row later than that day
std::string expiring(const edi::Licence& licence);   // 'x' day NUL number
inline constexpr char expirings = 'x';
std::string errand(const edi::Errand& errand);  // 'q' accepted_at, sender NUL message
inline constexpr char errands = 'q';
std::string acted_on(const std::string& record_id);  // 'j' record NUL: its actions' prefix
std::string acted_on(const std::string& record_id, std::uint64_t action);  // and the number
std::string incomplete(const edi::MinistryResult& result);                 // 'i' seq, id
inline constexpr char incompletes = 'i';
std::string unclaimed(const edi::MinistryResult& result);  // 'u' seq, id
inline constexpr char unclaims = 'u';
std::string unclaimed_by_key(const edi::MinistryResult& result);  // 'k' key NUL seq, id
std::string unclaimed_by_key(const std::string& key);             // their prefix
std::string unclaimed_by_no(const edi::MinistryResult& result);   // 'n' no NUL seq, id
std::string unclaimed_by_no(const std::string& no);
}  // namespace index

}  // namespace store
