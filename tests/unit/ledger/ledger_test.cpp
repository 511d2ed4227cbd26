// The ledger as it is written: lines, days, heads, and whatever a crash leaves of them.
#include "ledger/ledger.hpp"

#include <algorithm>
#include <filesystem>

#include "base/log.hpp"
#include "syncs.hpp"
#include "unit/ledger/ledger_world.hpp"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::LedgerWorld;

constexpr const char* first_day = "2026-11-22";
constexpr const char* second_day = "2026-11-23";

struct Stopped {};

class LedgerTest : public testing::Test {
protected:
    LedgerTest() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
    }
    ~LedgerTest() override {
        base::set_log_sink({});
        base::set_durable_step_hook({});
    }
    std::string log_;
};

std::vector<std::string> names_in(const std::string& list) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at < list.size(); at = list.find('\n', at) + 1)
        names.push_back(list.substr(at + 66, list.find('\n', at) - at - 66));
    return names;
}

std::string original_of(const std::string& bytes) {
    return "originals/" + base::sha256_hex(bytes) + ".xml";
}

// Two days of two mailboxes: what is written of them, again and again, until nothing is left to do.
void write_two_days(LedgerWorld& world) {
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day),
                         world.original("acme", 1, first_day, "<a/>"),
                         world.receipt("beta", 2, first_day, 1)}),
              "");
    world.ledger->sign_all_heads();
    world.clock.jump(std::chrono::hours{24});
    EXPECT_EQ(world.add({world.receipt("acme", 3, second_day, 2),
                         world.original("acme", 3, first_day, "<b/>"),
                         world.receipt("acme", 4, second_day, 3)}),
              "");
    world.close_days();
    world.ledger->sign_all_heads();
    world.clock.jump(-std::chrono::hours{24});
}

TEST_F(LedgerTest, HasALineAFileInTheOrderOfIssueBehindTheDigestOfTheListBefore) {
    LedgerWorld world;
    write_two_days(world);
    EXPECT_THAT(names_in(world.list(first_day)),
                ElementsAre("../../../../keys/" + world.key().id() + ".pub.pem",
                            original_of("<a/>"), LedgerWorld::name_of(1), original_of("<b/>")));
    EXPECT_THAT(names_in(world.list(second_day)),
                ElementsAre("../../../2026/11/22/SHA256SUMS", LedgerWorld::name_of(3),
                            LedgerWorld::name_of(4)));
    EXPECT_THAT(world.list(second_day), HasSubstr(base::sha256_hex(world.list(first_day))));
    EXPECT_TRUE(world.key().verifies(
        world.spool.content(LedgerWorld::list_path(first_day) + ".sig"), world.list(first_day)));
    EXPECT_EQ(world.spool.mode(LedgerWorld::list_path(first_day)), 0444u);
    EXPECT_EQ(world.spool.mode(LedgerWorld::list_path(second_day)), 0644u);
    EXPECT_THAT(world.audited(), IsEmpty());
}

// Lists and signatures are the same bytes, wherever the world stopped in between, and twice over.
TEST_F(LedgerTest, IsTheSameWhereverItWasStopped) {
    const auto of = [](const LedgerWorld& world) {
        auto files = world.spool.files("archive");
        std::erase_if(files, [](const auto& each) { return each.first.ends_with("checkpoint"); });
        return files;
    };
    LedgerWorld whole;
    write_two_days(whole);
    int k = 1;
    for (bool stopped = true; stopped; ++k) {
        LedgerWorld world;
        int steps = 0;
        stopped = false;
        base::set_durable_step_hook([&](const char*) {
            if (++steps == k) throw Stopped{};
        });
        try {
            write_two_days(world);
        } catch (const Stopped&) {
            stopped = true;
        }
        base::set_durable_step_hook({});
        world.clock = base::ManualClock{*base::parse_time("2026-11-22T09:00:00+08:00")};
        for (int again = 0; again < 2; ++again) {
            world.open();
            write_two_days(world);
        }
        ASSERT_EQ(of(world), of(whole)) << "stopped before step " << k;
        ASSERT_THAT(world.audited(), IsEmpty()) << k;
    }
    EXPECT_GT(k, 30);
}

