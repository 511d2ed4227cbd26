// P6: hostile documents, each answered with its own finding and nothing else; the parser serves the
// next document as if nothing had been.
#include "unit/xml/hostile_rows.hpp"
#include "xml/self_test.hpp"

namespace xml {
namespace {

TEST(Hostile, EachCostsOneFindingOfItsOwn) {
    for (const Hostile& each : documents()) {
        const Parsed parsed = parser().parse(each.bytes);
        if (std::string_view{each.codes}.empty()) {
            EXPECT_FALSE(parsed.findings.empty()) << each.name;
        } else {
            EXPECT_EQ(codes(parsed), each.codes) << each.name;
        }
        EXPECT_FALSE(parsed.ended_early) << each.name;
        EXPECT_TRUE(parser().parse(minimal()).findings.empty()) << "after " << each.name;
    }
}

TEST(Hostile, MemoryIsLimited) {
    Parser narrow = make_parser({.text_bytes_max = 64u << 20, .memory_bytes_max = 4u << 20});
    const std::string text(8u << 20, 't');
    const Parsed parsed = narrow.parse(root + "><a>" + text + "</a></Message>");
    EXPECT_EQ(codes(parsed), "XML-LIMIT/Memory");
    EXPECT_TRUE(narrow.parse(minimal()).findings.empty());
}

TEST(Hostile, TextJustBeyondARaisedSizeLimit) {
    Parser wide = make_parser({.bytes_max = 64u << 20});
    const std::string bytes = with(minimal(), "<Name>", "<Name>" + std::string(40u << 20, 'x'));
    EXPECT_EQ(codes(wide.parse(bytes)), "XML-LIMIT/Text");
}

TEST(Hostile, ValuesOfAbsurdLength) {
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"<Quantity>1<", "<Quantity>" + std::string(10'000, '9') + "<"},
             {"<Quantity>1<", "<Quantity>1." + std::string(10'000, '0') + "<"},
             {"<Year>2026<", "<Year>" + std::string(100'000, '9') + "<"},
             {"<Name>", "<Name>" + std::string(100'000, 'n')}}) {
        const Parsed parsed = parser().parse(with(minimal(), from, to));
        ASSERT_EQ(parsed.findings.size(), 1U);
        EXPECT_EQ(parsed.findings[0].code, "XSD-INVALID");
        EXPECT_LE(parsed.findings[0].value.size(), 200U);
        for (const base::Argument& each : parsed.findings[0].arguments)
            EXPECT_LE(each.value.size(), 1500U) << each.name;
    }
}

TEST(Hostile, SelfTestStandsAndCanFail) {
    const base::Outcome sound = parser().self_test();
    EXPECT_TRUE(sound) << sound.fault().text;
    EXPECT_FALSE(withstand([](std::string_view) { return Parsed{}; }));
    // A parser that lets a single attack in is found, and the attack is named.
    const base::Outcome leaky = withstand([](std::string_view bytes) {
        if (bytes.find("UTF-7") != std::string_view::npos) return Parsed{};
        return parser().parse(bytes);
    });
    ASSERT_FALSE(leaky);
    EXPECT_THAT(leaky.fault().text, testing::HasSubstr("UTF-7"));
}

}  // namespace
}  // namespace xml
