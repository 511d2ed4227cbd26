#include "receipts/compose.hpp"

#include "base/utf8.hpp"
#include "xml/writer.hpp"

namespace receipts {

namespace {

using base::Element;

constexpr std::string_view namespace_uri = "urn:permitd:mep:1";
constexpr std::size_t value_characters_max = 200;  // ShortValue of the schema

Element in_reply_to_of(const edi::InReplyTo& reply) {
    Element element{.name = "InReplyTo", .text = {}};
    element.add_if("MessageId", reply.message_id);
    element.add_if("MessageType", reply.type);
    Element& file = element.add("File");
    file.attributes.push_back({"name", edi::printable(reply.file.name)});
    if (!reply.file.sha256.empty()) file.attributes.push_back({"sha256", reply.file.sha256});
    file.attributes.push_back({"bytes", std::to_string(reply.file.bytes)});
    element.add("ReceivedAt", base::iso(reply.file.received_at));
    return element;
}

void add_text(Element& problem, const char* language, const std::string& text) {
    problem.add("Text", text).attributes.push_back({"xml:lang", language});
}

Element problem_of(const base::Finding& finding, const Catalogue& catalogue) {
    Element problem{.name = "Problem", .text = {}};
    problem.attributes.push_back({"code", finding.code});
    problem.attributes.push_back(
        {"severity", finding.severity == base::Severity::Error ? "error" : "warning"});
    if (finding.position.line != 0) {
        problem.attributes.push_back({"line", std::to_string(finding.position.line)});
        if (finding.position.column != 0)
            problem.attributes.push_back({"column", std::to_string(finding.position.column)});
    }
    if (!finding.path.empty()) problem.attributes.push_back({"path", finding.path});
    for (const base::Argument& argument : finding.arguments)
        if (argument.name == "ministryCode" || argument.name == "ministryField")
            problem.attributes.push_back({argument.name, argument.value});
    const Texts texts = catalogue.texts(finding);
    add_text(problem, "zh", texts.zh);
    add_text(problem, "en", texts.en);
    problem.add_if("Value",
                   std::string(base::first_characters(finding.value, value_characters_max)));
    return problem;
}

// What is not known is left out: an attempt without an answer has no status and no time of one.
Element proof_of(const edi::Attempt& attempt) {
    const auto time = [](base::Time at) { return at == base::Time{} ? "" : base::iso(at); };
    const bool answered = attempt.http_status != 0;
    Element proof{.name = "Proof", .text = {}};
    proof.add_if("Endpoint", attempt.endpoint);
    proof.add_if("PeerCertificateSha256", attempt.peer_certificate_sha256);
    proof.add_if("HttpStatus", answered ? std::to_string(attempt.http_status) : "");
    proof.add_if("Attempt", attempt.number == 0 ? "" : std::to_string(attempt.number));
    proof.add_if("SentAt", time(attempt.sent_at));
    proof.add_if("AnsweredAt", time(attempt.answered_at));
    proof.add_if("RequestSha256", attempt.request_sha256);
    proof.add_if("AnswerSha256", attempt.answer_sha256);
    return proof;
}

}  // namespace

Element element_of(const edi::Receipt& receipt, const Catalogue& catalogue) {
    const edi::ReceiptKind& kind = edi::receipt_kind(receipt.kind);
    Element root{.name = "Receipt", .text = {}};
    root.attributes = {{"number", edi::twelve_digits(receipt.number)},
                       {"sequence", std::to_string(receipt.sequence)},
                       {"kind", receipt.kind},
                       {"stage", edi::code_of(edi::stage_of(receipt))}};
    root.add("IssuedAt", base::iso(receipt.issued_at));
    if (receipt.in_reply_to) root.children.push_back(in_reply_to_of(*receipt.in_reply_to));
    if (!receipt.application_ref.empty() || !receipt.application_no.empty()) {
        Element& subject = root.add("Subject");
        subject.add_if("ApplicationRef", receipt.application_ref);
        subject.add_if("ApplicationNo", receipt.application_no);
    }
    if (!receipt.state.code.empty())
        root.add("State", std::string{receipt.state.chinese})
            .attributes.push_back({"code", std::string{receipt.state.code}});
    root.add("Resend", kind.resend);
    for (const base::Finding& finding : receipt.problems)
        root.children.push_back(problem_of(finding, catalogue));
    for (const Element& detail : receipt.details) root.children.push_back(detail);
    if (receipt.proof) root.children.push_back(proof_of(*receipt.proof));
    return root;
}

std::string compose(const edi::Receipt& receipt, const Catalogue& catalogue) {
    return xml::write(element_of(receipt, catalogue), namespace_uri, xml::Layout::Indented);
}

}  // namespace receipts
