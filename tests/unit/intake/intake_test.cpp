// Files become arrivals once they are complete, in arrival order, once each, with our own durable copy
// first. Real files and real inotify; the clock is ours.
#include "intake/intake.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/hash.hpp"
#include "base/log.hpp"
#include "spool.hpp"

namespace {

using namespace std::chrono_literals;
using intake::Completeness;
using intake::Interchange;
using testing::ElementsAre;
using testing::IsEmpty;

class IntakeTest : public testing::Test {
protected:
    IntakeTest() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
        archive_ = std::move(*ledger::Archive::open(spool_.at(".archive")));
    }
    ~IntakeTest() override {
        base::set_log_sink({});
        base::set_durable_step_hook({});
    }
    void start(std::vector<std::string> names = {"acme"}) {
        intake_.reset();
        boxes_.clear();
        for (const std::string& name : names)
            boxes_.push_back(std::move(*mailbox::Mailbox::open(spool_.root, name)));
        intake_ = std::make_unique<intake::Intake>(options_, boxes_, archive_, clock_);
    }
    std::vector<Interchange> next() {
        // Events of what this thread did before are in the queue already.
        intake_->notice();
        auto chunk = intake_->next();
        EXPECT_TRUE(chunk);
        return chunk ? std::move(*chunk) : std::vector<Interchange>{};
    }
    std::vector<std::string> names() {
        std::vector<std::string> found;
        for (const Interchange& made : next()) found.push_back(made.arrival.name);
        return found;
    }
    void drop(const std::string& name, const std::string& bytes = "<a/>",
              const std::string& box = "acme") {
        spool_.put(box + "/.upload", bytes);
        std::filesystem::rename(spool_.at(box + "/.upload"), spool_.at(box + "/OutBox/" + name));
    }
    void put(const std::string& name, const std::string& bytes = "<a/>") {
        spool_.put("acme/OutBox/" + name, bytes);
    }
    void remove(const edi::Arrival& arrival) {
        std::filesystem::remove(spool_.at(arrival.mailbox + "/OutBox/" + arrival.name));
        intake_->release(arrival);
    }
    void age(const std::string& name, time_t seconds) {
        const timespec times[2] = {{seconds, 0}, {seconds, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, spool_.at("acme/OutBox/" + name).c_str(), times, 0), 0);
    }

    tests::Spool spool_;
    ledger::Archive archive_;
    base::ManualClock clock_{*base::parse_time("2026-11-22T09:30:00+08:00")};
    intake::Options options_;
    std::vector<mailbox::Mailbox> boxes_;
    std::unique_ptr<intake::Intake> intake_;
    std::string log_;
};

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

TEST_F(IntakeTest, EventsGiveTheOrderOfArrival) {
    start();
    next();
    for (const char* name : {"c.xml", "a.xml", "b.xml"}) drop(name);
    EXPECT_THAT(names(), ElementsAre("c.xml", "a.xml", "b.xml"));
}

