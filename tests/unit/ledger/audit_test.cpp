// What an auditor finds: each way in which an archive can be other than it was signed, by name.
#include "ledger/audit.hpp"

#include <algorithm>
#include <filesystem>

#include "base/log.hpp"
#include "unit/ledger/ledger_world.hpp"

namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using tests::LedgerWorld;

// Three days of acme, the last one open, and one of beta.
struct AuditTest : testing::Test {
    AuditTest() {
        base::set_log_sink([](std::string_view) {});
        EXPECT_EQ(world.add({world.original("acme", 1, days[0], "<a/>"),
                             world.receipt("acme", 1, days[0]), world.receipt("acme", 2, days[0]),
                             world.receipt("beta", 3, days[0], 1)}),
                  "");
        world.clock.advance(std::chrono::hours{24});
        EXPECT_EQ(
            world.add({world.receipt("acme", 4, days[1], 3), world.receipt("acme", 5, days[1], 4),
                       world.original("acme", 6, days[1], "<b/>"),
                       world.receipt("acme", 6, days[1], 5)}),
            "");
        world.clock.advance(std::chrono::hours{24});
        EXPECT_EQ(
            world.add({world.receipt("acme", 7, days[2], 6), world.receipt("acme", 8, days[2], 7),
                       world.receipt("acme", 9, days[2], 8)}),
            "");
        world.close_days();
        world.ledger->sign_all_heads();
    }
    ~AuditTest() override { base::set_log_sink({}); }

    static std::string at(int day, const std::string& file) {
        return "acme/" + ledger::folder_of(days[day]) + '/' + file;
    }
    static std::string receipt(int day, std::uint64_t number) {
        return at(day, LedgerWorld::name_of(number));
    }
    fs::path path(const std::string& place) const { return world.spool.at("archive/" + place); }
    std::string content(const std::string& place) const {
        return world.spool.content("archive/" + place);
    }
    // In its place, whatever its mode.
    void put(const std::string& place, const std::string& bytes) const {
        fs::remove(path(place));
        world.spool.put("archive/" + place, bytes);
    }
    std::string without_line(const std::string& list, const std::string& name) const {
        std::string out = content(list);
        const std::size_t end = out.find(name) + name.size() + 1;
        const std::size_t begin = out.rfind('\n', end - 2) + 1;
        return out.erase(begin, end - begin);
    }
    ledger::Anchor anchor() const { return {"kept", *ledger::note_of(content("acme/checkpoint"))}; }

    static constexpr std::array days{"2026-11-20", "2026-11-21", "2026-11-22"};
    LedgerWorld world{"2026-11-20T09:00:00+08:00"};
};

TEST_F(AuditTest, FindsNothingInWhatIsAsItWas) {
    EXPECT_THAT(world.audited(), IsEmpty());
    EXPECT_THAT(world.audited({anchor()}), IsEmpty());
    std::vector<std::string> found;
    const auto audited = ledger::audit(
        {world.spool.at("archive"), {world.key()}, {}, "acme"},
        {[&](const ledger::Found& each) { found.push_back(code_of(each.objection)); }});
    ASSERT_TRUE(audited);
    EXPECT_THAT(found, IsEmpty());
    EXPECT_EQ(audited->mailboxes, 1u);
    EXPECT_EQ(audited->days, 3u);
    EXPECT_EQ(audited->files, 10u);
}

TEST_F(AuditTest, AnyByteOfAnyFileThatIsChanged) {
    const auto files = world.spool.files("archive");
    for (const auto& [place, bytes] : files) {
        if (place.starts_with("keys/")) continue;  // AReplacedKey
        for (std::size_t i = 0; i < bytes.size(); i += 1 + bytes.size() / 40) {
            std::string changed = bytes;
            changed[i] = static_cast<char>(changed[i] ^ 1);
            put(place, changed);
            EXPECT_THAT(world.audited(), Contains(testing::Not(StartsWith("- "))))
                << place << ", byte " << i;
        }
        put(place, bytes);
    }
    EXPECT_THAT(world.audited(), IsEmpty());
    put(receipt(0, 2), "other");
    put(at(1, "originals/" + base::sha256_hex("<b/>") + ".xml"), "<c/>");
    EXPECT_THAT(world.audited(),
                ElementsAre("changed " + receipt(0, 2),
                            "changed " + at(1, "originals/" + base::sha256_hex("<b/>") + ".xml")));
}

