// kill -9 of the real daemon, again and again, before a ministry that fails as well, and with a
// loss of power after each kill. What permitd promises (P1 to P4): every file has exactly one
// outcome for each message and subject, nothing is declared twice, nothing is lost.
//
//   PERMITD_SEED    repeats a run: the same files, and the same dice for the moments
//   PERMITD_ROUNDS  kills in each test; every 25 of them share a spool and a store
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "crash/ordeal.hpp"

namespace crash {
namespace {

constexpr std::size_t rounds_of_one_store = 25;

std::size_t number_in(const char* variable, std::size_t absent) {
    const char* text = std::getenv(variable);
    return text ? std::stoul(text) : absent;
}

void play(std::optional<FileSystem> disk, std::size_t rounds_unless_told) {
    const auto seed =
        static_cast<std::uint32_t>(number_in("PERMITD_SEED", std::random_device{}() % 1'000'000));
    const std::size_t rounds = number_in("PERMITD_ROUNDS", rounds_unless_told);
    Figures all;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t done = 0, store = 0; done < rounds; ++store) {
        const std::size_t count = std::min(rounds_of_one_store, rounds - done);
        const auto own_seed = static_cast<std::uint32_t>(seed + store);
        Ordeal ordeal{own_seed};
        if (disk)
            if (const auto there = ordeal.on_disks(*disk); !there)
                GTEST_SKIP() << "no power is lost here: " << there.fault().text;
        ordeal.play(count);
        done += count;
        all += ordeal.figures();
        std::cout << "\nseed " << own_seed << ": " << ordeal.figures() << std::endl;
        if (testing::Test::HasFailure()) {
            std::cout << "PERMITD_SEED=" << own_seed << " PERMITD_ROUNDS=" << count
                      << " repeats this; spool, state and logs are in " << ordeal.folder()
                      << (disk ? " (spool.img and state.img: mount -o loop)" : "") << std::endl;
            return;
        }
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::cout << "together " << all << "; " << seconds.count() / static_cast<double>(rounds)
              << " s a round\n";
}

TEST(Kill, AtRandomMomentsCostsNothing) { play({}, 20); }
TEST(PowerLoss, AfterAKillCostsNothingOnExt4) { play(FileSystem::Ext4, 20); }
TEST(PowerLoss, AfterAKillCostsNothingOnXfs) { play(FileSystem::Xfs, 10); }

}  // namespace
}  // namespace crash
