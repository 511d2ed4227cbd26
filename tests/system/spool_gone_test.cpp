// The spool, the archive or a box is deleted and made again, or its mount goes and comes back,
// while permitd runs: it is told once, nothing is taken from or left in a wrong place, and it goes
// on by itself where nothing can go wrong (quality.md 2, "spool deleted while running").
#include <signal.h>
#include <sys/mount.h>

#include <fstream>

#include "system/remote_line.hpp"
#include "system/small_disk.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::patience;
using line::times_told;
using testing::HasSubstr;
using testing::IsEmpty;

class SpoolGone : public testing::Test {
protected:
    SpoolGone() : line_({.scenario = "at-once.yaml", .intake = "settle: 200ms, rescan: 100ms"}) {}

    void begin() {
        line_.start_sandbox();
        line_.start();
        drop(5);
        ASSERT_TRUE(line_.settles(5, patience)) << line_.daemon().words();
    }
    void drop(std::size_t to) {
        for (; dropped_ < to; ++dropped_) {
            const std::string id = line::numbered("GONE-", dropped_);
            line_.drop(id + ".xml", line::declaration(id, id));
        }
    }
    // What is done while it does not look.
    void unseen(const std::function<void()>& change) {
        ::kill(line_.daemon().pid(), SIGSTOP);
        change();
        ::kill(line_.daemon().pid(), SIGCONT);
    }
    bool says(const std::string& event) {
        return line_.daemon().says("\"event\":\"" + event + '"', patience);
    }
    std::size_t told(const std::string& event) { return times_told(line_.daemon().words(), event); }
    std::size_t displaced() const {
        const auto status = line_.status();
        return status.empty() ? 0 : status.at("displaced").as_array().size();
    }
    // Those from there on; what was deleted with an InBox is not there any more.
    void expect_done_from(std::size_t first) {
        ASSERT_TRUE(line::becomes_true(
            [&] {
                for (std::size_t i = first; i < dropped_; ++i)
                    if (std::ranges::count(line_.kinds(line::numbered("GONE-", i)), "approved") !=
                        1)
                        return false;
                return line_.names("OutBox").empty();
            },
            patience))
            << line_.daemon().words();
        for (std::size_t i = first; i < dropped_; ++i)
            EXPECT_EQ(std::ranges::count(line_.kinds(line::numbered("GONE-", i)), "accepted"), 1);
        EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
        EXPECT_EQ(displaced(), 0u);
    }

    line::Line line_;
    const fs::path spool_ = line_.folder() / "spool";
    std::size_t dropped_ = 0;
};

TEST_F(SpoolGone, DeletedAndMadeAgainItGoesOn) {
    ASSERT_NO_FATAL_FAILURE(begin());
    unseen([&] {
        fs::remove_all(spool_);
        fs::create_directories(spool_ / "acme/OutBox");
    });
    drop(10);
    ASSERT_NO_FATAL_FAILURE(expect_done_from(5));
    EXPECT_EQ(told("place-anew"), 1u) << line_.daemon().words();
    EXPECT_EQ(told("place-gone") + told("place-taken"), 0u);
    EXPECT_TRUE(fs::exists(spool_ / ".archive/acme"));
    EXPECT_EQ(line_.stop(), 0);
    // A start sees nothing odd in it.
    line_.start();
    drop(11);
    ASSERT_NO_FATAL_FAILURE(expect_done_from(5));
    EXPECT_EQ(line_.stop(), 0);
}

// permitd does not make a spool (spool/README.md): it waits for one.
TEST_F(SpoolGone, DeletedItIsWaitedFor) {
    ASSERT_NO_FATAL_FAILURE(begin());
    unseen([&] { fs::remove_all(spool_); });
    ASSERT_TRUE(says("place-gone")) << line_.daemon().words();
    EXPECT_THAT(line_.permitctl({"status"}).out, HasSubstr("is gone"));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(displaced(), 1u);
    EXPECT_FALSE(fs::exists(spool_));
    fs::create_directories(spool_);
    ASSERT_TRUE(says("place-anew")) << line_.daemon().words();
    ASSERT_TRUE(line::becomes_true([&] { return fs::exists(spool_ / "acme/OutBox"); }, patience));
    drop(10);
    ASSERT_NO_FATAL_FAILURE(expect_done_from(5));
    EXPECT_EQ(told("place-gone"), 1u) << line_.daemon().words();
    EXPECT_EQ(line_.stop(), 0);
}

class ABoxGone : public SpoolGone, public testing::WithParamInterface<const char*> {};