TEST_F(LedgerTest, ATornEndIsCutAndWrittenAgain) {
    LedgerWorld whole;
    const auto write = [](LedgerWorld& world) {
        return world.add({world.receipt("acme", 1, first_day), world.receipt("acme", 2, first_day),
                          world.original("acme", 2, first_day, "<a/>")});
    };
    EXPECT_EQ(write(whole), "");
    const std::string list = whole.list(first_day);
    for (std::size_t size = 0; size < list.size(); size += 7)
        for (const std::string& rest : {std::string{}, std::string(4096, '\0') + '\n'}) {
            LedgerWorld world;
            EXPECT_EQ(write(world), "");
            world.spool.put(LedgerWorld::list_path(first_day), list.substr(0, size) + rest);
            world.open();
            EXPECT_EQ(write(world), "");
            ASSERT_EQ(world.list(first_day), list) << size;
        }
}

TEST_F(LedgerTest, ADayIsClosedAtItsTurnAndWhatComesForItIsListedInTheNext) {
    LedgerWorld world{"2026-11-22T23:59:59+08:00"};
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day)}), "");
    world.close_days();
    world.clock.advance(std::chrono::seconds{30});
    world.close_days();
    EXPECT_EQ(world.spool.mode(LedgerWorld::list_path(first_day) + ".sig"), 0u) << "a minute";
    world.clock.advance(std::chrono::minutes{1});
    world.close_days();
    EXPECT_EQ(world.spool.mode(LedgerWorld::list_path(first_day) + ".sig"), 0444u);
    EXPECT_THAT(log_, HasSubstr("ledger-day-closed"));
    const std::string closed = world.list(first_day);
    EXPECT_EQ(world.add({world.receipt("acme", 2, first_day)}), "");
    EXPECT_EQ(world.list(first_day), closed);
    EXPECT_THAT(names_in(world.list(second_day)),
                ElementsAre("../../../2026/11/22/SHA256SUMS",
                            "../../../2026/11/22/" + LedgerWorld::name_of(2)));
    EXPECT_EQ(world.add({world.receipt("acme", 2, first_day)}), "") << "delivered again";
    EXPECT_EQ(names_in(world.list(second_day)).size(), 2u);
    world.ledger->sign_all_heads();
    EXPECT_THAT(world.audited(), IsEmpty());
}

TEST_F(LedgerTest, ADayThatWentByWhileItWasDownIsClosedAtTheStart) {
    LedgerWorld world;
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day)}), "");
    world.clock.advance(std::chrono::hours{48});
    world.open();
    world.close_days();
    EXPECT_TRUE(world.key().verifies(
        world.spool.content(LedgerWorld::list_path(first_day) + ".sig"), world.list(first_day)));
}

TEST_F(LedgerTest, AnOriginalThatCameTwiceHasOneLine) {
    LedgerWorld world;
    EXPECT_EQ(world.add({world.original("acme", 1, first_day, "<a/>"),
                         world.receipt("acme", 1, first_day)}),
              "");
    world.open();
    EXPECT_EQ(world.add({world.original("acme", 2, first_day, "<a/>"),
                         world.receipt("acme", 2, first_day)}),
              "");
    EXPECT_THAT(names_in(world.list(first_day)),
                ElementsAre(testing::_, original_of("<a/>"), LedgerWorld::name_of(1),
                            LedgerWorld::name_of(2)));
}

TEST_F(LedgerTest, WhatBelongsToAReceiptIsListedOnceThoughItsReceiptWasNot) {
    LedgerWorld world;
    const std::string file = edi::twelve_digits(1) + "_document_A-1_form.pdf";
    const auto enclosure = [&] {
        const base::Fd day = std::move(*world.archive->day("acme", first_day));
        EXPECT_TRUE(base::write_new(day.number(), file, "%PDF", 0444, base::ReplaceTorso::No));
        return ledger::Entry{
            "acme", first_day, file, base::sha256_hex("%PDF"), 1, ledger::Entry::Kind::Enclosure};
    };
    EXPECT_EQ(world.add({enclosure()}), "");
    world.open();
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day), enclosure()}), "");
    EXPECT_THAT(names_in(world.list(first_day)),
                ElementsAre(testing::_, file, LedgerWorld::name_of(1)));
}

// P5: a state that was put back gives numbers again; what is listed stays.
TEST_F(LedgerTest, ANumberThatIsListedForAnotherReceiptIsRefused) {
    LedgerWorld world;
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day), world.receipt("acme", 2, first_day)}),
              "");
    const std::string list = world.list(first_day);
    for (const bool anew : {false, true}) {
        if (anew) world.open();
        ledger::Entry other{"acme",
                            first_day,
                            edi::twelve_digits(2) + "_rejected_B-7.xml",
                            base::sha256_hex("other"),
                            2,
                            ledger::Entry::Kind::Receipt};
        EXPECT_THAT(world.add({other}), HasSubstr("has " + LedgerWorld::name_of(2) +
                                                  " where this state has " + other.file));
        other.file = LedgerWorld::name_of(2);
        EXPECT_THAT(world.add({other}), HasSubstr("the state is another one"));
        EXPECT_EQ(world.add({world.receipt("acme", 1, first_day)}), "") << "the same again";
        EXPECT_EQ(world.list(first_day), list);
    }
}

