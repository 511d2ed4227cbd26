// Holds operations.md 1, "a .zip with one XML inside is accepted, guarded against bombs and path
// tricks": archives made by hand, one rule broken in each.
#include "zip/unpack.hpp"

#include <gmock/gmock.h>

#include "zips.hpp"

namespace {

using tests::little;
using tests::zip_of;
using tests::ZipEntry;
using zip::Breach;

const std::string xml = "<?xml version=\"1.0\"?><Message>\xe8\xae\xa2\xe5\x8d\x95</Message>";
const std::string gbk_name = "\xb6\xa9\xb5\xa5.xml";  // 订单.xml
constexpr std::uint64_t bytes_max = 1u << 20;

// Through both encodings, as it goes in the daemon.
zip::Unpacked asked(const std::string& archive, const std::string& name = "order.zip") {
    const zip::Request request{zip::names_inside(name), bytes_max, archive};
    const auto out = zip::decode(zip::answer(zip::encode(request)), bytes_max);
    EXPECT_TRUE(out);
    return out.value_or(zip::Unpacked{});
}

std::string told(const std::string& archive, const std::string& name = "order.zip") {
    const zip::Unpacked out = asked(archive, name);
    if (out.breach) return zip::name_of(*out.breach);
    return out.bytes == xml ? "good" : "other bytes: " + out.bytes;
}

std::string told_of(ZipEntry entry, const std::string& name = "order.zip") {
    return told(zip_of({std::move(entry)}), name);
}

ZipEntry good() { return {.name = "order.xml", .packed = xml}; }

TEST(Unpack, GivesTheOneFileInside) {
    EXPECT_EQ(told_of(good()), "good");
    EXPECT_EQ(told(zip_of({good()}, "packed by hand")), "good");
    EXPECT_EQ(told(zip_of({{.name = "order.xml", .packed = ""}})), "other bytes: ");
    ZipEntry entry = good();
    entry.made_by = tests::made_by_unix;
    entry.external = tests::unix_file;
    entry.extra = little(0x5455, 2) + little(5, 2) + std::string(5, '\1');
    EXPECT_EQ(told_of(entry), "good");
}

// Deflate, by hand: one block of fixed codes is "<a/>" (RFC 1951 3.2.6).
TEST(Unpack, Inflates) {
    const std::string packed = "\xb3\x49\xd4\xb7\x03\x00";
    ZipEntry entry{.name = "order.xml", .packed = packed, .plain = "<a/>", .method = 8};
    EXPECT_EQ(told_of(entry), "other bytes: <a/>");
    entry.packed[1] ^= 0x40;
    EXPECT_EQ(told_of(entry), "Damaged");
}

TEST(Unpack, NamesAreComparedButForCase) {
    const std::pair<const char*, const char*> same[] = {
        {"order.zip", "order.xml"}, {"ORDER.ZIP", "order.xml"}, {"order.Zip", "Order.XML"},
        {"a.b.zip", "a.b.xml"},     {".zip", ".xml"},           {"a\\b.zip", "a\\b.xml"}};
    for (const auto& [archive, inside] : same)
        EXPECT_EQ(told_of({.name = inside, .packed = xml}, archive), "good") << inside;
    for (const char* inside : {"other.xml", "order.xml.xml", "order", "order.txt", "order.xml ",
                               "order.zip", "rder.xml", "C:order.xml"})
        EXPECT_EQ(told_of({.name = inside, .packed = xml}), "Stem") << inside;
}

// Programs in China write names in GBK, with no word of it; others in UTF-8, with its flag or not.
TEST(Unpack, ChineseNamesAreComparedInBothEncodings) {
    const std::string utf8 = "订单.xml";
    for (const std::uint16_t flags : {0, 1 << 11})
        EXPECT_EQ(told_of({.name = utf8, .packed = xml, .flags = flags}, "订单.zip"), "good");
    EXPECT_EQ(told_of({.name = gbk_name, .packed = xml}, "订单.zip"), "good");
    EXPECT_EQ(told_of({.name = gbk_name, .packed = xml}, "\xb6\xa9\xb5\xa5.zip"), "good");
    EXPECT_EQ(told_of({.name = utf8, .packed = xml}, "\xb6\xa9\xb5\xa5.zip"), "good");
    // 誠: its second byte in GBK is a backslash.
    EXPECT_EQ(told_of({.name = "\xd5\x5c.xml", .packed = xml}, "誠.zip"), "good");
    EXPECT_EQ(told_of({.name = gbk_name, .packed = xml}, "定单.zip"), "Stem");
}

TEST(Unpack, WhatPermitdRenamedIsStillItsOwn) {
    EXPECT_EQ(told_of(good(), "order.again-000000000041.zip"), "good");
    EXPECT_EQ(told_of(good(), "border.again-000000000041.zip"), "Stem");
}

// The name that Info-ZIP writes beside, in UTF-8, is the one that readers show.
TEST(Unpack, TheUnicodePathFieldIsRead) {
    const std::string utf8 = "订单.xml", plain = "##.xml";
    const auto field = [&](const std::string& of, const std::string& name) {
        const std::string body = "\x01" + little(tests::crc32(of), 4) + name;
        return little(0x7075, 2) + little(body.size(), 2) + body;
    };
    EXPECT_EQ(told_of({.name = plain, .packed = xml, .extra = field(plain, utf8)}, "订单.zip"),
              "good");
    EXPECT_EQ(told_of({.name = plain, .packed = xml, .extra = field("x", utf8)}, "订单.zip"),
              "Stem");
    const std::string path = "../../etc/cron.d/x";
    EXPECT_EQ(told_of({.name = path, .packed = xml, .extra = field(path, utf8)}, "订单.zip"),
              "Path");
}

TEST(Unpack, NoNameIsAPath) {
    for (const std::string name :
         {"../order.xml", "/order.xml", "/etc/passwd", "a/order.xml", "./order.xml",
          "..\\order.xml", "C:\\order.xml", "..", "order.xml\n"})
        EXPECT_EQ(told_of({.name = name, .packed = xml}), "Path") << name;
    EXPECT_EQ(told_of({.name = std::string{"order.xml\0.exe", 14}, .packed = xml}), "Path");
    EXPECT_EQ(told_of({.name = std::string{"\0", 1}, .packed = xml}), "Path");
    EXPECT_EQ(told_of({.name = std::string(300, 'n') + ".xml", .packed = xml}), "Path");
    EXPECT_EQ(told_of({.name = "", .packed = xml}), "Path");
}

TEST(Unpack, OnlyAPlainFile) {
    for (const std::uint32_t mode : {0120777u, 0040755u, 0020666u, 0010644u, 0140755u, 0060660u}) {
        ZipEntry entry = good();
        entry.external = mode << 16;
        for (const std::uint16_t made_by : {tests::made_by_unix, std::uint16_t{20}}) {
            entry.made_by = made_by;
            EXPECT_EQ(told_of(entry), "NotAFile") << std::oct << mode;
        }
    }
    ZipEntry entry = good();
    entry.external = 0x10;  // of DOS: a directory
    EXPECT_EQ(told_of(entry), "NotAFile");
    EXPECT_EQ(told_of({.name = "order.xml/", .packed = ""}), "NotAFile");
}

TEST(Unpack, ExactlyOneEntry) {
    EXPECT_EQ(told(zip_of({})), "Entries");
    const std::vector<std::vector<ZipEntry>> several{
        {good(), good()},
        {good(), {.name = "second.xml", .packed = xml}},
        {{.name = "order/", .packed = ""}, good()},
        {good(), {.name = "__MACOSX/._order.xml", .packed = "x"}}};
    for (const auto& entries : several) {
        const zip::Unpacked out = asked(zip_of(entries));
        EXPECT_EQ(out.breach, Breach::Entries);
        EXPECT_EQ(out.entries, 2u);
    }
    EXPECT_EQ(asked(zip_of(std::vector<ZipEntry>(300, good()))).entries, 300u);
}

TEST(Unpack, NothingEncryptedAndNoOtherMethod) {
    for (const int bit : {0, 6, 13}) {
        ZipEntry entry = good();
        entry.flags = static_cast<std::uint16_t>(1u << bit);
        EXPECT_EQ(told_of(entry), "Encrypted") << bit;
    }
    for (const std::uint16_t method : {1, 6, 9, 12, 14, 93, 95, 96, 98}) {
        ZipEntry entry = good();
        entry.method = method;
        EXPECT_EQ(told_of(entry), "Method") << method;
    }
}

TEST(Unpack, TheContentIsWhatTheHeadersSay) {
    ZipEntry entry = good();
    entry.crc ^= 1;
    EXPECT_EQ(told_of(entry), "Damaged");
    entry = good();
    entry.packed[10] ^= 1;
    EXPECT_EQ(told_of(entry), "Damaged");
    for (const std::uint64_t lie : {0u, 1u, unsigned(xml.size() - 1), unsigned(xml.size() + 1)}) {
        entry = good();
        entry.plain_bytes = lie;
        EXPECT_THAT(told_of(entry), testing::AnyOf("Damaged", "Inconsistent")) << lie;
        entry = good();
        entry.packed_bytes = lie;
        EXPECT_THAT(told_of(entry), testing::AnyOf("Damaged", "Inconsistent")) << lie;
    }
    for (const std::uint64_t large : {bytes_max + 1, std::uint64_t{0xffffffff}}) {
        entry = good();
        entry.plain_bytes = large;
        EXPECT_EQ(told_of(entry), "Size");
    }
    entry = good();
    entry.local_plain_bytes = 7;
    EXPECT_EQ(told_of(entry), "Inconsistent");
    entry = good();
    entry.local_name = "other.xml";
    EXPECT_EQ(told_of(entry), "Inconsistent");
}

TEST(Unpack, SizesMayStandBehindTheContent) {
    const std::string crc = little(tests::crc32(xml), 4), mark = "PK\x07\x08";
    const std::string size = little(xml.size(), 4), wide = little(xml.size(), 8);
    for (const std::string& descriptor : {mark + crc + size + size, crc + size + size,
                                          mark + crc + wide + wide, crc + wide + wide}) {
        ZipEntry entry = good();
        entry.flags = 8;
        entry.local_plain_bytes = 0;
        entry.descriptor = descriptor;
        EXPECT_EQ(told_of(entry), "good") << descriptor.size();
        for (std::size_t i = 0; i < descriptor.size(); ++i) {
            entry.descriptor = descriptor;
            entry.descriptor[i] ^= 1;
            EXPECT_EQ(told_of(entry), "Inconsistent") << descriptor.size() << ' ' << i;
        }
        entry.flags = 0;
        entry.descriptor = descriptor;
        EXPECT_EQ(told_of(entry), "Inconsistent");
    }
}

TEST(Unpack, NoByteBelongsToNothing) {
    const std::string archive = zip_of({good()});
    for (const std::string before : {"x", "#!/bin/sh\n", "MZ", "%PDF-1.7\n", "<?xml?>"})
        EXPECT_EQ(told(before + archive), "NotZip") << before;
    EXPECT_EQ(told(zip_of({good()}).substr(0, 30) + archive), "Inconsistent");
    EXPECT_EQ(told(archive + archive), "Inconsistent");
    for (const std::string behind : {"x", "\n", "PK"})
        EXPECT_EQ(told(archive + behind), "Inconsistent");
    ZipEntry entry = good();
    entry.descriptor = "hidden";
    EXPECT_EQ(told_of(entry), "Inconsistent");
    entry = good();
    entry.offset_off = 4;
    EXPECT_EQ(told_of(entry), "Inconsistent");
    // Another end in the comment, for readers that search from behind.
    EXPECT_EQ(told(zip_of({good()}, zip_of({}))), "Inconsistent");
}

TEST(Unpack, AnythingElseIsNoZip) {
    EXPECT_EQ(told(xml), "NotZip");
    EXPECT_EQ(told("\x1f\x8b\x08"), "NotZip");
    EXPECT_EQ(told("7z\xbc\xaf\x27\x1c"), "NotZip");
    EXPECT_EQ(told(""), "Torn");
    EXPECT_EQ(told("PK"), "Torn");
    EXPECT_EQ(told("PK\x05\x06"), "Torn");
}

TEST(Unpack, CutOffAnywhereItIsTorn) {
    const std::string archive = zip_of({good()}, "a comment");
    for (std::size_t size = 0; size < archive.size(); ++size)
        EXPECT_EQ(told(archive.substr(0, size)), "Torn") << size;
}

// Every single byte changed to every value: it is refused, or the content is what it was.
TEST(Unpack, AnyByteMayBeWrong) {
    const std::string archive = zip_of({good()}, "c");
    std::size_t refused = 0;
    for (std::size_t at = 0; at < archive.size(); ++at)
        for (int value = 0; value < 256; ++value) {
            std::string changed = archive;
            changed[at] = static_cast<char>(value);
            const std::string word = told(changed);
            refused += word != "good";
            EXPECT_THAT(word, testing::Not(testing::StartsWith("other"))) << at << ' ' << value;
        }
    EXPECT_GT(refused, archive.size() * 200);
}

TEST(Unpack, ARequestOrReplyThatIsNotSoundIsNothing) {
    EXPECT_EQ(zip::answer("nonsense"), "");
    EXPECT_FALSE(zip::decode("", bytes_max));
    const std::string archive = zip_of({good()});
    const std::string reply =
        zip::answer(zip::encode({zip::names_inside("order.zip"), bytes_max, archive}));
    EXPECT_TRUE(zip::decode(reply, xml.size()));
    EXPECT_FALSE(zip::decode(reply, xml.size() - 1));
    EXPECT_FALSE(zip::decode(reply + "x", bytes_max));
    for (const int breach : {int(Breach::Harmful) + 1, int(Breach::Torn) + 1, 200}) {
        std::string other = reply;
        other[0] = static_cast<char>(breach);
        EXPECT_FALSE(zip::decode(other, bytes_max)) << breach;
    }
}

}  // namespace
