// What an enterprise may do to an OutBox while it is looked at: nothing is taken twice, nothing
// that stays is lost, and nobody else waits for it (quality.md 2, files).
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "unit/intake/fixture.hpp"

namespace {

// An enterprise that works at the OutBox in a thread of its own, and a line that takes what is
// whole, as permitd does: what ended early is postponed, the rest is removed and released.
class OddTest : public IntakeTest {
protected:
    static std::string version(unsigned number) {
        return "<v>" + std::to_string(number) + std::string(3'000, ' ') + "</v>";
    }
    std::string outbox(const std::string& name) const { return spool_.at("acme/OutBox/" + name); }
    // Waits for its turn where the name is still there: no version replaces another one.
    void drop_in_turn(const std::string& name, const std::string& bytes) const {
        spool_.put("acme/OutBox/.next", bytes);
        while (::renameat2(AT_FDCWD, outbox(".next").c_str(), AT_FDCWD, outbox(name).c_str(),
                           RENAME_NOREPLACE) != 0) {
            ASSERT_EQ(errno, EEXIST);
            // Without a breath the directory's lock is never free for anybody else.
            std::this_thread::sleep_for(100us);
        }
    }
    void take(const Interchange& made) {
        const bool whole = made.bytes.starts_with("<v>") && made.bytes.ends_with("</v>");
        // Whatever an enterprise here renames is whole.
        EXPECT_TRUE(whole || made.completeness != Completeness::Renamed) << made.arrival.name;
        // It may still grow; when that is over it is rejected.
        if (!whole && !made.overdue) return intake_->postpone(made.arrival);
        if (whole) ++taken_[{made.bytes, made.arrival.name.starts_with(moved_to_)}];
        edi::Taking taking;
        taking.id = ++takings_;
        taking.file = made.arrival;
        ASSERT_TRUE(boxes_.front().remove(taking));
        intake_->release(made.arrival);
    }
    // Until the enterprise has ended and what it left was found.
    void run(const std::function<void()>& enterprise) {
        start();
        next();
        std::atomic<bool> ended = false;
        std::thread other{[&] {
            enterprise();
            ended = true;
        }};
        for (int idle = 0; idle < 40;) {
            const bool over = ended;
            const auto chunk = next();
            for (const Interchange& made : chunk) take(made);
            idle = over && chunk.empty() ? idle + 1 : 0;
            // In the end long enough for what stayed torn.
            if (chunk.empty()) clock_.advance(over ? 2min : 500ms);
        }
        other.join();
        EXPECT_THAT(spool_.files("acme/OutBox"), IsEmpty());
        for (const auto& [version, times] : taken_)
            EXPECT_EQ(times, 1u) << version.first.substr(0, 12);
    }
    std::size_t count(const std::string& bytes) const {
        return taken_.count({bytes, false}) + taken_.count({bytes, true});
    }

    // A file that the enterprise renames after it was read stands there once more, as a copy
    // would: it is another one to intake, and a duplicate by its MessageId behind.
    const std::string moved_to_ = "other";
    std::map<std::pair<std::string, bool>, unsigned> taken_;  // by bytes and whether it was moved
    std::uint64_t takings_ = 0;
};

constexpr unsigned versions = 1'000;

TEST_F(OddTest, ANameThatIsDroppedAgainAndAgainGivesEachVersionOnce) {
    run([&] {
        for (unsigned i = 0; i < versions; ++i) drop_in_turn("x.xml", version(i));
    });
    EXPECT_EQ(taken_.size(), versions);
}

// A version that the enterprise itself replaces before it was read is gone; the last one is not.
TEST_F(OddTest, ANameThatIsReplacedAgainAndAgainGivesNoVersionTwiceAndTheLastOne) {
    run([&] {
        for (unsigned i = 0; i < versions; ++i) drop("x.xml", version(i));
    });
    EXPECT_EQ(count(version(versions - 1)), 1u);
}

TEST_F(OddTest, AFileThatIsRewrittenInPlaceGivesNoVersionTwiceAndTheLastOne) {
    run([&] {
        for (unsigned i = 0; i < versions; ++i) put("x.xml", version(i));
    });
    EXPECT_EQ(count(version(versions - 1)), 1u);
}

// Cut, grown, moved away, removed and made again, in the moment between the list and the read.
TEST_F(OddTest, AFileThatIsNeverAtRestIsReadWholeOrNotAtAll) {
    run([&] {
        for (unsigned i = 0; i < versions; ++i) {
            const std::string name = std::to_string(i % 7) + ".xml";
            put(name, version(i));
            switch (i % 5) {
                case 0: ::truncate(outbox(name).c_str(), 100); break;
                case 1: ::unlink(outbox(name).c_str()); break;
                case 2: ::rename(outbox(name).c_str(), outbox("other.xml").c_str()); break;
                case 3: ::truncate(outbox(name).c_str(), 1 << 20); break;
                case 4: break;
            }
        }
        for (unsigned i = 0; i < 7; ++i) {
            put(std::to_string(i) + ".xml", version(versions + i));
        }
        put("other.xml", version(versions + 7));
    });
    for (unsigned i = 0; i < 8; ++i) EXPECT_EQ(count(version(versions + i)), 1u) << i;
}

// What an enterprise does in the moment of the removal: before each of its renames.
class GivenBackTest : public OddTest {
protected:
    edi::Arrival take_one(const std::vector<std::function<void()>>& before_renames) {
        start();
        next();
        drop("x.xml", "<old/>");
        auto chunk = next();
        EXPECT_EQ(chunk.size(), 1u);
        edi::Taking taking;
        taking.id = 41;
        taking.file = chunk.at(0).arrival;
        std::size_t renames = 0;
        base::set_durable_step_hook([&](const char* step) {
            if (std::string_view{step} != "rename") return;
            if (renames < before_renames.size()) before_renames[renames]();
            ++renames;
        });
        EXPECT_TRUE(boxes_.front().remove(taking));
        base::set_durable_step_hook({});
        EXPECT_EQ(renames, before_renames.size() + 1);
        intake_->release(taking.file);
        return taking.file;
    }
    // Another file in its place, of which the rest is to come.
    void begin_to_write() {
        ::unlink(outbox("x.xml").c_str());
        writing_.open(outbox("x.xml"), std::ios::binary);
        writing_ << "<new>" << std::flush;
    }
    std::ofstream writing_;
};

// "Anything that is not complete is awaited": that it was we who renamed it makes it no more whole.
TEST_F(GivenBackTest, AFileThatIsStillBeingWrittenIsAwaited) {
    take_one({[&] { begin_to_write(); }});
    EXPECT_THAT(names(), IsEmpty());
    writing_ << "</new>" << std::flush;
    clock_.advance(1s);
    EXPECT_THAT(names(), IsEmpty());
    writing_.close();
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Closed);
    EXPECT_EQ(chunk[0].bytes, "<new></new>");
}

TEST_F(GivenBackTest, UnderAnotherNameToo) {
    take_one({[&] { begin_to_write(); }, [&] { drop("x.xml", "<newer/>"); }});
    // The enterprise's own rename is one.
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Renamed);
    EXPECT_EQ(chunk[0].bytes, "<newer/>");
    clock_.advance(2s);
    const auto settled = next();
    ASSERT_EQ(settled.size(), 1u);
    EXPECT_EQ(settled[0].completeness, Completeness::Settled);
    EXPECT_EQ(settled[0].arrival.name, "x.again-000000000041.xml");
}