TEST_F(LedgerTest, HeadsAreSignedAtMostOnceASecondAndTheLastOneOfABurstToo) {
    LedgerWorld world;
    const auto covered = [&] {
        const auto note = ledger::note_of(world.spool.content("archive/acme/checkpoint"));
        EXPECT_TRUE(note && note->is_signed_by(world.key()));
        return note ? note->head.tree.size() : 0;
    };
    for (std::uint64_t i = 1; i <= 5; ++i) {
        EXPECT_EQ(world.add({world.receipt("acme", i, first_day)}), "");
        world.ledger->sign_heads();
        EXPECT_EQ(covered(), 2u) << "the first one, at once";
        world.clock.advance(std::chrono::milliseconds{200});
    }
    ASSERT_TRUE(world.ledger->head_due());
    EXPECT_LE(*world.ledger->head_due(), world.clock.tick());
    world.ledger->sign_heads();
    EXPECT_EQ(covered(), 6u);
    EXPECT_FALSE(world.ledger->head_due());
}

TEST_F(LedgerTest, AHeadTellsTheNewestListAndTheClocks) {
    LedgerWorld world;
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day)}), "");
    world.ledger->sign_heads();
    const std::string text = world.spool.content("archive/acme/checkpoint");
    EXPECT_THAT(text, HasSubstr("permitd/acme\n2\n"));
    EXPECT_THAT(text,
                HasSubstr("\nlist 2026/11/22/SHA256SUMS 2 " +
                          base::sha256_hex(world.list(first_day)) + "\ntime 2026-11-22T09:00:00"));
    EXPECT_THAT(text, HasSubstr("\nmonotonic 3600.000000\nclock "));
    EXPECT_EQ(world.spool.mode("archive/acme/checkpoint"), 0444u);
    auto changed = text;
    changed[changed.find("09:00")] = '1';
    EXPECT_FALSE(ledger::note_of(changed)->is_signed_by(world.key()));
    for (std::size_t i = 0; i < text.size(); ++i)
        EXPECT_FALSE(ledger::note_of(text.substr(0, i)).has_value() && i + 1 < text.size()) << i;
}

// P5: a head is signed of nothing that a loss of power could still take back.
TEST_F(LedgerTest, NoHeadAndNoSignatureCoversWhatIsNotOnTheDisk) {
    LedgerWorld world;
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day)}), "");
    world.ledger->sign_all_heads();
    world.clock.advance(std::chrono::hours{24});
    const auto list = [&](const char* day) { return world.spool.at(LedgerWorld::list_path(day)); };
    int names = 0;
    base::set_durable_step_hook([&](const char* step) {
        if (std::string_view{step} != "rename") return;
        ++names;
        EXPECT_TRUE(tests::was_synced(list(names == 1 ? first_day : second_day))) << names;
    });
    const auto third = world.receipt("acme", 3, second_day, 2);
    EXPECT_TRUE(world.archive->sync());
    tests::watch_syncs();  // what is synced from here on is the ledger's own
    EXPECT_THAT(world.ledger->add({third}), IsEmpty());
    world.ledger->sign_all_heads();
    const auto fourth = world.receipt("acme", 4, second_day, 3);
    EXPECT_TRUE(world.archive->sync());
    tests::watch_syncs();
    EXPECT_THAT(world.ledger->add({fourth}), IsEmpty());
    EXPECT_TRUE(tests::was_synced(list(second_day))) << "durable when it returns";
    world.ledger->sign_all_heads();
    EXPECT_EQ(names, 3) << "a signature and two heads";
}

// One sync for the lines of a group, whatever its size.
TEST_F(LedgerTest, AGroupCostsOneSync) {
    LedgerWorld world;
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day)}), "");
    std::vector<ledger::Entry> group;
    for (std::uint64_t i = 2; i < 100; ++i) group.push_back(world.receipt("acme", i, first_day));
    int syncs = 0;
    base::set_durable_step_hook(
        [&](const char* step) { syncs += std::string_view{step}.starts_with("sync"); });
    EXPECT_THAT(world.ledger->add(std::move(group)), IsEmpty());
    EXPECT_EQ(syncs, 1);
}

