// Registration: what is known of an enterprise at the ministry (企业信息备案), one record a sender.
//
// The record outlives its application for registration: it also keeps the approved registration and
// the importer of the newest approved application, from which later applications are filled in.
// Threads: value types.
#pragma once

#include "edi/application.hpp"

namespace edi {

// messages.md 4.
enum class RegistrationState {
    None,
    Draft,
    Submitted,
    TransferFailed,
    UnderReview,
    Returned,
    Registered,  // the account is known; a bound account ends here too
};
const char* code_of(RegistrationState state);     // "UNDER_REVIEW"
const char* chinese_of(RegistrationState state);  // "审批中"

struct Registration {
    std::string sender;
    std::string mailbox;  // where its receipts go
    RegistrationState state = RegistrationState::None;
    base::Element content;   // EnterpriseRegistration, password blanked; no name: none saved
    base::Element approved;  // Enterprise, as the ministry approved it or binding brought it
    std::string account;
    std::string message_id;      // the message that submitted (or bound) it last
    std::string submission_key;  // of that submission
    std::uint64_t seq_highest = 0;
    base::Time created_at = {};
    base::Time changed_at = {};
    std::vector<TrailEntry> trail;
    base::Element importer;  // Importer of the sender's newest approved application; no name: none
    bool operator==(const Registration&) const = default;
};

}  // namespace edi
