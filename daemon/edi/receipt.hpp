// Receipt: everything permitd has to say to an enterprise (messages.md 5). A value; receipts/ turns
// it into bytes, the store keeps those until they are delivered.
// Threads: value types.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "edi/application.hpp"
#include "edi/message.hpp"
#include "edi/registration.hpp"
#include "edi/submission.hpp"

namespace edi {

enum class Stage { Progress, Outcome, Notice };
const char* code_of(Stage stage);  // "progress"

struct InReplyTo {
    std::string message_id;  // empty when the file held no readable one
    std::string type;
    Arrival file;
};

// The State element: an application's or a registration's; none by default and for None.
struct ReceiptState {
    std::string_view code;
    std::string_view chinese;
    ReceiptState() = default;
    ReceiptState(ApplicationState state);
    ReceiptState(RegistrationState state);
    bool operator==(const ReceiptState&) const = default;
};

struct Receipt {
    std::string kind;  // "accepted"; the closed list is receipt_kinds()
    // Instead of the kind's own: a decision that no open message waits for is a notice.
    std::optional<Stage> stage = {};
    std::string mailbox;
    std::uint64_t number = 0;  // both given by the committer
    std::uint64_t sequence = 0;
    base::Time issued_at = {};
    std::optional<InReplyTo> in_reply_to;
    std::string application_ref;  // Subject; both may be empty
    std::string application_no;
    ReceiptState state = {};
    std::vector<base::Finding> problems;
    std::vector<base::Element> details;  // of the kind, in the order of messages.md 5
    std::optional<Attempt> proof;
};

struct ReceiptKind {
    const char* name;
    Stage stage;
    const char* resend;  // "no", "after-correction", "unchanged"
};
// Every kind there is.
std::span<const ReceiptKind> receipt_kinds();
// REQUIRES: a kind of messages.md 5.
const ReceiptKind& receipt_kind(std::string_view name);
Stage stage_of(const Receipt& receipt);

// "000000000042_submitted_ACME-20261122-000001.xml"; stem from MessageId, else from the file's name
// made safe, else from ApplicationNo.
std::string file_name_of(const Receipt& receipt);
// Every byte outside [A-Za-z0-9.-] becomes '-', the first 64 of them.
std::string safe_stem(std::string_view name);
// A file name as it may be shown in receipts and logs: control characters, characters that turn the
// direction of text, backslashes and bytes that are not UTF-8 become \xNN.
std::string printable(std::string_view file_name);
// "000000000041_po-7781.xml": the name of an original in SentBox or FailBox; the extension stays.
std::string box_name_of(std::uint64_t receipt_number, const std::string& file_name);
// "000000000042"
std::string twelve_digits(std::uint64_t number);

// A file that belongs to a receipt (PDF, attachment).
struct Enclosure {
    std::string name;  // whole file name: "<number>_<kind>_<MessageId>_<name>"
    std::string bytes;
    bool operator==(const Enclosure&) const = default;
};

// A composed receipt on its way into an InBox; kept until it was delivered and confirmed.
struct Delivery {
    std::uint64_t number = 0;
    std::string mailbox;
    std::string day;   // archive day
    std::string name;  // file name
    std::string bytes;
    std::vector<Enclosure> enclosures = {};  // appear before the receipt
    bool operator==(const Delivery&) const = default;
};

// A file whose messages are committed but which may still stand in its OutBox (design.md 4).
enum class Box { Sent, Fail };
struct Taking {
    std::uint64_t id = 0;  // number of the first receipt that answers the file
    Arrival file;
    Box box = Box::Sent;
    std::string box_name;      // "<first receipt number>_<safe file name>"
    std::string receipt_name;  // FailBox gets a copy of this receipt; empty for SentBox
    std::string receipt_day;   // archive day of that receipt
    bool operator==(const Taking&) const = default;
};

}  // namespace edi
