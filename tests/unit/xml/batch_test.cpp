// A batch is read as a stream: each message comes out as if it stood alone, with its place in the
// file, and memory does not grow with the number of messages (P6).
#include <iconv.h>
#include <malloc.h>

#include "unit/xml/fixture.hpp"

namespace xml {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
    std::vector<Parsed> messages;
    BatchEnd end;
};

Read read(std::string_view bytes, std::size_t piece = 1000, Parser& by = parser(),
          std::uint64_t messages_max = 50'000) {
    Read out;
    std::size_t at = 0;
    out.end = by.parse_batch(
        [&] {
            const std::string_view next = bytes.substr(at, piece);
            at += next.size();
            return std::string{next};
        },
        [&](Parsed message) { out.messages.push_back(std::move(message)); }, messages_max);
    return out;
}

std::string message() {
    const std::string all = minimal();
    return all.substr(all.find("<Message"));
}

const std::string head =
    "<Batch xmlns=\"urn:permitd:mep:1\"><Header><BatchId>B-1</BatchId>"
    "<Sender>91110108MA0000015T</Sender><CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt></Header>";
const std::string foot = "</Batch>";

std::string batch(std::size_t messages) { return head + repeated(message(), messages) + foot; }

std::string converted(std::string text, const char* to) {
    const iconv_t converter = ::iconv_open(to, "UTF-8");
    std::string out(text.size() * 4 + 8, '\0');
    char *in = text.data(), *end = out.data();
    std::size_t left = text.size(), room = out.size();
    EXPECT_EQ(::iconv(converter, &in, &left, &end, &room), 0u);
    ::iconv_close(converter);
    out.resize(out.size() - room);
    return out;
}

TEST(Batch, HandsOutEachMessageAsIfItStoodAlone) {
    const Read got = read(batch(3));
    EXPECT_EQ(codes(got.end.envelope), "");
    EXPECT_TRUE(got.end.envelope.well_formed);
    EXPECT_EQ(got.end.messages, 3u);
    ASSERT_EQ(got.messages.size(), 3u);
    const Parsed alone = parser().parse(message());
    for (const Parsed& each : got.messages) {
        EXPECT_TRUE(each.well_formed);
        EXPECT_EQ(codes(each), "");
        EXPECT_EQ(flat(*each.root), flat(*alone.root));
    }
    ASSERT_TRUE(got.end.envelope.root);
    EXPECT_EQ(got.end.envelope.root->name, "Batch");
    ASSERT_EQ(got.end.envelope.root->children.size(), 1u);
    EXPECT_EQ(got.end.envelope.root->text_at("Header/BatchId"), "B-1");
}

TEST(Batch, GivesAFindingItsPlaceInTheFile) {
    const std::string bad = with(message(), "<Year>2026</Year>", "<Year>next</Year>");
    const Read got = read(head + "\n" + message() + "\n" + message() + "\n" + bad + foot);
    ASSERT_EQ(got.messages.size(), 3u);
    EXPECT_TRUE(got.messages[0].findings.empty());
    ASSERT_EQ(got.messages[2].findings.size(), 1u);
    const base::Finding& found = got.messages[2].findings[0];
    EXPECT_EQ(found.code, "XSD-INVALID");
    EXPECT_EQ(found.path, "/Batch/Message[3]/LicenceApplication/Year");
    const auto lines = std::ranges::count(message(), '\n');
    EXPECT_GE(found.position.line, 4u + 2u * static_cast<unsigned>(lines));
    EXPECT_EQ(codes(got.end.envelope), "");
}

TEST(Batch, ReadsItTheSameInPiecesOfAnyLength) {
    const std::string bytes = batch(2);
    const Read whole = read(bytes, bytes.size());
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 4096u}) {
        const Read got = read(bytes, piece);
        EXPECT_EQ(got.messages.size(), 2u);
        ASSERT_EQ(*got.messages[1].root, *whole.messages[1].root) << piece;
    }
}

