// Markers and digests (operations.md 1): "a mailbox may instead demand a marker (x.xml.done) or a
// digest (x.xml.sha256, verified)".
#include "intake/proof.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <thread>

#include "unit/intake/fixture.hpp"

namespace {

using intake::Proof;

class ProofTest : public IntakeTest {
protected:
    void demand(Proof proof) {
        options_.proofs["acme"] = proof;
        start();
        EXPECT_THAT(names(), IsEmpty());
    }
    // Written in place, as an upload server does.
    void leave(const std::string& name, const std::string& bytes = "") {
        put(name, bytes);
        // Behind the other one by the file system's clock, which ticks every few milliseconds.
        age(name, ++second_);
    }
    void expect_waits() {
        for (int i = 0; i < 3; ++i) {
            EXPECT_THAT(names(), IsEmpty());
            clock_.advance(11s);
        }
    }
    // The variant of the finding that the one file gets once it is overdue.
    base::Finding overdue() {
        clock_.advance(1h);
        const auto chunk = next();
        if (chunk.size() != 1 || !chunk[0].refused) return {};
        EXPECT_EQ(chunk[0].refused->code, "FILE-INCOMPLETE");
        EXPECT_EQ(chunk[0].bytes, "");
        return *chunk[0].refused;
    }
    static std::string argument(const base::Finding& finding, const std::string& name) {
        for (const base::Argument& each : finding.arguments)
            if (each.name == name) return each.value;
        return "";
    }

    time_t second_ = 1'700'000'000;
};

TEST_F(ProofTest, AMarkerCompletesAFileAtOnce) {
    demand(Proof::Marker);
    leave("x.xml", "<a");
    leave("y.xml", "<b/>");
    expect_waits();
    leave("x.xml.done");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].arrival.name, "x.xml");
    EXPECT_EQ(chunk[0].completeness, Completeness::Marked);
    EXPECT_FALSE(chunk[0].refused);
    EXPECT_EQ(chunk[0].bytes, "<a");
    EXPECT_EQ(log_, "");  // a marker is no odd file
}

TEST_F(ProofTest, WhatStoodThereBeforeTheStartIsTakenByItsMarkerToo) {
    demand(Proof::Marker);
    leave("x.xml", "<a/>");
    leave("x.xml.done");
    leave("y.xml", "<b/>");
    start();
    EXPECT_THAT(names(), ElementsAre("x.xml"));
    leave("y.xml.done");
    EXPECT_THAT(names(), ElementsAre("y.xml"));
}

// An upload that keeps the partner's own times, by a clock that is ahead of ours.
TEST_F(ProofTest, AMarkerBehindAFileFromTheFutureCounts) {
    demand(Proof::Marker);
    put("x.xml", "<a/>");
    age("x.xml", 2'500'000'000);
    EXPECT_THAT(names(), IsEmpty());
    put("x.xml.done", "");
    EXPECT_THAT(names(), ElementsAre("x.xml"));
}

TEST_F(ProofTest, AMarkerBeforeItsFileAndAFileThatChangedAfterItWait) {
    demand(Proof::Marker);
    leave("x.xml.done");
    put("x.xml", "<a/>");
    leave("x.xml", "<a/>");
    // Its content and its last change are behind the marker's.
    expect_waits();
    leave("x.xml.done");
    EXPECT_THAT(names(), ElementsAre("x.xml"));
}

TEST_F(ProofTest, AFileWithoutItsMarkerIsIncompleteAfterAWhile) {
    demand(Proof::Marker);
    leave("x.xml", "<a/>");
    expect_waits();
    clock_.advance(50min);
    leave("x.xml", "<a>1</a>");  // it changed: the hour begins anew
    expect_waits();
    clock_.advance(50min);
    expect_waits();
    const base::Finding finding = overdue();
    EXPECT_EQ(finding.variant, "MarkerMissing");
    EXPECT_EQ(argument(finding, "marker"), "x.xml.done");
}

TEST_F(ProofTest, AnOldMarkerIsToldAsOne) {
    demand(Proof::Marker);
    leave("x.xml.done");
    leave("x.xml", "<a/>");
    expect_waits();
    EXPECT_EQ(overdue().variant, "MarkerOlder");
}

// "The marker must be a regular file": a link or a directory of that name is none.
TEST_F(ProofTest, WhatIsNotARegularFileMarksNothing) {
    demand(Proof::Marker);
    leave("x.xml", "<a/>");
    leave("y.xml", "<b/>");
    leave("z.xml", "<c/>");
    spool_.put("acme/elsewhere", "");
    ASSERT_EQ(::symlink("../elsewhere", spool_.at("acme/OutBox/x.xml.done").c_str()), 0);
    ASSERT_EQ(::mkdir(spool_.at("acme/OutBox/y.xml.done").c_str(), 0755), 0);
    ASSERT_EQ(
        ::link(spool_.at("acme/elsewhere").c_str(), spool_.at("acme/OutBox/z.xml.done").c_str()),
        0);
    expect_waits();
}

TEST_F(ProofTest, ADigestIsComparedWithTheBytes) {
    demand(Proof::Digest);
    leave("x.xml.sha256", base::sha256_hex("<a/>") + " *x.xml\n");  // it may come first
    leave("x.xml", "<a");
    expect_waits();
    leave("x.xml", "<a/>");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].completeness, Completeness::Marked);
    EXPECT_EQ(chunk[0].bytes, "<a/>");
    EXPECT_FALSE(chunk[0].refused);
}

