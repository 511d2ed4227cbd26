// P6: hostile documents, each answered with its own finding and nothing else; the parser serves the
// next document as if nothing had been.
#include "unit/xml/fixture.hpp"
#include "xml/self_test.hpp"

namespace xml {
namespace {

using namespace std::string_literals;

const std::string root = "<Message xmlns='urn:permitd:mep:1'";

struct Hostile {
    const char* name;
    std::string bytes;
    const char* codes;
};

std::string utf16(const std::string& ascii, bool big, const std::string& mark) {
    std::string out = mark;
    for (const char c : ascii) out += big ? std::string{'\0', c} : std::string{c, '\0'};
    return out;
}

std::vector<Hostile> odd_structures() {
    const std::string xsi = " xmlns:i='http://www.w3.org/2001/XMLSchema-instance' ";
    const std::string good = root + "/>";
    return {
        {"doctype", "<!DOCTYPE Message>" + good, "XML-DOCTYPE"},
        {"doctype after a comment", "<!-- <a> --><?p <b> ?>\n<!DOCTYPE m>" + good, "XML-DOCTYPE"},
        {"doctype in UTF-16", utf16("<!DOCTYPE m><m/>", false, "\xff\xfe"), "XML-DOCTYPE"},
        {"entity", root + ">&x;</Message>", "XML-MALFORMED/EntityNotFound"},
        {"undeclared external parameter", root + ">%x;</Message>",
         "XSD-INVALID/NoCharDataInCM XSD-INVALID/EmptyNotValidForContent"},
        {"schema hint", "<a" + xsi + "i:noNamespaceSchemaLocation='file:///etc/passwd'/>",
         "XSD-INVALID/UnknownNamespace"},
        {"XInclude", "<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>",
         "XSD-INVALID/UnknownNamespace"},
        {"xsi:nil", with(minimal(), "<Name>", "<Name" + xsi + "i:nil='true'>"), ""},
        {"XML 1.1", "<?xml version='1.1'?>" + good, "XML-MALFORMED/Version"},
        {"two roots", good + good, "XML-MALFORMED/ExpectedCommentOrPI"},
        {"trailing garbage", good + "x", "XML-MALFORMED/ExpectedCommentOrPI"},
        {"control character", root + ">&#1;</Message>", "XML-MALFORMED/InvalidCharacterRef"},
        {"prefix without namespace", "<x:a/>", "XML-MALFORMED/UnknownPrefix"},
        {"attribute twice", root + " mode='check' mode='check'/>",
         "XML-MALFORMED/AttrAlreadyUsedInSTag"},
        {"mixed namespaces", with(minimal(), "<Handler>", "<Handler xmlns='urn:other'>"),
         "XSD-INVALID/UnknownNamespace"},
        {"wrong root", "<Header xmlns='urn:permitd:mep:1'/>", "XSD-INVALID/ElementNotDefined"},
    };
}

std::vector<Hostile> lying_encodings() {
    const std::string good = root + "/>";
    return {
        {"unknown encoding", "<?xml version='1.0' encoding='Shift_JIS'?>" + good,
         "XML-ENCODING/Unread"},
        {"UTF-7", "<?xml version='1.0' encoding='UTF-7'?>" + good, "XML-ENCODING/Unread"},
        {"UTF-7 mark", "+/v8-" + good, "XML-ENCODING/Unread"},
        {"EBCDIC", "\x4c\x6f\xa7\x94\x93\x40", "XML-ENCODING/Unread"},
        {"UTF-32 mark", "\xff\xfe\0\0<\0\0\0"s, "XML-ENCODING/Unread"},
        {"UTF-16 without mark", utf16(good, false, ""), "XML-ENCODING/Unread"},
        {"UTF-16BE without mark", utf16(good, true, ""), "XML-ENCODING/Unread"},
        {"declared UTF-16, is UTF-8", "<?xml version='1.0' encoding='UTF-16'?>" + good,
         "XML-ENCODING/Declared"},
        {"declared UTF-8, is UTF-16",
         utf16("<?xml version='1.0' encoding='UTF-8'?><a/>", true, "\xfe\xff"),
         "XML-ENCODING/Declared"},
        {"declared GBK, marked UTF-8", "\xef\xbb\xbf<?xml version='1.0' encoding='GBK'?>" + good,
         "XML-ENCODING/Declared"},
        {"declared UTF-8, is GBK",
         "<?xml version='1.0' encoding='UTF-8'?>" + root + ">\xd5\xc5\xc8\xfd</Message>",
         "XML-ENCODING/UTF-8"},
        {"bad GB18030", "<?xml version='1.0' encoding='GB18030'?><a>\x81\x20</a>",
         "XML-ENCODING/GB18030"},
        {"overlong", root + ">\xc0\xbc</Message>", "XML-ENCODING/UTF-8"},
        {"overlong slash", root + ">\xe0\x80\xaf</Message>", "XML-ENCODING/UTF-8"},
        {"surrogate in UTF-8", root + ">\xed\xa0\x80</Message>", "XML-ENCODING/UTF-8"},
        {"beyond Unicode", root + ">\xf4\x90\x80\x80</Message>", "XML-ENCODING/UTF-8"},
        {"lone surrogate", "\xff\xfe<\0a\0>\0\x00\xd8<\0/\0a\0>\0"s, "XML-ENCODING/Surrogate"},
        {"low surrogate first", "\xff\xfe<\0a\0>\0\x00\xdc\x00\xd8"s, "XML-ENCODING/Surrogate"},
        {"NUL", root + ">\0</Message>"s, "XML-ENCODING/NUL"},
        {"NUL after the root", good + "\0x"s, "XML-ENCODING/NUL"},
        {"NUL in UTF-16", "\xff\xfe<\0a\0/\0>\0\0\0"s, "XML-ENCODING/NUL"},
        {"torn character after the root", good + "\xe5\xbc", "XML-ENCODING/Torn"},
    };
}

std::vector<Hostile> excesses() {
    std::string attributes = root;
    for (int i = 0; i < 100'000; ++i) attributes += " a" + std::to_string(i) + "=''";
    std::string declarations = root;
    for (int i = 0; i < 1000; ++i)
        declarations += " xmlns:p" + std::to_string(i) + "='urn:x" + std::to_string(i) + "'";
    return {
        {"depth of 100,000", repeated("<a>", 100'000) + repeated("</a>", 100'000),
         "XML-LIMIT/Depth"},
        {"100,000 attributes", attributes + "/>", "XML-LIMIT/Attributes"},
        {"1,000 namespaces", declarations + "/>", "XML-LIMIT/Attributes"},
        {"a name of 1 MB", "<" + std::string(1u << 20, 'n') + "/>", "XML-LIMIT/Name"},
        {"a text beyond the limit",
         root + "><Header><MessageId>" + std::string(2u << 20, 't') +
             "</MessageId></Header></Message>",
         "XML-LIMIT/Text"},
        {"an attribute beyond the limit", root + " mode='" + std::string(2u << 20, 't') + "'/>",
         "XML-LIMIT/Text"},
        {"200,001 elements", "<a>" + repeated("<b/>", 200'000) + "</a>", "XML-LIMIT/Elements"},
        {"beyond the size limit", std::string((16u << 20) + 1, ' '), "XML-LIMIT/Size"},
    };
}

std::vector<Hostile> documents() {
    std::vector<Hostile> all = odd_structures();
    for (const auto& some : {lying_encodings(), excesses()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

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
