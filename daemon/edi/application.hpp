// Application, Licence: the two long-lived things that messages and results are about.
// Threads: value types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/packed.hpp"

namespace edi {

// messages.md 4.
enum class ApplicationState {
    None,  // no such application: the state before the first event
    Draft,
    Submitted,
    TransferFailed,
    UnderReview,
    Returned,
    Approved,
    Disapproved,
};
const char* code_of(ApplicationState state);     // "UNDER_REVIEW"
const char* chinese_of(ApplicationState state);  // "审批中"
std::optional<ApplicationState> application_state_of(std::string_view code);

// One step of the ministry's work on an application (流程状态), as its result told it.
struct TrailEntry {
    std::uint64_t seq = 0;
    std::string result_id;
    std::string application_no;
    base::Time at = {};
    base::Packed body;  // canonical: Review, Step, ...
    bool operator==(const TrailEntry&) const = default;
};

struct Application {
    std::string sender;
    std::string reference;
    std::string mailbox;  // where its receipts go
    ApplicationState state = ApplicationState::None;
    base::Packed content;        // LicenceApplication, judged and filled in
    std::string message_id;      // the message that submitted it last; empty when none did
    std::string submission_key;  // of that submission
    std::string withdrawal_key;  // of the withdrawal that is on its way; empty when none is
    std::string application_no;
    std::string licence_no;
    std::uint64_t seq_highest = 0;  // of the ministry's results applied to it
    base::Time created_at = {};
    base::Time changed_at = {};
    std::vector<TrailEntry> trail;  // by seq
    bool operator==(const Application&) const = default;
};

enum class LicenceState { Valid, Exhausted, Expired, Cancelled };
const char* code_of(LicenceState state);
std::optional<LicenceState> licence_state_of(std::string_view code);
const char* reason_of(LicenceState state);  // "exhausted", as licence-closed names it

enum class TransferState { NotSent, Sent, Received, Failed };
const char* code_of(TransferState state);
std::optional<TransferState> transfer_state_of(std::string_view code);

// The newest that was said of one customs declaration under a licence.
struct Cleared {
    std::string declaration;
    std::uint64_t seq = 0;
    bool revoked = false;
    base::Packed body;  // canonical Clearance
    bool operator==(const Cleared&) const = default;
};

struct Licence {
    std::string number;   // without hyphens, as it is compared
    std::string written;  // as the ministry writes it
    std::string mailbox;
    std::string sender;
    std::string reference;
    std::string message_id;  // of the message that submitted what was approved
    std::string application_no;
    LicenceState state = LicenceState::Valid;
    TransferState transfer = TransferState::NotSent;
    std::string valid_from;  // "2026-11-22"
    std::string expiry;      // "2026-12-31": valid to the end of that day
    bool multi_batch = false;
    std::string quantity;       // licensed; empty for a project
    std::string quantity_left;  // as the ministry said last, else as counted; may be empty
    std::string uses_left;
    std::vector<std::string> declarations;  // numbers cleared under it
    std::vector<Cleared> clearances;        // the newest word on each declaration, by seq
    bool expiring_told = false;             // licence-expiring was issued
    bool operator==(const Licence&) const = default;
};

}  // namespace edi
