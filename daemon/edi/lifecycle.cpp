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
constexpr auto application_table = std::to_array<ApplicationRow>({
    {S::None, E::Save, S::Draft},
    {S::Draft, E::Save, S::Draft},
    {S::Returned, E::Save, S::Draft},
    {S::TransferFailed, E::Save, S::Draft},

    {S::None, E::Submit, S::Submitted},
    {S::Draft, E::Submit, S::Submitted},
    {S::Returned, E::Submit, S::Submitted},
    {S::TransferFailed, E::Submit, S::Submitted},

    {S::None, E::Copy, S::Draft},

    {S::Draft, E::Attach, S::Draft},
    {S::Returned, E::Attach, S::Returned},
    {S::TransferFailed, E::Attach, S::TransferFailed},

    {S::Draft, E::Delete, S::None},
    {S::Returned, E::Delete, S::None},
    {S::TransferFailed, E::Delete, S::None},

    {S::UnderReview, E::Withdraw, S::UnderReview},

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

    {S::Draft, E::WithdrawalConfirmed, S::Draft},
    {S::Submitted, E::WithdrawalConfirmed, S::Draft},
    {S::TransferFailed, E::WithdrawalConfirmed, S::Draft},
    {S::UnderReview, E::WithdrawalConfirmed, S::Draft},
    {S::Returned, E::WithdrawalConfirmed, S::Draft},
    {S::Approved, E::WithdrawalConfirmed, S::Draft},
    {S::Disapproved, E::WithdrawalConfirmed, S::Draft},
});

using R = RegistrationState;
using T = RegistrationEvent;

// As above, the ministry's decisions are facts. A binding that was refused, or a registration sent
// back, is corrected and sent again; one that failed on its way too.
constexpr auto registration_table = std::to_array<RegistrationRow>({
    {R::None, T::Save, R::Draft},
    {R::Draft, T::Save, R::Draft},
    {R::Returned, T::Save, R::Draft},
    {R::TransferFailed, T::Save, R::Draft},

    {R::None, T::Submit, R::Submitted},
    {R::Draft, T::Submit, R::Submitted},
    {R::Returned, T::Submit, R::Submitted},
    {R::TransferFailed, T::Submit, R::Submitted},

    {R::None, T::Bind, R::Submitted},
    {R::Draft, T::Bind, R::Submitted},
    {R::Returned, T::Bind, R::Submitted},
    {R::TransferFailed, T::Bind, R::Submitted},

    {R::Draft, T::Delete, R::None},
    {R::Returned, T::Delete, R::None},

    {R::Submitted, T::Acknowledged, R::UnderReview},
    {R::TransferFailed, T::Acknowledged, R::UnderReview},
    {R::Draft, T::Acknowledged, R::UnderReview},

    {R::Submitted, T::Refused, R::TransferFailed},
    {R::Submitted, T::GivenUp, R::TransferFailed},

    {R::None, T::Approved, R::Registered},
    {R::Draft, T::Approved, R::Registered},
    {R::Submitted, T::Approved, R::Registered},
    {R::TransferFailed, T::Approved, R::Registered},
    {R::UnderReview, T::Approved, R::Registered},
    {R::Returned, T::Approved, R::Registered},
    {R::Registered, T::Approved, R::Registered},

    {R::Draft, T::Returned, R::Returned},
    {R::Submitted, T::Returned, R::Returned},
    {R::TransferFailed, T::Returned, R::Returned},
    {R::UnderReview, T::Returned, R::Returned},
    {R::Returned, T::Returned, R::Returned},
    {R::Registered, T::Returned, R::Returned},

    {R::None, T::Bound, R::Registered},
    {R::Draft, T::Bound, R::Registered},
    {R::Submitted, T::Bound, R::Registered},
    {R::TransferFailed, T::Bound, R::Registered},
    {R::UnderReview, T::Bound, R::Registered},
    {R::Returned, T::Bound, R::Registered},
    {R::Registered, T::Bound, R::Registered},

    {R::Submitted, T::BindingRefused, R::Returned},
    {R::TransferFailed, T::BindingRefused, R::Returned},
    {R::UnderReview, T::BindingRefused, R::Returned},
    {R::Draft, T::BindingRefused, R::Draft},
    {R::Returned, T::BindingRefused, R::Returned},
});

constexpr auto licence_table = std::to_array<LicenceRow>({
    {LicenceState::Valid, LicenceEvent::Exhausted, LicenceState::Exhausted},
    {LicenceState::Valid, LicenceEvent::Expired, LicenceState::Expired},
    {LicenceState::Valid, LicenceEvent::Cancelled, LicenceState::Cancelled},
});

using M = MessageState;

constexpr auto message_table = std::to_array<MessageRow>({
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
    {M::Waiting, "held by an operator", M::Held},
    {M::Sending, "held by an operator; its request is still answered", M::Held},
    {M::InDoubt, "held by an operator", M::Held},
    {M::Held, "released by an operator, was WAITING", M::Waiting},
    {M::Held, "released by an operator, was IN_DOUBT", M::InDoubt},
    {M::Waiting, "given up by an operator: undeliverable", M::Settled},
    {M::InDoubt, "given up by an operator, in doubt: undeliverable", M::Settled},
    {M::Held, "given up by an operator: undeliverable", M::Settled},
    {M::Acknowledged, "review ended", M::Settled},
    {M::Waiting, "review ended, acknowledgement lost", M::Settled},
    {M::InDoubt, "review ended, acknowledgement lost", M::Settled},
    {M::Sending, "review ended, acknowledgement lost", M::Settled},
    {M::Held, "review ended, acknowledgement lost", M::Settled},
});

}  // namespace

const char* code_of(ApplicationEvent event) {
    switch (event) {
        case E::Save: return "save";
        case E::Submit: return "submit";
        case E::Copy: return "copy";
        case E::Attach: return "attach";
        case E::Delete: return "delete";
        case E::Withdraw: return "withdraw";
        case E::Acknowledged: return "acknowledged";
        case E::Refused: return "refused";
        case E::GivenUp: return "given up";
        case E::ReviewReturned: return "returned";
        case E::ReviewApproved: return "approved";
        case E::ReviewDisapproved: return "disapproved";
        case E::WithdrawalConfirmed: return "withdrawal confirmed";
    }
    std::abort();
}

const char* code_of(RegistrationEvent event) {
    switch (event) {
        case T::Save: return "save";
        case T::Submit: return "submit";
        case T::Bind: return "bind";
        case T::Delete: return "delete";
        case T::Acknowledged: return "acknowledged";
        case T::Refused: return "refused";
        case T::GivenUp: return "given up";
        case T::Approved: return "approved";
        case T::Returned: return "returned";
        case T::Bound: return "bound";
        case T::BindingRefused: return "binding refused";
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

std::span<const RegistrationRow> registration_rows() { return registration_table; }

std::optional<RegistrationState> next(RegistrationState from, RegistrationEvent event) {
    for (const RegistrationRow& row : registration_table)
        if (row.from == from && row.event == event) return row.to;
    return std::nullopt;
}

std::optional<LicenceState> next(LicenceState from, LicenceEvent event) {
    for (const LicenceRow& row : licence_table)
        if (row.from == from && row.event == event) return row.to;
    return std::nullopt;
}

}  // namespace edi
