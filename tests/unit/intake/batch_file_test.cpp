// Batch files: told by their root, copied before anything else, and alone in their lane.
#include "intake/batch_file.hpp"

#include <iconv.h>

#include <fstream>
#include <sstream>

#include "unit/intake/fixture.hpp"

namespace {

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

TEST(BatchFile, IsToldByItsRoot) {
    const std::string bom = "\xef\xbb\xbf";
    for (const std::string& yes :
         {std::string{"<Batch>"}, std::string{"<Batch/>"}, bom + "<Batch a='1'>",
          std::string{"<?xml version='1.0'?>\n<!-- <Message> --><?p >?> <m:Batch\n>"},
          converted(bom + "<?xml version='1.0'?><!-- 汉 --><Batch>", "UTF-16LE"),
          converted(bom + "<Batch>", "UTF-16BE"),
          converted("<?xml version='1.0' encoding='GBK'?><!-- 猋] --><Batch>", "GB18030")})
        EXPECT_TRUE(intake::is_batch(yes)) << yes;
    for (const std::string& no :
         {std::string{}, std::string{"<"}, std::string{"<Batch"}, std::string{"<Message><Batch>"},
          std::string{"<Batches>"}, std::string{"<Batch:Message>"}, std::string{"x<Batch>"},
          std::string{"<!-- <Batch>"}, std::string{"<!DOCTYPE Batch><Batch>"},
          converted("<Batch>", "UTF-16LE"),
          std::string{"<?xml version='1.0' encoding='UTF-7'?><Batch>"}})
        EXPECT_FALSE(intake::is_batch(no)) << no;
}

class BatchIntakeTest : public IntakeTest {
protected:
    BatchIntakeTest() : copies_(*ledger::WorkingCopies::open(spool_.at("state/batches"))) {}

    std::optional<edi::Arrival> copy(const edi::Arrival& arrival) {
        auto copied = intake::copy_batch(boxes_.front(), arrival, archive_, copies_, seal_);
        EXPECT_TRUE(copied) << copied.fault().text;
        return *copied;
    }
    std::string archived(const edi::Arrival& arrival) {
        std::ifstream in{spool_.at(".archive/acme/2026/11/22/originals/" + arrival.sha256 + ".xml"),
                         std::ios::binary};
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }
    std::string working(const edi::Arrival& arrival) {
        auto reader = copies_.read(arrival, seal_);
        EXPECT_TRUE(reader);
        std::string all;
        for (std::string piece = *reader->next(); !piece.empty(); piece = *reader->next())
            all += piece;
        return all;
    }

