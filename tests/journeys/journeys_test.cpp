// Every journey of this folder, twice: as it is, and with the daemon stopped and started again
// after each step on a store on disk, which must change nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "edi/receipt.hpp"
#include "journeys/expectations.hpp"

namespace journeys {
namespace {

class Journeys : public testing::TestWithParam<std::tuple<std::string, Steadiness>> {};

TEST_P(Journeys, EndAsTheirPageSays) {
    const auto& [name, steadiness] = GetParam();
    Texts complaints;
    const Journey journey = read_journey(name, complaints);
    ASSERT_THAT(complaints, testing::IsEmpty());
    Player player{journey, steadiness};
    player.play();
    expect_all(player, journey, steadiness);
}

std::string name_of(const testing::TestParamInfo<Journeys::ParamType>& info) {
    std::string name = std::get<0>(info.param);
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(Undisturbed, Journeys,
                         testing::Combine(testing::ValuesIn(journey_names()),
                                          testing::Values(Steadiness::Undisturbed)),
                         name_of);
// Ten times as long: CMakeLists.txt makes tests of their own of these.
INSTANTIATE_TEST_SUITE_P(Stopped, Journeys,
                         testing::Combine(testing::ValuesIn(journey_names()),
                                          testing::Values(Steadiness::StoppedAfterEachStep)),
                         name_of);

// So what is held of every receipt of the journeys is held of every kind of receipt.
TEST(Kinds, OfReceiptsAreAllInSomeJourney) {
    std::set<std::string> kinds;
    for (const std::string& name : journey_names()) {
        Texts complaints;
        const Journey journey = read_journey(name, complaints);
        for (const auto& [id, expected] : journey.expected.messages)
            kinds.insert(expected.receipts.begin(), expected.receipts.end());
        kinds.insert(journey.expected.notices.begin(), journey.expected.notices.end());
    }
    for (const edi::ReceiptKind& each : edi::receipt_kinds())
        EXPECT_TRUE(kinds.contains(each.name)) << each.name;
}

}  // namespace
}  // namespace journeys
