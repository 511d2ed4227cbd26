// Command: a message that is valid against the schema, may be sent by its mailbox, and is new; and
// what the decisions about all kinds of them have in common.
//
// The functions in the table of message.cpp each turn one into a Decision. A command about
// several references answers each by itself: `take_each` walks through them.
// Threads: pure.
#pragma once

#include "edi/lifecycle.hpp"
#include "route/decision.hpp"
#include "route/scene.hpp"
#include "validate/judge.hpp"

namespace route {

struct Command {
    const Scene& scene;
    const edi::Arrival& file;
    edi::Message message;  // its password blanked
    std::string password;  // of a registration or a binding
    std::string content;   // what a repeated MessageId is compared with
    std::string digest;    // of the content with secrets blanked; goes into keys
    // Of the same id and content, and undeliverable: it goes on.
    std::optional<edi::MessageRecord> first;
};

// A finding about an element of the body: `path` relative to the message's root.
base::Finding finding_at(const edi::Message& message, std::string code, const std::string& path,
                         const base::Element& element);
// FLOW-STATE; `event` is what was asked for.
base::Finding state_finding(const edi::Message& message, const std::string& path,
                            const base::Element& element, edi::ReceiptState state,
                            const char* event);

// Enters the codes of the findings into the record, each once.
void note_problems(edi::MessageRecord& record, const std::vector<base::Finding>& findings);
// The receipts that were issued for it, as a `duplicate` names them.
std::vector<base::Element> firsts_of(const edi::MessageRecord& record);

edi::Receipt reply(const Command& command, std::string kind);
// The record of the command once it is accepted; subjects that already had another outcome than
// `undeliverable` keep it.
edi::MessageRecord record_of(const Command& command);

// Rejected as a whole: its MessageId stays free.
Decision rejected(const Command& command, std::vector<base::Finding> findings,
                  const std::string& reference = {});

// What became of one reference.
struct Taken {
    std::vector<base::Finding> findings;  // with an error among them it is rejected
    edi::Change change;
    edi::Receipt receipt;  // accepted, done
    std::string key;       // of its submission
    std::vector<Enclosed> enclosed = {};
};
// The decision about several references, each with an outcome of its own; when none is taken the
// message is rejected. A reference that is named twice counts once.
Decision take_each(const Command& command,
                   const std::function<Taken(const std::string& reference, const std::string& path,
                                             const base::Element& at)>& take);
// The same for one subject.
Decision take_one(const Command& command, const std::string& reference, Taken taken);

edi::Submission submission_of(const Command& command, edi::SubmissionKind kind,
                              const std::string& reference);
validate::Facts facts_of(const Command& command);
validate::Facts facts_of(const Scene& scene, const std::string& sender);
// What permitd computed and filled in, for `accepted` and `done`.
std::vector<base::Element> completion(const validate::Judgement& judgement);

}  // namespace route