TEST_F(ProofTest, AWrongDigestWaitsForAnotherOneThenItIsToldAndNeitherDigest) {
    demand(Proof::Digest);
    leave("x.xml", "<a/>");
    leave("x.xml.sha256", base::sha256_hex("<b/>") + "  x.xml\n");
    leave("y.xml", "<b/>");
    leave("y.xml.sha256", "not a digest\n");
    expect_waits();
    leave("y.xml.sha256", "\\" + base::sha256_hex("<b/>"));
    EXPECT_THAT(names(), ElementsAre("y.xml"));
    const base::Finding finding = overdue();
    EXPECT_EQ(finding.variant, "DigestDiffers");
    // A file may hold a password: nothing is told that it could be tried against.
    EXPECT_EQ(finding.arguments.size(), 1u);
    EXPECT_EQ(argument(finding, "marker"), "x.xml.sha256");
    // What was refused is kept all the same.
    EXPECT_EQ(
        spool_.content(".archive/acme/2026/11/22/originals/" + base::sha256_hex("<a/>") + ".xml"),
        "<a/>");
}

TEST_F(ProofTest, ADigestThatCannotBeReadIsTold) {
    demand(Proof::Digest);
    leave("x.xml", "<a/>");
    leave("x.xml.sha256", std::string(5'000, 'a'));
    expect_waits();
    EXPECT_EQ(overdue().variant, "DigestUnreadable");
}

// Reads of so many bytes fail, as those of a digest file do, in the thread that asks for it.
void forbid_reads_of(unsigned bytes) {
    sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_read, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 2 * 8),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, bytes, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{std::size(rules), rules};
    ASSERT_EQ(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

// It proves nothing either way: a disk that failed once must not leave the file there for good.
TEST_F(ProofTest, ADigestThatTheDiskDoesNotGiveIsAskedForAgain) {
    demand(Proof::Digest);
    leave("x.xml", "<a/>");
    leave("x.xml.sha256", base::sha256_hex("<a/>"));
    std::thread{[this] {
        forbid_reads_of(4097);
        expect_waits();
    }}.join();
    EXPECT_THAT(log_, testing::HasSubstr("\"x.xml.sha256\""));
    EXPECT_THAT(log_, testing::HasSubstr("not readable"));
    clock_.advance(1min);
    EXPECT_THAT(names(), ElementsAre("x.xml"));
}

TEST_F(ProofTest, ADigestThatTheDiskNeverGivesIsToldAfterTheHour) {
    demand(Proof::Digest);
    leave("x.xml", "<a/>");
    leave("x.xml.sha256", base::sha256_hex("<a/>"));
    std::thread{[this] {
        forbid_reads_of(4097);
        for (int minutes = 0; minutes < 60; ++minutes) {
            EXPECT_THAT(names(), IsEmpty());
            clock_.advance(1min);
        }
        const auto chunk = next();
        ASSERT_EQ(chunk.size(), 1u);
        ASSERT_TRUE(chunk[0].refused);
        EXPECT_EQ(chunk[0].refused->code, "FILE-INCOMPLETE");
        EXPECT_EQ(chunk[0].refused->variant, "DigestUnreadable");
    }}.join();
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
}

// Once read it is one like any other: not asked for each minute, and told after the hour.
TEST_F(ProofTest, ADigestThatIsWrongOrGoneOnceItCanBeReadIsToldToo) {
    demand(Proof::Digest);
    for (const char* name : {"x.xml", "y.xml"}) {
        leave(name, "<a/>");
        leave(std::string{name} + ".sha256", base::sha256_hex("<b/>"));
    }
    std::thread{[this] {
        forbid_reads_of(4097);
        expect_waits();
    }}.join();
    std::filesystem::remove(spool_.at("acme/OutBox/y.xml.sha256"));
    clock_.advance(1min);
    expect_waits();
    clock_.advance(1h);
    std::set<std::string> variants;
    for (const Interchange& made : next())
        if (made.refused) variants.insert(made.refused->variant);
    EXPECT_THAT(variants, ElementsAre("DigestDiffers", "MarkerMissing"));
}

TEST_F(ProofTest, TheDigestOfABatchIsComparedTooAndItIsHandedOnAlone) {
    options_.file_bytes_max = 100;
    demand(Proof::Digest);
    const std::string batch = "<Batch>" + std::string(500, ' ') + "</Batch>";
    leave("x.xml", batch);
    leave("x.xml.sha256", base::sha256_hex("something else"));
    expect_waits();
    leave("x.xml.sha256", base::sha256_hex(batch));
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_TRUE(chunk[0].batch);
    EXPECT_FALSE(chunk[0].refused);
    EXPECT_EQ(chunk[0].completeness, Completeness::Marked);
}

TEST_F(ProofTest, AMarkerWithoutAFileIsToldOnceAfterAnHour) {
    demand(Proof::Marker);
    leave("x.xml.done");
    for (int i = 0; i < 30; ++i) {
        EXPECT_THAT(names(), IsEmpty());
        clock_.advance(1min);
    }
    EXPECT_EQ(log_, "");
    for (int i = 0; i < 60; ++i) {
        EXPECT_THAT(names(), IsEmpty());
        clock_.advance(1min);
    }
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
    EXPECT_THAT(log_, testing::HasSubstr("a marker without its file"));
    EXPECT_TRUE(std::filesystem::exists(spool_.at("acme/OutBox/x.xml.done")));
}

// More unmarked files than are remembered do not keep marked ones waiting, nor the thread busy.
TEST_F(ProofTest, ManyUnmarkedFilesAreInNobodysWay) {
    options_.window_files_max = 64;
    demand(Proof::Marker);
    for (int i = 0; i < 500; ++i) leave(std::to_string(1000 + i) + ".xml");
    for (int i = 0; i < 200; ++i) {
        leave("x" + std::to_string(1000 + i) + ".xml");
        leave("x" + std::to_string(1000 + i) + ".xml.done");
    }
    start();
    std::size_t found = 0;
    for (int rounds = 0; rounds < 100 && found < 200; ++rounds) {
        const auto chunk = next();
        for (const Interchange& made : chunk) remove(made.arrival);
        found += chunk.size();
        if (chunk.empty()) clock_.advance(10s);
    }
    EXPECT_EQ(found, 200u);
    next();
    EXPECT_GT(intake_->look_again_at(), clock_.tick());
}

TEST(Digest, IsTheFirstWord) {
    const std::string sum(64, 'a');
    EXPECT_EQ(intake::digest_in(sum), sum);
    EXPECT_EQ(intake::digest_in(sum + "  a b.xml\n"), sum);
    EXPECT_EQ(intake::digest_in(std::string(64, 'A') + " *x.xml\r\n"), sum);
    EXPECT_EQ(intake::digest_in("\\" + sum + "  a\\nb.xml\n"), sum);
    for (const std::string& other :
         {std::string{}, " " + sum, std::string(63, 'a'), std::string(65, 'a'),
          std::string(63, 'a') + "g", "SHA256 (x.xml) = " + sum})
        EXPECT_EQ(intake::digest_in(other), "") << other;
}

}  // namespace
