// Submission: one request that must reach the ministry exactly once.
//
// The states are those of MessageState. The intent (attempt, body, digest, endpoint) is in the
// store before the first byte leaves; the body is made once and never again (gateway.md, "Bytes are
// made once"); the store forgets it once the submission is settled.
// Threads: value types.
#pragma once

#include "base/result.hpp"
#include "edi/message.hpp"

namespace edi {

// What became of one attempt; for `permitctl explain` and for the Proof of a receipt.
struct Attempt {
    std::uint32_t number = 0;
    base::Time sent_at = {};
    base::Time answered_at = {};
    int http_status = 0;  // 0 = no answer
    std::string what;     // "POST", "GET"
    std::string verdict;  // code of the AnswerClass: "IN_DOUBT"
    std::string error;    // empty when there was none
    std::string endpoint;
    std::string peer_certificate_sha256;
    std::string request_sha256;
    std::string answer_sha256;
    bool operator==(const Attempt&) const = default;
};
inline constexpr std::size_t attempts_kept_max = 20;  // the first and the newest ones

// What a submission carries to the ministry.
enum class SubmissionKind { Application, Withdrawal, Registration, Binding };
const char* code_of(SubmissionKind kind);  // "application"
// Whether its document holds a password: then `request` is sealed (base/seal.hpp) and
// `request_sha256` is that of the blanked document.
bool bears_secret(SubmissionKind kind);

struct Submission {
    SubmissionKind kind = SubmissionKind::Application;
    std::string key;
    std::string sender;
    std::string message_id;
    std::string subject;  // ApplicationRef; empty when it is the enterprise itself
    std::string mailbox;
    MessageState state = MessageState::Waiting;
    base::Time accepted_at = {};
    base::Time next_at = {};  // when it is due again; meaningless once settled
    std::uint32_t attempts = 0;
    std::uint32_t not_found = 0;   // 404s in a row to the question for its key
    base::Time not_found_at = {};  // of the first of them
    bool delayed_told = false;
    // What is to be mapped, canonical and with secrets blanked: ApplicationWithdraw,
    // EnterpriseRegistration, AccountBinding. Empty for an application, whose own content counts.
    base::Element content;
    std::string sealed_password;  // of content; forgotten once settled
    std::string request;  // the bytes of the body; empty until the first intent, and once settled
    std::string request_sha256;
    std::string last_error;
    std::vector<Attempt> tries;
    // An operator holds it: nothing of it is sent or asked, and its lifetime stands still.
    bool on_hold = false;
    base::Time held_at = {};              // when he did so last
    std::uint64_t held_milliseconds = 0;  // all the holds before
    // It was given up although the ministry may have it: who sends it again, or something else in
    // its place, asks for its key first.
    bool may_have_arrived = false;
    // A key that is to be asked first (route/older.hpp); empty: none.
    std::string older;
    bool operator==(const Submission&) const = default;

    bool unsettled() const { return state != MessageState::Settled; }
};

// gateway.md, "What permitd does with an answer".
enum class AnswerClass {
    Verdict,        // 2xx, complete, readable, our key: settle
    Document,       // the ministry refuses the document
    NotFound,       // 404 to the question for a key
    NotProcessed,   // 408, 425, 429, 503: the same again later
    NotSent,        // no byte of the request left
    InDoubt,        // it may or may not have arrived: ask before sending again
    Configuration,  // our fault or the operator's, never the document's: park the endpoint
};
const char* code_of(AnswerClass answer);  // "IN_DOUBT"

}  // namespace edi