    ledger::WorkingCopies copies_;
    base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
};

TEST_F(BatchIntakeTest, IsHandedOnWithoutItsBytesAndMayBeLarger) {
    options_.file_bytes_max = 1000;
    options_.batch_bytes_max = 5000;
    start();
    drop("a.xml", "<Batch>" + std::string(3000, ' '));
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_TRUE(chunk[0].batch);
    EXPECT_FALSE(chunk[0].too_large);
    EXPECT_EQ(chunk[0].bytes, "");
    EXPECT_EQ(chunk[0].arrival.sha256, "");
    remove(chunk[0].arrival);
    drop("b.xml", "<Batch>" + std::string(6000, ' '));
    drop("c.xml", "<Other>" + std::string(3000, ' '));
    auto large = next();
    ASSERT_EQ(large.size(), 1u);
    EXPECT_TRUE(large[0].batch && large[0].too_large);
    intake_->release(large[0].arrival);
    large = next();
    ASSERT_EQ(large.size(), 1u);
    EXPECT_TRUE(large[0].too_large && !large[0].batch);
}

TEST_F(BatchIntakeTest, KeepsTheOrderOfItsMailboxAndNobodyElsesWaits) {
    start({"acme", "other"});
    drop("1.xml");
    drop("2.xml", "<Batch>");
    drop("3.xml");
    drop("9.xml", "<a/>", "other");
    std::vector<edi::Arrival> got;
    for (const Interchange& each : next()) got.push_back(each.arrival);
    std::set<std::string> seen;
    for (const edi::Arrival& each : got) seen.insert(each.name);
    EXPECT_EQ(seen, (std::set<std::string>{"1.xml", "2.xml", "9.xml"}));
    drop("8.xml", "<a/>", "other");
    EXPECT_THAT(names(), ElementsAre("8.xml"));
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_GT(intake_->look_again_at(), clock_.tick());
    for (const edi::Arrival& each : got)
        if (each.name == "2.xml") remove(each);
    EXPECT_THAT(names(), ElementsAre("3.xml"));
}

TEST_F(BatchIntakeTest, APostponedBatchLetsTheOthersPass) {
    start();
    drop("1.xml", "<Batch>");
    drop("2.xml");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    intake_->postpone(chunk[0].arrival);
    EXPECT_THAT(names(), ElementsAre("2.xml"));
}

TEST_F(BatchIntakeTest, AfterAStartItIsStillAlone) {
    start();
    drop("1.xml", "<Batch>");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    start();
    intake_->being_taken(chunk[0].arrival);
    drop("2.xml");
    EXPECT_THAT(names(), IsEmpty());
    remove(chunk[0].arrival);
    EXPECT_THAT(names(), ElementsAre("2.xml"));
}

TEST_F(BatchIntakeTest, TheCopiesAreWhatTheEnterpriseLeftAndTheArchiveSeesNoSecret) {
    start();
    std::string text = "<?xml version='1.0'?><Batch>";
    // So that passwords lie across every border of the pieces.
    for (int i = 0; text.size() < 4 * ledger::piece_bytes; ++i)
        text += "<Password>hunter" + std::to_string(i) + "</Password>汉";
    text += "</Batch>";
    const std::string bom = "\xef\xbb\xbf";
    for (const std::string& bytes :
         {text, converted(bom + text, "UTF-16LE"), converted(bom + text, "UTF-16BE"),
          converted("<?xml version='1.0' encoding='GB18030'?>" + text, "GB18030")}) {
        drop("b.xml", bytes);
        const auto chunk = next();
        ASSERT_EQ(chunk.size(), 1u);
        const auto arrival = copy(chunk[0].arrival);
        ASSERT_TRUE(arrival);
        EXPECT_TRUE(working(*arrival) == bytes);
        const std::string kept = archived(*arrival);
        EXPECT_TRUE(kept == *ledger::blanked(bytes));
        EXPECT_EQ(base::sha256_hex(kept), arrival->sha256);
        EXPECT_EQ(kept.find("hunter"), std::string::npos);
        remove(*arrival);
    }
}

TEST_F(BatchIntakeTest, WhatCannotBeDecodedIsNotArchived) {
    start();
    for (const std::string& bytes :
         {"<Batch>" + std::string(200'000, 'x') + "\xff", std::string{"<Batch>\0</Batch>", 16}}) {
        drop("b.xml", bytes);
        const auto chunk = next();
        ASSERT_EQ(chunk.size(), 1u);
        const auto arrival = copy(chunk[0].arrival);
        ASSERT_TRUE(arrival);
        EXPECT_EQ(arrival->sha256, "");
        EXPECT_TRUE(working(*arrival) == bytes);
        EXPECT_TRUE(std::filesystem::is_empty(spool_.at(".archive/acme/2026/11/22/originals")));
        remove(*arrival);
    }
}

TEST_F(BatchIntakeTest, OneThatIsTornWithinACharacterIsArchivedAsItIs) {
    start();
    const std::string bytes = "<Batch>" + std::string(200'000, 'x') + "\xe6";
    drop("b.xml", bytes);
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    const auto arrival = copy(chunk[0].arrival);
    ASSERT_TRUE(arrival);
    EXPECT_TRUE(archived(*arrival) == bytes);
    EXPECT_EQ(base::sha256_hex(bytes), arrival->sha256);
    remove(*arrival);
}

TEST_F(BatchIntakeTest, AFileThatChangedIsNotCopied) {
    start();
    drop("b.xml", "<Batch>1</Batch>");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    put("b.xml", "<Batch>12</Batch>");
    EXPECT_FALSE(copy(chunk[0].arrival));
    EXPECT_TRUE(std::filesystem::is_empty(spool_.at("state/batches")));
}

// Of a partner whose files hold many messages, under names of his own.
TEST(BatchFile, IsKnownByOtherNamesInEveryEncoding) {
    using namespace std::string_literals;
    const std::vector<std::string> names{"ORDERS", "\xb5\xa5", "\xe5\x8d\x95", "\x53\x55",
                                         "\x55\x53"};
    for (const std::string& yes :
         {"<ORDERS/>"s, "<!-- x -->\n<p:ORDERS xmlns:p='urn:x'>"s, "<\xe5\x8d\x95>"s,
          "<?xml version=\"1.0\" encoding=\"GBK\"?><\xb5\xa5 a='1'>"s, "\xff\xfe<\0\x55\x53>\0"s,
          "<Batch>"s})
        EXPECT_TRUE(intake::is_batch(yes, names)) << yes;
    for (const std::string& no :
         {"<ORDER/>"s, "<ORDERS2/>"s, "<x><ORDERS/></x>"s, "<\xe5\x8d\x95\xe5\x8d\x95>"s})
        EXPECT_FALSE(intake::is_batch(no, names)) << no;
    EXPECT_FALSE(intake::is_batch("<ORDERS/>"));
}

}  // namespace