TEST_P(ABoxGone, IsMadeAgainAndItGoesOn) {
    ASSERT_NO_FATAL_FAILURE(begin());
    unseen([&] { fs::remove_all(spool_ / GetParam()); });
    ASSERT_TRUE(says("place-anew")) << line_.daemon().words();
    ASSERT_TRUE(line::becomes_true([&] { return fs::exists(spool_ / GetParam()); }, patience));
    drop(10);
    ASSERT_NO_FATAL_FAILURE(expect_done_from(5));
    EXPECT_EQ(told("place-anew"), 1u) << line_.daemon().words();
    EXPECT_EQ(line_.stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Deleted, ABoxGone,
                         testing::Values("acme", "acme/OutBox", "acme/InBox", "acme/SentBox",
                                         ".archive"),
                         [](const auto& box) {
                             std::string name;
                             for (const char c : std::string{box.param})
                                 if (std::isalpha(c)) name += c;
                             return name;
                         });

TEST_F(SpoolGone, MovedAwayItIsWaitedForAndNothingElseIsTaken) {
    ASSERT_NO_FATAL_FAILURE(begin());
    const fs::path away = line_.folder() / "away";
    unseen([&] {
        fs::rename(spool_, away);
        fs::create_directories(spool_ / "acme/OutBox");
    });
    ASSERT_TRUE(says("place-taken")) << line_.daemon().words();
    EXPECT_THAT(line_.permitctl({"status"}).out, HasSubstr("restart permitd"));
    drop(6);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(displaced(), 1u);
    EXPECT_EQ(line_.names("OutBox").size(), 1u);
    EXPECT_THAT(line_.names("InBox"), IsEmpty());
    const std::string id = line::numbered("GONE-", 5);
    fs::rename(spool_ / "acme/OutBox" / (id + ".xml"), away / "acme/OutBox" / (id + ".xml"));
    fs::remove_all(spool_);
    fs::rename(away, spool_);
    ASSERT_TRUE(says("place-back")) << line_.daemon().words();
    ASSERT_NO_FATAL_FAILURE(expect_done_from(0));
    EXPECT_THAT(line_.unsound(), IsEmpty());
    EXPECT_EQ(line_.stop(), 0);
}

// The mount point beneath is as good a spool as any, but for the mark. And a copy of the spool on
// another disk is the same spool.
TEST_F(SpoolGone, ItsMountGoesAndComesBackOnAnotherDisk) {
    auto first = std::make_unique<line::SmallDisk>(spool_, "size=300m");
    if (!first->is_mounted()) GTEST_SKIP() << "no right to mount";
    fs::create_directories(spool_ / "acme/OutBox");
    ASSERT_NO_FATAL_FAILURE(begin());
    const fs::path copy = line_.folder() / "copy";
    unseen([&] {
        fs::copy(spool_, copy, fs::copy_options::recursive);
        first.reset();
    });
    ASSERT_TRUE(says("place-taken")) << line_.daemon().words();
    drop(6);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(displaced(), 1u);
    EXPECT_EQ(line_.names("OutBox").size(), 1u);
    fs::remove(spool_ / "acme/OutBox" / (line::numbered("GONE-", 5) + ".xml"));

    const line::SmallDisk second{spool_, "size=300m"};
    fs::copy(copy, spool_, fs::copy_options::recursive);
    ASSERT_TRUE(says("place-anew")) << line_.daemon().words();
    dropped_ = 5;
    drop(10);
    ASSERT_NO_FATAL_FAILURE(expect_done_from(0));
    EXPECT_THAT(line_.unsound(), IsEmpty());
    EXPECT_EQ(told("place-taken"), 1u);
    EXPECT_EQ(line_.stop(), 0);
}

// Its courier holds the boxes as well, and a new one opens those that are there now.
class RemoteSpoolGone : public line::RemoteLine {};

TEST_F(RemoteSpoolGone, AMailboxThatIsDeletedIsServedAgain) {
    line.start();
    drop_declarations(0, 3);
    ASSERT_TRUE(all_done(3)) << line.daemon().words();
    ASSERT_TRUE(line::becomes_true([&] { return local(".courier").empty(); }, line::plenty));
    fs::remove_all(here());
    ASSERT_TRUE(line.daemon().says("\"event\":\"place-anew\"", patience)) << line.daemon().words();
    drop_declarations(3, 6);
    ASSERT_TRUE(all_done(6)) << line.daemon().words();
    expect_once(6);
    EXPECT_TRUE(fs::exists(here() / "OutBox"));
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
