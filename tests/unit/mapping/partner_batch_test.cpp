// Partner batches: what is found is told with its own message, however much there is
// (operations.md 1; messages.md 5, batch).
#include <ctime>
#include <optional>

#include "fixture.hpp"
#include "mapping/partner.hpp"

namespace {

using testing::IsEmpty;

constexpr const char* at = "2026-11-22T09:30:00.000+08:00";
constexpr const char* table = R"(namespace: any
documents:
  orders:
    "@id":
    sender:
    order*: "@no mode?"
from: partner/orders
to: canonical/Batch
unknown: refuse
rules:
  - "@id -> Header/BatchId"
  - sender -> Header/Sender
  - $at -> Header/CreatedAt
  - each order -> Message:
      - "@no -> Header/MessageId"
      - ../sender -> Header/Sender
      - $at -> Header/CreatedAt
      - "@no -> ApplicationSubmit/ApplicationRef[1]"
      - mode -> @mode: {values: {试: check}}
)";

struct Told {
    xml::BatchEnd end;
    std::vector<xml::Parsed> messages;
};

Told told(const std::string& orders) {
    xml::initialise();
    xml::Parser parser = *xml::Parser::load(fixture::source + "/xsd", xml::Limits{});
    const auto dialect = fixture::load_dialect(table);
    if (!dialect) throw std::runtime_error(dialect.fault().text);
    std::string bytes =
        "<orders id=\"B-1\"><sender>91110108MA0000015T</sender>" + orders + "</orders>";
    Told all;
    all.end = mapping::examine_partner_batch(
        {parser, *dialect, at}, [&] { return std::exchange(bytes, std::string{}); },
        [&](xml::Parsed message) { all.messages.push_back(std::move(message)); });
    return all;
}

std::string strange(std::size_t fields) {
    std::string order = "<order no=\"1\">";
    for (std::size_t i = 0; i < fields; ++i) order += "<x/>";
    return order + "</order>";
}

TEST(PartnerBatch, AMessageBehindManyFindingsHasItsOwn) {
    const Told all = told(strange(150) + "<order no=\"2\"><tax>7</tax></order>" +
                          "<order no=\"3\"><mode>x</mode></order><order no=\"4\"/>");
    EXPECT_THAT(all.end.envelope.findings, IsEmpty());
    ASSERT_EQ(all.messages.size(), 4u);
    EXPECT_EQ(all.messages[0].findings.size(), base::findings_max);
    ASSERT_EQ(all.messages[1].findings.size(), 1u);
    EXPECT_EQ(all.messages[1].findings[0].path, "/orders/order[2]/tax");
    ASSERT_EQ(all.messages[2].findings.size(), 1u);
    EXPECT_EQ(all.messages[2].findings[0].path, "/orders/order[3]/mode");
    EXPECT_THAT(all.messages[3].findings, IsEmpty());
}

TEST(PartnerBatch, WithMoreFindingsThanAreKeptItIsRefusedWhole) {
    const Told all = told(strange(10'001) + "<order no=\"2\"/>");
    EXPECT_THAT(all.messages, IsEmpty());
    EXPECT_EQ(all.end.messages, 0u);
    EXPECT_EQ(all.end.envelope.findings.size(), base::findings_max);
    EXPECT_THAT(told(strange(10'000) + "<order no=\"2\"/>").messages, testing::SizeIs(2));
}

// What stands beside all messages is looked up once for them. With every look anew, this took a
// minute of CPU time; it takes a second.
TEST(CostlyPartners, WhatStandsBesideAllMessagesIsLookedUpOnce) {
    std::string looking = table;
    const std::string id = "      - \"@no -> Header/MessageId\"\n";
    std::string joined = "      - \"@no";
    for (int i = 0; i < 60; ++i) joined += " + ../sender";
    looking.replace(looking.find(id), id.size(), joined + " -> Header/MessageId\"\n");
    const auto dialect = fixture::load_dialect(looking);
    ASSERT_TRUE(dialect) << dialect.fault().text;
    base::Element root{"orders", {}};
    root.attributes.push_back({"id", "B-1"});
    for (int i = 0; i < 20'000; ++i)
        root.add("order").attributes.push_back({"no", std::to_string(i)});
    root.add("sender", "s");
    const std::clock_t begin = std::clock();
    const mapping::Heard heard = dialect->hear(root, "", at);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    ASSERT_TRUE(heard.document);
    const base::Element& last = heard.document->children.back();
    EXPECT_EQ(last.text_at("Header/MessageId"), "19999" + std::string(60, 's'));
    EXPECT_EQ(last.text_at("Header/Sender"), "s");
    EXPECT_LT(seconds, 15);
}

// What is made is bounded, not only the texts in it.
TEST(PartnerBatch, MoreElementsThanAWorkerHoldsAreALimit) {
    const auto dialect = fixture::load_dialect(table);
    ASSERT_TRUE(dialect) << dialect.fault().text;
    base::Element root{"orders", {}};
    root.attributes.push_back({"id", "B-1"});
    for (int i = 0; i < 80'000; ++i) root.add("order").attributes.push_back({"no", "1"});
    root.add("sender", "s");
    const mapping::Heard heard = dialect->hear(root, "", at);
    EXPECT_FALSE(heard.document);
    ASSERT_EQ(heard.findings.size(), 1u);
    EXPECT_EQ(heard.findings[0].code, "XML-LIMIT");
}

// Intake takes what is called Batch for many messages (messages.md 1, Batch).
TEST(PartnerBatch, ARootOfThatNameMakesABatch) {
    const auto loaded = fixture::load_dialect(
        "documents:\n  Batch: id who\nfrom: partner/Batch\nto: canonical/Message\n"
        "unknown: refuse\nrules:\n  - id -> Header/MessageId\n  - who -> Header/Sender\n"
        "  - $at -> Header/CreatedAt\n  - id -> ApplicationQuery/ApplicationRef\n");
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.fault().text,
                testing::HasSubstr(":4:5: a file whose root is 'Batch' is taken as a batch: make "
                                   "canonical/Batch"));
}

}  // namespace
