// Message: what an enterprise system sent, and what is kept of it.
//
// Message is the readable form of a <Message> element; MessageRecord is what the store keeps for
// ever, because MessageId is the idempotency key (messages.md 1: unique per sender for ever, used
// up by acceptance, left free by a rejection).
// Threads: value types.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/element.hpp"

namespace edi {

// A file found in an OutBox, as it was when it was read.
struct Arrival {
    std::string mailbox;
    std::string name;    // bytes as the file system has them; never printed raw
    std::string sha256;  // hex, of the bytes with secrets blanked; empty: no copy of it is kept
    std::uint64_t bytes = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    base::Time received_at = {};
    std::string day;  // archive day "2026-11-22" under which the original is kept
    // Of the file when it was read. File systems give the inode number of a removed file to the
    // next one at once: only number, size and this time together tell whether a name is still that
    // file.
    base::Time modified_at = {};
    bool operator==(const Arrival&) const = default;
};

struct Message {
    std::string message_id;
    std::string sender;
    std::string type;         // name of the body element: "LicenceApplication"
    std::string function;     // "save", "submit" or empty
    bool check_only = false;  // mode="check"
    std::string path;         // "/Message"
    base::Element body;
};

// The Header's values when the whole Header was parsed and each value has its form; else nothing
// (messages.md 5: "readable"). `root` is a Message element, perhaps torn after its Header.
struct Header {
    std::string message_id;
    std::string sender;
};
std::optional<Header> readable_header(const base::Element& root);
// REQUIRES: root is schema-valid.
Message message_of(const base::Element& root);

// SHA-256 (hex) of the canonical content: Sender and body in the canonical form of their types,
// comments, prefixes, encoding, Header and defaults left out (messages.md 1). Two messages are "the
// same" when these are equal.
std::string content_digest(const std::string& sender, const base::Element& body);

// The idempotency key of gateway.md: base32 of SHA-256 over
// "permitd1" NUL sender NUL message id NUL subject NUL content digest.
std::string idempotency_key(const std::string& sender, const std::string& message_id,
                            const std::string& subject, const std::string& content_digest);

bool is_reference(std::string_view text);  // messages.md 2, type Reference
bool is_uscc(std::string_view text);       // the form only, not the check character

enum class MessageState { Waiting, Sending, InDoubt, Acknowledged, Held, Settled, Rejected };
const char* code_of(MessageState state);  // "WAITING"
std::optional<MessageState> message_state_of(std::string_view code);
// Every state, those that are final last.
std::span<const MessageState> message_states();
// Nothing more becomes of a message in it.
bool is_final(MessageState state);

// A receipt that was issued, as later receipts name it.
struct ReceiptRef {
    std::uint64_t number = 0;
    std::string kind;
    std::string stage;
    base::Time issued_at = {};
    bool operator==(const ReceiptRef&) const = default;
};

// One thing that a message is about (an application reference), and how it ended for this message.
struct Subject {
    std::string reference;
    std::string key;      // of its submission; empty when nothing goes to the ministry
    std::string outcome;  // kind of its outcome receipt; empty while it is open
    bool operator==(const Subject&) const = default;
};

struct MessageRecord {
    std::string sender;      // empty for a file without a readable Header
    std::string message_id;  // likewise
    std::string type;
    std::string content;  // content_digest; empty for a rejected one
    Arrival file;
    MessageState state = MessageState::Waiting;
    std::vector<Subject> subjects;
    std::vector<ReceiptRef> receipts;
    std::vector<std::string> problems;  // codes of the findings, for `permitctl list`
    std::uint64_t rejected_number = 0;  // number of its `rejected` receipt; 0 when accepted
    bool operator==(const MessageRecord&) const = default;
};

// The key under which a record is kept: sender NUL message id for an accepted message,
// NUL and twelve digits of the receipt for a rejected one (its MessageId stays free).
std::string record_id(const std::string& sender, const std::string& message_id);
std::string record_id(const MessageRecord& record);

}  // namespace edi
