#include "edi/registration.hpp"

#include <cstdlib>

namespace edi {

const char* code_of(RegistrationState state) {
    switch (state) {
        case RegistrationState::None: return "NONE";
        case RegistrationState::Draft: return "DRAFT";
        case RegistrationState::Submitted: return "SUBMITTED";
        case RegistrationState::TransferFailed: return "TRANSFER_FAILED";
        case RegistrationState::UnderReview: return "UNDER_REVIEW";
        case RegistrationState::Returned: return "RETURNED";
        case RegistrationState::Registered: return "REGISTERED";
    }
    std::abort();
}

const char* chinese_of(RegistrationState state) {
    switch (state) {
        case RegistrationState::None: return "未备案";
        case RegistrationState::Draft: return "暂存";
        case RegistrationState::Submitted: return "已申报";
        case RegistrationState::TransferFailed: return "发送失败";
        case RegistrationState::UnderReview: return "审批中";
        case RegistrationState::Returned: return "退回";
        case RegistrationState::Registered: return "备案成功";
    }
    std::abort();
}

}  // namespace edi
