// Codes of states: what stands in receipts and in the store reads back, and nothing else does.
#include "edi/application.hpp"

#include <gtest/gtest.h>

#include <set>

#include "edi/submission.hpp"

namespace {

using edi::ApplicationState;
using edi::LicenceState;
using edi::TransferState;

TEST(ApplicationState, HasTheCodesAndNamesOfTheContract) {
    const struct {
        ApplicationState state;
        const char* code;
        const char* chinese;
    } cases[] = {
        {ApplicationState::None, "NONE", "无"},
        {ApplicationState::Draft, "DRAFT", "暂存"},
        {ApplicationState::Submitted, "SUBMITTED", "已申报"},
        {ApplicationState::TransferFailed, "TRANSFER_FAILED", "发送失败"},
        {ApplicationState::UnderReview, "UNDER_REVIEW", "审批中"},
        {ApplicationState::Returned, "RETURNED", "退回"},
        {ApplicationState::Approved, "APPROVED", "审批通过"},
        {ApplicationState::Disapproved, "DISAPPROVED", "审批不通过"},
    };
    for (const auto& each : cases) {
        EXPECT_STREQ(edi::code_of(each.state), each.code);
        EXPECT_STREQ(edi::chinese_of(each.state), each.chinese);
        EXPECT_EQ(edi::application_state_of(each.code), each.state);
    }
    for (const char* none : {"", "draft", "DRAFT ", "WITHDRAWN"})
        EXPECT_FALSE(edi::application_state_of(none)) << none;
}

TEST(LicenceState, HasCodesThatReadBackAndReasonsForReceipts) {
    const struct {
        LicenceState state;
        const char* code;
        const char* reason;
    } cases[] = {{LicenceState::Valid, "VALID", ""},
                 {LicenceState::Exhausted, "EXHAUSTED", "exhausted"},
                 {LicenceState::Expired, "EXPIRED", "expired"},
                 {LicenceState::Cancelled, "CANCELLED", "cancelled"}};
    for (const auto& each : cases) {
        EXPECT_STREQ(edi::code_of(each.state), each.code);
        EXPECT_STREQ(edi::reason_of(each.state), each.reason);
        EXPECT_EQ(edi::licence_state_of(each.code), each.state);
    }
    EXPECT_FALSE(edi::licence_state_of("expired"));
}

TEST(TransferState, HasCodesThatReadBack) {
    const std::pair<TransferState, const char*> cases[] = {{TransferState::NotSent, "NOT_SENT"},
                                                           {TransferState::Sent, "SENT"},
                                                           {TransferState::Received, "RECEIVED"},
                                                           {TransferState::Failed, "FAILED"}};
    for (const auto& [state, code] : cases) {
        EXPECT_STREQ(edi::code_of(state), code);
        EXPECT_EQ(edi::transfer_state_of(code), state);
    }
    EXPECT_FALSE(edi::transfer_state_of("sent"));
}

TEST(AnswerClass, HasACodeOfItsOwn) {
    std::set<std::string> codes;
    for (const auto each :
         {edi::AnswerClass::Verdict, edi::AnswerClass::Document, edi::AnswerClass::NotFound,
          edi::AnswerClass::NotProcessed, edi::AnswerClass::NotSent, edi::AnswerClass::InDoubt,
          edi::AnswerClass::Configuration})
        codes.insert(edi::code_of(each));
    EXPECT_EQ(codes.size(), 7u);
}

}  // namespace
