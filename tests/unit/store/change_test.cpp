// Promise: a change appended to another means what the two mean one after the other.
#include <gtest/gtest.h>

#include "fixtures.hpp"

namespace {

using namespace fixtures;

TEST(Change, AppendKeepsTheOrderOfWhatGoesAndComes) {
    auto first = one([](edi::Change& c) {
        c.applications_gone = {{"91110108MA0000015T", "PO-1"}, {"91110108MA0000015T", "PO-2"}};
        c.deliveries_gone = {1, 2};
        c.takings_gone = {1, 2};
        c.errands_gone = {named("M-1"), named("M-2")};
        c.batches_gone = {named("B-1")};
        c.cursor = "a";
    });
    EXPECT_FALSE(first.empty());
    EXPECT_TRUE(edi::Change{}.empty());
    first.append(one([](edi::Change& c) {
        c.applications = {application("PO-1")};
        c.deliveries = {delivery(1)};
        c.takings = {taking(1)};
        c.deliveries_gone = {3};
        c.errands = {errand("M-1", 1)};
        c.batches_gone = {named("B-2")};
    }));
    EXPECT_EQ(first.applications_gone,
              (std::vector<edi::ApplicationId>{{"91110108MA0000015T", "PO-2"}}));
    EXPECT_EQ(first.deliveries_gone, (std::vector<std::uint64_t>{2, 3}));
    EXPECT_EQ(first.takings_gone, (std::vector<std::uint64_t>{2}));
    EXPECT_EQ(first.errands_gone, (std::vector<edi::MessageName>{named("M-2")}));
    EXPECT_EQ(first.batches_gone, (std::vector<edi::MessageName>{named("B-1"), named("B-2")}));
    EXPECT_EQ(first.cursor, "a");
    first.append(one([](edi::Change& c) { c.cursor = "b"; }));
    EXPECT_EQ(first.cursor, "b");
}

TEST(Change, IsNotEmptyWhateverItHoldsAndAppendsAllOfIt) {
    const std::vector<edi::Change> each{
        one([](edi::Change& c) { c.registrations = {registration("S")}; }),
        one([](edi::Change& c) { c.errands = {errand("M-1", 1)}; }),
        one([](edi::Change& c) { c.errands_gone = {named("M-2")}; }),
        one([](edi::Change& c) { c.catalogues = {catalogue(2026)}; }),
        one([](edi::Change& c) { c.batch_runs = {batch_run("B-1")}; }),
        one([](edi::Change& c) { c.batch_lines = {batch_lines("B-1", 1)}; }),
        one([](edi::Change& c) { c.batches_gone = {named("B-2")}; })};
    edi::Change sum;
    for (const edi::Change& change : each) {
        EXPECT_FALSE(change.empty());
        sum.append(change);
    }
    EXPECT_EQ(sum.registrations, each[0].registrations);
    EXPECT_EQ(sum.errands, each[1].errands);
    EXPECT_EQ(sum.errands_gone, each[2].errands_gone);
    EXPECT_EQ(sum.catalogues, each[3].catalogues);
    EXPECT_EQ(sum.batch_runs, each[4].batch_runs);
    EXPECT_EQ(sum.batch_lines, each[5].batch_lines);
    EXPECT_EQ(sum.batches_gone, each[6].batches_gone);
}

}  // namespace