TEST_F(AuditTest, AnyFileThatIsRemoved) {
    const auto files = world.spool.files("archive");
    for (const auto& [place, bytes] : files) {
        // Of a newest list nothing says that its day is over.
        if (place.starts_with("keys/") || place == "beta/2026/11/20/SHA256SUMS.sig") continue;
        fs::remove(path(place));
        EXPECT_THAT(world.audited(), Contains(testing::Not(StartsWith("- ")))) << place;
        put(place, bytes);
    }
    fs::remove(path(receipt(1, 4)));
    EXPECT_THAT(world.audited(), ElementsAre("missing " + receipt(1, 4)));
}

TEST_F(AuditTest, AFileThatIsAdded) {
    put(receipt(1, 77), LedgerWorld::bytes_of(77, 5));
    put(at(1, "notes.txt"), "x");
    put(at(0, "originals/" + base::sha256_hex("<z/>") + ".xml"), "<z/>");
    EXPECT_THAT(world.audited(), testing::UnorderedElementsAre(
                                     "added " + receipt(1, 77), "added " + at(1, "notes.txt"),
                                     "original-unlisted " +
                                         at(0, "originals/" + base::sha256_hex("<z/>") + ".xml")));
}

// One is removed for the other, so that their number is the same.
TEST_F(AuditTest, AFileThatIsAddedForOneThatIsRemoved) {
    fs::rename(path(receipt(1, 4)), path(receipt(1, 77)));
    EXPECT_THAT(world.audited(),
                ElementsAre("missing " + receipt(1, 4), "added " + receipt(1, 77)));
}

TEST_F(AuditTest, InTheOpenDayAYoungFileMayBeOnItsWay) {
    put(receipt(2, 10), LedgerWorld::bytes_of(10, 9));
    world.original("acme", 10, days[2], "<c/>");
    put(receipt(2, 6), LedgerWorld::bytes_of(6, 5));
    EXPECT_THAT(world.audited(),
                testing::UnorderedElementsAre(
                    "- not-yet-listed " + receipt(2, 10),
                    "- not-yet-listed " + at(2, "originals/" + base::sha256_hex("<c/>") + ".xml"),
                    "added " + receipt(2, 6)));
}

TEST_F(AuditTest, FilesThatAreSwapped) {
    const std::string a = content(receipt(0, 1)), b = content(receipt(1, 5));
    put(receipt(0, 1), b);
    put(receipt(1, 5), a);
    EXPECT_THAT(world.audited(),
                AllOf(Contains("swapped " + receipt(0, 1)), Contains("swapped " + receipt(1, 5)),
                      testing::Not(Contains(StartsWith("changed")))));
}

TEST_F(AuditTest, ALineThatIsRemovedWithItsFile) {
    for (const int day : {1, 2}) {
        const std::string list = at(day, "SHA256SUMS"), kept = content(list);
        const std::string file = receipt(day, day == 1 ? 5 : 8), bytes = content(file);
        put(list, without_line(list, fs::path{file}.filename()));
        fs::remove(path(file));
        const auto found = world.audited();
        EXPECT_THAT(found, Contains("gap " + receipt(day, day == 1 ? 6 : 9)));
        if (day == 1) {
            EXPECT_THAT(found, Contains("bad-signature " + list));
            EXPECT_THAT(found, Contains("chain-broken " + at(2, "SHA256SUMS")));
        }
        EXPECT_THAT(found, Contains(StartsWith("end-cut acme/checkpoint")));
        put(list, kept);
        put(file, bytes);
    }
    EXPECT_THAT(world.audited(), IsEmpty());
}

TEST_F(AuditTest, LinesThatAreReordered) {
    const std::string list = at(2, "SHA256SUMS");
    std::string text = content(list);
    const std::size_t second = text.find('\n') + 1, third = text.find('\n', second) + 1;
    const std::string line = text.substr(second, third - second);
    text.erase(second, line.size());
    put(list, text + line);
    EXPECT_THAT(world.audited(), AllOf(Contains("other-root acme/checkpoint"),
                                       Contains("number-again " + receipt(2, 7))));
}

