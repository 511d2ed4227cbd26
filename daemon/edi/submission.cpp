#include "edi/submission.hpp"

#include <cstdlib>

namespace edi {

const char* code_of(SubmissionKind kind) {
    switch (kind) {
        case SubmissionKind::Application: return "application";
        case SubmissionKind::Withdrawal: return "withdrawal";
        case SubmissionKind::Registration: return "registration";
        case SubmissionKind::Binding: return "binding";
    }
    std::abort();
}

bool bears_secret(SubmissionKind kind) {
    return kind == SubmissionKind::Registration || kind == SubmissionKind::Binding;
}

const char* code_of(AnswerClass answer) {
    switch (answer) {
        case AnswerClass::Verdict: return "VERDICT";
        case AnswerClass::Document: return "DOCUMENT";
        case AnswerClass::NotFound: return "NOT_FOUND";
        case AnswerClass::NotProcessed: return "NOT_PROCESSED";
        case AnswerClass::NotSent: return "NOT_SENT";
        case AnswerClass::InDoubt: return "IN_DOUBT";
        case AnswerClass::Configuration: return "CONFIGURATION";
    }
    std::abort();
}

}  // namespace edi
