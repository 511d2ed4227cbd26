// A receipt as a row of a list: its facts, and in short what it says.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "base/element.hpp"
#include "ctl/words.hpp"

namespace ctl {

// What is not there is empty.
struct ReceiptRow {
    std::string number, sequence, kind, stage, issued_at, message_id, message_type, reference,
        application_no, licence_no, state, resend;
    std::vector<std::string> problems;  // codes
};
ReceiptRow receipt_row(const base::Element& receipt);

// State, first problem, details: a line of at most 200 characters. Safe for a terminal.
std::string said_in_short(const base::Element& receipt, Language language);

// What a receipt has to name, wherever in it: as what it is about, in a row of an answer, in a line
// of a batch. What is empty is not asked for; a licence is written with hyphens or without.
struct Named {
    std::string message_id, reference, licence_no;
    bool anything() const { return !(message_id + reference + licence_no).empty(); }
};
bool names_all(const base::Element& receipt, const Named& wanted);

}  // namespace ctl