// Moved in, and rewritten in place before it was read: what is there then may be torn.
TEST_F(IntakeTest, AFileThatIsWrittenAgainIsNotWholeBecauseItWasRenamedOnce) {
    start();
    next();
    intake_->hold([](const std::string&) { return true; });
    drop("x.xml", "<whole/>");
    EXPECT_THAT(names(), IsEmpty());
    std::ofstream again{spool_.at("acme/OutBox/x.xml"), std::ios::binary};
    again << "<to" << std::flush;
    ASSERT_EQ(::chmod(spool_.at("acme/OutBox/x.xml").c_str(), 0640), 0);
    EXPECT_THAT(names(), IsEmpty());
    intake_->hold([](const std::string&) { return false; });
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].bytes, "<to");
    EXPECT_EQ(chunk[0].completeness, Completeness::Closed);
}

// The digest is the same under both names, so that what is behind can tell.
TEST_F(IntakeTest, AFileThatIsRenamedAfterItWasReadIsAnArrivalOfItsOwn) {
    start();
    next();
    drop("x.xml", "<a>same</a>");
    const auto first = next();
    ASSERT_EQ(first.size(), 1u);
    std::filesystem::rename(spool_.at("acme/OutBox/x.xml"), spool_.at("acme/OutBox/y.xml"));
    edi::Taking taking;
    taking.id = 41;
    taking.file = first[0].arrival;
    ASSERT_TRUE(boxes_.front().remove(taking));
    intake_->release(taking.file);
    const auto second = next();
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0].arrival.name, "y.xml");
    EXPECT_EQ(second[0].arrival.sha256, first[0].arrival.sha256);
    remove(second[0].arrival);
    clock_.advance(1h);
    EXPECT_THAT(names(), IsEmpty());
}

// Appended with a close for each piece: read as often as it rested, not as often as it was closed.
TEST_F(IntakeTest, AFileThatIsClosedForEachPieceIsReadWhenItRests) {
    start();
    next();
    const std::string whole = "<R>" + std::string(500, 'x') + "</R>";
    std::size_t read = 0;
    for (const char c : whole) {
        std::ofstream{spool_.at("acme/OutBox/x.xml"), std::ios::app} << c;
        for (const Interchange& made : next()) ++read, intake_->postpone(made.arrival);
        clock_.advance(100ms);
    }
    EXPECT_EQ(read, 1u);  // after the first close
    clock_.advance(2s);
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].bytes, whole);
    EXPECT_EQ(spool_.files(".archive").size(), 2u);
}