// Characters of two to four bytes lie across the borders of the pieces.
TEST(Batch, ReadsEveryEncodingAcrossThePieces) {
    const std::string text =
        head + repeated(with(message(), "<Year>", "<!-- \U0001F600\u20ac汉字 --><Year>"), 60) +
        foot;
    const Read plain = read(text);
    ASSERT_EQ(plain.messages.size(), 60u) << codes(plain.end.envelope);
    const std::string bom = "\xef\xbb\xbf";
    const std::pair<const char*, std::string> rows[] = {
        {"UTF-16LE", converted(bom + text, "UTF-16LE")},
        {"UTF-16BE", converted(bom + text, "UTF-16BE")},
        {"UTF-8 with BOM", bom + text},
    };
    for (const auto& [name, bytes] : rows)
        for (const std::size_t piece : {1'001u, 65'537u}) {
            const Read got = read(bytes, piece);
            ASSERT_EQ(got.messages.size(), 60u) << name << codes(got.end.envelope);
            EXPECT_EQ(*got.messages[59].root, *plain.messages[59].root) << name;
        }
    const std::string declared =
        converted("<?xml version=\"1.0\" encoding=\"GB18030\"?>" + text, "GB18030");
    for (const std::size_t piece : {999u, 1'001u, 65'537u}) {
        const Read got = read(declared, piece);
        ASSERT_EQ(got.messages.size(), 60u) << codes(got.end.envelope);
        EXPECT_EQ(flat(*got.messages[59].root), flat(*plain.messages[59].root));
    }
}

// A character beyond the BMP counts once, also when its line began long ago.
TEST(Batch, CountsColumnsInCharacters) {
    std::string one = message();
    std::erase(one, '\n');
    one = with(one, "<Year>", "<!--\U0001F600\U0001F600--><Year>");
    std::string narrow = with(one, "\U0001F600\U0001F600", "xx");
    const Read wide = read(head + repeated(one, 50) + foot);
    const Read same = read(head + repeated(narrow, 50) + foot);
    ASSERT_EQ(wide.messages.size(), 50u);
    EXPECT_EQ(wide.messages[49].root->position, same.messages[49].root->position);
    EXPECT_EQ(wide.messages[49].root->children[1].children.back().position,
              same.messages[49].root->children[1].children.back().position);
}

TEST(Batch, TornInTheMiddleEndsEarly) {
    const std::string whole = batch(3);
    for (std::size_t n = head.size() + 1; n < whole.size(); n += 37) {
        const Read got = read(std::string_view{whole}.substr(0, n));
        ASSERT_FALSE(got.end.envelope.well_formed) << n;
        EXPECT_EQ(codes(got.end.envelope).substr(0, 13), "XML-MALFORMED") << n;
        EXPECT_TRUE(got.end.envelope.ended_early) << n << whole.substr(n - 20, 20);
        EXPECT_EQ(got.end.envelope.root->text_at("Header/BatchId"), "B-1");
    }
}

TEST(Batch, WrongIsNotTorn) {
    for (const std::string& wrong :
         {head + message() + "</Bitch>", batch(1) + "<more/>", head + "<a></b>" + foot,
          head + "&nbsp;" + foot, head + message() + "<Message a='1' a='2'/>" + foot}) {
        const Read got = read(wrong);
        EXPECT_EQ(codes(got.end.envelope).substr(0, 13), "XML-MALFORMED") << wrong;
        EXPECT_FALSE(got.end.envelope.ended_early) << wrong;
    }
}

TEST(Batch, FindingsOutsideOfTheMessagesAreTheEnvelopes) {
    const Read no_id = read(with(batch(2), "<BatchId>B-1</BatchId>", ""));
    ASSERT_EQ(no_id.end.envelope.findings.size(), 1u);
    EXPECT_EQ(no_id.end.envelope.findings[0].code, "XSD-INVALID");
    EXPECT_THAT(no_id.end.envelope.findings[0].path, HasSubstr("/Batch/Header"));
    EXPECT_TRUE(no_id.messages[0].findings.empty());

    const Read stranger = read(head + message() + "<Stranger/>" + message() + foot);
    EXPECT_THAT(codes(stranger.end.envelope), HasSubstr("XSD-INVALID/ElementNotDefined"));
    EXPECT_EQ(stranger.end.messages, 2u);

    const Read none = read(head + foot);
    EXPECT_THAT(codes(none.end.envelope), HasSubstr("XSD-INVALID"));
    EXPECT_EQ(none.end.envelope.findings[0].path, "/Batch");

    const Read foreign = read(with(batch(2), "urn:permitd:mep:1", "urn:other"));
    EXPECT_THAT(codes(foreign.end.envelope), HasSubstr("UnknownNamespace"));
    EXPECT_EQ(foreign.messages.size(), 0u);
}

