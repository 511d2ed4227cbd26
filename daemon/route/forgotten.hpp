// Forgotten: messages that the archive shows as accepted and the state, restored from a backup,
// knows nothing of. They may have been declared: until such a message is there again, nothing is
// declared under another key that may be the same declaration.
//
// What the archive's receipts do not say is not known here: the sender (a reference counts for the
// mailbox that it came through) and the content (a file counts as the same when its bytes are).
// Threads: reads on any. Throws: std::bad_alloc only.
#pragma once

#include <map>
#include <set>

#include "edi/change.hpp"

namespace route {

struct ForgottenMessage {
    std::uint64_t number = 0;  // of its receipt `accepted`
    std::string mailbox;
    std::string message_id;
    std::string type;
    std::string reference;    // empty: the enterprise itself
    std::string file_sha256;  // of the file that it came in
    std::string last_kind;    // of the receipts that followed
    bool operator==(const ForgottenMessage&) const = default;
};

class Forgotten {
public:
    // `alone`: mailboxes that may speak for one enterprise only: there a registration is its.
    Forgotten(std::vector<ForgottenMessage> messages, std::set<std::string> alone);

    Forgotten(Forgotten&&) = default;  // its parts point at each other
    Forgotten& operator=(Forgotten&&) = default;

    bool empty() const { return by_message_.empty(); }

    // What it declares would go under the key that it had before: that is asked for first.
    bool knows(const std::string& mailbox, const std::string& message_id) const {
        return by_message_.contains({mailbox, message_id});
    }
    // What stands against declaring this; null when nothing does. `file`: that it came in.
    const ForgottenMessage* against(const edi::Submission& submission, const edi::Arrival& file,
                                    const edi::State& state) const;

private:
    using Name = std::pair<std::string, std::string>;  // mailbox and id, or mailbox and subject
    std::multimap<Name, ForgottenMessage> by_message_;
    std::multimap<Name, const ForgottenMessage*> by_subject_;
    std::set<std::string> alone_;
};

// Whether the subject may be declared anew after a receipt of that kind.
bool leaves_free(std::string_view last_kind);

// Everything that waits to be sent is in doubt: its key is asked for before a byte of it leaves.
void doubt_all(edi::Store& store, base::Time now);

}  // namespace route
