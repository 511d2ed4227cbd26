// What becomes of one message, alone in its file or one of a batch.
//
// Order of the questions (messages.md 5): may this mailbox speak for its sender, is it valid
// against the schema, was it seen before, do the rules accept it, does the lifecycle allow it.
// AUTH-SENDER stands before and instead of all RULE-* and FLOW-*.
// Threads: pure.
#pragma once

#include "route/decision.hpp"
#include "route/scene.hpp"
#include "xml/parser.hpp"

namespace route {

struct Incoming {
    const edi::Arrival& arrival;
    const xml::Parsed& parsed;      // root: a Message
    std::string path;               // "/Message", or "/Batch/Message[3]"
    std::string batch_sender = {};  // of a message in a batch
};

// A rejection of what stands in a file, with all findings; a message if its header is readable.
Decision rejected(const Incoming& incoming, std::vector<base::Finding> findings);

// `senders`: the enterprises that the mailbox may speak for. The decision holds no taking.
Decision decide_message(const Incoming& incoming, const std::vector<std::string>& senders,
                        const Scene& scene);

}  // namespace route
