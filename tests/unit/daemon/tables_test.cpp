// Dialects of mailboxes: a table that is not there is told before anything is taken, by the daemon,
// by --check-config and by each worker (operations.md 1, dialect; 2, configuration).
#include "tables.hpp"

#include <gmock/gmock.h>

#include <csignal>

#include "batch_pass.hpp"
#include "edi/lists.hpp"

namespace {

const std::string share = PERMITD_SOURCE;

permitd::Config config(const std::vector<std::string>& dialects) {
    permitd::Config config;
    config.share = share;
    for (const std::string& each : dialects) {
        permitd::MailboxConfig& mailbox = config.mailboxes.emplace_back();
        mailbox.name = "box" + std::to_string(config.mailboxes.size());
        mailbox.dialect = each;
        mailbox.dialect_at = "permitd.yaml:" + std::to_string(config.mailboxes.size()) + ":14";
    }
    return config;
}

TEST(Dialects, OfAllMailboxesAreWantedOnce) {
    EXPECT_THAT(permitd::wanted_dialects(config({"sap", "", "kingdee", "sap"})),
                testing::ElementsAre("kingdee", "sap"));
}

TEST(Dialects, OneWithoutATableIsToldWithMailboxTableAndPlace) {
    EXPECT_TRUE(permitd::check_tables(config({"sap", "", "kingdee"})));
    const auto checked = permitd::check_tables(config({"sap", "nowhere", "gone"}));
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.fault().text,
              "permitd.yaml:2:14: mailbox box2: dialect 'nowhere' has no table: there is no " +
                  share +
                  "/mapping/partners/nowhere.yaml\n"
                  "permitd.yaml:3:14: mailbox box3: dialect 'gone' has no table: there is no " +
                  share + "/mapping/partners/gone.yaml");
}

// A document in a dialect that a worker does not know would be refused as none of ours.
TEST(Dialects, AWorkerDoesNotGetReadyWithoutOne) {
    EXPECT_TRUE(permitd::Bench::load(share, {"sap", "kingdee"}));
    for (const auto& fault : {permitd::examiner(share, {"sap", "nowhere"}).fault(),
                              permitd::batch_examiner(share, {"nowhere"}).fault()}) {
        EXPECT_EQ(fault.text, "there is no " + share + "/mapping/partners/nowhere.yaml");
        EXPECT_EQ(fault.remedy, base::Remedy::AskOperator);
    }
}

TEST(DialectsDeathTest, AJobInOneThatIsNotLoadedIsNotReadAsOurs) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    const auto lists = edi::Lists::load(share + "/config/codes");
    ASSERT_TRUE(lists);
    const auto dialects = mapping::Dialects::load(share + "/mapping", *lists);
    ASSERT_TRUE(dialects);
    EXPECT_EQ(permitd::dialect_of(*dialects, ""), nullptr);
    EXPECT_NE(permitd::dialect_of(*dialects, "sap"), nullptr);
    EXPECT_EXIT(permitd::dialect_of(*dialects, "nowhere"), testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