TEST_F(LedgerTest, GoesOnFromItsHeadAndReadsNoOlderList) {
    LedgerWorld world;
    write_two_days(world);
    std::filesystem::remove(world.spool.at(LedgerWorld::list_path(first_day)));
    world.open();
    EXPECT_EQ(world.add({world.receipt("acme", 5, second_day, 4)}), "");
    EXPECT_EQ(names_in(world.list(second_day)).size(), 4u);
}

// Whoever cut or changed the lists while permitd was down gets no new head for it.
TEST_F(LedgerTest, ListsThatAreNotWhatTheHeadCoversAreNotSignedAnew) {
    const auto refused = [&](const std::function<void(LedgerWorld&)>& harm) {
        LedgerWorld world;
        write_two_days(world);
        const std::string head = world.spool.content("archive/acme/checkpoint");
        harm(world);
        world.open();
        const std::string fault = world.add({world.receipt("acme", 5, second_day, 4)});
        world.ledger->sign_all_heads();
        if (!fault.empty() && fault.find("no key") == std::string::npos) {
            EXPECT_EQ(world.spool.content("archive/acme/checkpoint"), head);
        }
        return fault;
    };
    const std::string path = LedgerWorld::list_path(second_day);
    EXPECT_THAT(refused([&](LedgerWorld& world) {
                    const std::string list = world.list(second_day);
                    world.spool.put(path, list.substr(0, list.rfind('\n', list.size() - 2) + 1));
                }),
                HasSubstr("2 lines, and its checkpoint covers 3"));
    EXPECT_THAT(refused([&](LedgerWorld& world) {
                    std::string list = world.list(second_day);
                    std::swap(list[70], list[71]);
                    list[100] = list[100] == 'a' ? 'b' : 'a';
                    world.spool.put(path, list);
                }),
                HasSubstr("the ledger of acme"));
    EXPECT_THAT(refused([&](LedgerWorld& world) { std::filesystem::remove(world.spool.at(path)); }),
                HasSubstr("is not there"));
    EXPECT_THAT(refused([&](LedgerWorld& world) {
                    std::filesystem::remove(world.spool.at("archive/acme/checkpoint"));
                    world.spool.put("archive/acme/checkpoint", "permitd/acme\n");
                }),
                HasSubstr("no key of the archive signed"));
    EXPECT_EQ(refused([&](LedgerWorld& world) {
                  std::filesystem::remove(world.spool.at("archive/acme/checkpoint"));
              }),
              "")
        << "the way out";
    EXPECT_THAT(log_, HasSubstr("ledger-head-missing"));
}

TEST_F(LedgerTest, AnArchiveThatWasLostBeginsANewLedger) {
    LedgerWorld world;
    write_two_days(world);
    std::filesystem::remove_all(world.spool.at("archive"));
    world.open();
    EXPECT_EQ(world.add({world.receipt("acme", 5, second_day, 4)}), "");
    world.ledger->sign_all_heads();
    EXPECT_THAT(world.audited(),
                testing::UnorderedElementsAre("- begins-later acme", "- numbers-elsewhere 4"));
}

// The upgrade: what stands there from before is in no list, and told as that.
TEST_F(LedgerTest, AnArchiveOfBeforeTheLedgerGoesOnUnlisted) {
    LedgerWorld world;
    world.receipt("acme", 1, "2026-11-20");
    world.original("acme", 1, "2026-11-20", "<old/>");
    world.receipt("acme", 2, first_day);
    world.original("acme", 2, first_day, "<older/>");
    EXPECT_EQ(world.add({world.receipt("acme", 3, first_day)}), "");
    EXPECT_EQ(names_in(world.list(first_day)).size(), 2u);
    world.ledger->sign_all_heads();
    EXPECT_THAT(world.audited(),
                testing::UnorderedElementsAre("- begins-later acme", "- older-than-ledger acme",
                                              "- numbers-elsewhere 2"));
}

TEST_F(LedgerTest, AListThatIsDeletedMeanwhileIsNotWrittenInto) {
    LedgerWorld world;
    EXPECT_EQ(world.add({world.receipt("acme", 1, first_day)}), "");
    std::filesystem::remove_all(world.spool.at("archive/acme"));
    EXPECT_TRUE(world.archive->day("acme", first_day));
    (void)world.archive->keep_receipt({2, "acme", first_day, LedgerWorld::name_of(2), "x"});
    EXPECT_EQ(world.add({world.receipt("acme", 2, first_day)}), "");
    EXPECT_THAT(names_in(world.list(first_day)), ElementsAre(testing::_, LedgerWorld::name_of(2)));
}

}  // namespace
