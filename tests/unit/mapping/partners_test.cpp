// Partner tables: what they make of a partner's document, and where findings are told (README.md,
// Partner dialects; operations.md 1: with the partner's own line, column, path).
#include "mapping/partner.hpp"

#include <random>

#include "fixture.hpp"
#include "mapping/conformity.hpp"

namespace {

using base::Finding;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* at = "2026-11-22T09:30:00.000+08:00";

constexpr const char* head = R"(namespace: any
documents:
  order:
    "@no":
    "@part?":
    head: sender at mode?
    account?: Password name?
    物料*: "@号 数量?"
  orders:
    "@id":
    sender:
    order*: "@no 物料"
)";
constexpr const char* orders = R"(from: partner/order
to: canonical/Message
unknown: refuse
rules:
  - "@no + =- + @part | @no -> Header/MessageId"
  - head/sender -> Header/Sender
  - head/at -> Header/CreatedAt: {as: time}
  - "head/mode -> @mode": {values: {试: check}}
  - account/name -> AccountBinding/Account: {absent: nobody}
  - account/Password -> AccountBinding/Password
  - each 物料 -> ApplicationSubmit/ApplicationRef:
      - "@号 -> ."
      - drop 数量: not declared
)";

mapping::Dialect dialect(const std::string& text) {
    auto loaded = fixture::load_dialect(text);
    if (!loaded) throw std::runtime_error(loaded.fault().text);
    return *loaded;
}

xml::Parser& parser() {
    static xml::Parser loaded = [] {
        xml::initialise();
        return std::move(*xml::Parser::load(fixture::source + "/xsd", xml::Limits{}));
    }();
    return loaded;
}

// One that submits drafts: AccountBinding is left out of the table above where it stays empty.
std::string submitting() {
    std::string text = std::string(head) + orders;
    for (const char* line : {"  - account/name -> AccountBinding/Account: {absent: nobody}\n",
                             "  - account/Password -> AccountBinding/Password\n"})
        text.erase(text.find(line), std::string(line).size());
    text.insert(text.find("  - each"), "  - drop account: not here\n");
    return text;
}

xml::Parsed examined(const std::string& bytes, const std::string& table = submitting()) {
    return mapping::examine_partner(parser(), dialect(table), bytes, at);
}

std::string told(const Finding& each) {
    return each.variant + " " + std::to_string(each.position.line) + ":" +
           std::to_string(each.position.column) + " " + each.path + " = " + each.value;
}

std::vector<std::string> told(const std::vector<Finding>& findings) {
    std::vector<std::string> lines;
    for (const Finding& each : findings) lines.push_back(told(each));
    return lines;
}

const std::string sound =
    "<order no=\"A-7\" part=\"2\"><head>\n<sender>91110108MA0000015T</sender>"
    "<at>2026/11/22 9:30:00</at></head>\n<物料 号=\"PO-1\"><数量>3</数量></物料>\n"
    "<物料 号=\"PO-2\"/></order>";

std::string with(const std::string& piece, const std::string& by) {
    std::string text = sound;
    const std::size_t found = text.find(piece);
    EXPECT_NE(found, std::string::npos) << piece;
    return text.replace(found, piece.size(), by);
}

TEST(Partners, ADocumentBecomesAMessageWithItsPositions) {
    const xml::Parsed made = examined(sound);
    EXPECT_THAT(told(made.findings), IsEmpty());
    ASSERT_TRUE(made.root);
    EXPECT_EQ(made.root->text_at("Header/MessageId"), "A-7-2");
    EXPECT_EQ(made.root->text_at("Header/CreatedAt"), at);
    EXPECT_EQ(made.root->at("Header/Sender")->position, (base::Position{2, 9}));
    const auto all = made.root->at("ApplicationSubmit")->all("ApplicationRef");
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[1]->text, "PO-2");
    EXPECT_EQ(all[1]->position.line, 4u);
}

TEST(Partners, TheFirstOfWhichEveryFieldIsThere) {
    EXPECT_EQ(examined(with(" part=\"2\"", "")).root->text_at("Header/MessageId"), "A-7");
    EXPECT_EQ(examined(with("part=\"2\"", "part=\" \"")).root->text_at("Header/MessageId"), "A-7");
}

struct Case {
    std::string piece;
    std::string by;
    std::vector<std::string> findings;
};

class Place : public testing::TestWithParam<Case> {};

