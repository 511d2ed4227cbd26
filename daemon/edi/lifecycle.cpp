#include "edi/lifecycle.hpp"

#include <array>
#include <cstdlib>

namespace edi {

namespace {

using S = ApplicationState;
using E = ApplicationEvent;

// The ministry's decision stands from whatever state it finds, because it is a fact: from SUBMITTED
// and TRANSFER_FAILED it proves that the document had arrived; from DRAFT and RETURNED the
// enterprise was correcting what is decided now; from a decided state it is a decision revised.
constexpr std::array<ApplicationRow, 34> application_table{{
    {S::None, E::Save, S::Draft},
    {S::Draft, E::Save, S::Draft},
    {S::Returned, E::Save, S::Draft},
    {S::TransferFailed, E::Save, S::Draft},

    {S::None, E::Submit, S::Submitted},
    {S::Draft, E::Submit, S::Submitted},
    {S::Returned, E::Submit, S::Submitted},
    {S::TransferFailed, E::Submit, S::Submitted},

    {S::Submitted, E::Acknowledged, S::UnderReview},
    {S::TransferFailed, E::Acknowledged, S::UnderReview},
    {S::Draft, E::Acknowledged, S::UnderReview},

    {S::Submitted, E::Refused, S::TransferFailed},
    {S::Submitted, E::GivenUp, S::TransferFailed},

    {S::Draft, E::ReviewReturned, S::Returned},
    {S::Submitted, E::ReviewReturned, S::Returned},
    {S::TransferFailed, E::ReviewReturned, S::Returned},
    {S::UnderReview, E::ReviewReturned, S::Returned},
    {S::Returned, E::ReviewReturned, S::Returned},
    {S::Approved, E::ReviewReturned, S::Returned},
    {S::Disapproved, E::ReviewReturned, S::Returned},

    {S::Draft, E::ReviewApproved, S::Approved},
    {S::Submitted, E::ReviewApproved, S::Approved},
    {S::TransferFailed, E::ReviewApproved, S::Approved},
    {S::UnderReview, E::ReviewApproved, S::Approved},
    {S::Returned, E::ReviewApproved, S::Approved},
    {S::Approved, E::ReviewApproved, S::Approved},
    {S::Disapproved, E::ReviewApproved, S::Approved},

    {S::Draft, E::ReviewDisapproved, S::Disapproved},
    {S::Submitted, E::ReviewDisapproved, S::Disapproved},
    {S::TransferFailed, E::ReviewDisapproved, S::Disapproved},
    {S::UnderReview, E::ReviewDisapproved, S::Disapproved},
    {S::Returned, E::ReviewDisapproved, S::Disapproved},
    {S::Approved, E::ReviewDisapproved, S::Disapproved},
    {S::Disapproved, E::ReviewDisapproved, S::Disapproved},
}};

constexpr std::array<LicenceRow, 3> licence_table{{
    {LicenceState::Valid, LicenceEvent::Exhausted, LicenceState::Exhausted},
    {LicenceState::Valid, LicenceEvent::Expired, LicenceState::Expired},
    {LicenceState::Valid, LicenceEvent::Cancelled, LicenceState::Cancelled},
}};

using M = MessageState;

constexpr std::array<MessageRow, 16> message_table{{
    {M::Waiting, "intent synced", M::Sending},
    {M::Sending, "acknowledged", M::Acknowledged},
    {M::Sending, "refused", M::Settled},
    {M::Sending, "not sent, or not processed", M::Waiting},
    {M::Sending, "answer lost, or the daemon stopped", M::InDoubt},
    {M::InDoubt, "the ministry knows the key: acknowledged", M::Acknowledged},
    {M::InDoubt, "the ministry knows the key: refused", M::Settled},
    {M::InDoubt, "404 twice, commit_lag apart", M::Waiting},
    {M::InDoubt, "lifetime over", M::Held},
    {M::Held, "the ministry knows the key: acknowledged", M::Acknowledged},
    {M::Held, "the ministry knows the key: refused", M::Settled},
    {M::Held, "404 twice, commit_lag apart", M::Waiting},
    {M::Waiting, "lifetime over: undeliverable", M::Settled},
    {M::Acknowledged, "review ended", M::Settled},
    {M::Waiting, "review ended, acknowledgement lost", M::Settled},
    {M::InDoubt, "review ended, acknowledgement lost", M::Settled},
}};

}  // namespace

const char* code_of(ApplicationEvent event) {
    switch (event) {
        case E::Save: return "save";
        case E::Submit: return "submit";
        case E::Acknowledged: return "acknowledged";
        case E::Refused: return "refused";
        case E::GivenUp: return "given up";
        case E::ReviewReturned: return "returned";
        case E::ReviewApproved: return "approved";
        case E::ReviewDisapproved: return "disapproved";
    }
    std::abort();
}

std::span<const ApplicationRow> application_rows() { return application_table; }
std::span<const LicenceRow> licence_rows() { return licence_table; }
std::span<const MessageRow> message_rows() { return message_table; }

std::optional<ApplicationState> next(ApplicationState from, ApplicationEvent event) {
    for (const ApplicationRow& row : application_table)
        if (row.from == from && row.event == event) return row.to;
    return std::nullopt;
}

std::optional<LicenceState> next(LicenceState from, LicenceEvent event) {
    for (const LicenceRow& row : licence_table)
        if (row.from == from && row.event == event) return row.to;
    return std::nullopt;
}

}  // namespace edi
