// MinistryResult, Acknowledgement, Refusal: what the ministry says, in our words.
//
// The mapper makes these from the ministry's XML (mapping/*.yaml); nothing above it knows the
// ministry's names. Bodies are canonical elements:
//   Review{Decision(approved|returned|disapproved) Opinion? Office? Officer? LicenceNo? ValidFrom?
//          ExpiryDate?}
//   Step{Office Name Actor Result}          Withdrawal{Decision(confirmed|refused) Opinion?}
//   CustomsTransfer{State(SENT|RECEIVED|FAILED) Note?}
//   Clearance{DeclarationNo CustomsOffice CustomsRegime ClearedOn Revoked? Item+{No CommodityCode
//          Name Quantity Unit Amount Currency} QuantityLeft? UsesLeft?}
//   LicenceChange{State(CANCELLED|EXPIRED|EXHAUSTED) Note?}
//   Registration{Decision(approved|returned) Account? Opinion?}
//   Binding{Decision(bound|refused) Opinion? Account? Enterprise?{as of EnterpriseRegistration}}
// A body may bear LicenceNo as a child where the result names a licence.
// Threads: value types.
#pragma once

#include "edi/application.hpp"

namespace edi {

enum class ResultState { Applied, Unclaimed, Incomplete };

struct MinistryResult {
    std::string id;
    std::uint64_t seq = 0;
    base::Time at = {};
    std::string key;             // may be empty
    std::string application_no;  // may be empty
    base::Element body;
    ResultState state = ResultState::Unclaimed;
    base::Time collected_at = {};
    std::string page_sha256;  // of the page that brought it
    bool operator==(const MinistryResult&) const = default;
};

// The answer to a question (mepQuery).
struct MinistryAnswer {
    std::string about;   // "applicationStatus", as the question named it
    base::Time at = {};  // as of which it is true
    std::string state;   // of an application or registration, canonical: "UNDER_REVIEW", "NONE",
                         // "RETURNED", "APPROVED", "DISAPPROVED", "WITHDRAWN"; empty: not told
    std::string application_no;
    std::string licence_no;
    std::string account;
    // Of a balance; empty where not told.
    std::string expiry;
    std::string uses_left;
    std::string quantity_left;
    std::vector<MinistryResult> results;  // the same as pages of results bring
    bool operator==(const MinistryAnswer&) const = default;
};

struct Acknowledgement {
    std::string key;
    std::string application_no;
};

struct Refusal {
    struct Fault {
        std::string code;   // the ministry's own
        std::string field;  // likewise, may be empty
        std::string text;
    };
    std::vector<Fault> faults;
};

}  // namespace edi
