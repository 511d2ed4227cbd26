// What becomes of a file after its commit: P1, and nothing that an enterprise drops is lost,
// whatever crashes when and whatever it drops meanwhile.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>

#include "mailbox/mailbox.hpp"
#include "spool.hpp"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

struct Stopped {};

// Throws at the k-th durable step, counted from 1.
class StopAt {
public:
    explicit StopAt(int k) {
        base::set_durable_step_hook([this, k](const char*) {
            if (++steps_ == k) throw Stopped{};
        });
    }
    ~StopAt() { base::set_durable_step_hook({}); }
    int steps() const { return steps_; }

private:
    int steps_ = 0;
};

class TakingTest : public testing::Test {
protected:
    TakingTest() {
        auto opened = mailbox::Mailbox::open(spool_.root, "acme");
        EXPECT_TRUE(opened);
        box_ = std::move(*opened);
    }
    edi::Taking drop(const std::string& name, const std::string& bytes) {
        spool_.put("acme/OutBox/" + name, bytes);
        return taking(name);
    }
    edi::Taking taking(const std::string& name) {
        const auto seen = box_.see(name);
        EXPECT_TRUE(seen);
        edi::Taking made;
        made.id = 41;
        made.file.mailbox = "acme";
        made.file.name = name;
        made.file.bytes = seen->bytes;
        made.file.device = seen->device;
        made.file.inode = seen->inode;
        made.file.modified_at = seen->modified_at;
        made.file.day = "2026-11-22";
        made.box_name = edi::box_name_of(41, name);
        return made;
    }
    // Stopped before each durable step and begun again; `steps`: how many there are.
    void ends_the_same_wherever_it_is_stopped(const std::function<void()>& beside, int steps) {
        for (int k = 1;; ++k) {
            const auto taken = drop("x.xml", "<a/>");
            beside();
            bool stopped = false;
            {
                const StopAt stop{k};
                try {
                    ASSERT_TRUE(box_.remove(taken));
                } catch (const Stopped&) {
                    stopped = true;
                }
            }
            ASSERT_TRUE(box_.remove(taken));
            EXPECT_THAT(outbox(), IsEmpty()) << k;
            if (!stopped) {
                EXPECT_EQ(k, steps);
                break;
            }
        }
    }
    std::map<std::string, std::string> outbox() { return spool_.files("acme/OutBox"); }
    std::string path(const std::string& name) { return spool_.at("acme/OutBox/" + name); }

    tests::Spool spool_;
    mailbox::Mailbox box_;
};

TEST_F(TakingTest, RemovesWhatWasReadAndNothingElse) {
    const auto taken = drop("x.xml", "<a/>");
    drop("y.xml", "<b/>");
    ASSERT_TRUE(box_.remove(taken));
    EXPECT_THAT(outbox(), ElementsAre(Pair("y.xml", "<b/>")));
    ASSERT_TRUE(box_.remove(taken));  // gone already is success
    EXPECT_THAT(outbox(), ElementsAre(Pair("y.xml", "<b/>")));
}

using Files = std::map<std::string, std::string>;

// The rows of the table in mailbox/taking.cpp, and what else an enterprise can bring about between
// the reading and the removal; each twice, because a removal may be repeated.
class MeanwhileTest : public TakingTest {
protected:
    void drop_over(const std::string& bytes) {
        spool_.put("acme/OutBox/.new", bytes);
        ::rename(path(".new").c_str(), path("x.xml").c_str());
    }
    void take_away() { ::rename(path("x.xml").c_str(), path(taken_name_).c_str()); }
    void expect_left(const char* what, const std::function<void()>& meanwhile, const Files& left) {
        const auto taken = drop("x.xml", "<a/>");
        // Held open, so that its inode number is not given again.
        const base::Fd held{::open(path("x.xml").c_str(), O_RDONLY | O_CLOEXEC)};
        meanwhile();
        for (int round = 0; round < 2; ++round) {
            ASSERT_TRUE(box_.remove(taken)) << what;
            EXPECT_EQ(outbox(), left) << what;
        }
        for (const auto& [name, bytes] : left) EXPECT_TRUE(mailbox::is_ours(name)) << name;
        for (const auto& entry : std::filesystem::directory_iterator{path("")})
            std::filesystem::remove(entry.path());
    }

    const std::string taken_name_ = ".taken-000000000041";
};

TEST_F(MeanwhileTest, ANewFileOfThatNameStays) {
    expect_left("replaced", [&] { drop_over("<b/>"); }, {{"x.xml", "<b/>"}});
    const auto rewrite = [&] {
        spool_.put("acme/OutBox/x.xml", "<b/>");
        const timespec times[2] = {{9, 0}, {9, 0}};
        ::utimensat(AT_FDCWD, path("x.xml").c_str(), times, 0);
    };
    expect_left("rewritten in place", rewrite, {{"x.xml", "<b/>"}});
    const auto grow = [&] { spool_.put("acme/OutBox/x.xml", "<a></a>"); };
    expect_left("grown in place", grow, {{"x.xml", "<a></a>"}});
    const auto link_instead = [&] {
        ::unlink(path("x.xml").c_str());
        ::symlink("elsewhere.xml", path("x.xml").c_str());
    };
    expect_left("a link in its place", link_instead, {});
}

