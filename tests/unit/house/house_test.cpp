// The rules of the house, held over every source of daemon/ and tests/. What each says is tested
// with small wrong trees in the other files of this folder.
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/house/events.hpp"
#include "unit/house/floors.hpp"
#include "unit/house/limits.hpp"
#include "unit/house/names.hpp"

namespace {

class House : public testing::Test {
protected:
    void holds(const house::Sentences& sentences) {
        std::string all;
        for (const std::string& sentence : sentences) all += "\n  " + sentence;
        if (!all.empty()) ADD_FAILURE() << sentences.size() << " to mend:" << all;
    }
    const std::vector<house::Source>& tree() {
        static const auto read = house::read_tree(PERMITD_SOURCE);
        return read;
    }
};

TEST_F(House, IsRead) {
    EXPECT_GT(tree().size(), 50U);
    EXPECT_EQ(std::ranges::count(tree(), "daemon/base/log.hpp", &house::Source::path), 1);
}
TEST_F(House, IncludesGoDownAndLibrariesHaveOneDoor) { holds(house::floors_and_doors(tree())); }
TEST_F(House, FilesFunctionsAndLinesAreShort) { holds(house::beyond_limits(tree())); }
TEST_F(House, NamesTellSomething) { holds(house::empty_names(tree())); }
TEST_F(House, HeadersOpenWithACard) { holds(house::missing_cards(tree())); }
TEST_F(House, CommentsHoldNoCodeAndPutNothingOff) { holds(house::stale_comments(tree())); }
TEST_F(House, EventsAreAClosedList) { holds(house::odd_events(tree())); }

}  // namespace
