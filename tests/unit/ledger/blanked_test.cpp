// Secrets are blanked lexically, in the document's own encoding; bytes that cannot be decoded give
// nothing; everything else stays as it was.
#include <gtest/gtest.h>
#include <iconv.h>

#include "ledger/archive.hpp"
#include "ledger/blanked.hpp"

namespace {

std::string converted(std::string text, const char* to) {
    const iconv_t converter = ::iconv_open(to, "UTF-8");
    EXPECT_NE(converter, reinterpret_cast<iconv_t>(-1));
    std::string out(text.size() * 4 + 8, '\0');
    char *in = text.data(), *end = out.data();
    std::size_t left = text.size(), room = out.size();
    EXPECT_EQ(::iconv(converter, &in, &left, &end, &room), 0u);
    ::iconv_close(converter);
    out.resize(out.size() - room);
    return out;
}

struct Case {
    const char* document;
    const char* blanked;
};

// U+4E5D etc. have second bytes in GBK that look like ASCII letters, '[' or ']'.
constexpr Case cases[] = {
    {"<a>nothing</a>", "<a>nothing</a>"},
    {"<Password>s3cret</Password>", "<Password>***</Password>"},
    {"<Password></Password>", "<Password>***</Password>"},
    {"<accountPwd>密码</accountPwd>", "<accountPwd>***</accountPwd>"},
    {"<x:Password a=\"b\">s</x:Password>", "<x:Password a=\"b\">***</x:Password>"},
    {"<乗:Password>s</乗:Password>", "<乗:Password>***</乗:Password>"},
    {"<Password\n\ta='>'>s</Password>", "<Password\n\ta='>'>***</Password>"},
    {"<Password>1</Password><b>猋</b><Password>2</Password>",
     "<Password>***</Password><b>猋</b><Password>***</Password>"},
    {"<password>s</password>", "<password>s</password>"},
    {"<PasswordHint>s</PasswordHint>", "<PasswordHint>s</PasswordHint>"},
    {"<NoPassword>s</NoPassword>", "<NoPassword>s</NoPassword>"},
    {"<Password/>text<b/>", "<Password/>text<b/>"},
    {"<Password a='/'>s</Password>", "<Password a='/'>***</Password>"},
    {"<a>Password</a>", "<a>Password</a>"},
    {"<Password>s3cret", "<Password>***"},
    {"<Password>", "<Password>***"},
    {"<Password", "<Password***"},
    {"<Password>s</Pasword><b>1</b>", "<Password>***</Pasword><b>1</b>"},
    // The content goes on behind the first '<'.
    {"<Password>a<!-- b -->c</Password><d/>", "<Password>***</Password><d/>"},
    {"<Password><![CDATA[a</Password>b]]>c</Password><d/>", "<Password>***</Password><d/>"},
    {"<Password><![CDATA[猋]]]></Password><d/>", "<Password>***</Password><d/>"},
    {"<Password><!-->a</Password>-->b</Password><d/>", "<Password>***</Password><d/>"},
    {"<Password>a<?p </Password>?>b</Password><d/>", "<Password>***</Password><d/>"},
    {"<Password>a<b>c</b>d</Password><d/>", "<Password>***</Password><d/>"},
    {"<Password>a<Password>b</Password>c</Password><d/>", "<Password>***</Password><d/>"},
    {"<Password>a<Password/>c</Password><d/>", "<Password>***</Password><d/>"},
    {"<Password>a<![CDATA[b", "<Password>***"},
    {"<Password>a<!-- b -->c", "<Password>***"},
    // A start tag that does not end.
    {"<Password s<!-- -->t</Password><d/>", "<Password***</Password><d/>"},
    {"<Password a='x'<b/>t</Password><d/>", "<Password***</Password><d/>"},
    {"<Password a='x", "<Password***"},
    // A tag in a secret: what stands in its values ends nothing.
    {"<Password>a<b c='>'/>d</Password><e/>", "<Password>***</Password><e/>"},
    {"<Password>a<b c='\"'/>d</Password><e/>", "<Password>***</Password><e/>"},
    {"<Password>a<b c=\"'\">d</b e='\"'>f</Password><g/>", "<Password>***</Password><g/>"},
    {"<Password>a<b <c/>d</Password><e/>", "<Password>***</Password><e/>"},
    {"<Password>a<b</Password><c/>", "<Password>***</Password><c/>"},
    // '<' in a quoted value: nobody can tell where the value ends.
    {"<Password a=\"x>s</Password><d/>", "<Password***"},
    {"<Password a='</Password>'>s</Password><d/>", "<Password***"},
    {"<Password a='<'/>s</Password><d/>", "<Password***"},
    {"<Password><x a=\"</Password>\"/>s</Password><d/>", "<Password>***"},
    {"<Password>a<c/></x b='</Password>'>s</Password><d/>", "<Password>***"},
    {"<Password>a<!x '</Password>'>s</Password><d/>", "<Password>***"},
    {"<Password>a<x b='<!--'/>s--></Password>s</Password><d/>", "<Password>***"},
    {"<Password>a<x b='<Password>'/>s</Password>s</Password><d/>", "<Password>***"},
    {"<accountPwd>a<Password b='</accountPwd>'>s</Password></accountPwd>", "<accountPwd>***"},
    // In a comment or section: no more than that section.
    {"<!-- <Password> --><d>1</d>", "<!-- <Password>***--><d>1</d>"},
    {"<!-- <Password>s</Password> --><d>1</d>", "<!-- <Password>***</Password> --><d>1</d>"},
    {"<![CDATA[<Password>s]]><d>1</d>", "<![CDATA[<Password>***]]><d>1</d>"},
};

const std::string with_secrets[] = {
    "<R xmlns='u'><p:Password q='1'>S<![CDATA[S]]>S<!-- S -->S</p:Password><e>1</e></R>",
    "<R><Password>S<x a=\"S\" b='S'>S</x>S<y z = 'S'/>S<?p S?>S</Password><e/></R>",
};

TEST(Blanked, HoldsInUtf8) {
    for (const Case& row : cases) {
        EXPECT_EQ(ledger::blanked(row.document), row.blanked) << row.document;
        const std::string with_bom = std::string{"\xef\xbb\xbf"} + row.document;
        EXPECT_EQ(ledger::blanked(with_bom), std::string{"\xef\xbb\xbf"} + row.blanked);
    }
}

TEST(Blanked, HoldsInUtf16OfBothOrders) {
    for (const Case& row : cases)
        for (const char* encoding : {"UTF-16LE", "UTF-16BE"}) {
            const std::string bom = "\xef\xbb\xbf";
            EXPECT_EQ(ledger::blanked(converted(bom + row.document, encoding)),
                      converted(bom + row.blanked, encoding))
                << encoding << ' ' << row.document;
        }
}

TEST(Blanked, HoldsInTheChineseEncodings) {
    for (const Case& row : cases)
        for (const char* declared : {"GB18030", "gbk", "GBK", "GB2312"}) {
            const std::string head =
                std::string{"<?xml version=\"1.0\" encoding='"} + declared + "'?>";
            EXPECT_EQ(ledger::blanked(converted(head + row.document, "GB18030")),
                      converted(head + row.blanked, "GB18030"))
                << declared << ' ' << row.document;
        }
}

// Four-byte characters of GB 18030 have digits inside; none of them ends a tag.
TEST(Blanked, StepsOverFourByteCharacters) {
    const std::string head = "<?xml version=\"1.0\" encoding=\"GB18030\"?>";
    EXPECT_EQ(ledger::blanked(converted(
                  head + "<b>\u20ac\U0001F600</b><Password>\U0001F600</Password>", "GB18030")),
              converted(head + "<b>\u20ac\U0001F600</b><Password>***</Password>", "GB18030"));
}

TEST(Blanked, GivesNothingForBytesThatCannotBeDecoded) {
    using namespace std::string_literals;
    const std::string rows[] = {
        "<a>\xff</a>"s,
        "<a>\xc0\xaf</a>"s,
        "<a>\0</a>"s,
        converted("<Password>s</Password>", "UTF-16LE"),  // without BOM
        converted("<Password>s</Password>", "UTF-32BE"),
        "\xff\xfe\0\0<\0\0\0"s,  // UTF-32 with BOM
        "\xfe\xff\xd8\x3d\0a"s,  // a lone surrogate
        "\xfe\xff\xde\x00"s,
        "<?xml version='1.0' encoding='UTF-7'?><a/>"s,
        "<?xml version='1.0' encoding='UTF-16'?><a/>"s,
        "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>"s,
        "<?xml version='1.0' encoding='IBM037'?><a/>"s,
        "<?xml version='1.0' encoding='GBK'?><a>\xff</a>"s,
        "<a>\xe4\xb8 "s,  // a character that goes on with another one
        "<?xml version='1.0' encoding='GBK"s,
    };
    for (const std::string& row : rows) EXPECT_FALSE(ledger::blanked(row)) << row;
}

// What was left is evidence as it stands, also where it ends within a character.
TEST(Blanked, KeepsADocumentThatIsTornWithinACharacterAsItIs) {
    using namespace std::string_literals;
    for (const std::string& torn : {"<a>\xe4\xb8"s, "\xff\xfe<\0a"s, "\xff\xfe<\0\x3d\xd8"s,
                                    "<?xml version='1.0' encoding='GBK'?><a>\x81"s,
                                    "<?xml version='1.0' encoding='GB18030'?><a>\x81\x30\x81"s})
        EXPECT_EQ(ledger::blanked(torn), torn);
    EXPECT_EQ(ledger::blanked("<Password>s</Password><a>\xe4\xb8"),
              "<Password>***</Password><a>\xe4\xb8");
    // But not where it ends within a secret.
    EXPECT_EQ(ledger::blanked("<Password>s\xe4\xb8"), "<Password>***");
    EXPECT_EQ(ledger::blanked("<Password x='\xe4\xb8"), "<Password***");
    EXPECT_EQ(ledger::blanked("<!-- <Password>s\xe4\xb8"), "<!-- <Password>***");
    EXPECT_EQ(ledger::blanked("<Password>a<b/>\xe4\xb8"), "<Password>***");
}

// Torn at every byte: either undecodable, or without any part of the secret.
TEST(Blanked, NeverShowsPartOfASecretHoweverTheDocumentIsTorn) {
    for (const std::string& whole : with_secrets)
        for (std::size_t n = 0; n <= whole.size(); ++n) {
            const auto blanked = ledger::blanked(whole.substr(0, n));
            ASSERT_TRUE(blanked);
            EXPECT_EQ(blanked->find('S'), std::string::npos) << *blanked;
        }
}

// Malformed behind the secret's name, by something in front of each character or in its place.
TEST(Blanked, NeverShowsPartOfASecretHoweverTheDocumentIsMalformed) {
    for (const std::string& whole : with_secrets) {
        for (std::size_t at = whole.find("Password") + 9; at < whole.size(); ++at)
            for (const std::string by : {"", "<", ">", "/", "'", "\"", "&", "-", "!", "?", "[", "=",
                                         "<!--", "<![CDATA[", "<?", "<x a='", "<x a='</Password>"})
                for (const std::size_t gone : {0u, 1u}) {
                    const std::string bent = whole.substr(0, at) + by + whole.substr(at + gone);
                    // An empty element has no secret, and an end tag of any name ends one.
                    const std::size_t first = bent.find('<', bent.find("Password"));
                    if (bent.find("/>") < first || bent.find("</") == first) continue;
                    const auto blanked = ledger::blanked(bent);
                    ASSERT_TRUE(blanked);
                    EXPECT_EQ(blanked->find('S'), std::string::npos) << bent << '\n' << *blanked;
                }
    }
}

TEST(Blanked, IsDoneOnceAndForAll) {
    for (const Case& row : cases) EXPECT_EQ(ledger::blanked(row.blanked), row.blanked);
}

// Pieces that end at every character and in every length: the same as the whole.
TEST(BlankedStream, GivesTheSameWhereverThePiecesEnd) {
    const std::string bom = "\xef\xbb\xbf";
    const std::pair<const char*, ledger::Encoding> rows[] = {
        {"UTF-8", ledger::Encoding::Utf8},
        {"UTF-16LE", ledger::Encoding::Utf16Little},
        {"UTF-16BE", ledger::Encoding::Utf16Big},
        {"GB18030", ledger::Encoding::Gb18030}};
    for (const auto& [name, encoding] : rows)
        for (const Case& row : cases)
            for (std::size_t length = 1; length < 12; ++length) {
                const std::string document = converted(row.document, name);
                ledger::BlankedStream stream{encoding};
                std::string carried, out;
                for (std::size_t at = 0; at < document.size(); at += length) {
                    carried += document.substr(at, length);
                    const auto whole = ledger::whole_characters(carried, encoding);
                    ASSERT_TRUE(whole);
                    out += stream.feed(std::string_view{carried}.substr(0, *whole));
                    carried.erase(0, *whole);
                }
                EXPECT_EQ(carried, "");
                EXPECT_EQ(out + stream.finish(), converted(row.blanked, name))
                    << name << ' ' << length << ' ' << row.document;
            }
}

// What is held back is bounded, and what is too long errs on the side of blanking.
TEST(BlankedStream, HoldsBackNoMoreThanATag) {
    ledger::BlankedStream stream{ledger::Encoding::Utf8, 100};
    std::string out = stream.feed("<a><Password x='");
    std::size_t held = 0;
    for (int i = 0; i < 100; ++i) out += stream.feed("secret in a quote "), held += 18;
    EXPECT_EQ(out, "<a><Password***");
    out += stream.feed("'>s</Password><b>") + stream.finish();
    EXPECT_EQ(out, "<a><Password***</Password><b>");
}

TEST(BlankedStream, DropsASecretOfAnyLength) {
    ledger::BlankedStream stream{ledger::Encoding::Utf8};
    std::string out = stream.feed("<Password>a<!-- b -->");
    for (int i = 0; i < 1000; ++i) out += stream.feed(std::string(1000, 's'));
    out += stream.feed("</Password><c/>") + stream.finish();
    EXPECT_EQ(out, "<Password>***</Password><c/>");
}

TEST(Encoding, TellsWholeCharactersFromABeginning) {
    using namespace std::string_literals;
    using ledger::Encoding;
    using ledger::whole_characters;
    EXPECT_EQ(whole_characters("a\xe6\xb1", Encoding::Utf8), 1u);
    EXPECT_EQ(whole_characters("a\xf0\x9f\x98", Encoding::Utf8), 1u);
    EXPECT_EQ(whole_characters("a\xe6\xb1\x89", Encoding::Utf8), 4u);
    EXPECT_EQ(whole_characters("a\xe6\xb1 b", Encoding::Utf8), std::nullopt);
    EXPECT_EQ(whole_characters("a\xff", Encoding::Utf8), std::nullopt);
    EXPECT_EQ(whole_characters("a\xc0", Encoding::Utf8), std::nullopt);
    EXPECT_EQ(whole_characters("\xb1\x89\x89\x89", Encoding::Utf8), std::nullopt);
    EXPECT_EQ(whole_characters("a\x81\x30\x81", Encoding::Gb18030), 1u);
    EXPECT_EQ(whole_characters("a\x81", Encoding::Gb18030), 1u);
    EXPECT_EQ(whole_characters("a\xff", Encoding::Gb18030), std::nullopt);
    EXPECT_EQ(whole_characters("a\0b"s, Encoding::Utf16Little), 2u);
    EXPECT_EQ(whole_characters("a\0\x3d\xd8"s, Encoding::Utf16Little), 2u);
    EXPECT_EQ(whole_characters("a\0\x3d\xd8\x00"s, Encoding::Utf16Little), 2u);
    EXPECT_EQ(whole_characters("\x00\xde"s, Encoding::Utf16Little), std::nullopt);
}

}  // namespace