TEST_P(Place, IsThePartnersOwn) {
    EXPECT_EQ(told(examined(with(GetParam().piece, GetParam().by)).findings), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(
    Findings, Place,
    testing::Values(
        // Of an element, of an attribute, of what was joined, of the second of several.
        Case{"MA0000015T", "x", {"VALUE_NotMatch_Pattern 2:9 /order/head/sender = 91110108x"}},
        Case{"号=\"PO-1\"", "号=\"PO 1\"", {"VALUE_NotMatch_Pattern 3:14 /order/物料/@号 = PO 1"}},
        Case{"号=\"PO-2\"",
             "号=\"PO 2\"",
             {"VALUE_NotMatch_Pattern 4:15 /order/物料[2]/@号 = PO 2"}},
        Case{"A-7", "A 7", {"VALUE_NotMatch_Pattern 1:26 /order/@no = A 7"}},
        // A value that cannot be converted, as it stood.
        Case{"2026/11/22", "22.11.2026", {"PartnerValue 2:40 /order/head/at = 22.11.2026 9:30:00"}},
        Case{"</head>", "<mode>x</mode></head>", {"PartnerValue 2:69 /order/head/mode = x"}},
        // What the table does not know, of both kinds; what is missing or too many.
        Case{"</head>", "<tax>7</tax></head>", {"PartnerUnknown 2:68 /order/head/tax = 7"}},
        Case{"part=", "peer=", {"PartnerUnknown 1:26 /order/@peer = 2"}},
        Case{"<sender>91110108MA0000015T</sender>", "", {"PartnerMissing 1:32 /order/head = "}},
        Case{"</head>",
             "</head><head><sender/><at/></head>",
             {"PartnerTooMany 2:76 /order/head[2] = "}},
        Case{"<head>", "<head>hm", {"PartnerText 1:32 /order/head = hm"}}));

TEST(Partners, WhatIsMissingAltogetherIsToldAtTheNearestThatIsThere) {
    const xml::Parsed made = examined(
        "<order no=\"A\"><head><sender>91110108MA0000015T</sender>"
        "<at>2026/11/22 9:30:00</at></head></order>");
    ASSERT_EQ(made.findings.size(), 1u);
    EXPECT_EQ(made.findings[0].path, "/order");
    EXPECT_EQ(made.findings[0].position, (base::Position{1, 15}));
}

TEST(Partners, AnotherRootIsToldOfAndOursIsTakenAsItIs) {
    const xml::Parsed other = examined("<invoice/>");
    ASSERT_EQ(other.findings.size(), 1u);
    EXPECT_EQ(other.findings[0].variant, "PartnerRoot");
    EXPECT_EQ(other.findings[0].path, "/invoice");
    const std::string ours =
        fixture::read(fixture::source + "/tests/journeys/samples/valid/06-application-minimal.xml");
    const xml::Parsed taken = examined(ours);
    EXPECT_THAT(taken.findings, IsEmpty());
    EXPECT_THAT(taken.places, IsEmpty());
    EXPECT_EQ(taken.root, parser().parse(ours).root);
}

TEST(Partners, TheNamespaceIsTheOneThatTheTableSays) {
    const std::string named =
        with("<order ", "<p:order xmlns:p=\"urn:acme\" ")
            .replace(with("<order ", "<p:order xmlns:p=\"urn:acme\" ").find("</order>"), 8,
                     "</p:order>");
    const auto variants = [&](const std::string& wanted, const std::string& bytes) {
        std::string table = submitting();
        table.replace(0, table.find('\n'), "namespace: " + wanted);
        std::vector<std::string> all;
        for (const Finding& each : examined(bytes, table).findings) all.push_back(each.variant);
        return all;
    };
    EXPECT_THAT(variants("any", named), IsEmpty());
    EXPECT_THAT(variants("urn:acme", named), IsEmpty());
    EXPECT_THAT(variants("urn:acme", sound), ElementsAre("PartnerRoot"));
    EXPECT_THAT(variants("none", named), ElementsAre("PartnerRoot"));
    EXPECT_THAT(variants("none", sound), IsEmpty());
}

TEST(Partners, AttacksAreRefusedAsEverywhere) {
    const auto code = [](const std::string& bytes) {
        const xml::Parsed made = examined(bytes);
        EXPECT_FALSE(made.well_formed) << bytes;
        EXPECT_FALSE(made.root) << bytes;
        return made.findings.empty() ? std::string{} : made.findings[0].code;
    };
    EXPECT_EQ(code("<!DOCTYPE order [<!ENTITY x 'y'>]><order>&x;</order>"), "XML-DOCTYPE");
    EXPECT_EQ(code("<order no=\"1\">"), "XML-MALFORMED");
    EXPECT_EQ(code("<order>" + std::string(2u << 20, 'x') + "</order>"), "XML-LIMIT");
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "<order>";
    EXPECT_EQ(code(deep), "XML-LIMIT");
    // Where a schema should be is nobody's business.
    EXPECT_THAT(examined(with("<order ",
                              "<order xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-"
                              "instance\" xsi:schemaLocation=\"urn:x http://x/y.xsd\" "))
                    .findings,
                IsEmpty());
}

// One long text, copied to each of many elements: what is made is bounded, not only what is read.
TEST(CostlyPartners, ATextThatIsCopiedManyTimesIsALimit) {
    std::string table = submitting();
    const std::string each = "      - \"@号 -> .\"\n";
    table.replace(table.find(each), each.size(),
                  "      - \"../@part -> .\"\n      - drop @号: not here\n");
    table.replace(table.find("@no + =- + @part | @no"), 22, "@no");
    std::string bytes = with("part=\"2\"", "part=\"" + std::string(100'000, 'x') + "\"");
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += "<物料 号=\"1\"/>";
    bytes.insert(bytes.find("</order>"), many);
    const xml::Parsed made = examined(bytes, table);
    EXPECT_THAT(told(made.findings), ElementsAre(HasSubstr("Size 1:")));
}

// Nor is a text that cannot be converted kept for each of many elements.
TEST(CostlyPartners, ATextThatIsRefusedManyTimesIsALimit) {
    std::string table = submitting();
    const std::string each = "      - \"@号 -> .\"\n";
    table.replace(table.find(each), each.size(),
                  "      - \"../@part -> .\": {as: decimal}\n      - drop @号: not here\n");
    table.replace(table.find("@no + =- + @part | @no"), 22, "@no");
    std::string bytes = with("part=\"2\"", "part=\"" + std::string(100'000, 'x') + "\"");
    std::string many;
    for (int i = 0; i < 2'000; ++i) many += "<物料 号=\"1\"/>";
    bytes.insert(bytes.find("</order>"), many);
    EXPECT_THAT(told(examined(bytes, table).findings), ElementsAre(HasSubstr("Size 1:")));
}

TEST(Partners, APasswordIsInNoFindingPlaceOrField) {
    const std::string secret = "S3cret-pass!";
    std::string table = std::string(head) + orders;
    const std::string each = table.substr(table.find("  - each"));
    table.replace(table.find("  - each"), each.size(), "  - drop 物料: not here\n");
    const std::string bytes =
        "<order no=\"A\"><head><sender>91110108MA0000015T</sender><at>20261122093000</at></head>"
        "<account><Password>" +
        secret + "</Password></account></order>";
    const xml::Parsed made = examined(bytes, table);
    EXPECT_THAT(told(made.findings), IsEmpty());
    EXPECT_EQ(made.root->text_at("AccountBinding/Password"), secret);
    EXPECT_EQ(made.root->text_at("AccountBinding/Account"), "nobody");
    const auto heard = dialect(table).hear(*parser().parse_foreign(bytes).parsed.root, "", at);
    for (const mapping::Field& field : heard.fields) {
        EXPECT_NE(field.source, secret);
        EXPECT_NE(field.made, secret);
        EXPECT_NE(field.place.value, secret);
    }
    const xml::Parsed wrong =
        examined(std::string(bytes).replace(bytes.find(secret), secret.size(), "<x>S3</x>"), table);
    for (const Finding& finding : wrong.findings)
        EXPECT_EQ((finding.path + finding.value).find("S3"), std::string::npos) << told(finding);
}

// The archive blanks what is called Password: nothing else may hold one.
TEST(Partners, APasswordUnderAnotherNameIsRefusedWithTheTable) {
    const std::string good = "account/Password -> AccountBinding/Password";
    for (const char* bad :
         {"account/name -> AccountBinding/Password", "=x -> AccountBinding/Password",
          "account/Password + =x -> AccountBinding/Password",
          "account/Password -> ApplicationQuery/ApplicationRef"}) {
        std::string table = std::string(head) + orders;
        table.replace(table.find(good), good.size(), bad);
        const auto loaded = fixture::load_dialect(table);
        ASSERT_FALSE(loaded) << bad;
        EXPECT_THAT(loaded.fault().text, HasSubstr(":22:5: a Password comes from an element"))
            << bad;
    }
}

TEST(Partners, WhatIsWrongWithATableIsToldWithItsPosition) {
    const auto fault = [](const std::string& from, const std::string& to) {
        std::string table = submitting();
        table.replace(table.find(from), from.size(), to);
        const auto loaded = fixture::load_dialect(table);
        return loaded ? std::string{} : loaded.fault().text;
    };
    EXPECT_THAT(fault("canonical/Message", "gateway/mepQuery"),
                HasSubstr(":14:5: a partner table makes canonical/Message or canonical/Batch"));
    EXPECT_THAT(fault("partner/order", "canonical/Question"),
                HasSubstr(":13:7: a partner table begins with a document of its own"));
    EXPECT_THAT(fault("head/at", "head/when"), HasSubstr(":19:5: unknown path 'head/when'"));
    EXPECT_THAT(fault("{as: time}", "{as: roman}"), HasSubstr(":19:39: time, date, decimal"));
    EXPECT_THAT(fault("head/at -> ", "$key -> "), HasSubstr(":19:5: '$key' is unknown"));
    EXPECT_THAT(fault("  - drop account: not here\n", ""),
                HasSubstr("'account/name' of partner/order is neither mapped nor dropped"));
}

// Several kinds of documents, one of them a batch; a finding stands with its own message.
TEST(Partners, ManyMessagesComeAsABatch) {
    std::string table = head;
    table += R"(tables:
  - from: partner/orders
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
          - "@no + =-ref -> ApplicationSubmit/ApplicationRef[1]"
          - drop 物料: not declared
)";
    const mapping::Dialect both = dialect(table);
    EXPECT_THAT(both.batch_roots(), ElementsAre("orders"));
    const std::string bytes =
        "<orders id=\"B-1\">\n<sender>91110108MA0000015T</sender>\n"
        "<order no=\"1\"><物料>m</物料></order>\n"
        "<order no=\"2\"><物料>m</物料><extra>e</extra></order>\n"
        "<order no=\"a b\"><物料>m</物料></order></orders>";
    bool given = false;
    std::vector<xml::Parsed> messages;
    const xml::BatchEnd end = mapping::examine_partner_batch(
        {parser(), both, at}, [&] { return std::exchange(given, true) ? std::string{} : bytes; },
        [&](xml::Parsed message) { messages.push_back(std::move(message)); });
    EXPECT_THAT(told(end.envelope.findings), IsEmpty());
    EXPECT_EQ(end.messages, 3u);
    EXPECT_EQ(end.envelope.root->text_at("Header/BatchId"), "B-1");
    EXPECT_EQ(end.envelope.root->children.size(), 1u);
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_THAT(told(messages[0].findings), IsEmpty());
    EXPECT_EQ(messages[0].root->position, (base::Position{3, 15}));
    EXPECT_THAT(told(messages[1].findings),
                ElementsAre("PartnerUnknown 4:32 /orders/order[2]/extra = e"));
    // The number goes to two places and is wrong at both: it is told once.
    EXPECT_THAT(told(messages[2].findings),
                ElementsAre("VALUE_NotMatch_Pattern 5:17 /orders/order[3]/@no = a b"));
    EXPECT_EQ(
        xml::at_source({.code = "X", .path = "/Batch/Message[2]/Header/Sender"}, messages[1].places)
            .path,
        "/orders/sender");
}

bool exists(const base::Element& root, const std::string& path) {
    std::size_t from = root.name.size() + 1;
    if (path.substr(0, from) != '/' + root.name) return false;
    const base::Element* here = &root;
    while (here && from < path.size()) {
        const std::size_t slash = std::min(path.find('/', from + 1), path.size());
        std::string name = path.substr(from + 1, slash - from - 1);
        from = slash;
        if (name.starts_with('@')) {
            const auto bears = [&](const auto& each) { return '@' + each.name == name; };
            return from == path.size() && std::ranges::any_of(here->attributes, bears);
        }
        std::size_t index = 1;
        if (const std::size_t open = name.find('['); open != std::string::npos) {
            index = std::stoul(name.substr(open + 1));
            name.resize(open);
        }
        const auto all = here->all(name);
        here = index <= all.size() ? all[index - 1] : nullptr;
    }
    return here != nullptr;
}

// Whatever is spoiled, every finding names a path and a line that the partner's file has.
TEST(Partners, EveryFindingNamesAPlaceThatIsInThePartnersFile) {
    const mapping::Dialect dialect_of_all = dialect(submitting());
    std::mt19937 random{7};
    const auto any = [&](std::size_t below) { return random() % below; };
    std::size_t findings = 0;
    for (int round = 0; round < 2'000; ++round) {
        std::string bytes = sound;
        for (std::size_t edits = 1 + any(3); edits > 0; --edits) {
            const std::size_t place = any(bytes.size());
            const char* pieces[] = {"x", " ", "<y/>", "<head/>", "<物料 号=\"z\"/>", "7", "&lt;"};
            if (any(2) == 0)
                bytes.insert(place, pieces[any(std::size(pieces))]);
            else
                bytes.erase(place, 1 + any(12));
        }
        const auto foreign = parser().parse_foreign(bytes);
        if (!foreign.parsed.well_formed) continue;
        const xml::Parsed made = mapping::examine_partner(parser(), dialect_of_all, bytes, at);
        ASSERT_EQ(xml::encode(*xml::decode(xml::encode(made))), xml::encode(made)) << bytes;
        for (const Finding& each : made.findings) {
            ++findings;
            EXPECT_TRUE(exists(*foreign.parsed.root, each.path)) << told(each) << "\n" << bytes;
            EXPECT_GT(each.position.line, 0u) << told(each);
        }
    }
    EXPECT_GT(findings, 100u);
}

}  // namespace
