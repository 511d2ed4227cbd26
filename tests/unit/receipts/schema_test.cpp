// What compose writes is valid against xsd/, for every kind and whatever stands in its values.
#include <gtest/gtest.h>

#include <map>

#include "receipts/compose.hpp"
#include "xml/parser.hpp"

namespace {

using base::Element;

xml::Parser& parser() {
    static xml::Parser shared = [] {
        xml::initialise();
        auto loaded = xml::Parser::load(std::string(PERMITD_SOURCE) + "/xsd", {});
        if (!loaded) throw std::runtime_error(loaded.fault().text);
        return *std::move(loaded);
    }();
    return shared;
}

const receipts::Catalogue& shipped() {
    static const auto loaded =
        *receipts::Catalogue::load(std::string(PERMITD_SOURCE) + "/config/messages/problems.yaml");
    return loaded;
}

std::string faults(const edi::Receipt& receipt) {
    std::string all;
    for (const base::Finding& each : parser().parse(receipts::compose(receipt, shipped())).findings)
        all += each.code + "/" + each.variant + " " + each.path + " " + each.value + "\n";
    return all;
}

edi::Receipt receipt_of(const std::string& kind) {
    edi::Receipt receipt;
    receipt.kind = kind;
    receipt.number = 42;
    receipt.sequence = 17;
    receipt.issued_at = *base::parse_time("2026-11-22T09:30:01.250+08:00");
    edi::InReplyTo& reply = receipt.in_reply_to.emplace();
    reply.message_id = "A-1";
    reply.type = "LicenceApplication";
    reply.file.name = "a.xml";
    reply.file.received_at = receipt.issued_at;
    return receipt;
}

using Leaves = std::vector<std::pair<const char*, const char*>>;

std::vector<Element> leaves(const Leaves& all) {
    std::vector<Element> made;
    for (const auto& [name, text] : all) made.push_back({.name = name, .text = text});
    return made;
}

Element with_attributes(const char* name, const std::vector<base::Attribute>& attributes,
                        const char* text = "") {
    return {.name = name, .text = text, .position = {}, .attributes = attributes, .children = {}};
}

Element with_children(const char* name, std::vector<Element> children) {
    return {.name = name,
            .text = {},
            .position = {},
            .attributes = {},
            .children = std::move(children)};
}

std::vector<Element> joined(std::vector<Element> first, std::vector<Element> second) {
    for (Element& each : second) first.push_back(std::move(each));
    return first;
}

const Leaves review = {{"Opinion", "同意"}, {"Office", "机电办"}, {"Officer", "王五"}};

std::vector<Element> clearance() {
    const Element item = with_children("Item", leaves({{"No", "1"},
                                                       {"CommodityCode", "8457101000"},
                                                       {"Name", "n"},
                                                       {"Quantity", "1"},
                                                       {"Unit", "001"},
                                                       {"Amount", "1"},
                                                       {"Currency", "USD"}}));
    auto details = leaves({{"LicenceNo", "26-AA-100001"},
                           {"DeclarationNo", "123456789012345678"},
                           {"CustomsOffice", "2200"},
                           {"CustomsRegime", "0110"},
                           {"ClearedOn", "2026-11-22"},
                           {"Revoked", "true"}});
    details.push_back(item);
    return joined(std::move(details), leaves({{"QuantityLeft", "0"}, {"UsesLeft", "5"}}));
}

using Details = std::map<std::string, std::vector<Element>>;

Details of_notices() {
    return {
        {"customs-transfer",
         {{.name = "LicenceNo", .text = "26-AA-100001"},
          with_attributes("Transfer", {{"code", "FAILED"}}, "海关入库失败"),
          {.name = "At", .text = "2026-11-22T09:30:01.250+08:00"},
          {.name = "Note", .text = "n"}}},
        {"clearance", clearance()},
        {"licence-expiring", leaves({{"LicenceNo", "26-AA-100001"},
                                     {"ExpiryDate", "2026-12-31"},
                                     {"QuantityLeft", "1"},
                                     {"UsesLeft", "5"}})},
        {"licence-closed", leaves({{"LicenceNo", "26-AA-100001"},
                                   {"ExpiryDate", "2026-12-31"},
                                   {"Reason", "cancelled"},
                                   {"QuantityLeft", "1"},
                                   {"UsesLeft", "5"}})},
    };
}

// The details of each kind, as full as messages.md 5 allows.
Details of_messages() {
    const Element totals = with_children(
        "Totals",
        leaves({{"Quantity", "1"}, {"Amount", "2"}, {"Currency", "CNY"}, {"AmountUsd", "3"}}));
    const std::vector<Element> completed{totals, with_attributes("Default", {{"path", "/a"}}),
                                         with_attributes("Default", {{"path", "/b"}}, "10")};
    const Element account{.name = "Account", .text = "ic1"};
    const Element row =
        with_children("Row", {with_attributes("Field", {{"name", "State"}}, "APPROVED"),
                              with_attributes("Field", {{"name", "LicenceNo"}})});
    auto answer = leaves({{"AsOf", "2026-11-22T09:30:01.250+08:00"}, {"Source", "store"}});
    answer.push_back(row);
    answer.push_back({.name = "NextAfter", .text = "P-1"});
    const std::string digest(64, '0');
    return {
        {"accepted", completed},
        {"done", completed},
        {"rejected", {}},
        {"submitted", {}},
        {"refused", {}},
        {"duplicate",
         {with_attributes("First", {{"number", "000000000001"},
                                    {"kind", "accepted"},
                                    {"issuedAt", "2026-11-22T09:30:01.250+08:00"}})}},
        {"batch",
         {with_attributes(
              "Counts",
              {{"messages", "1"}, {"accepted", "1"}, {"rejected", "0"}, {"duplicate", "0"}}),
          with_attributes("Line", {{"index", "1"},
                                   {"messageId", "A-1"},
                                   {"outcome", "accepted"},
                                   {"number", "000000000001"}})}},
        {"delayed", leaves({{"Reason", "NET-TIMEOUT"},
                            {"Attempts", "3"},
                            {"NextAttemptAt", "2026-11-22T09:30:01.250+08:00"}})},
        {"undeliverable", leaves({{"Reason", "r"}, {"Attempts", "3"}, {"GivenUpBy", "root"}})},
        {"approved", joined(leaves(review), leaves({{"LicenceNo", "26-AA-100001"},
                                                    {"ValidFrom", "2026-11-22"},
                                                    {"ExpiryDate", "2026-12-31"}}))},
        {"returned", leaves(review)},
        {"disapproved", leaves(review)},
        {"withdrawn", leaves(review)},
        {"registration-returned", leaves(review)},
        {"binding-refused", leaves(review)},
        {"registered", {account}},
        {"bound", {account}},
        {"answer", answer},
        {"document",
         {with_attributes("Document", {{"fileName", "000000000042_document_A-1_合同.pdf"},
                                       {"mediaType", "application/pdf"},
                                       {"bytes", "1"},
                                       {"sha256", digest}})}},
    };
}

Details fullest() {
    Details all = of_messages();
    all.merge(of_notices());
    return all;
}

TEST(Schema, KnowsTheDetailsOfEveryKindThatThereIs) {
    const auto details = fullest();
    for (const edi::ReceiptKind& kind : edi::receipt_kinds()) {
        ASSERT_TRUE(details.contains(kind.name)) << kind.name << " is not tried here";
        edi::Receipt receipt = receipt_of(kind.name);
        EXPECT_EQ(faults(receipt), "") << kind.name;
        receipt.details = details.at(kind.name);
        EXPECT_EQ(faults(receipt), "") << kind.name;
        // Their order is part of the contract.
        if (receipt.details.size() < 2 || receipt.details[0].name == receipt.details[1].name)
            continue;
        std::swap(receipt.details.front(), receipt.details[1]);
        EXPECT_NE(faults(receipt), "") << kind.name;
    }
    EXPECT_EQ(details.size(), edi::receipt_kinds().size());
}

TEST(Schema, HoldsWhateverStandsInAValue) {
    const std::string hostile = "<&>\"']]>\r\n\t\x01 \x7f\xc2\x85\xe2\x80\xae\xef\xbf\xbe\xff 合同";
    edi::Receipt receipt = receipt_of("rejected");
    receipt.in_reply_to->file.name = hostile;
    receipt.in_reply_to->message_id.clear();
    receipt.in_reply_to->type.clear();
    base::Finding finding{.code = "RULE-ATTACHMENT-NAME", .variant = "characters"};
    finding.value = hostile;
    finding.path = "/Message/LicenceApplication/Attachment[2]";
    finding.position = {17, 9};
    finding.arguments = {{"name", hostile}};
    receipt.problems = {finding};
    EXPECT_EQ(faults(receipt), "");
}

// A value is cut here too, so that no finding can make a receipt that its own schema refuses.
TEST(Schema, AValueHasTwoHundredCharacters) {
    edi::Receipt receipt = receipt_of("rejected");
    base::Finding finding{.code = "RULE-USED-YEAR"};
    for (int i = 0; i < 1000; ++i) finding.value += "𠀀";
    receipt.problems = {finding};
    EXPECT_EQ(faults(receipt), "");
    const auto root = receipts::element_of(receipt, shipped());
    EXPECT_EQ(root.text_at("Problem/Value").size(), 200U * 4U);
}

// A finding about a stored application shows its place; the text speaks of what stands there.
TEST(Texts, SpeakOfTheValueAndNotOfItsPlace) {
    base::Finding finding{.code = "RULE-YEAR"};
    finding.value = "Year: 2019";
    finding.arguments = {{"year", "2026"}, {"place", "Year"}, {"value", "2019"}};
    const receipts::Texts texts = shipped().texts(finding);
    EXPECT_EQ(texts.en.find("Year: 2019"), std::string::npos) << texts.en;
    EXPECT_NE(texts.en.find("year 2019"), std::string::npos) << texts.en;
    EXPECT_NE(texts.zh.find("年度 2019"), std::string::npos) << texts.zh;
}

TEST(Texts, OfFlowAndBatchFindingsNameWhatTheyAreAbout) {
    struct Told {
        const char* code;
        const char* variant;
        std::vector<base::Argument> arguments;
        const char* wanted;
    };
    const base::Argument state{"state", "UNDER_REVIEW"};
    const base::Argument chinese{"state_zh", "审批中"};
    const Told all[] = {
        {"FLOW-STATE", "", {state, chinese}, "UNDER_REVIEW"},
        {"FLOW-STATE", "Registration", {state, chinese, {"event", "delete"}}, "UNDER_REVIEW"},
        {"FLOW-STATE", "Withdrawing", {state, chinese}, "V-1"},
        {"FLOW-STATE", "Draft", {state, chinese}, "V-1"},
        {"FLOW-STATE", "NotReviewed", {state, chinese}, "V-1"},
        {"FLOW-STATE", "NotApproved", {state, chinese}, "V-1"},
        {"FLOW-STATE", "SingleBatch", {}, "V-1"},
        {"FLOW-UNKNOWN-APPLICATION", "Attachment", {{"name", "a.pdf"}}, "a.pdf"},
        {"FLOW-UNKNOWN-LICENCE", "", {}, "V-1"},
        {"FLOW-REFERENCE-IN-USE", "", {}, "V-1"},
        {"BATCH-COUNT", "", {{"said", "7"}, {"found", "6"}}, "7"},
        {"BATCH-ATOMIC",
         "",
         {{"index", "3"}, {"message_id", "A-3"}, {"code", "RULE-YEAR"}},
         "RULE-YEAR"},
        {"AUTH-SENDER", "Batch", {{"sender", "S-1"}}, "S-1"},
        {"RULE-CODE-UNKNOWN", "list", {{"list", "country"}, {"code", "country"}}, "country"},
        {"RULE-ORG-CODE-MISMATCH", "sender", {{"sender", "S-1"}}, "S-1"},
        {"XML-LIMIT", "Messages", {}, "batch"},
    };
    for (const Told& each : all) {
        ASSERT_TRUE(shipped().has(each.code, each.variant)) << each.code << each.variant;
        const base::Finding finding{.code = each.code,
                                    .variant = each.variant,
                                    .severity = base::Severity::Error,
                                    .position = {},
                                    .path = {},
                                    .value = "V-1",
                                    .arguments = each.arguments};
        const receipts::Texts texts = shipped().texts(finding);
        EXPECT_NE(texts.en.find(each.wanted), std::string::npos) << texts.en;
        EXPECT_EQ(texts.en.find_first_of("?{}["), std::string::npos) << texts.en;
        EXPECT_EQ(texts.zh.find_first_of("?{}["), std::string::npos) << texts.zh;
        // Without arguments nothing of them is left over but what cannot be left out.
        const receipts::Texts bare = shipped().texts({.code = each.code, .variant = each.variant});
        EXPECT_EQ(bare.en.find_first_of("{}[]"), std::string::npos) << bare.en;
    }
}

}  // namespace
