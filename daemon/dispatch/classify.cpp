#include "base/ascii.hpp"
#include "dispatch/gateway.hpp"

namespace dispatch {

namespace {

using edi::AnswerClass;

AnswerClass class_of_submit(int status, bool readable, bool our_key) {
    switch (status) {
        case 200:
        case 202: return readable && our_key ? AnswerClass::Verdict : AnswerClass::InDoubt;
        // What does not fit will never fit, whoever on the way says so.
        case 413: return AnswerClass::Document;
        // From a proxy these would come without a fault of the ministry.
        case 400:
        case 422: return readable ? AnswerClass::Document : AnswerClass::InDoubt;
        default: return AnswerClass::InDoubt;
    }
}

// A fault that answers a question is about the question, never about the document. In doubt means
// that it is to be asked again.
AnswerClass class_of_question(Ask ask, int status, bool readable, bool our_key) {
    if (status == 404 && ask != Ask::Results) return AnswerClass::NotFound;
    // What is known already is still it.
    if (status == 304 && ask == Ask::Catalogue) return AnswerClass::Verdict;
    return status == 200 && readable && our_key ? AnswerClass::Verdict : AnswerClass::InDoubt;
}

AnswerClass class_of_status(const Answer& answer, bool readable, bool our_key) {
    const int status = answer.http_status;
    const bool unchanged = status == 304 && answer.request.ask == Ask::Catalogue;
    const bool redirect = status >= 300 && status < 400 && !unchanged;
    if (status == 401 || status == 403 || status == 407 || redirect)
        return AnswerClass::Configuration;
    if (status == 408 || status == 425 || status == 429 || status == 503)
        return AnswerClass::NotProcessed;
    return answer.request.ask == Ask::Submit
               ? class_of_submit(status, readable, our_key)
               : class_of_question(answer.request.ask, status, readable, our_key);
}

}  // namespace

bool is_xml(const Answer& answer) {
    std::string_view type = answer.content_type;
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
    for (const std::string_view each : {"application/xml", "text/xml"})
        if (base::is_same_but_case(type, each)) return true;
    return false;
}

edi::AnswerClass classify(const Answer& answer, bool readable, bool our_key) {
    switch (answer.reach) {
        case Reach::Answered: return class_of_status(answer, readable, our_key);
        case Reach::NotSent: return AnswerClass::NotSent;
        case Reach::Lost: return AnswerClass::InDoubt;
        case Reach::Configuration: return AnswerClass::Configuration;
    }
    return AnswerClass::InDoubt;
}

}  // namespace dispatch
