// A receipt as an element: the order and the parts of the contract, and what is left out.
#include "receipts/compose.hpp"

#include <gtest/gtest.h>

namespace {

std::vector<std::string> names(const base::Element& element) {
    std::vector<std::string> found;
    for (const base::Element& child : element.children) found.push_back(child.name);
    return found;
}

base::Time time(const char* text) { return *base::parse_time(text); }

edi::Receipt submitted() {
    edi::Receipt receipt;
    receipt.kind = "submitted";
    receipt.number = 42;
    receipt.sequence = 17;
    receipt.issued_at = time("2026-11-22T09:30:01.250+08:00");
    edi::InReplyTo reply;
    reply.message_id = "ACME-20261122-000001";
    reply.type = "LicenceApplication";
    reply.file.name = "po-7781.xml";
    reply.file.sha256 = std::string(64, 'a');
    reply.file.bytes = 4211;
    reply.file.received_at = time("2026-11-22T09:30:00+08:00");
    receipt.in_reply_to = reply;
    receipt.application_ref = "PO-2026-7781";
    receipt.application_no = "2026110000000123";
    receipt.state = edi::ApplicationState::UnderReview;
    receipt.details.push_back({.name = "Reason", .text = "x"});
    edi::Attempt proof;
    proof.endpoint = "https://gateway.example";
    proof.http_status = 202;
    proof.number = 3;
    proof.sent_at = time("2026-11-22T09:30:00+08:00");
    proof.answered_at = time("2026-11-22T09:30:01+08:00");
    proof.request_sha256 = std::string(64, 'b');
    proof.answer_sha256 = std::string(64, 'c');
    proof.peer_certificate_sha256 = std::string(64, 'd');
    receipt.proof = proof;
    return receipt;
}

TEST(Compose, WritesTheSubmittedReceiptOfTheContract) {
    const auto root = receipts::element_of(submitted(), receipts::Catalogue{});
    EXPECT_EQ(root.name, "Receipt");
    EXPECT_EQ(root.attribute("number"), "000000000042");
    EXPECT_EQ(root.attribute("sequence"), "17");
    EXPECT_EQ(root.attribute("kind"), "submitted");
    EXPECT_EQ(root.attribute("stage"), "progress");
    EXPECT_EQ(names(root), (std::vector<std::string>{"IssuedAt", "InReplyTo", "Subject", "State",
                                                     "Resend", "Reason", "Proof"}));
    EXPECT_EQ(root.text_at("IssuedAt"), "2026-11-22T09:30:01.250+08:00");
    EXPECT_EQ(root.text_at("InReplyTo/MessageId"), "ACME-20261122-000001");
    EXPECT_EQ(root.text_at("InReplyTo/MessageType"), "LicenceApplication");
    EXPECT_EQ(root.at("InReplyTo/File")->attribute("name"), "po-7781.xml");
    EXPECT_EQ(root.at("InReplyTo/File")->attribute("sha256"), std::string(64, 'a'));
    EXPECT_EQ(root.at("InReplyTo/File")->attribute("bytes"), "4211");
    EXPECT_EQ(root.text_at("InReplyTo/ReceivedAt"), "2026-11-22T09:30:00.000+08:00");
    EXPECT_EQ(root.text_at("State"), "审批中");
    EXPECT_EQ(root.child("State")->attribute("code"), "UNDER_REVIEW");
    EXPECT_EQ(root.text_at("Resend"), "no");
    EXPECT_EQ(
        names(*root.child("Proof")),
        (std::vector<std::string>{"Endpoint", "PeerCertificateSha256", "HttpStatus", "Attempt",
                                  "SentAt", "AnsweredAt", "RequestSha256", "AnswerSha256"}));
}

TEST(Compose, ARejectionOfAnUnreadableFileNamesOnlyWhatIsKnown) {
    edi::Receipt receipt;
    receipt.kind = "rejected";
    edi::InReplyTo reply;
    reply.file.name = "a\nb\xff.xml";
    receipt.in_reply_to = reply;
    base::Finding whole{.code = "XML-ENCODING"};
    base::Finding there{.code = "RULE-YEAR"};
    there.severity = base::Severity::Warning;
    there.position = {17, 9};
    there.path = "/Message/LicenceApplication/Year";
    there.value = "1999";
    receipt.problems = {whole, there};
    const auto root = receipts::element_of(receipt, receipts::Catalogue{});
    EXPECT_EQ(names(root),
              (std::vector<std::string>{"IssuedAt", "InReplyTo", "Resend", "Problem", "Problem"}));
    EXPECT_EQ(names(*root.child("InReplyTo")), (std::vector<std::string>{"File", "ReceivedAt"}));
    const base::Element& file = *root.at("InReplyTo/File");
    EXPECT_EQ(file.attribute("name"), "a\\x0ab\\xff.xml");
    EXPECT_EQ(file.attributes.size(), 2u);
    EXPECT_EQ(root.text_at("Resend"), "after-correction");
    const auto problems = root.all("Problem");
    EXPECT_EQ(problems[0]->attributes.size(), 2u);
    EXPECT_EQ(problems[0]->attribute("severity"), "error");
    EXPECT_EQ(names(*problems[0]), (std::vector<std::string>{"Text", "Text"}));
    EXPECT_EQ(problems[0]->children[0].attribute("xml:lang"), "zh");
    EXPECT_EQ(problems[0]->children[1].attribute("xml:lang"), "en");
    EXPECT_EQ(problems[1]->attribute("severity"), "warning");
    EXPECT_EQ(problems[1]->attribute("line"), "17");
    EXPECT_EQ(problems[1]->attribute("column"), "9");
    EXPECT_EQ(problems[1]->attribute("path"), "/Message/LicenceApplication/Year");
    EXPECT_EQ(problems[1]->text_at("Value"), "1999");
}

TEST(Compose, ARefusalNamesTheMinistrysOwnCodeAndField) {
    edi::Receipt receipt;
    receipt.kind = "refused";
    base::Finding finding{.code = "MINISTRY-REFUSED"};
    finding.arguments = {{"text", "x"}, {"ministryCode", "E17"}, {"ministryField", "unitPrice"}};
    receipt.problems = {finding};
    const auto root = receipts::element_of(receipt, receipts::Catalogue{});
    EXPECT_EQ(root.child("Problem")->attribute("ministryCode"), "E17");
    EXPECT_EQ(root.child("Problem")->attribute("ministryField"), "unitPrice");
    EXPECT_EQ(root.child("Problem")->attribute("text"), "");
}

TEST(Compose, AProofWithoutAnAnswerHasNoStatus) {
    edi::Receipt receipt;
    receipt.kind = "undeliverable";
    receipt.proof.emplace().endpoint = "https://gateway.example";
    const auto root = receipts::element_of(receipt, receipts::Catalogue{});
    EXPECT_EQ(names(*root.child("Proof")), (std::vector<std::string>{"Endpoint"}));
}

TEST(Compose, GivesTheSameBytesForTheSameReceipt) {
    const auto bytes = receipts::compose(submitted(), receipts::Catalogue{});
    EXPECT_EQ(bytes, receipts::compose(submitted(), receipts::Catalogue{}));
    EXPECT_TRUE(bytes.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"")) << bytes;
    EXPECT_NE(bytes.find("xmlns=\"urn:permitd:mep:1\""), std::string::npos) << bytes;
    EXPECT_TRUE(bytes.ends_with("</Receipt>\n")) << bytes;
}

}  // namespace