TEST(Batch, LimitsHoldForEachMessage) {
    Limits few;
    few.elements_max = 100;
    Parser limited = make_parser(few);
    EXPECT_EQ(codes(read(batch(3), 1000, limited, 3).end.envelope), "");
    const Read many = read(batch(4), 1000, limited, 3);
    EXPECT_EQ(codes(many.end.envelope), "XML-LIMIT/Messages");
    EXPECT_EQ(many.end.envelope.findings[0].path, "/Batch");
    EXPECT_EQ(many.messages.size(), 3u);
    const Read deep = read(head + message() + "<Message>" + repeated("<a>", 32) + foot);
    EXPECT_EQ(codes(deep.end.envelope), "XML-LIMIT/Depth");
    const Read broad = read(head + message() + "<Message>" + repeated("<a/>", 101), 1000, limited);
    EXPECT_EQ(codes(broad.end.envelope), "XML-LIMIT/Elements");
}

TEST(Batch, AMessageOfTwentyMebibytesIsTooLarge) {
    const std::string large =
        with(message(), "<Year>", "<!--" + std::string(20u << 20, 'x') + "--><Year>");
    const Read got = read(head + message() + large + foot, 65'536);
    EXPECT_EQ(codes(got.end.envelope), "XML-LIMIT/Size");
    EXPECT_EQ(got.messages.size(), 1u);
}

// Also where nothing is ever too large by itself: the sum counts from message to message.
TEST(Batch, WhatStandsBetweenTheMessagesIsLimitedToo) {
    const std::string comment = "<!--" + std::string(100'000, 'x') + "-->";
    const Read got = read(head + message() + repeated(comment, 180) + foot, 65'536);
    EXPECT_EQ(codes(got.end.envelope), "XML-LIMIT/Size");
    const Read spread = read(head + repeated(message() + repeated(comment, 90), 3) + foot, 65'536);
    EXPECT_EQ(codes(spread.end.envelope), "");
}

TEST(Batch, MoreEntitiesThanOneDocumentMayHaveAreNoAttack) {
    const std::string many = with(message(), "<Year>", "<!-- --><Year>");
    const std::string texts = repeated("<Remarks>" + repeated("&amp;", 1000) + "</Remarks>", 6);
    const std::string each = with(many, "</LicenceApplication>", texts + "</LicenceApplication>");
    EXPECT_EQ(codes(read(head + repeated(each, 100) + foot, 65'536).end.envelope), "");
}

TEST(Batch, BytesThatCannotBeDecodedEndIt) {
    const Read got = read(head + message() + std::string(70'000, ' ') + "\xff" + foot, 65'536);
    EXPECT_EQ(codes(got.end.envelope), "XML-ENCODING/UTF-8");
    EXPECT_GT(got.end.envelope.findings[0].position.column, 65'536u);
    EXPECT_EQ(codes(read("<!DOCTYPE a>" + batch(1)).end.envelope), "XML-DOCTYPE");
    EXPECT_EQ(codes(read(batch(1) + "\xe4").end.envelope), "XML-ENCODING/Torn");
}

TEST(Batch, MemoryDoesNotGrowWithTheMessages) {
    std::string piece = message();
    const auto used = [&](std::size_t messages) {
        std::size_t given = 0;
        std::size_t most = 0;
        parser().parse_batch(
            [&] {
                ++given;
                if (given == 1) return head;
                if (given <= messages + 1) return piece;
                return given == messages + 2 ? foot : std::string{};
            },
            [&](const Parsed&) { most = std::max(most, ::mallinfo2().uordblks); });
        return most;
    };
    const std::size_t few = used(100);
    EXPECT_LT(used(20'000), few + (2u << 20));
}

}  // namespace
}  // namespace xml
