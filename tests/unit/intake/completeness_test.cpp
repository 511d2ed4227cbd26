// When a file is complete, and that each is handed on once until it is released.
#include <poll.h>
#include <sys/resource.h>

#include "intake/events.hpp"
#include "unit/intake/fixture.hpp"

namespace {

TEST_F(IntakeTest, AFileThatIsRenamedInIsCompleteAtOnce) {
    start();
    EXPECT_THAT(next(), IsEmpty());
    drop("x.xml", "<R><Password>s</Password></R>");
    pollfd ready{intake_->descriptor(), POLLIN, 0};
    EXPECT_EQ(::poll(&ready, 1, 10'000), 1);
    EXPECT_TRUE(intake_->notice());
    EXPECT_LE(intake_->look_again_at(), clock_.tick());
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Renamed);
    EXPECT_EQ(chunk[0].bytes, "<R><Password>s</Password></R>");
    const edi::Arrival& arrival = chunk[0].arrival;
    const std::string blanked = "<R><Password>***</Password></R>";
    EXPECT_EQ(arrival.mailbox, "acme");
    EXPECT_EQ(arrival.name, "x.xml");
    EXPECT_EQ(arrival.bytes, 29u);
    EXPECT_EQ(arrival.received_at, clock_.now());
    EXPECT_EQ(arrival.day, "2026-11-22");
    EXPECT_EQ(arrival.sha256, base::sha256_hex(blanked));
    EXPECT_EQ(spool_.content(".archive/acme/2026/11/22/originals/" + arrival.sha256 + ".xml"),
              blanked);
}

TEST_F(IntakeTest, AFileThatIsClosedAfterWritingIsCompleteAtOnce) {
    start();
    next();
    const std::string path = spool_.at("acme/OutBox/x.xml");
    base::Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)};
    ASSERT_EQ(::write(file.number(), "<a", 2), 2);
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(1s);
    ASSERT_EQ(::write(file.number(), "/>", 2), 2);
    EXPECT_THAT(names(), IsEmpty());
    file = {};
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Closed);
    EXPECT_EQ(chunk[0].bytes, "<a/>");
}

TEST_F(IntakeTest, AFileFoundAtStartIsCompleteOnceItHasSettled) {
    start();
    put("b.xml");
    put("a.xml");
    put("old.xml");
    age("a.xml", 2'000'000'000);
    age("b.xml", 2'000'000'000);
    age("old.xml", 1);
    start();
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_EQ(intake_->look_again_at(), clock_.tick() + 2s);
    clock_.advance(1999ms);
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(1ms);
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 3u);  // by mtime, then name
    EXPECT_EQ(chunk[0].arrival.name, "old.xml");
    EXPECT_EQ(chunk[1].arrival.name, "a.xml");
    EXPECT_EQ(chunk[2].arrival.name, "b.xml");
    EXPECT_EQ(chunk[0].completeness, Completeness::Settled);
}

// Moved in with the times that it had elsewhere: while we look, and before.
TEST_F(IntakeTest, AFileThatIsMovedInWithAnOldTimeIsComplete) {
    start();
    next();
    spool_.put("acme/old", "<a/>");
    const timespec times[2] = {{1, 0}, {1, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, spool_.at("acme/old").c_str(), times, 0), 0);
    std::filesystem::rename(spool_.at("acme/old"), spool_.at("acme/OutBox/x.xml"));
    auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Renamed);
    // An old time says nothing: it settles by our clock all the same.
    start();
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(2s);
    chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Settled);
}

// A system that gives no events: the boxes are looked through every `settle`, and no rename is
// seen.
TEST_F(IntakeTest, WithoutEventsFilesSettle) {
    start();
    // Once before: UBSan proves an object's type through a pipe, and there will be none to be had.
    base::log(intake::event::intake_unstuck, {});
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit few{256, limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    {
        std::vector<base::Fd> all;
        while (all.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC)))
            ;
        intake_ = std::make_unique<intake::Intake>(options_, boxes_, archive_, clock_, unpack_);
    }
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(intake_->descriptor(), -1);
    EXPECT_THAT(log_, testing::HasSubstr("outbox-polled"));
    EXPECT_THAT(names(), IsEmpty());
    drop("x.xml");
    EXPECT_LE(intake_->look_again_at(), clock_.tick() + options_.settle);
    std::vector<Interchange> chunk;
    for (int seconds = 0; chunk.empty() && seconds < 5; ++seconds) {
        clock_.advance(1s);
        chunk = next();
    }
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Settled);
}