TEST_F(AuditTest, AnEndThatIsCut) {
    const std::string list = at(2, "SHA256SUMS");
    put(list, without_line(list, LedgerWorld::name_of(9)));
    fs::remove(path(receipt(2, 9)));
    EXPECT_THAT(world.audited(), ElementsAre("end-cut acme/checkpoint"));
    // With the checkpoint of before only what was kept outside tells.
    const ledger::Anchor kept = anchor();
    fs::remove_all(path("acme/2026/11/22"));
    world.open();
    fs::remove(path("acme/checkpoint"));
    fs::remove(path(at(1, "SHA256SUMS.sig")));
    world.close_days();
    world.ledger->sign_all_heads();
    EXPECT_THAT(world.audited(), IsEmpty()) << "whoever has the key can sign less";
    EXPECT_THAT(world.audited({kept}), Contains("end-cut kept"));
}

TEST_F(AuditTest, AMailboxThatIsRemoved) {
    const ledger::Anchor kept = anchor();
    fs::remove_all(path("acme"));
    EXPECT_THAT(world.audited(), ElementsAre("- numbers-elsewhere 2"));
    EXPECT_THAT(world.audited({kept}), Contains("end-cut kept"));
}

TEST_F(AuditTest, ADayThatIsRemoved) {
    fs::remove_all(path("acme/2026/11/21"));
    EXPECT_THAT(world.audited(), AllOf(Contains("day-missing " + at(2, "SHA256SUMS")),
                                       Contains("gap " + receipt(2, 7))));
}

TEST_F(AuditTest, TheFirstDayThatIsRemoved) {
    fs::remove_all(path("acme/2026/11/20"));
    EXPECT_THAT(world.audited(), Contains("day-missing " + at(1, "SHA256SUMS")));
}

TEST_F(AuditTest, AListOrASignatureThatIsRemoved) {
    fs::remove(path(at(1, "SHA256SUMS.sig")));
    EXPECT_THAT(world.audited(), ElementsAre("not-signed " + at(1, "SHA256SUMS")));
    fs::remove(path(at(1, "SHA256SUMS")));
    EXPECT_THAT(world.audited(), Contains("list-missing " + at(1, "SHA256SUMS")));
}

// Everything signed anew by whoever has no key but his own.
TEST_F(AuditTest, AReplacedKey) {
    const base::VerifyingKey ours = world.key();
    fs::remove_all(path("keys"));
    for (const char* mailbox : {"acme", "beta"})
        fs::remove(path(mailbox + std::string{"/checkpoint"}));
    fs::remove(world.spool.at("ledger.key"));
    world.open();
    world.ledger->close_days([](const std::string&) { return false; });
    world.ledger->sign_all_heads();
    const auto found = world.audited({}, {ours});
    EXPECT_THAT(found, Contains("key-replaced " + world.key().id()));
    EXPECT_THAT(found, Contains("bad-head acme/checkpoint"));
}

TEST_F(AuditTest, AKeyFileThatIsAnother) {
    put("keys/" + world.key().id() + ".pub.pem", "no key");
    EXPECT_THAT(world.audited(), Contains("key-unreadable keys/" + world.key().id() + ".pub.pem"));
}

// A state that was put back gave numbers again, and whoever had the key signed it.
TEST_F(AuditTest, ANumberThatWasGivenTwice) {
    const std::string list = at(2, "SHA256SUMS");
    put(receipt(2, 5), LedgerWorld::bytes_of(5, 9));
    put(list, content(list) + ledger::text_of({base::sha256_hex(LedgerWorld::bytes_of(5, 9)),
                                               LedgerWorld::name_of(5)}));
    EXPECT_THAT(world.audited(), Contains("number-again " + receipt(2, 5)));
}

TEST_F(AuditTest, ALineTwice) {
    const std::string list = at(2, "SHA256SUMS"), name = "originals/x.xml";
    fs::create_directories(path(at(2, "originals")));
    put(at(2, name), "x");
    const std::string line = ledger::text_of({base::sha256_hex("x"), name});
    put(list, content(list) + line + line);
    EXPECT_THAT(world.audited(), ElementsAre("listed-twice " + at(2, name)));
}

TEST_F(AuditTest, ALineThatLeadsElsewhere) {
    const std::string list = at(2, "SHA256SUMS");
    put(list, content(list) + base::sha256_hex("x") + "  ../../../../../../../etc/passwd\n");
    EXPECT_THAT(world.audited(), ElementsAre("no-line " + list));
}

}  // namespace