TEST_F(IntakeTest, MailboxesTakeTurns) {
    options_.chunk_files_max = 4;
    start({"acme", "beta", "gamma"});
    next();
    for (int i = 0; i < 6; ++i) drop(std::to_string(i) + ".xml");
    drop("b.xml", "<a/>", "beta");
    drop("g.xml", "<a/>", "gamma");
    drop("h.xml", "<a/>", "gamma");
    const auto first = names();
    EXPECT_EQ(first.size(), 4u);
    EXPECT_THAT(first, testing::IsSupersetOf({"0.xml", "b.xml", "g.xml"}));
    EXPECT_THAT(names(), testing::IsSupersetOf({"h.xml"}));
    EXPECT_THAT(names(), ElementsAre("5.xml"));
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(IntakeTest, ChunksAreLimitedInFilesAndBytes) {
    options_.chunk_files_max = 3;
    options_.chunk_bytes_max = 100;
    start();
    next();
    for (const char* name : {"a.xml", "b.xml", "c.xml", "d.xml"}) drop(name);
    drop("e.xml", std::string(90, ' '));
    drop("f.xml", std::string(500, ' '));
    drop("g.xml");
    EXPECT_THAT(names(), ElementsAre("a.xml", "b.xml", "c.xml"));
    EXPECT_THAT(names(), ElementsAre("d.xml", "e.xml"));
    EXPECT_THAT(names(), ElementsAre("f.xml"));  // one that is larger than a chunk goes alone
    EXPECT_THAT(names(), ElementsAre("g.xml"));
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
    const auto seen = boxes_[0].see("x.xml");
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

TEST_F(IntakeTest, OfAFileThatIsTooLargeOnlyTheBeginningIsRead) {
    options_.file_bytes_max = 100'000;
    start();
    next();
    drop("x.xml", "<a>" + std::string(99'997, 'x'));
    drop("y.xml", "<a>" + std::string(99'998, 'x'));
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 2u);
    EXPECT_FALSE(chunk[0].too_large);
    EXPECT_EQ(chunk[0].bytes.size(), 100'000u);
    EXPECT_TRUE(chunk[1].too_large);
    EXPECT_EQ(chunk[1].bytes.size(), intake::beginning_bytes);
    EXPECT_EQ(chunk[1].arrival.bytes, 100'001u);
    EXPECT_EQ(chunk[1].arrival.sha256, "");
    EXPECT_EQ(spool_.files(".archive").size(), 1u);
}

TEST_F(IntakeTest, WhatCannotBeDecodedIsNotArchived) {
    start();
    next();
    drop("x.xml", "<Password>\xff</Password>");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].arrival.sha256, "");
    EXPECT_EQ(chunk[0].arrival.bytes, 22u);
    EXPECT_THAT(spool_.files(".archive"), IsEmpty());
}

// Told when it is met, not with each scan; the name cannot forge a line.
TEST_F(IntakeTest, OdditiesAreToldOnce) {
    start();
    ASSERT_EQ(::symlink("/etc/shadow", spool_.at("acme/OutBox/a\nb.xml").c_str()), 0);
    put("order.csv");
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(names(), IsEmpty());
        clock_.advance(11s);
    }
    EXPECT_EQ(std::ranges::count(log_, '\n'), 2) << log_;
    EXPECT_THAT(log_, testing::HasSubstr("a\\\\x0ab.xml"));
    EXPECT_THAT(log_, testing::HasSubstr("not named *.xml"));
}

TEST_F(IntakeTest, OneDurableBarrierForAChunkAndBeforeItIsHandedOn) {
    start();
    next();
    for (int i = 0; i < 10; ++i) drop(std::to_string(i) + ".xml", std::to_string(i));
    std::string first_day = spool_.at(".archive/acme/2026/11/22/originals");
    ASSERT_TRUE(archive_.originals("acme", "2026-11-22"));
    std::map<std::string, int> steps;
    std::string last;
    base::set_durable_step_hook([&](const char* step) { ++steps[last = step]; });
    EXPECT_EQ(next().size(), 10u);
    EXPECT_EQ(steps["syncfs"], 1);
    EXPECT_EQ(last, "syncfs");
}

// The disk of the archive is full or gone for a while: nothing is lost, the order stays.
TEST_F(IntakeTest, AfterAFaultTheSameFilesComeAgain) {
    start({"acme", "beta"});
    next();
    for (const char* name : {"a.xml", "b.xml", "c.xml"}) drop(name, name);
    drop("d.xml", "d", "beta");
    const std::string sum = base::sha256_hex("b.xml");
    ASSERT_TRUE(archive_.originals("acme", "2026-11-22"));
    const std::string in_the_way = ".archive/acme/2026/11/22/originals/" + sum + ".xml";
    std::filesystem::create_directories(spool_.at(in_the_way + "/x"));
    intake_->notice();
    ASSERT_FALSE(intake_->next());
    EXPECT_GT(intake_->look_again_at(), clock_.tick());
    std::filesystem::remove_all(spool_.at(in_the_way));
    EXPECT_THAT(names(), testing::UnorderedElementsAre("a.xml", "b.xml", "c.xml", "d.xml"));
    EXPECT_THAT(names(), IsEmpty());
}

// More files than are remembered: all come, oldest first by windows, none twice.
TEST_F(IntakeTest, TheWindowLimitsMemoryAndLosesNothing) {
    options_.window_files_max = 64;
    start();
    for (int i = 0; i < 500; ++i) {
        const std::string name = std::to_string(1000 + i) + ".xml";
        put(name);
        age(name, 1'000'000 + i);
    }
    start();
    std::vector<std::string> found;
    for (int rounds = 0; rounds < 200 && found.size() < 500; ++rounds) {
        const auto chunk = next();
        for (const Interchange& made : chunk) {
            found.push_back(made.arrival.name);
            remove(made.arrival);
        }
        if (chunk.empty()) clock_.advance(500ms);
    }
    ASSERT_EQ(found.size(), 500u);
    EXPECT_TRUE(std::ranges::is_sorted(found));
}

// 20,000 events are more than the queue of inotify holds: the overflow leads to a scan.
TEST_F(IntakeTest, AnOverflowOfEventsLosesNoFile) {
    options_.chunk_files_max = 5'000;
    start();
    next();
    for (int i = 0; i < 10'000; ++i) put(std::to_string(i) + ".xml", std::to_string(i));
    std::set<std::string> found;
    for (int rounds = 0; rounds < 3'000 && found.size() < 10'000; ++rounds) {
        const auto chunk = next();
        for (const Interchange& made : chunk)
            EXPECT_TRUE(found.insert(made.arrival.name).second) << made.arrival.name;
        if (chunk.empty()) clock_.advance(500ms);
    }
    EXPECT_EQ(found.size(), 10'000u);
}

TEST_F(IntakeTest, AnOutBoxThatGoesIsToldOnceAndStopsNothing) {
    start({"acme", "beta"});
    next();
    std::filesystem::remove_all(spool_.at("acme/OutBox"));
    drop("x.xml", "<a/>", "beta");
    EXPECT_THAT(names(), ElementsAre("x.xml"));
    for (int i = 0; i < 3; ++i) {
        clock_.advance(1min);
        next();
    }
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
    EXPECT_THAT(log_, testing::HasSubstr("outbox-gone"));
}

// The archive's day never goes back with the clock.
TEST_F(IntakeTest, TheArchiveDayDoesNotGoBack) {
    start();
    next();
    drop("a.xml");
    EXPECT_EQ(next().at(0).arrival.day, "2026-11-22");
    clock_.jump(-48h);
    drop("b.xml");
    EXPECT_EQ(next().at(0).arrival.day, "2026-11-22");
    clock_.jump(7 * 24h);
    drop("c.xml");
    EXPECT_EQ(next().at(0).arrival.day, "2026-11-27");
}

}  // namespace
