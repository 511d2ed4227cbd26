// judge: the rules beyond the schema (messages.md 6), each one function and one row of a table.
//
// Pure: the same message, facts and lists give the same judgement, for files, stored drafts and
// `permitctl validate` alike. It fills in what the sender left out (defaults, names, units, totals)
// and lists every finding. On a save, RULE-* findings are warnings, attachments excepted.
// Threads: any. Throws: nothing.
#pragma once

#include "base/finding.hpp"
#include "edi/lists.hpp"
#include "edi/message.hpp"

namespace validate {

// What is known of the sender besides the message.
struct Facts {
    base::Time now;
    const edi::Lists* lists = nullptr;  // never null
    // The approved registration (an Enterprise element), if one is known.
    std::optional<base::Element> registration;
    // Importer of the sender's newest approved application, if there is one.
    std::optional<base::Element> importer;
};

struct Judgement {
    base::Element body;  // the message's body with everything filled in
    std::vector<base::Finding> findings;
    std::vector<std::string> defaults;  // paths that permitd filled in

    bool acceptable() const;  // no finding is an Error
};

Judgement judge(const edi::Message& message, const Facts& facts);

// The attachments of an AttachmentAdd beside those that the stored application has already: all
// that `judge` tells of the message, and what only shows when they come together (a name that is
// there, 12 MiB in all). Findings stand at the message's own attachments.
Judgement judge_attachments(const edi::Message& message, const base::Element& application);

// A stored application for an ApplicationSubmit: all rules of a submit on what is stored, filled in
// anew with the lists and rates of the day; the body bears function="submit". Every finding is told
// at `path` and `at`, where the message names the application: what is stored stood in another
// file. Where in the application it is, says the argument "place" ("EndUser/Uscc"), and `value`
// begins with it; texts still speak of the value alone. `defaults` are such places too.
Judgement judge_stored(const base::Element& application, const std::string& path, base::Position at,
                       const Facts& facts);

}  // namespace validate
