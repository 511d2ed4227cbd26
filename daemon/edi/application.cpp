#include "edi/application.hpp"

#include <array>
#include <cstdlib>

namespace edi {

namespace {

// The codes and the Chinese names of messages.md 4.
struct ApplicationName {
    ApplicationState state;
    const char* code;
    const char* chinese;
};
constexpr std::array<ApplicationName, 8> application_names{{
    {ApplicationState::None, "NONE", "无"},
    {ApplicationState::Draft, "DRAFT", "暂存"},
    {ApplicationState::Submitted, "SUBMITTED", "已申报"},
    {ApplicationState::TransferFailed, "TRANSFER_FAILED", "发送失败"},
    {ApplicationState::UnderReview, "UNDER_REVIEW", "审批中"},
    {ApplicationState::Returned, "RETURNED", "退回"},
    {ApplicationState::Approved, "APPROVED", "审批通过"},
    {ApplicationState::Disapproved, "DISAPPROVED", "审批不通过"},
}};

struct LicenceName {
    LicenceState state;
    const char* code;
    const char* reason;
};
constexpr std::array<LicenceName, 4> licence_names{{
    {LicenceState::Valid, "VALID", ""},
    {LicenceState::Exhausted, "EXHAUSTED", "exhausted"},
    {LicenceState::Expired, "EXPIRED", "expired"},
    {LicenceState::Cancelled, "CANCELLED", "cancelled"},
}};

struct TransferName {
    TransferState state;
    const char* code;
};
constexpr std::array<TransferName, 4> transfer_names{{
    {TransferState::NotSent, "NOT_SENT"},
    {TransferState::Sent, "SENT"},
    {TransferState::Received, "RECEIVED"},
    {TransferState::Failed, "FAILED"},
}};

template <class Names, class State>
const auto& named(const Names& names, State state) {
    for (const auto& each : names)
        if (each.state == state) return each;
    std::abort();
}

template <class State, class Names>
std::optional<State> state_named(const Names& names, std::string_view code) {
    for (const auto& each : names)
        if (each.code == code) return each.state;
    return std::nullopt;
}

}  // namespace

const char* code_of(ApplicationState state) { return named(application_names, state).code; }
const char* chinese_of(ApplicationState state) { return named(application_names, state).chinese; }
std::optional<ApplicationState> application_state_of(std::string_view code) {
    return state_named<ApplicationState>(application_names, code);
}

const char* code_of(LicenceState state) { return named(licence_names, state).code; }
const char* reason_of(LicenceState state) { return named(licence_names, state).reason; }
std::optional<LicenceState> licence_state_of(std::string_view code) {
    return state_named<LicenceState>(licence_names, code);
}

const char* code_of(TransferState state) { return named(transfer_names, state).code; }
std::optional<TransferState> transfer_state_of(std::string_view code) {
    return state_named<TransferState>(transfer_names, code);
}

}  // namespace edi
