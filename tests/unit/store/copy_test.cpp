// Promise: a copy of the store that is made while commits go on is the store of one moment: all
// that was committed before it was asked for, and of what came meanwhile a beginning, each commit
// whole.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "fixtures.hpp"
#include "store/memory_store.hpp"
#include "store/rocks_store.hpp"

namespace {

using namespace fixtures;

// One commit over several columns.
void step(edi::Store& store, std::uint64_t n) {
    const std::vector changes{one([&](edi::Change& c) {
        c.messages = {message("M-" + std::to_string(n), static_cast<long long>(n))};
        c.submissions = {submission("k" + std::to_string(n), edi::MessageState::Waiting, 9)};
        c.deliveries = {delivery(n)};
        edi::Counters counters;
        counters.receipt_number = n;
        c.counters = counters;
    })};
    store.commit(changes);
}

std::uint64_t expect_whole(const std::string& directory) {
    const auto copy = store::open_rocks_store(directory);
    EXPECT_TRUE(copy) << copy.fault().text;
    if (!copy) return 0;
    const std::uint64_t greatest = (*copy)->counters().receipt_number;
    EXPECT_EQ((*copy)->message_counts().at(edi::MessageState::Waiting), greatest);
    EXPECT_EQ((*copy)->deliveries(0, greatest + 9).size(), greatest);
    for (std::uint64_t n = 1; n <= greatest; ++n)
        EXPECT_TRUE((*copy)->submission("k" + std::to_string(n))) << n;
    return greatest;
}

TEST(StoreCopy, IsTheStoreOfOneMomentWhileCommitsGoOn) {
    constexpr int copies = 5;
    const Scratch scratch;
    auto store = std::move(*store::open_rocks_store(scratch.path() + "/store"));
    std::atomic<std::uint64_t> committed = 0;
    std::atomic<bool> ends = false;
    std::thread committer{[&] {
        while (!ends) {
            step(*store, committed + 1);
            ++committed;
        }
    }};
    std::vector<std::uint64_t> before, told;
    for (int i = 0; i < copies; ++i) {
        while (committed < (i + 1) * 20u) std::this_thread::yield();
        before.push_back(committed);
        const auto copied = store::copy_store(*store, scratch.path() + "/copy" + std::to_string(i));
        EXPECT_TRUE(copied) << copied.fault().text;
        told.push_back(copied ? copied->receipts_issued : 0);
    }
    ends = true;
    committer.join();
    for (int i = 0; i < copies; ++i) {
        const std::uint64_t greatest = expect_whole(scratch.path() + "/copy" + std::to_string(i));
        EXPECT_EQ(greatest, told[i]);
        EXPECT_GE(greatest, before[i]);
    }
    store.reset();
    EXPECT_EQ(expect_whole(scratch.path() + "/store"), committed);
}

// With what tells a lost CURRENT and a cut MANIFEST, as in the store itself.
TEST(StoreCopy, BearsTheMarksOfAStore) {
    const Scratch scratch;
    const auto store = store::open_rocks_store(scratch.path() + "/store");
    ASSERT_TRUE(store);
    step(**store, 1);
    const auto copied = store::copy_store(**store, scratch.path() + "/copy");
    ASSERT_TRUE(copied) << copied.fault().text;
    EXPECT_EQ(copied->format, store::known_format());
    EXPECT_TRUE(std::filesystem::exists(scratch.path() + "/copy/made"));
    EXPECT_TRUE(std::filesystem::exists(scratch.path() + "/copy/manifest-sum"));
    EXPECT_FALSE(std::filesystem::exists(scratch.path() + "/copy/LOG"));
    EXPECT_FALSE(store::copy_store(**store, scratch.path() + "/copy")) << "it is there already";
}

TEST(StoreCopy, OfAStoreInMemoryIsAFault) {
    const Scratch scratch;
    const auto copied = store::copy_store(*store::make_memory_store(), scratch.path() + "/copy");
    ASSERT_FALSE(copied);
    EXPECT_NE(copied.fault().text.find("in memory"), std::string::npos);
}

}  // namespace
