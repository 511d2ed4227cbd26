// The lifecycle tables: which event leads from which state to which, as data (messages.md 4).
//
// The same rows drive `decide`, print with `permitctl lifecycle` and stand in daemon/README.md. An
// event that has no row in a state is FLOW-STATE when an enterprise caused it; the ministry's
// results are facts and are applied from every state that their row names.
// Threads: constants.
#pragma once

#include <optional>
#include <span>

#include "edi/application.hpp"
#include "edi/message.hpp"
#include "edi/registration.hpp"

namespace edi {

enum class ApplicationEvent {
    Save,          // the enterprise: LicenceApplication function="save"
    Submit,        // the enterprise: LicenceApplication function="submit", ApplicationSubmit
    Copy,          // the enterprise: ApplicationCopy, of the new reference
    Attach,        // the enterprise: AttachmentAdd, AttachmentRemove
    Delete,        // the enterprise: ApplicationDelete; None = the reference is free again
    Withdraw,      // the enterprise: ApplicationWithdraw; the ministry is asked
    Acknowledged,  // the ministry took it in
    Refused,       // the ministry refused the document
    GivenUp,       // permitd: lifetime over, or an operator
    ReviewReturned,
    ReviewApproved,
    ReviewDisapproved,
    WithdrawalConfirmed,  // the ministry let it go
};
const char* code_of(ApplicationEvent event);

struct ApplicationRow {
    ApplicationState from;
    ApplicationEvent event;
    ApplicationState to;
};
std::span<const ApplicationRow> application_rows();
// The state it leads to; nothing when the table does not know the event in that state.
std::optional<ApplicationState> next(ApplicationState from, ApplicationEvent event);

enum class RegistrationEvent {
    Save,          // the enterprise: EnterpriseRegistration function="save"
    Submit,        // the enterprise: EnterpriseRegistration function="submit"
    Bind,          // the enterprise: AccountBinding
    Delete,        // the enterprise: RegistrationDelete
    Acknowledged,  // the ministry took it in
    Refused,       // the ministry refused the document
    GivenUp,       // permitd: lifetime over, or an operator
    Approved,
    Returned,
    Bound,
    BindingRefused,
};
const char* code_of(RegistrationEvent event);

struct RegistrationRow {
    RegistrationState from;
    RegistrationEvent event;
    RegistrationState to;
};
std::span<const RegistrationRow> registration_rows();
std::optional<RegistrationState> next(RegistrationState from, RegistrationEvent event);

enum class LicenceEvent { Exhausted, Expired, Cancelled };
struct LicenceRow {
    LicenceState from;
    LicenceEvent event;
    LicenceState to;
};
std::span<const LicenceRow> licence_rows();
std::optional<LicenceState> next(LicenceState from, LicenceEvent event);

struct MessageRow {
    MessageState from;
    const char* event;
    MessageState to;
};
std::span<const MessageRow> message_rows();

}  // namespace edi
