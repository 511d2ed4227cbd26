// Many files at once. Figures are printed, never judged: the machine is not the contract.
#include <gmock/gmock.h>

#include <iostream>

#include "system/line.hpp"

namespace {

using std::chrono::steady_clock;

std::size_t files() {
    const char* asked = std::getenv("PERMITD_LOAD");
    return asked ? std::stoul(asked) : 1000;
}

double seconds_since(steady_clock::time_point begin) {
    return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

TEST(Load, OfManyFilesAtOnceIsApproved) {
    const std::size_t count = files();
    line::Line line{{.scenario = "at-once.yaml"}};
    line.start_sandbox();
    for (std::size_t i = 0; i < count; ++i) {
        const std::string id = line::numbered("LOAD-", i);
        line.drop(id + ".xml", line::declaration(id, id));
    }
    const auto begin = steady_clock::now();
    line.start();
    const double ready = seconds_since(begin);
    const line::milliseconds patience{60'000 + 60 * static_cast<long>(count)};
    ASSERT_TRUE(line::becomes_true([&] { return line.outcomes() >= count; }, patience))
        << line.outcomes() << " outcomes\n"
        << line.permitctl({"status"}).out;
    const double outcomes = seconds_since(begin);
    ASSERT_TRUE(line.settles(count, patience)) << line.permitctl({"status"}).out;
    const double all = seconds_since(begin);
    const std::uint64_t most = line::kib_of(line.daemon().pid(), "VmHWM");

    std::size_t approved = 0, receipts = 0;
    for (const line::Receipt& each : line.receipts())
        ++receipts, approved += each.kind() == "approved";
    EXPECT_EQ(approved, count);
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    const std::string status = line.permitctl({"status", "--json"}).out;
    EXPECT_EQ(line.stop(), 0);
    std::cout << count << " files: ready after " << ready << " s, every outcome after " << outcomes
              << " s (" << static_cast<double>(count) / (outcomes - ready) << " a second), all "
              << receipts << " receipts delivered and results confirmed after " << all
              << " s; most memory of the daemon " << most / 1024 << " MiB\n"
              << "how commits group: " << status;
}

}  // namespace