TEST_F(MeanwhileTest, WhatAStopLeftIsFinished) {
    expect_left("after the rename", [&] { take_away(); }, {});
    const auto dropped_again = [&] {
        take_away();
        drop_over("<b/>");
    };
    expect_left("after the rename, dropped again", dropped_again, {{"x.xml", "<b/>"}});
    const auto replaced = [&] {
        drop_over("<b/>");
        take_away();
    };
    expect_left("replaced in the moment of the rename", replaced, {{"x.xml", "<b/>"}});
    const auto replaced_and_dropped = [&] {
        replaced();
        drop_over("<c/>");
    };
    expect_left("the same, and dropped again", replaced_and_dropped,
                {{"x.xml", "<c/>"}, {"x.again-000000000041.xml", "<b/>"}});
    const auto both = [&] { ::link(path("x.xml").c_str(), path(taken_name_).c_str()); };
    expect_left("both names, as without RENAME_NOREPLACE", both, {});
}

// An inode number is given again at once (ext4, tmpfs): the next file of that name is not the old
// one.
TEST_F(TakingTest, DoesNotTakeANewFileForTheOldOneBecauseOfItsInode) {
    auto taken = drop("x.xml", "<a/>");
    ASSERT_TRUE(box_.remove(taken));
    drop("x.xml", "<b/>");
    taken.file.inode = box_.see("x.xml")->inode;
    taken.file.modified_at -= std::chrono::milliseconds{20};
    ASSERT_TRUE(box_.remove(taken));
    EXPECT_THAT(outbox(), ElementsAre(Pair("x.xml", "<b/>")));
}

// Tools that set no time leave 1970; a record with that time must not stand for any time. Times
// that do not fit in microseconds are kept as the last one that does.
TEST_F(TakingTest, TakesNoTimeOfAFileForAnUnknownOne) {
    for (const time_t seconds : {time_t{0}, time_t{-1}, std::numeric_limits<time_t>::min() / 2,
                                 std::numeric_limits<time_t>::max() / 2}) {
        const auto set = [&](time_t to) {
            const timespec times[2] = {{to, 0}, {to, 0}};
            return ::utimensat(AT_FDCWD, path("x.xml").c_str(), times, 0) == 0;
        };
        drop("x.xml", "<a/>");
        if (!set(seconds)) continue;
        const auto taken = taking("x.xml");
        spool_.put("acme/OutBox/x.xml", "<b/>");
        ASSERT_TRUE(box_.remove(taken));
        EXPECT_THAT(outbox(), ElementsAre(Pair("x.xml", "<b/>"))) << seconds;
        ASSERT_TRUE(set(seconds));
        ASSERT_TRUE(box_.remove(taking("x.xml")));
        EXPECT_THAT(outbox(), IsEmpty()) << seconds;
    }
}

TEST_F(TakingTest, EndsTheSameWhereverItWasStopped) {
    ends_the_same_wherever_it_is_stopped([] {}, 3);  // rename, unlink, none
}

class MarkedTest : public TakingTest {
protected:
    MarkedTest() { box_ = std::move(*mailbox::Mailbox::open(spool_.root, "acme", {"", ".done"})); }
};

TEST_F(MarkedTest, TheMarkerGoesWithItsFileAndNoOtherDoes) {
    const auto taken = drop("x.xml", "<a/>");
    for (const char* name : {"x.xml.done", "y.xml.done", "x.xml.sha256"})
        spool_.put(std::string{"acme/OutBox/"} + name, "");
    ASSERT_TRUE(box_.remove(taken));
    EXPECT_THAT(outbox(), UnorderedElementsAre(Pair("y.xml.done", ""), Pair("x.xml.sha256", "")));
    // The name is free: a new file and its marker are nobody's but the enterprise's.
    drop("x.xml", "<bb/>");
    spool_.put("acme/OutBox/x.xml.done", "new");
    ASSERT_TRUE(box_.remove(taken));
    EXPECT_THAT(outbox(),
                testing::IsSupersetOf({Pair("x.xml", "<bb/>"), Pair("x.xml.done", "new")}));
}

TEST_F(MarkedTest, EndsTheSameWhereverItWasStopped) {
    // rename and unlink of the marker, then of the file, none
    ends_the_same_wherever_it_is_stopped([&] { spool_.put("acme/OutBox/x.xml.done", ""); }, 5);
}

