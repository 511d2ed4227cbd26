// P1 to P4 after a loss of power: what commit() returned from is on the disk, and so is the mark
// that the store was made. kill -9 does not see a sync that is missing.
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "fixtures.hpp"
#include "store/rocks_store.hpp"
#include "syncs.hpp"

namespace {

namespace fs = std::filesystem;

fs::path log_in(const std::string& directory) {
    fs::path found;
    for (const auto& each : fs::directory_iterator{directory})
        if (each.path().extension() == ".log" && each.path() > found) found = each.path();
    return found;
}

TEST(RocksSyncs, ACommitIsOnTheDiskBeforeItReturns) {
    const fixtures::Scratch scratch;
    const auto store = store::open_rocks_store(scratch.path());
    ASSERT_TRUE(store) << store.fault().text;
    for (int n = 0; n < 3; ++n) {
        tests::watch_syncs();
        edi::Change change;
        change.messages = {fixtures::message("M-" + std::to_string(n))};
        const std::vector changes{change};
        (*store)->commit(changes);
        EXPECT_TRUE(tests::was_synced(log_in(scratch.path()))) << n;
    }
}

// Without it a lost CURRENT would be taken for a store that was never made.
TEST(RocksSyncs, TheMarkThatItWasMadeIsOnTheDisk) {
    const fixtures::Scratch scratch;
    bool marked = false;
    base::set_durable_step_hook([&](const char* step) {
        if (std::string_view{step} != "link") return;
        marked = true;
        tests::watch_syncs();
    });
    const auto store = store::open_rocks_store(scratch.path());
    base::set_durable_step_hook({});
    ASSERT_TRUE(store) << store.fault().text;
    ASSERT_TRUE(marked);
    EXPECT_TRUE(tests::was_synced(scratch.path()));
}

}  // namespace
