// A batch of 50,000 messages and 200 MB: memory of the daemon and of its workers (quality.md 3).
#include <gmock/gmock.h>

#include <dirent.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

// What is wanted are 64 MiB; 57 were measured, 31 of them the batch's own worker.
constexpr std::uint64_t kib_above_idle_max = 64 * 1024;

std::size_t messages() {
    const char* asked = std::getenv("PERMITD_BATCH");
    return asked ? std::stoul(asked) : 50'000;
}

// Message by message, so that the test itself needs no memory for it.
std::uint64_t write_batch(const fs::path& to, std::size_t count) {
    std::ofstream out{to, std::ios::binary};
    const std::string one = line::declaration("{id}", "{id}");
    const std::size_t message = one.find("<Message");
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Batch xmlns=\"urn:permitd:mep:1\"><Header>"
           "<BatchId>LARGE</BatchId><Sender>91110108MA0000015T</Sender>"
           "<CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt><MessageCount>"
        << count << "</MessageCount></Header>\n";
    for (std::size_t i = 0; i < count; ++i) {
        const std::string id = line::numbered("L-", i);
        std::string each = one.substr(message);
        for (std::size_t at = each.find("{id}"); at != std::string::npos; at = each.find("{id}"))
            each.replace(at, 4, id);
        // To the size of a declaration of the realistic mix.
        out << each << "<!--" << std::string(4'000 > each.size() ? 4'000 - each.size() : 0, '.')
            << "-->\n";
    }
    out << "</Batch>\n";
    out.close();
    return fs::file_size(to);
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> found;
    for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(parent) + "/task")) {
        std::ifstream in{task.path() / "children"};
        for (pid_t pid = 0; in >> pid;) found.push_back(pid);
    }
    return found;
}

std::uint64_t rss_of_all(pid_t daemon) {
    std::uint64_t kib = line::kib_of(daemon, "VmRSS");
    for (const pid_t each : children_of(daemon)) kib += line::kib_of(each, "VmRSS");
    return kib;
}

TEST(Batch, OfFiftyThousandMessagesIsTakenWithinItsMemory) {
    const std::size_t count = messages();
    line::Line line;  // no sandbox: nobody answers there
    line.start();
    // A first declaration, so that everybody has done something once.
    line.drop("warm.xml", line::declaration("WARM", "WARM"));
    ASSERT_TRUE(line::becomes_true([&] { return line.names("InBox").size() >= 1; },
                                   line::milliseconds{20'000}));
    const pid_t daemon = line.daemon().pid();
    const std::uint64_t idle = rss_of_all(daemon);
    const std::uint64_t daemon_idle = line::kib_of(daemon, "VmRSS");

    const fs::path outbox = line.folder() / "spool" / "acme" / "OutBox";
    const std::uint64_t bytes = write_batch(outbox / ".large.tmp", count);
    const auto begin = steady_clock::now();
    fs::rename(outbox / ".large.tmp", outbox / "large.xml");
    std::uint64_t most = 0, most_worker = 0;
    std::optional<steady_clock::time_point> taken;
    const auto done = [&] {
        most = std::max(most, rss_of_all(daemon));
        for (const pid_t each : children_of(daemon))
            most_worker = std::max(most_worker, line::kib_of(each, "VmHWM"));
        return !fs::exists(outbox / "large.xml") && line.names("InBox").size() >= count + 2;
    };
    ASSERT_TRUE(line::becomes_true(done, line::milliseconds{600'000}))
        << line.names("InBox").size();
    const double seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
    const std::uint64_t daemon_most = line::kib_of(daemon, "VmHWM");
    std::cout << count << " messages, " << bytes / 1'000'000 << " MB: " << seconds << " s, "
              << static_cast<double>(count) / seconds << " a second\n"
              << "all processes: idle " << idle / 1024 << " MiB, most " << most / 1024
              << " MiB; daemon: idle " << daemon_idle / 1024 << ", most " << daemon_most / 1024
              << "; largest worker: most " << most_worker / 1024 << " MiB\n";
    std::size_t accepted = 0, batch = 0;
    for (const std::string& each : line.names("InBox")) {
        accepted += each.find("_accepted_L-") != std::string::npos;
        batch += each.find("_batch_LARGE.xml") != std::string::npos;
    }
    EXPECT_EQ(accepted, count);
    EXPECT_EQ(batch, 1u);
    EXPECT_TRUE(fs::is_empty(line.folder() / "state" / "batches"));
    EXPECT_LE(most, idle + kib_above_idle_max);
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
