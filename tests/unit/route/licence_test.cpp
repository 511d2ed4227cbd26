// Promise: what is left of a licence, its end and the warning before it hang on what the ministry
// said, not on the order in which it reached us; and the ministry's figure stands.
#include "route/licence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "receipts/compose.hpp"
#include "unit/route/life.hpp"
#include "xml/parser.hpp"

namespace {

using namespace life;
using edi::LicenceState;
using route::Balance;
using testing::ElementsAre;
using testing::IsEmpty;

std::string details_of(const edi::Receipt& receipt) {
    std::string text;
    for (const base::Element& each : receipt.details)
        if (each.name == "QuantityLeft" || each.name == "UsesLeft")
            text += each.name + ' ' + each.text + ' ';
    return text;
}

TEST(Balance, IsCountedFromTheClearances) {
    Life life;
    EXPECT_EQ(route::balance(life.licence()), (Balance{"100", "6"}));
    life.hear(result(1, cleared({"D1", "40.5"})));
    EXPECT_EQ(life.licence().quantity_left, "59.5");
    EXPECT_EQ(life.licence().uses_left, "5");
    EXPECT_EQ(details_of(life.receipts.back()), "QuantityLeft 59.5 UsesLeft 5 ");
    life.hear(result(2, cleared({"D2", "0.0001"})));
    EXPECT_EQ(route::balance(life.licence()), (Balance{"59.4999", "4"}));
    life.hear(result(3, revoked({"D1", "40.5"})));
    EXPECT_EQ(route::balance(life.licence()), (Balance{"99.9999", "5"}));
    // The same declaration with other goods: the newest word counts.
    life.hear(result(4, cleared({"D2", "10"})));
    EXPECT_EQ(route::balance(life.licence()), (Balance{"90", "5"}));
    life.hear(result(5, cleared({"D1", "1"})));
    EXPECT_EQ(route::balance(life.licence()), (Balance{"89", "4"}));
    EXPECT_THAT(life.licence().declarations, ElementsAre("D2", "D1"));
    EXPECT_EQ(life.licence().state, LicenceState::Valid);
}

TEST(Balance, AllGoodsLinesOfAClearanceCount) {
    Life life;
    base::Element body = cleared({"D1", "40"});
    base::Element second = *body.child("Item");
    second.child("Quantity")->text = " 2.5 ";
    body.children.push_back(second);
    life.hear(result(1, body));
    EXPECT_EQ(route::counted_balance(life.licence()).quantity, "57.5");
    // A line whose quantity nobody can read leaves us without a figure, not with a wrong one.
    body.child("Item")->child("Quantity")->text = "many";
    life.hear(result(2, body));
    EXPECT_EQ(route::counted_balance(life.licence()), (Balance{"", "5"}));
}

TEST(Balance, OfAProjectHasNoQuantityAndOfASingleBatchNoUses) {
    Life project{Usage::MultiBatch, ""};
    project.hear(result(1, cleared({"D1", "40"})));
    EXPECT_EQ(route::balance(project.licence()), (Balance{"", "5"}));
    EXPECT_EQ(details_of(project.receipts.back()), "UsesLeft 5 ");
    EXPECT_EQ(route::counted_balance(Life{Usage::SingleBatch}.licence()), (Balance{"100", ""}));
}

TEST(Balance, IsNeverBelowZero) {
    Life life{Usage::SingleBatch};
    life.hear(result(1, cleared({"D1", "105"})));
    EXPECT_EQ(route::balance(life.licence()), (Balance{"0", ""}));
}

TEST(Balance, TheMinistrysFigureStandsAndADifferenceIsSeen) {
    Life life;
    EXPECT_FALSE(route::balance_difference(life.licence()));
    life.hear(result(1, cleared({"D1", "40", "55"})));
    EXPECT_EQ(life.licence().quantity_left, "55");
    EXPECT_EQ(life.licence().uses_left, "5");
    EXPECT_EQ(details_of(life.receipts.back()), "QuantityLeft 55 UsesLeft 5 ");
    auto difference = route::balance_difference(life.licence());
    ASSERT_TRUE(difference);
    EXPECT_EQ(difference->counted, (Balance{"60", "5"}));
    EXPECT_EQ(difference->said, (Balance{"55", ""}));
    life.hear(result(2, cleared({"D2", "10", "50.00", "3"})));
    difference = route::balance_difference(life.licence());
    ASSERT_TRUE(difference) << "of the uses";
    EXPECT_EQ(difference->said, (Balance{"50.00", "3"}));
    life.hear(result(3, cleared({"D3", "10", "40.0", "3"})));
    EXPECT_FALSE(route::balance_difference(life.licence())) << "40.0 is 40";
    EXPECT_EQ(life.licence().quantity_left, "40.0");
    life.hear(result(4, cleared({"D4", "10"})));
    EXPECT_EQ(life.licence().quantity_left, "30") << "an older figure is no figure for now";
    EXPECT_FALSE(route::balance_difference(life.licence()));
}

// An older clearance moves what is counted, and not the figure that the ministry gave later.
TEST(Balance, AnOlderClearanceTellsWhatWasLeftThen) {
    Life life;
    life.hear(result(5, cleared({"D2", "10", "30", "2"})));
    life.hear(result(3, cleared({"D1", "60", "40", "3"})));
    EXPECT_EQ(route::balance(life.licence()), (Balance{"30", "2"}));
    EXPECT_EQ(details_of(life.receipts.back()), "QuantityLeft 40 UsesLeft 3 ");
    life.hear(result(4, cleared({"D3", "0"})));
    EXPECT_EQ(details_of(life.receipts.back()), "");
}

TEST(Exhaustion, OfASingleBatchLicenceByItsFirstClearance) {
    Life life{Usage::SingleBatch};
    life.hear(result(2, revoked({"D1", "40", "100"})));
    EXPECT_EQ(life.licence().state, LicenceState::Valid);
    life.hear(result(1, cleared({"D1", "40", "60"})));
    EXPECT_EQ(life.licence().state, LicenceState::Exhausted);
    EXPECT_THAT(life.licence().declarations, IsEmpty());
    EXPECT_THAT(life.kinds(), ElementsAre("clearance", "clearance", "licence-closed"));
}

TEST(Exhaustion, OfAMultiBatchLicenceWhenNoQuantityOrNoUseIsLeft) {
    const std::pair<std::vector<Said>, LicenceState> cases[] = {
        {{{"D1", "99.9999"}}, LicenceState::Valid},
        {{{"D1", "60"}, {"D2", "40"}}, LicenceState::Exhausted},
        {{{"D1", "103"}}, LicenceState::Exhausted},
        {{{"D1", "60", "0"}}, LicenceState::Exhausted},
        {{{"D1", "60", "0.00"}}, LicenceState::Exhausted},
        {{{"D1", "100", "5"}}, LicenceState::Valid},
        {{{"D1", "1", "", "0"}}, LicenceState::Exhausted},
        {{{"D1"}, {"D2"}, {"D3"}, {"D4"}, {"D5"}}, LicenceState::Valid},
        {{{"D1"}, {"D2"}, {"D3"}, {"D4"}, {"D5"}, {"D5"}}, LicenceState::Valid},
        {{{"D1"}, {"D2"}, {"D3"}, {"D4"}, {"D5"}, {"D6"}}, LicenceState::Exhausted},
        {{{"D1"}, {"D2"}, {"D3"}, {"D4"}, {"D5"}, {"D6", "0", "", "1"}}, LicenceState::Valid},
    };
    for (const auto& [said, state] : cases) {
        Life life;
        std::uint64_t seq = 0;
        for (const Said& each : said) life.hear(result(++seq, cleared(each)));
        EXPECT_EQ(life.licence().state, state)
            << testing::PrintToString(life.licence().declarations);
        const bool closed = life.kinds().back() == "licence-closed";
        EXPECT_EQ(closed, state == LicenceState::Exhausted);
    }
}

// Some of everything: revoked before cleared, cleared again, an end by the ministry's figure that a
// revocation takes back.
std::vector<edi::MinistryResult> told() {
    return {result(2, cleared({"D1", "40", "60"})), result(3, cleared({"D2", "20", "40", "4"})),
            result(5, revoked({"D1", "40"})),       result(6, cleared({"D3", "80", "0", "4"})),
            result(8, revoked({"D3", "80", "80"})), result(9, cleared({"D1", "7", "74"})),
            result(11, revoked({"D4", "1", "73"}))};
}

std::vector<edi::MinistryResult> counted() {
    return {result(2, cleared({"D1", "40"})), result(3, cleared({"D2", "20"})),
            result(5, revoked({"D1", "40"})), result(6, cleared({"D3", "30"})),
            result(8, revoked({"D3", "30"})), result(9, cleared({"D1", "7"}))};
}

struct End {
    edi::Licence licence;
    std::vector<std::string> kinds;
    bool operator==(const End&) const = default;
};

End end_of(const std::vector<edi::MinistryResult>& results) {
    Life life;
    for (const edi::MinistryResult& each : results) life.hear(each);
    End end{life.licence(), life.kinds()};
    std::ranges::sort(end.kinds);
    return end;
}

TEST(LicenceHistory, ClearancesInAnyOrderLeadToTheSameEnd) {
    EXPECT_EQ(end_of(told()).licence.state, LicenceState::Exhausted);
    EXPECT_EQ(route::balance(end_of(told()).licence), (Balance{"73", "4"}));
    EXPECT_EQ(end_of(counted()).licence.state, LicenceState::Valid);
    EXPECT_EQ(route::balance(end_of(counted()).licence), (Balance{"73", "4"}));
    for (const auto& in_order : {told(), counted()}) {
        const End wanted = end_of(in_order);
        EXPECT_EQ(wanted.licence.clearances.size() - wanted.licence.declarations.size(),
                  in_order.size() == 7 ? 2u : 1u);
        EXPECT_THAT(wanted.licence.declarations, ElementsAre("D2", "D1"));
        for (unsigned round = 0; round < 200; ++round) {
            std::mt19937 dice{round};
            auto results = in_order;
            for (std::size_t i = 0; i < in_order.size(); ++i)
                if (dice() % 3 == 0) results.push_back(in_order[i]);
            std::ranges::shuffle(results, dice);
            ASSERT_EQ(end_of(results), wanted) << "round " << round;
        }
    }
}

// A licence that an older version kept knows its declarations alone; the trail has the rest.
TEST(LicenceHistory, WhatTheTrailKnowsIsTakenFromIt) {
    Life life;
    life.hear(result(1, cleared({"D1", "40"})));
    life.hear(result(2, cleared({"D2", "20"})));
    life.change([](edi::Licence& licence) { licence.clearances.clear(); });
    life.hear(result(3, revoked({"D1", "40"})));
    EXPECT_EQ(route::balance(life.licence()), (Balance{"80", "5"}));
    EXPECT_THAT(life.licence().declarations, ElementsAre("D2"));
    EXPECT_EQ(life.licence().clearances.size(), 2u);
}

TEST(Expiring, IsToldOnceWithWhatIsLeft) {
    EXPECT_EQ(route::warned_before, std::chrono::days{30});
    Life life;
    life.hear(result(1, cleared({"D1", "40", "61"})));
    life.apply(route::decide_expiring(life.licence(), *life.store));
    life.apply(route::decide_expiring(life.licence(), *life.store));
    EXPECT_TRUE(life.licence().expiring_told);
    ASSERT_THAT(life.kinds(), ElementsAre("clearance", "licence-expiring"));
    std::string details;
    for (const base::Element& each : life.receipts.back().details)
        details += each.name + ' ' + each.text + ' ';
    EXPECT_EQ(details, "LicenceNo 26-AA-100001 ExpiryDate 2026-12-31 QuantityLeft 61 UsesLeft 5 ");
    EXPECT_EQ(edi::stage_of(life.receipts.back()), edi::Stage::Notice);
    ASSERT_TRUE(life.receipts.back().in_reply_to);
    EXPECT_EQ(life.receipts.back().in_reply_to->message_id, "M-1");
    EXPECT_THAT(life.store->expiring_until("2026-12-31", 9), IsEmpty());
    EXPECT_EQ(life.store->expired_before("2027-01-01", 9).size(), 1u);
}

TEST(Expiring, IsToldOfWhatWasNeverUsed) {
    for (const Usage usage : {Usage::SingleBatch, Usage::MultiBatch})
        for (const char* quantity : {"100", ""}) {
            Life life{usage, quantity};
            life.apply(route::decide_expiring(life.licence(), *life.store));
            EXPECT_THAT(life.kinds(), ElementsAre("licence-expiring"));
        }
}

TEST(Expiring, IsNotToldWhereNothingIsLeftAndNotAskedAgain) {
    Life life;
    life.hear(result(1, cleared({"D1", "100"})));
    life.change([](edi::Licence& licence) { licence.state = LicenceState::Valid; });
    life.apply(route::decide_expiring(life.licence(), *life.store));
    EXPECT_THAT(life.kinds(), ElementsAre("clearance", "licence-closed"));
    EXPECT_TRUE(life.licence().expiring_told);
    for (const LicenceState state :
         {LicenceState::Exhausted, LicenceState::Expired, LicenceState::Cancelled}) {
        Life closed;
        closed.change([&](edi::Licence& licence) { licence.state = state; });
        const auto decision = route::decide_expiring(closed.licence(), *closed.store);
        EXPECT_TRUE(decision.change.empty() && decision.issues.empty());
    }
}

TEST(Licence, KnowsItsQuantityFromTheTotalsOfTheApplication) {
    base::Element application{.name = "LicenceApplication", .text = {}};
    EXPECT_EQ(route::licensed_quantity(application), "");
    application.add("Totals").add("Quantity", " 12.50 ");
    EXPECT_EQ(route::licensed_quantity(application), "12.5");
}

TEST(LicenceReceipts, AreValidAgainstTheSchema) {
    const std::string source = PERMITD_SOURCE;
    const auto catalogue = receipts::Catalogue::load(source + "/config/messages/problems.yaml");
    ASSERT_TRUE(catalogue);
    xml::initialise();
    auto parser = xml::Parser::load(source + "/xsd", {});
    ASSERT_TRUE(parser);
    Life life;
    life.hear(result(1, cleared({"123456789012345678", "40"})));
    life.hear(result(2, revoked({"123456789012345678", "40", "100", "6"})));
    life.apply(route::decide_expiring(life.licence(), *life.store));
    life.hear(result(3, cleared({"123456789012345679", "100"})));
    Life project{Usage::MultiBatch, ""};
    project.apply(route::decide_expiring(project.licence(), *project.store));
    Life single{Usage::SingleBatch, ""};
    single.apply(route::decide_expiring(single.licence(), *single.store));
    single.hear(result(1, cleared({"123456789012345678", "1"})));
    std::vector<edi::Receipt> all = life.receipts;
    all.insert(all.end(), project.receipts.begin(), project.receipts.end());
    all.insert(all.end(), single.receipts.begin(), single.receipts.end());
    EXPECT_EQ(all.size(), 9u);
    for (edi::Receipt& each : all) {
        each.number = each.sequence = 42;
        const std::string bytes = receipts::compose(each, *catalogue);
        const auto parsed = parser->parse(bytes);
        EXPECT_TRUE(parsed.findings.empty()) << parsed.findings.front().code << '\n' << bytes;
    }
}

}  // namespace
