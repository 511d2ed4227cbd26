// base/bytes.hpp: what is written is read; what is forged or torn is bad and costs no memory.
#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

namespace {

base::Element sample_element() {
    base::Element root{"LicenceApplication", "", {3, 17}, {{"id", "7"}, {"lang", "zh"}}};
    root.add("Importer").add("Uscc", "91110000100000001X").position = {4, 9};
    root.add("Remark", std::string{"a\0b \xe5\x8a\xa8", 7});
    root.add("Empty");
    return root;
}

base::Finding sample_finding() {
    return {"RULE-YEAR",     "past", base::Severity::Warning,         {12, 4000000000U},
            "/Message/Year", "2019", {{"year", "2026"}, {"next", ""}}};
}

TEST(Bytes, numbers_survive_at_every_length) {
    for (unsigned bit = 0; bit < 64; ++bit)
        for (const std::uint64_t off : {0, 1}) {
            const std::uint64_t value = (std::uint64_t{1} << bit) - off;
            base::Writer writer;
            writer.number(value);
            const std::string bytes = writer.take();
            base::Reader reader{bytes};
            EXPECT_EQ(reader.number(), value);
            EXPECT_TRUE(reader.complete());
            EXPECT_EQ(bytes.size(), value == 0 ? 1U : (std::bit_width(value) + 6U) / 7U);
        }
    const std::string most = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    EXPECT_EQ(base::Reader{most}.number(), std::numeric_limits<std::uint64_t>::max());
}

TEST(Bytes, elements_and_findings_survive_and_every_truncation_is_bad) {
    base::Writer writer;
    writer.element(sample_element());
    writer.finding(sample_finding());
    writer.text("end");
    EXPECT_GT(writer.size(), 0U);
    const std::string bytes = writer.take();
    base::Reader reader{bytes};
    EXPECT_EQ(reader.element(), sample_element());
    EXPECT_EQ(reader.finding(), sample_finding());
    EXPECT_EQ(reader.text(), "end");
    EXPECT_TRUE(reader.complete());
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        base::Reader torn{std::string_view{bytes}.substr(0, n)};
        (void)torn.element();
        (void)torn.finding();
        (void)torn.text();
        EXPECT_TRUE(torn.bad()) << n;
        EXPECT_FALSE(torn.complete()) << n;
    }
    const std::string more = bytes + "x";
    base::Reader longer{more};
    (void)longer.element();
    (void)longer.finding();
    (void)longer.text();
    EXPECT_FALSE(longer.bad());
    EXPECT_FALSE(longer.complete());
}

TEST(Bytes, any_byte_may_be_wrong_without_harm) {
    base::Writer writer;
    writer.element(sample_element());
    const std::string sound = writer.take();
    for (std::size_t i = 0; i < sound.size(); ++i)
        for (const int flip : {1, 0x40, 0x80, 0xff}) {
            std::string forged = sound;
            forged[i] = static_cast<char>(forged[i] ^ flip);
            base::Reader reader{forged};
            (void)reader.element();  // ends, and asks for no memory that is not there (sanitizers)
        }
}

TEST(Bytes, bad_is_for_ever_and_reads_nothing_more) {
    base::Reader reader{
        "\x05"
        "ab"
        "\x01z"};
    EXPECT_EQ(reader.text(), "");
    EXPECT_TRUE(reader.bad());
    EXPECT_EQ(reader.number(), 0U);
    EXPECT_EQ(reader.text(), "");
    EXPECT_EQ(reader.count(), 0U);
    EXPECT_TRUE(reader.element().name.empty());
    EXPECT_TRUE(reader.bad());
}

TEST(Bytes, numbers_of_more_than_64_bits_are_bad) {
    base::Reader endless{std::string_view{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"}};
    EXPECT_EQ(endless.number(), 0U);
    EXPECT_TRUE(endless.bad());
}

TEST(Bytes, forged_counts_and_lengths_are_bad) {
    base::Writer writer;
    writer.number(std::numeric_limits<std::uint64_t>::max());
    const std::string huge = writer.take();
    base::Reader count{huge};
    EXPECT_EQ(count.count(), 0U);
    EXPECT_TRUE(count.bad());
    base::Reader text{huge};
    EXPECT_EQ(text.text(), "");
    EXPECT_TRUE(text.bad());
    base::Reader three{std::string_view{"\x03xx"}};
    EXPECT_EQ(three.count(), 0U);
    base::Reader two{std::string_view{"\x02xx"}};
    EXPECT_EQ(two.count(), 2U);
}

TEST(Bytes, nesting_has_an_end) {
    base::Element root{"e", ""};
    base::Element* last = &root;
    for (int depth = 1; depth < 64; ++depth) last = &last->add("e");
    base::Writer writer;
    writer.element(root);
    const std::string bytes = writer.take();
    base::Reader enough{bytes};
    EXPECT_EQ(enough.element(), root);
    EXPECT_TRUE(enough.complete());
    base::Reader shallow{bytes};
    (void)shallow.element(63);
    EXPECT_TRUE(shallow.bad());
}

}  // namespace
