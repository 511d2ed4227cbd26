// What is found in a document made from a partner's is told at the partner's own place.
#include "xml/places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "xml/parser.hpp"
#include "xml/spellings.hpp"

namespace {

using base::Finding;
using base::Position;

xml::Places places() {
    xml::Places all{{"/Message/Body/Day", "/doc/@day", {2, 3}, "2026/11/22"},
                    {"/Message", "/doc", {1, 5}, ""},
                    {"/Message/Body/Item[2]/@no", "/doc/line[2]", {4, 1}, ""}};
    xml::sort(all);
    return all;
}

TEST(Places, AFindingStandsWhereItsPathWasMadeFrom) {
    Finding finding{.code = "X", .path = "/Message/Body/Day", .value = "2026-11-22"};
    finding.arguments = {{"element", "Day"}};
    const Finding told = xml::at_source(finding, places());
    EXPECT_EQ(told.path, "/doc/@day");
    EXPECT_EQ(told.position, (Position{2, 3}));
    EXPECT_EQ(told.value, "2026/11/22");
    EXPECT_EQ(told.arguments[0].value, "@day");
}

TEST(Places, AnAttributeHasItsOwn) {
    Finding finding{.code = "X", .path = "/Message/Body/Item[2]", .value = "v"};
    finding.arguments = {{"attribute", "no"}};
    EXPECT_EQ(xml::at_source(finding, places()).path, "/doc/line[2]");
    EXPECT_EQ(xml::at_source(finding, places()).value, "v");
}

// One field may feed two targets, and be wrong in both.
TEST(Places, WhatIsEqualAtOnePlaceIsToldOnce) {
    xml::Places all = places();
    all.push_back({"/Message/Body/Other", "/doc/@day", {2, 3}, "2026/11/22"});
    xml::sort(all);
    std::vector<Finding> findings{{.code = "X", .path = "/Message/Body/Day", .value = "1"},
                                  {.code = "Y", .path = "/Message/Body/Day", .value = "1"},
                                  {.code = "X", .path = "/Message/Body/Other", .value = "2"}};
    findings[0].arguments = {{"message", "value '1'"}, {"expected", "a day"}};
    findings[2].arguments = {{"message", "value '2'"}, {"expected", "a day"}};
    xml::tell_at_source(findings, all);
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_EQ(findings[0].code, "X");
    EXPECT_EQ(findings[1].code, "Y");
    // Another form is wanted there: that is told, too.
    findings.push_back(findings[0]);
    findings[2].arguments[1].value = "a time";
    xml::tell_once(findings);
    EXPECT_EQ(findings.size(), 3u);
    // Without places they are what they are.
    findings = {{.code = "X"}, {.code = "X"}};
    xml::tell_at_source(findings, {});
    EXPECT_EQ(findings.size(), 2u);
}

TEST(Places, WhatIsNotThereIsToldAtTheNearestAbove) {
    const Finding told =
        xml::at_source({.code = "X", .path = "/Message/Body/Other/Deep"}, places());
    EXPECT_EQ(told.path, "/doc");
    EXPECT_EQ(told.position, (Position{1, 5}));
}

TEST(Places, WithoutAPlaceAFindingStaysAsItIs) {
    const Finding whole{.code = "FILE-HARMFUL"};
    const Finding other{.code = "X", .position = {7, 7}, .path = "/Receipt/A"};
    EXPECT_EQ(xml::at_source(whole, places()), whole);
    EXPECT_EQ(xml::at_source(other, places()), other);
    EXPECT_EQ(xml::at_source({.code = "X", .path = "/Message"}, {}).path, "/Message");
}

// A stored application's value begins with the place in it (validate/judge.hpp).
TEST(Places, AValueThatSaysWhereItStoodIsKept) {
    Finding finding{.code = "X", .path = "/Message/Body/Day", .value = "EndUser/Uscc 9"};
    finding.arguments = {{"place", "EndUser/Uscc"}};
    EXPECT_EQ(xml::at_source(finding, places()).value, "EndUser/Uscc 9");
}

TEST(Places, TravelWithAWorkersAnswer) {
    xml::Parsed parsed;
    parsed.well_formed = true;
    parsed.root.emplace().name = "Message";
    parsed.places = places();
    EXPECT_EQ(xml::decode(xml::encode(parsed))->places, places());
    const std::string whole = xml::encode(parsed);
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
        EXPECT_FALSE(xml::decode(whole.substr(0, cut)));
}

TEST(Spellings, AreTheBytesOfEveryEncoding) {
    EXPECT_THAT(xml::spellings("\xe5\x8d\x95"),
                testing::UnorderedElementsAre("\xe5\x8d\x95", "\x55\x53", "\x53\x55", "\xb5\xa5"));
}

}  // namespace
