// What becomes of a file: accepted, rejected with every finding, a duplicate, or left to grow.
//
// Order of the questions (messages.md 5): is it readable, may this mailbox speak for its sender, is
// it valid against the schema, was it seen before, do the rules accept it, does the lifecycle allow
// it. AUTH-SENDER stands before and instead of all RULE-* and FLOW-*.
// Threads: pure.
#pragma once

#include "intake/intake.hpp"
#include "route/decision.hpp"
#include "xml/parser.hpp"

namespace route {

// A file on its way, with what the workers made of it. The bytes are gone by now.
struct Examined {
    edi::Arrival arrival;
    intake::Completeness completeness = intake::Completeness::Settled;
    bool too_large = false;
    bool overdue = false;
    bool harmful = false;  // it killed its worker twice
    xml::Parsed parsed;
};

// Whether the file ends before its root element is closed and may still be growing: then it is no
// arrival yet and stays where it is.
bool still_growing(const Examined& examined);

// `senders`: the enterprises that the mailbox may speak for.
Decision decide_arrival(const Examined& examined, const std::vector<std::string>& senders,
                        const edi::State& state, const edi::Lists& lists, base::Time now);

}  // namespace route
