// A receipt in one line, for auditors: what stands in it, in both languages, and by what it is
// found (spool/README.md, "For auditors").
#include "ctl/receipt_row.hpp"

#include <gmock/gmock.h>

namespace {

using base::Element;
using ctl::Language;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Element leaf(const char* name, const char* text, std::vector<base::Attribute> attributes = {}) {
    Element made{.name = name, .text = text};
    made.attributes = std::move(attributes);
    return made;
}

Element receipt(const char* kind, std::vector<Element> parts) {
    Element root{.name = "Receipt", .text = {}};
    root.attributes = {
        {"number", "000000000042"}, {"sequence", "17"}, {"kind", kind}, {"stage", "outcome"}};
    root.add("IssuedAt", "2026-11-22T09:30:01.250+08:00");
    Element& reply = root.add("InReplyTo");
    reply.add("MessageId", "A-1");
    reply.add("MessageType", "LicenceApplication");
    Element& subject = root.add("Subject");
    subject.add("ApplicationRef", "PO-1");
    subject.add("ApplicationNo", "2026110000000123");
    root.children.push_back(leaf("State", "审批通过", {{"code", "APPROVED"}}));
    root.add("Resend", "no");
    for (Element& each : parts) root.children.push_back(std::move(each));
    return root;
}

Element problem(const char* code) {
    Element made = leaf("Problem", "", {{"code", code}, {"severity", "error"}});
    made.children = {leaf("Text", "中文说明", {{"xml:lang", "zh"}}),
                     leaf("Text", "English text", {{"xml:lang", "en"}})};
    return made;
}

TEST(ReceiptRow, HasTheFactsInItsColumns) {
    const Element root = receipt("approved", {leaf("LicenceNo", "26-JD-000123")});
    const ctl::ReceiptRow row = ctl::receipt_row(root);
    EXPECT_THAT(
        (std::vector{row.number, row.sequence, row.kind, row.stage, row.issued_at}),
        ElementsAre("000000000042", "17", "approved", "outcome", "2026-11-22T09:30:01.250+08:00"));
    EXPECT_THAT((std::vector{row.message_id, row.message_type, row.reference, row.application_no}),
                ElementsAre("A-1", "LicenceApplication", "PO-1", "2026110000000123"));
    EXPECT_THAT((std::vector{row.licence_no, row.state, row.resend}),
                ElementsAre("26-JD-000123", "APPROVED", "no"));
}

TEST(ReceiptRow, SaysStateProblemsAndDetailsInBothLanguages) {
    const Element approved =
        receipt("approved", {leaf("Opinion", "同意\n 进口"), leaf("LicenceNo", "26-JD-000123"),
                             leaf("ValidFrom", "2026-11-22")});
    EXPECT_EQ(ctl::said_in_short(approved, Language::English),
              "APPROVED; opinion 同意 进口; valid from 2026-11-22");
    EXPECT_EQ(ctl::said_in_short(approved, Language::Chinese),
              "APPROVED 审批通过; 审批意见 同意 进口; 生效日期 2026-11-22");
    const Element rejected = receipt("rejected", {problem("RULE-YEAR"), problem("RULE-DATE")});
    EXPECT_EQ(ctl::receipt_row(rejected).problems,
              (std::vector<std::string>{"RULE-YEAR", "RULE-DATE"}));
    EXPECT_THAT(ctl::said_in_short(rejected, Language::English),
                HasSubstr("RULE-YEAR English text (and 1 more)"));
    EXPECT_THAT(ctl::said_in_short(rejected, Language::Chinese),
                HasSubstr("RULE-YEAR 中文说明（另有 1 项）"));
    const Element batch =
        receipt("batch", {leaf("Counts", "", {{"messages", "2"}, {"accepted", "2"}}),
                          leaf("Line", "", {{"index", "1"}}), leaf("Line", "", {{"index", "2"}})});
    EXPECT_THAT(ctl::said_in_short(batch, Language::English),
                HasSubstr("counts messages 2, accepted 2; message of the batch × 2"));
}

// A row is one line whatever stands in a receipt, and moves no cursor.
TEST(ReceiptRow, IsOneShortLine) {
    const std::string many = std::string(400, 'x') + "\x1b[2J";
    const Element root =
        receipt("returned", {leaf("Office", "\x1b[2J\xe2\x80\xae"), leaf("Opinion", many.c_str())});
    const std::string said = ctl::said_in_short(root, Language::English);
    EXPECT_THAT(said, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\xe2\x80\xae")),
                            Not(HasSubstr("\n")), testing::EndsWith("…")));
    EXPECT_LT(said.size(), 210u);
}

TEST(ReceiptRow, IsFoundByWhatItNamesWhereverThatStands) {
    Element row{.name = "Row", .text = {}};
    row.children = {leaf("Field", "PO-9", {{"name", "ApplicationRef"}}),
                    leaf("Field", "26-JD-000009", {{"name", "LicenceNo"}})};
    const Element root = receipt("answer", {leaf("LicenceNo", "26-JD-000123"), row,
                                            leaf("Line", "", {{"messageId", "B-7"}})});
    for (const ctl::Named& each :
         std::vector<ctl::Named>{{},
                                 {.message_id = "A-1", .reference = {}, .licence_no = {}},
                                 {.message_id = "B-7", .reference = {}, .licence_no = {}},
                                 {.message_id = {}, .reference = "PO-1", .licence_no = {}},
                                 {.message_id = {}, .reference = "PO-9", .licence_no = {}},
                                 {.message_id = {}, .reference = {}, .licence_no = "26-JD-000123"},
                                 {.message_id = {}, .reference = {}, .licence_no = "26JD000009"},
                                 {"A-1", "PO-1", "26JD000123"}})
        EXPECT_TRUE(ctl::names_all(root, each))
            << each.message_id << each.reference << each.licence_no;
    for (const ctl::Named& each :
         std::vector<ctl::Named>{{.message_id = "A", .reference = {}, .licence_no = {}},
                                 {.message_id = "PO-1", .reference = {}, .licence_no = {}},
                                 {.message_id = {}, .reference = "A-1", .licence_no = {}},
                                 {.message_id = "A-1", .reference = "PO-2", .licence_no = {}},
                                 {.message_id = {}, .reference = {}, .licence_no = "26-JD-00012"}})
        EXPECT_FALSE(ctl::names_all(root, each))
            << each.message_id << each.reference << each.licence_no;
}

}  // namespace
