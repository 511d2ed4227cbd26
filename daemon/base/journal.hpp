// Journal: events as fields of systemd's journal, where standard error is one of its streams.
//
// A field of an event is PERMITD_<NAME>; MESSAGE is the line that people read; MESSAGE_ID leads to
// the event's meaning and remedy (systemd/permitd.catalog, `journalctl -x`).
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "base/log.hpp"

namespace base::journal {

// Whether $JOURNAL_STREAM names what standard error is (sd-journal's protocol for services).
bool is_standard_error();

// "intake-held place=/var/spool free=\"3 %\"": a value in quotes where it is not one plain word.
std::string message_of(const Event& event, std::initializer_list<Field> fields);
// 32 hexadecimal digits; always the same for a name.
std::string message_id_of(const Event& event);
// All entries as the journal takes them, "PRIORITY=4" and so on.
std::vector<std::string> entries_of(const Event& event, std::initializer_list<Field> fields);

// False when the journal does not take it.
bool send(const Event& event, std::initializer_list<Field> fields);

}  // namespace base::journal