TEST_F(IntakeTest, AFileThatGrowsForEverIsNeverTakenAndHoldsUpNobody) {
    start();
    next();
    std::ofstream endless{spool_.at("acme/OutBox/endless.xml"), std::ios::binary};
    endless << "<R>" << std::flush;
    for (int i = 0; i < 200; ++i) {
        endless << std::string(1'000, 'x') << std::flush;
        clock_.advance(1s);
        const std::string neighbour = std::to_string(i) + ".xml";
        drop(neighbour);
        const auto chunk = next();
        ASSERT_EQ(chunk.size(), 1u);
        EXPECT_EQ(chunk[0].arrival.name, neighbour);
        remove(chunk[0].arrival);
    }
    EXPECT_EQ(log_, "");
}

// More unreadable files than are remembered, all older: the others get through all the same.
TEST_F(IntakeTest, UnreadableFilesHoldUpNobody) {
    options_.window_files_max = 64;
    start();
    for (int i = 0; i < 100; ++i) {
        const std::string name = "unreadable-" + std::to_string(i) + ".xml";
        put(name);
        age(name, 1'000'000 + i);
        ASSERT_EQ(::chmod(spool_.at("acme/OutBox/" + name).c_str(), 0), 0);
    }
    for (int i = 0; i < 10; ++i) put("good-" + std::to_string(i) + ".xml");
    for (const auto& each : std::filesystem::recursive_directory_iterator{spool_.root})
        if (each.is_directory()) std::filesystem::permissions(each, std::filesystem::perms::all);
    start();
    // Root reads everything; as another one for the file system it does not.
    if (::geteuid() == 0) ::setfsuid(65'534);
    std::size_t found = 0, rounds = 0;
    for (; found < 10 && rounds < 100; ++rounds) {
        const auto chunk = next();
        found += chunk.size();
        if (chunk.empty()) clock_.advance(500ms);
    }
    EXPECT_EQ(found, 10u);
    const auto told = log_.size();
    EXPECT_GT(told, 0u);
    // Readable: found by its event, the others not again.
    ::setfsuid(::geteuid());
    ASSERT_EQ(::chmod(spool_.at("acme/OutBox/unreadable-7.xml").c_str(), 0644), 0);
    if (::geteuid() == 0) ::setfsuid(65'534);
    std::vector<std::string> now_readable;
    for (rounds = 0; now_readable.empty() && rounds < 20; ++rounds) {
        now_readable = names();
        clock_.advance(500ms);
    }
    ::setfsuid(::geteuid());
    EXPECT_THAT(now_readable, ElementsAre("unreadable-7.xml"));
}

// As an attacker who may write to the mailbox's directory would, or an operator by mistake.
TEST_F(IntakeTest, AnOutBoxThatIsSwappedForALinkIsNotFollowed) {
    start();
    next();
    const auto outbox = spool_.at("acme/OutBox");
    std::filesystem::create_directory(spool_.at("elsewhere"));
    spool_.put("elsewhere/evil.xml", "<evil/>");
    std::filesystem::rename(outbox, spool_.at("acme/away"));
    std::filesystem::create_directory_symlink(spool_.at("elsewhere"), outbox);
    spool_.put("acme/.upload", "<a/>");
    std::filesystem::rename(spool_.at("acme/.upload"), spool_.at("acme/away/held.xml"));
    std::vector<std::string> found;
    for (int i = 0; i < 60; ++i) {
        for (const std::string& name : names()) found.push_back(name);
        clock_.advance(1s);
    }
    EXPECT_THAT(found, ElementsAre("held.xml"));
    std::filesystem::remove(outbox);
    std::filesystem::rename(spool_.at("acme/away"), outbox);
    drop("back.xml");
    for (int i = 0; i < 20; ++i) {
        for (const std::string& name : names()) found.push_back(name);
        clock_.advance(1s);
    }
    EXPECT_THAT(found, ElementsAre("held.xml", "back.xml"));
    EXPECT_THAT(log_, IsEmpty());
}

// In a user namespace of its own, so that nobody else's limits are touched.
class NoWatch : public IntakeTest, public testing::WithParamInterface<const char*> {};

TEST_P(NoWatch, WithoutInotifyFilesAreFoundByLooking) {
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr int not_allowed = 9;
        if (::unshare(CLONE_NEWUSER) != 0) ::_exit(not_allowed);
        std::ofstream limit{std::string{"/proc/sys/user/"} + GetParam()};
        if (!(limit << "0").flush()) ::_exit(not_allowed);
        start();
        put("written.xml");
        drop("renamed.xml");
        std::set<std::string> found;
        for (int i = 0; i < 10; ++i) {
            for (const std::string& name : names()) found.insert(name);
            clock_.advance(500ms);
        }
        const bool told = log_.find("outbox-polled") != std::string::npos;
        ::_exit(told && found == std::set<std::string>{"written.xml", "renamed.xml"} ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 9)
        GTEST_SKIP() << "this host allows no user namespace";
    EXPECT_EQ(status, 0);
}

INSTANTIATE_TEST_SUITE_P(Limits, NoWatch,
                         testing::Values("max_inotify_instances", "max_inotify_watches"));

}  // namespace
