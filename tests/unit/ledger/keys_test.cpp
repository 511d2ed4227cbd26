// The key of the ledger: made once, handed on, never replaced by accident.
#include "ledger/keys.hpp"

#include "base/log.hpp"
#include "unit/ledger/ledger_world.hpp"

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using tests::LedgerWorld;

constexpr const char* day = "2026-11-22";

struct KeysTest : testing::Test {
    KeysTest() {
        base::set_log_sink([this](std::string_view line) { log += line; });
    }
    ~KeysTest() override { base::set_log_sink({}); }
    void remove(const std::string& name) const { std::filesystem::remove(world.spool.at(name)); }
    void rename(const std::string& from, const std::string& to) const {
        std::filesystem::rename(world.spool.at(from), world.spool.at(to));
    }
    std::string log;
    LedgerWorld world;
};

TEST_F(KeysTest, IsMadeAndPublishedAtTheFirstStart) {
    std::filesystem::remove_all(world.spool.at("archive"));
    remove("ledger.key");
    world.open();
    EXPECT_EQ(world.spool.mode("ledger.key"), 0600u);
    const std::string published = "archive/keys/" + world.key().id() + ".pub.pem";
    EXPECT_EQ(world.spool.content(published), world.key().pem());
    EXPECT_EQ(world.spool.mode(published), 0444u);
    EXPECT_THAT(log, HasSubstr("ledger-key-made"));
    log.clear();
    world.open();
    EXPECT_THAT(log, IsEmpty()) << "and no other one afterwards";
}

TEST_F(KeysTest, OneThatIsMissingOrAnotherIsNotTakenInItsPlace) {
    const std::string id = world.key().id();
    rename("ledger.key", "kept");
    EXPECT_THAT(world.fault_of_start(), HasSubstr("is not there, and the archive is signed by"));
    EXPECT_EQ(world.spool.mode("ledger.key"), 0u) << "none is made";
    ASSERT_TRUE(base::SigningKey::make(world.spool.at("ledger.key")));
    EXPECT_THAT(world.fault_of_start(), HasSubstr("the archive is signed by " + id));
    remove("ledger.key");
    rename("kept", "ledger.key");
    EXPECT_EQ(world.fault_of_start(), "");
}

TEST_F(KeysTest, TheOldOneVouchesForTheNewOne) {
    const base::VerifyingKey first = world.key();
    EXPECT_EQ(world.add({world.receipt("acme", 1, day)}), "");
    world.ledger->sign_all_heads();
    rename("ledger.key", "ledger.key.old");
    EXPECT_EQ(world.fault_of_start(), "");
    const base::VerifyingKey second = world.key();
    EXPECT_FALSE(second == first);
    EXPECT_THAT(log, HasSubstr("ledger-key-replaced"));
    const std::string published = "archive/keys/" + second.id() + ".pub.pem";
    EXPECT_TRUE(
        first.verifies(world.spool.content(published + ".sig"), world.spool.content(published)));
    world.clock.advance(std::chrono::hours{24});
    EXPECT_EQ(world.add({world.receipt("acme", 2, "2026-11-23")}), "");
    world.clock.advance(std::chrono::hours{24});
    world.close_days();
    world.ledger->sign_all_heads();
    EXPECT_THAT(world.audited({}, {first}), IsEmpty()) << "who knows the first one";
    EXPECT_THAT(world.audited({}, {second}), IsEmpty()) << "who knows the second one alone";
    // Put back from a backup of before.
    rename("ledger.key", "newer");
    rename("ledger.key.old", "ledger.key");
    EXPECT_THAT(world.fault_of_start(), HasSubstr("an older key"));
}

TEST_F(KeysTest, OfAKeyThatIsLostAnEmptyFileSaysSo) {
    EXPECT_EQ(world.add({world.receipt("acme", 1, day)}), "");
    world.ledger->sign_all_heads();
    const base::VerifyingKey first = world.key();
    remove("ledger.key");
    world.put_key("ledger.key.old", "");
    EXPECT_EQ(world.fault_of_start(), "");
    EXPECT_EQ(world.add({world.receipt("acme", 2, day)}), "");
    world.ledger->sign_all_heads();
    EXPECT_THAT(world.audited({}, {first}), testing::Contains("key-replaced " + world.key().id()));
    EXPECT_THAT(world.audited({}, {first, world.key()}), IsEmpty());
}

TEST_F(KeysTest, AStrangersKeyVouchesForNone) {
    ASSERT_TRUE(base::SigningKey::make(world.spool.at("other")));
    rename("other", "ledger.key.old");
    remove("ledger.key");
    EXPECT_THAT(world.fault_of_start(), HasSubstr("is not a key of this archive"));
}

}  // namespace
