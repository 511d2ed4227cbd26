// The conversions of mapping/README.md, both ways where there are two.
#include "fixture.hpp"
#include "mapping/reader.hpp"
#include "mapping/transform.hpp"

namespace {

using mapping::Conversion;
using mapping::Converted;
using mapping::Unknown;

Conversion conversion(const std::string& options) {
    base::Result<yaml::Document> document = yaml::Document::parse(options, "c.yaml");
    EXPECT_TRUE(document);
    const Conversion read =
        mapping::read_conversion(document->root(), fixture::lists(), Unknown::Refuse);
    EXPECT_TRUE(document->complaints().empty()) << options;
    return read;
}

std::string converted(const std::string& options, const std::string& value) {
    const Converted made = mapping::convert(conversion(options), value, fixture::day);
    if (!made.trouble.empty()) return "trouble";
    return made.value.value_or("left out");
}

struct Case {
    const char* options;
    const char* value;
    const char* expected;
};

class Convert : public testing::TestWithParam<Case> {};

TEST_P(Convert, GivesWhatTheTableSays) {
    EXPECT_EQ(converted(GetParam().options, GetParam().value), GetParam().expected)
        << GetParam().options << " " << GetParam().value;
}

constexpr const char* modes = "{values: {single-batch: \"0\", multi-batch: \"1\"}}";
constexpr const char* modes_back = "{values: {\"0\": single-batch, \"1\": multi-batch}}";
constexpr const char* revoked = "{values: {\"true\": \"yes\"}, omit: [\"false\", \"0\"]}";

INSTANTIATE_TEST_SUITE_P(
    Table, Convert,
    testing::Values(
        Case{"{}", " a \n b ", "a b"}, Case{modes, "single-batch", "0"},
        Case{modes, " multi-batch ", "1"}, Case{modes, "0", "trouble"},
        Case{modes_back, "0", "single-batch"}, Case{modes_back, "1", "multi-batch"},
        Case{modes_back, "2", "trouble"}, Case{revoked, "true", "yes"},
        Case{revoked, "false", "left out"}, Case{revoked, " 0 ", "left out"},
        Case{revoked, "1", "trouble"}, Case{"{list: countries, take: alpha2}", "KOR", "KR"},
        Case{"{list: countries, by: alpha2}", "KR", "KOR"},
        Case{"{list: countries, take: alpha2}", "KR", "trouble"},
        Case{"{list: countries, by: alpha2}", "kr", "trouble"},
        Case{"{list: currencies, take: customs_code}", "USD", "502"},
        Case{"{list: currencies, by: customs_code}", "502", "USD"},
        Case{"{list: currencies, by: customs_code}", "840", "trouble"},
        Case{"{as: time}", "2026-11-22T01:30:00Z", "2026-11-22T09:30:00.000+08:00"},
        Case{"{as: time}", "2026-11-22", "trouble"}, Case{"{as: date}", "2026-11-22", "2026-11-22"},
        Case{"{as: date}", "20261122", "2026-11-22"},
        Case{"{as: date}", "2026-11-22T20:00:00Z", "2026-11-23"},
        Case{"{as: date}", "20261322", "trouble"}, Case{"{as: date}", "22.11.2026", "trouble"},
        Case{"{as: date}", "2026/11/22", "2026-11-22"},
        Case{"{as: date}", "2026.1.2", "2026-01-02"},
        Case{"{as: date}", "2026年11月2日", "2026-11-02"},
        Case{"{as: date}", "2026-11-22 00:00:00", "2026-11-22"},
        Case{"{as: date}", "2026-11-22 25:00:00", "trouble"},
        Case{"{as: date}", "2026-11/22", "trouble"}, Case{"{as: date}", "2026/02/30", "trouble"},
        Case{"{as: time}", "2026/11/22 9:30:05", "2026-11-22T09:30:05.000+08:00"},
        Case{"{as: time}", "20261122093005", "2026-11-22T09:30:05.000+08:00"},
        Case{"{as: time}", "2026-11-22 09:30", "2026-11-22T09:30:00.000+08:00"},
        Case{"{as: time}", "2026-11-22T09:30:05", "2026-11-22T09:30:05.000+08:00"},
        Case{"{as: time}", "2026-11-22 9h30", "trouble"},
        Case{"{as: decimal}", "1,234,567.80", "1234567.8"}, Case{"{as: decimal}", "0012.000", "12"},
        Case{"{as: decimal}", "-1,000", "-1000"}, Case{"{as: decimal}", ".5", "0.5"},
        Case{"{as: decimal}", "0.00", "0"}, Case{"{as: decimal}", "-0.00", "0"},
        Case{"{as: decimal}", "-0", "0"}, Case{"{as: decimal}", "-0.10", "-0.1"},
        Case{"{as: decimal}", "-.0", "0"}, Case{"{as: decimal}", "12,34", "trouble"},
        Case{"{as: decimal}", "1,2345", "trouble"}, Case{"{as: decimal}", "1,234.5,6", "trouble"},
        Case{"{as: decimal}", "1e3", "trouble"}, Case{"{as: decimal}", ".", "trouble"},
        Case{"{as: base64}", " aGV\n sbG8= ", "aGVsbG8="}, Case{"{as: base64}", "aGV!", "trouble"},
        Case{"{as: size}", " aGV\n sbG8= ", "5"}, Case{"{as: size}", "a", "trouble"}));

TEST(Convert, ATroubleNamesCodeListColumnAndDay) {
    const Conversion taking = conversion("{list: countries, take: alpha2}");
    EXPECT_EQ(mapping::convert(taking, "QQQ", fixture::day).trouble,
              "code 'QQQ' is not in list countries with column alpha2 on 2026-11-22");
    const Conversion by = conversion("{list: currencies, by: customs_code}");
    EXPECT_EQ(mapping::convert(by, "999", std::nullopt).trouble,
              "code '999' is not in list currencies by column customs_code without a day");
}

// One grammar for partners, too: flat forms, first of several sources, constants, what is absent.
TEST(Transform, TurnsAFlatDocumentIntoANestedOne) {
    base::Result<yaml::Document> shapes = yaml::Document::parse(
        "Flat: '@no? head? alt? port1? port2? line*'\n"
        "Nested:\n  Ref:\n  Kind:\n  Mode:\n  Port*: Code\n  Group?:\n    Line*: '@index? .'\n",
        "s.yaml");
    ASSERT_TRUE(shapes);
    mapping::Shapes all;
    all["x"].documents.inside = mapping::read_shapes(shapes->root());
    base::Result<yaml::Document> sound = yaml::Document::parse(
        "from: x/Flat\nto: x/Nested\nunknown: refuse\nrules:\n"
        "  - head | alt | @no -> Ref\n  - =fixed -> Kind: {when: alt}\n"
        "  - each line -> Group/Line:\n      - . -> .\n      - ../alt -> @index\n"
        "  - port1 -> Mode: {absent: none}\n  - drop port2: not wanted\n",
        "t.yaml");
    ASSERT_TRUE(sound);
    const mapping::Table good = mapping::read_table(sound->root(), all, {}, fixture::lists());
    EXPECT_THAT(sound->complaints(), testing::IsEmpty());
    const mapping::Transformed made = mapping::transform(
        good, small_xml::read("<Flat no=\"7\"><alt>A</alt><line>x</line><line>y</line></Flat>"),
        {});
    EXPECT_THAT(made.troubles, testing::IsEmpty());
    EXPECT_EQ(small_xml::shown(made.document),
              small_xml::shown(small_xml::read(
                  "<Nested><Ref>A</Ref><Kind>fixed</Kind><Mode>none</Mode><Group>"
                  "<Line index=\"A\">x</Line><Line index=\"A\">y</Line></Group></Nested>")));
    const mapping::Transformed less =
        mapping::transform(good, small_xml::read("<Flat no=\"7\"><head> </head></Flat>"), {});
    EXPECT_EQ(less.document.text_at("Ref"), "7");
    EXPECT_THAT(less.troubles, testing::ElementsAre("Nested/Kind is missing"));
}

}  // namespace
