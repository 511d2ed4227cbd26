// When nothing more is taken in (operations.md 1, "Admission"), and that it does not flap.
#include "admission.hpp"

#include <gmock/gmock.h>

namespace {

using permitd::Admission;
using permitd::Condition;
using permitd::Figures;
using permitd::Hold;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t mib = 1u << 20;
constexpr std::uint64_t floor_here = 128 * mib;

std::vector<Hold> judged(const Figures& figures, const std::vector<Hold>& before = {}) {
    const Admission limits{10, 1000, 100};
    return permitd::holds(figures, limits, floor_here, before);
}

Figures with_space(std::uint64_t bytes_free, std::uint64_t inodes_free = 900'000,
                   std::uint64_t inodes_all = 1'000'000) {
    return {{{"/spool", bytes_free, 10'000 * mib, inodes_free, inodes_all}}, 0, {}};
}

TEST(Admission, IsOpenWhileThereIsRoom) {
    EXPECT_THAT(judged(with_space(1000 * mib)), IsEmpty());
    EXPECT_THAT(judged({{}, 1000, {{"acme", 100}}}), IsEmpty());
    EXPECT_THAT(judged(with_space(1000 * mib, 0, 0)), IsEmpty());  // no fixed number of inodes
}

TEST(Admission, EachConditionHoldsAtItsLimitAndNamesItsFigures) {
    EXPECT_THAT(judged(with_space(1000 * mib - 1)),
                ElementsAre(Hold{Condition::FreeSpace, "/spool", 1000 * mib - 1, 1000 * mib}));
    EXPECT_THAT(judged(with_space(1000 * mib, 99'999)),
                ElementsAre(Hold{Condition::FreeInodes, "/spool", 99'999, 100'000}));
    EXPECT_THAT(judged({{}, 1001, {}}), ElementsAre(Hold{Condition::Backlog, "", 1001, 1000}));
    EXPECT_THAT(judged({{}, 0, {{"acme", 101}, {"beta", 100}}}),
                ElementsAre(Hold{Condition::InboxFiles, "acme", 101, 100}));
}

TEST(Admission, WhatIsNotKnownHolds) {
    Figures figures = with_space(1000 * mib);
    figures.unmeasured["/state"] = "Stale file handle";
    EXPECT_THAT(judged(figures), ElementsAre(Hold{Condition::SpaceUnknown, "/state", 0, 0}));
    const Hold before{Condition::FreeSpace, "/state", 1, 2};
    EXPECT_THAT(judged(figures, {before, {Condition::SpaceUnknown, "/state", 0, 0}}),
                ElementsAre(Hold{Condition::SpaceUnknown, "/state", 0, 0}, before));
}

// The floor in bytes counts where the share is less: the store must not meet a full disk first.
TEST(Admission, ASmallDiskHasAFloorOfItsOwn) {
    Figures figures;
    figures.spaces.push_back({"/state", floor_here - 1, 200 * mib, 1023, 2000});
    EXPECT_THAT(judged(figures),
                ElementsAre(Hold{Condition::FreeSpace, "/state", floor_here - 1, floor_here},
                            Hold{Condition::FreeInodes, "/state", 1023, 1024}));
}

// Commits go on below the intake's floor, and stop before the store meets a full disk.
TEST(Admission, CommitsHaveHalfTheFloorOfTheIntake) {
    permitd::Config config;
    const std::uint64_t floor = permitd::commit_floor_bytes(config);
    EXPECT_EQ(floor, permitd::floor_bytes(config) / 2);
    EXPECT_GE(floor, 32 * mib);
    const auto judged_commit = [&](permitd::Space space, const std::vector<Hold>& before) {
        return permitd::commit_holds(space, floor, before);
    };
    const permitd::Space enough{"/state", floor, 1000 * floor, 512, 100'000};
    EXPECT_THAT(judged_commit(enough, {}), IsEmpty());
    EXPECT_THAT(judged_commit({"/state", floor - 1, 1000 * floor, 511, 100'000}, {}),
                ElementsAre(Hold{Condition::FreeSpace, "/state", floor - 1, floor},
                            Hold{Condition::FreeInodes, "/state", 511, 512}));
    EXPECT_EQ(judged_commit(enough, {Hold{Condition::FreeSpace, "/state", 1, floor}}).size(), 1u);
    EXPECT_THAT(judged_commit({"/state", floor, floor, 0, 0}, {}), IsEmpty());
}

TEST(Admission, AConditionEndsATenthBeyondItsLimit) {
    const Hold space{Condition::FreeSpace, "/spool", 1, 1};
    EXPECT_EQ(judged(with_space(1099 * mib), {space}).size(), 1u);
    EXPECT_THAT(judged(with_space(1100 * mib), {space}), IsEmpty());
    EXPECT_THAT(judged(with_space(1099 * mib), {{Condition::FreeSpace, "/other", 1, 1}}),
                IsEmpty());
    const Hold backlog{Condition::Backlog, "", 1, 1};
    EXPECT_EQ(judged({{}, 901, {}}, {backlog}).size(), 1u);
    EXPECT_THAT(judged({{}, 900, {}}, {backlog}), IsEmpty());
    const Hold inbox{Condition::InboxFiles, "acme", 1, 1};
    EXPECT_EQ(judged({{}, 0, {{"acme", 91}}}, {inbox}).size(), 1u);
    EXPECT_THAT(judged({{}, 0, {{"acme", 90}}}, {inbox}), IsEmpty());
}

// Whatever goes up and down by less than a tenth around the limit begins and ends once.
TEST(Admission, DoesNotFlap) {
    std::vector<Hold> now;
    int changes = 0;
    for (int i = 0; i < 100; ++i) {
        const std::size_t before = now.size();
        now = judged({{}, i % 2 == 0 ? 1001u : 950u, {}}, now);
        changes += now.size() != before;
    }
    EXPECT_EQ(changes, 1);
}

TEST(Admission, TheFloorGrowsWithTheLargestFile) {
    permitd::Config config;
    config.intake.file_bytes_max = 16 * mib;
    EXPECT_EQ(permitd::floor_bytes(config), 128 * mib);
}

}  // namespace
