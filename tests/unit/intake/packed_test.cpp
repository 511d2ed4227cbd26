// Holds operations.md 1, zip: the document inside is archived, hashed and handed on; the arrival
// stays that of the zip.
#include "intake/packed.hpp"

#include "intake/batch_file.hpp"
#include "ledger/working_copy.hpp"
#include "unit/intake/fixture.hpp"
#include "zips.hpp"

namespace {

const std::string xml = "<R><Password>secret</Password></R>";

std::string archive_of(const std::string& document, const std::string& name = "x.xml") {
    return tests::zip_of({{.name = name, .packed = document}});
}

class PackedTest : public IntakeTest {
protected:
    std::size_t originals() const { return spool_.files(".archive").size(); }
};

TEST_F(PackedTest, TheDocumentInsideIsHandedOnAndArchivedBlanked) {
    start();
    next();
    const std::string archive = archive_of(xml);
    drop("x.zip", archive);
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].bytes, xml);
    EXPECT_FALSE(chunk[0].refused);
    EXPECT_FALSE(chunk[0].batch);
    const edi::Arrival& arrival = chunk[0].arrival;
    EXPECT_EQ(arrival.name, "x.zip");
    EXPECT_EQ(arrival.bytes, archive.size());
    const auto entry = boxes_.front().see("x.zip");
    ASSERT_TRUE(entry);
    EXPECT_EQ(arrival.inode, entry->inode);
    EXPECT_EQ(arrival.modified_at, entry->modified_at);
    const std::string blanked = "<R><Password>***</Password></R>";
    EXPECT_EQ(arrival.sha256, base::sha256_hex(blanked));
    EXPECT_EQ(spool_.content(".archive/acme/2026/11/22/originals/" + arrival.sha256 + ".xml"),
              blanked);
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(PackedTest, ARefusedOneIsHandedOnWithItsFindingAlone) {
    start();
    next();
    drop("y.zip", archive_of(xml));
    drop("z.zip", "<R/>");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 2u);
    for (const Interchange& each : chunk) {
        ASSERT_TRUE(each.refused);
        EXPECT_EQ(each.refused->code, "FILE-ZIP");
        EXPECT_EQ(each.bytes, "");
        EXPECT_EQ(each.arrival.sha256, "");
    }
    EXPECT_EQ(chunk[0].refused->variant, "Stem");
    EXPECT_EQ(chunk[0].refused->value, "y.xml");
    EXPECT_EQ(chunk[1].refused->variant, "NotZip");
    EXPECT_EQ(originals(), 0u);
}

TEST_F(PackedTest, NoMoreComesOutThanAFileMayHold) {
    options_.file_bytes_max = 1'000;
    start();
    next();
    drop("x.zip", archive_of(std::string(800, ' ')));
    tests::ZipEntry lies{.name = "y.xml", .packed = "<R/>"};
    lies.plain_bytes = 1'001;
    drop("y.zip", tests::zip_of({lies}));
    drop("z.zip", archive_of(std::string(1'000, ' '), "z.xml"));
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 3u);
    EXPECT_EQ(chunk[0].bytes.size(), 800u);
    ASSERT_TRUE(chunk[1].refused);
    EXPECT_EQ(chunk[1].refused->variant, "Size");
    EXPECT_EQ(chunk[1].refused->value, "1000");
    EXPECT_TRUE(chunk[2].too_large);
    EXPECT_FALSE(chunk[2].refused);
}

// Until its end record is there it is handed on as a document that ends early, which the line
// postpones; after an hour it is overdue. Renamed in, it is refused at once.
TEST_F(PackedTest, ATornOneWaitsUnlessItWasRenamedIn) {
    start();
    next();
    const std::string archive = archive_of(xml);
    put("x.zip", archive.substr(0, 40));
    auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Closed);
    EXPECT_EQ(chunk[0].bytes, "");
    EXPECT_FALSE(chunk[0].refused);
    EXPECT_FALSE(chunk[0].overdue);
    intake_->postpone(chunk[0].arrival);
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(options_.incomplete_after + 1min);
    chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_TRUE(chunk[0].overdue);
    EXPECT_FALSE(chunk[0].refused);
    intake_->postpone(chunk[0].arrival);
    next();
    put("x.zip", archive);
    // Once found torn it must rest.
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(options_.settle + 1s);
    chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].bytes, xml);
    // What is inside a whole zip will not grow.
    EXPECT_EQ(chunk[0].completeness, Completeness::Renamed);
    drop("y.zip", archive.substr(0, 40));
    chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    ASSERT_TRUE(chunk[0].refused);
    EXPECT_EQ(chunk[0].refused->variant, "Torn");
}

TEST_F(PackedTest, OneThatKillsWhoUnpacksItIsHarmful) {
    unpack_ = [](const zip::Request&) { return zip::Unpacked{zip::Breach::Harmful, 1, {}}; };
    start();
    next();
    drop("x.zip", archive_of(xml));
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    ASSERT_TRUE(chunk[0].refused);
    EXPECT_EQ(chunk[0].refused->code, "FILE-HARMFUL");
    EXPECT_EQ(originals(), 0u);
}

TEST_F(PackedTest, NothingIsLostWhenTheDaemonStopsMeanwhile) {
    bool stopping = true;
    unpack_ = [&](const zip::Request& request) {
        return stopping ? std::nullopt : std::optional{zip::unpacked(request)};
    };
    start();
    next();
    drop("a.xml");
    drop("x.zip", archive_of(xml));
    intake_->notice();
    EXPECT_THAT(names(), ElementsAre("a.xml"));
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_EQ(log_, "");  // a stop is not stuck
    stopping = false;
    EXPECT_THAT(names(), ElementsAre("x.zip"));
}

TEST_F(PackedTest, ABatchInsideKeepsItsBytesAndIsCopiedFromThem) {
    const std::string batch =
        "<Batch><Password>secret</Password>" + std::string(300'000, 'b') + "</Batch>";
    start();
    next();
    drop("x.zip", archive_of(batch));
    drop("y.xml");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_TRUE(chunk[0].batch);
    EXPECT_EQ(chunk[0].bytes, batch);
    EXPECT_EQ(chunk[0].arrival.sha256, "");
    // The file in the OutBox is not needed any more.
    std::filesystem::remove(spool_.at("acme/OutBox/x.zip"));
    auto copies = ledger::WorkingCopies::open(spool_.at("state/batches"));
    ASSERT_TRUE(copies);
    const base::Seal seal{std::string(base::Seal::key_bytes, 'k')};
    const auto copied = intake::copy_batch(boxes_.front(), chunk[0].arrival, archive_, *copies,
                                           seal, chunk[0].bytes);
    ASSERT_TRUE(copied && *copied);
    const std::string kept = *ledger::blanked(batch);
    EXPECT_EQ((**copied).sha256, base::sha256_hex(kept));
    EXPECT_EQ(spool_.content(".archive/acme/2026/11/22/originals/" + (**copied).sha256 + ".xml"),
              kept);
    intake_->release(chunk[0].arrival);
    EXPECT_THAT(names(), ElementsAre("y.xml"));
}

}  // namespace