// By our clock: an administrator who sets the wall clock does not make files look settled.
TEST_F(IntakeTest, AFileThatGrowsIsNotSettled) {
    start();
    put("x.xml", "");
    start();
    next();
    const std::string path = spool_.at("acme/OutBox/x.xml");
    const base::Fd file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
    clock_.jump(24h);
    for (const char c : std::string{"<a></a>"}) {
        ASSERT_EQ(::write(file.number(), &c, 1), 1);
        clock_.advance(1500ms);
        EXPECT_THAT(names(), IsEmpty());
    }
    std::vector<Interchange> chunk;
    for (int seconds = 0; chunk.empty() && seconds < 5; ++seconds) {
        clock_.advance(1s);
        chunk = next();
    }
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].bytes, "<a></a>");
}

// link() into the OutBox gives only IN_CREATE, and the file has two names for a moment.
TEST_F(IntakeTest, AFileThatIsLinkedInSettles) {
    start();
    next();
    spool_.put("acme/.upload", "<a/>");
    ASSERT_EQ(::link(spool_.at("acme/.upload").c_str(), spool_.at("acme/OutBox/x.xml").c_str()), 0);
    EXPECT_THAT(names(), IsEmpty());
    ASSERT_EQ(::unlink(spool_.at("acme/.upload").c_str()), 0);
    std::vector<std::string> found;
    for (int seconds = 0; found.empty() && seconds < 6; ++seconds) {
        clock_.advance(1s);
        found = names();
    }
    EXPECT_THAT(found, ElementsAre("x.xml"));
    EXPECT_EQ(log_, "");
}

TEST_F(IntakeTest, AFileIsHandedOnOnceUntilItIsReleased) {
    start();
    next();
    drop("x.xml");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    for (int i = 0; i < 5; ++i) {
        clock_.advance(11s);
        EXPECT_THAT(names(), IsEmpty());
    }
    remove(chunk[0].arrival);
    drop("x.xml", "<b/>");
    const auto again = next();
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].bytes, "<b/>");
}

// A file of the same name, and perhaps of the same inode number, that comes before the release.
TEST_F(IntakeTest, ANewFileOfTheSameNameIsAnArrivalOfItsOwn) {
    start();
    next();
    drop("x.xml", "<a/>");
    const auto first = next();
    ASSERT_EQ(first.size(), 1u);
    std::filesystem::remove(spool_.at("acme/OutBox/x.xml"));
    drop("x.xml", "<b/>");
    auto second = next();
    intake_->release(first[0].arrival);
    for (int seconds = 0; second.empty() && seconds < 6; ++seconds) {
        second = next();
        clock_.advance(1s);
    }
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0].bytes, "<b/>");
    clock_.advance(1min);
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(IntakeTest, ATornFileIsLookedAtAgainWhenItChangesOrIsOverdue) {
    start();
    next();
    put("x.xml", "<a>");
    put("y.xml", "<b>");
    auto chunk = next();
    ASSERT_EQ(chunk.size(), 2u);
    EXPECT_FALSE(chunk[0].overdue);
    for (const Interchange& made : chunk) intake_->postpone(made.arrival);
    clock_.advance(11s);
    EXPECT_THAT(names(), IsEmpty());
    put("x.xml", "<a></a>");
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(2s);
    chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].bytes, "<a></a>");
    remove(chunk[0].arrival);
    clock_.advance(50min);
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(10min);
    chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].bytes, "<b>");
    EXPECT_TRUE(chunk[0].overdue);
    EXPECT_EQ(chunk[0].completeness, Completeness::Closed);
}

TEST_F(IntakeTest, AFileThatGrewWhileItWasExaminedIsNotForgotten) {
    start();
    next();
    put("x.xml", "<a>");
    const auto torn = next();
    ASSERT_EQ(torn.size(), 1u);
    put("x.xml", "<a></a>");
    EXPECT_THAT(names(), IsEmpty());
    intake_->postpone(torn[0].arrival);
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(2s);
    const auto whole = next();
    ASSERT_EQ(whole.size(), 1u);
    EXPECT_EQ(whole[0].bytes, "<a></a>");
}

TEST_F(IntakeTest, WhatIsTakenAlreadyIsNoArrival) {
    start();
    put("x.xml", "<a/>");
    put("y.xml", "<b/>");
    const auto seen = boxes_.front().see("x.xml");
    edi::Arrival taken;
    taken.mailbox = "acme";
    taken.name = "x.xml";
    taken.bytes = seen->bytes;
    taken.device = seen->device;
    taken.inode = seen->inode;
    taken.modified_at = seen->modified_at;
    start();
    intake_->already_taken(taken);
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(2s);
    EXPECT_THAT(names(), ElementsAre("y.xml"));
}

}  // namespace