// Stopped between any two steps, and the file replaced meanwhile: the new one keeps a marker.
TEST_F(MarkedTest, AFileThatWasReplacedMeanwhileKeepsAMarker) {
    for (int k = 1; k <= 2; ++k) {
        const auto taken = drop("x.xml", "<a/>");
        spool_.put("acme/OutBox/x.xml.done", "old");
        {
            const StopAt stop{k};
            EXPECT_THROW(static_cast<void>(box_.remove(taken)), Stopped);
        }
        drop("new.xml", "<bb/>");
        std::filesystem::rename(path("new.xml"), path("x.xml"));
        spool_.put("acme/OutBox/x.xml.done", "new");
        ASSERT_TRUE(box_.remove(taken));
        EXPECT_THAT(outbox(),
                    UnorderedElementsAre(Pair("x.xml", "<bb/>"), Pair("x.xml.done", "new")))
            << k;
    }
}

TEST_F(MarkedTest, WhatIsNoFileStaysAndStopsNothing) {
    const auto taken = drop("x.xml", "<a/>");
    ASSERT_EQ(::mkdir(path("x.xml.done").c_str(), 0755), 0);
    ASSERT_TRUE(box_.remove(taken));
    EXPECT_THAT(outbox(), IsEmpty());
    EXPECT_TRUE(std::filesystem::is_directory(path("x.xml.done")));
    const std::string name = std::string(251, 'n') + ".xml";
    ASSERT_TRUE(box_.remove(drop(name, "<a/>")));  // its marker's name would be too long
    EXPECT_THAT(outbox(), IsEmpty());
}

TEST_F(TakingTest, ANameOfAnyLengthCanBeGivenBack) {
    for (const std::string ending : {".xml", ".ZIP"}) {
        const std::string name = std::string(251, 'n') + ending;
        const auto taken = drop(name, "<a/>");
        spool_.put("acme/OutBox/b", "<b/>");
        ::rename(path("b").c_str(), path(".taken-000000000041").c_str());
        // Ours was replaced in the moment of the rename, and the name given again.
        ::unlink(path(name).c_str());
        drop(name, "<c/>");
        ASSERT_TRUE(box_.remove(taken));
        EXPECT_EQ(outbox().size(), 2u);
        for (const auto& [found, bytes] : outbox()) {
            EXPECT_TRUE(mailbox::is_ours(found)) << found;
            EXPECT_TRUE(found.ends_with(ending)) << found;
            ::unlink(path(found).c_str());
        }
    }
}

TEST_F(TakingTest, BoxesOurCopyAndTheReceiptByDay) {
    spool_.put("copy.xml", "<blanked/>");
    spool_.put("000000000041_rejected_x.xml", "<Receipt/>");
    ASSERT_EQ(::chmod(spool_.at("copy.xml").c_str(), 0444), 0);
    auto taken = drop("x.xml", "<a/>");
    const auto copies = base::open_directory(spool_.root);
    ASSERT_TRUE(box_.box(taken, copies->number(), "copy.xml"));
    ASSERT_TRUE(box_.box(taken, copies->number(), "copy.xml"));
    taken.box = edi::Box::Fail;
    taken.receipt_name = "000000000041_rejected_x.xml";
    ASSERT_TRUE(box_.box(taken, copies->number(), "copy.xml"));
    ASSERT_TRUE(box_.box_receipt(taken, copies->number()));
    ASSERT_TRUE(box_.box_receipt(taken, copies->number()));
    ASSERT_TRUE(box_.sync_boxes());
    EXPECT_THAT(spool_.files("acme/SentBox"),
                ElementsAre(Pair("2026-11-22/000000000041_x.xml", "<blanked/>")));
    EXPECT_THAT(spool_.files("acme/FailBox"),
                ElementsAre(Pair("2026-11-22/000000000041_rejected_x.xml", "<Receipt/>"),
                            Pair("2026-11-22/000000000041_x.xml", "<blanked/>")));
    EXPECT_EQ(spool_.mode("acme/SentBox/2026-11-22"), 02750u);
    EXPECT_EQ(spool_.mode("acme/SentBox/2026-11-22/000000000041_x.xml"), 0444u);
    taken.file.day = "../../OutBox";
    EXPECT_FALSE(box_.box(taken, copies->number(), "copy.xml"));
}

// An enterprise may clear away a day while permitd is running.
TEST_F(TakingTest, MakesADayAgainThatWasRemoved) {
    spool_.put("copy.xml", "<a/>");
    const auto taken = drop("x.xml", "<a/>");
    const auto copies = base::open_directory(spool_.root);
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(box_.box(taken, copies->number(), "copy.xml"));
        ASSERT_TRUE(box_.sync_boxes());
        EXPECT_EQ(spool_.files("acme/SentBox").size(), 1u);
        std::filesystem::remove_all(spool_.at("acme/SentBox/2026-11-22"));
    }
}

}  // namespace
