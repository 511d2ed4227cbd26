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
        c.cursor = "a";
    });
    EXPECT_FALSE(first.empty());
    EXPECT_TRUE(edi::Change{}.empty());
    first.append(one([](edi::Change& c) {
        c.applications = {application("PO-1")};
        c.deliveries = {delivery(1)};
        c.takings = {taking(1)};
        c.deliveries_gone = {3};
    }));
    EXPECT_EQ(first.applications_gone,
              (std::vector<edi::ApplicationId>{{"91110108MA0000015T", "PO-2"}}));
    EXPECT_EQ(first.deliveries_gone, (std::vector<std::uint64_t>{2, 3}));
    EXPECT_EQ(first.takings_gone, (std::vector<std::uint64_t>{2}));
    EXPECT_EQ(first.cursor, "a");
    first.append(one([](edi::Change& c) { c.cursor = "b"; }));
    EXPECT_EQ(first.cursor, "b");
}

}  // namespace
