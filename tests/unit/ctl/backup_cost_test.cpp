// What a backup of a store with 100,000 messages costs those who commit meanwhile. The figures are
// printed; a disk's are had with TMPDIR on it.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "ctl/copying.hpp"
#include "store/rocks_store.hpp"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t messages = 100'000, in_a_commit = 500;

edi::Change message(std::uint64_t n) {
    edi::Change change;
    edi::MessageRecord record;
    record.sender = "91110108MA0000015T";
    record.message_id = "M-" + std::to_string(n);
    record.type = "LicenceApplication";
    record.content = std::string(64, 'c');
    record.file.mailbox = "acme";
    record.file.received_at = base::Time{std::chrono::seconds{1'790'000'000 + n}};
    record.subjects = {{"PO-" + std::to_string(n), "key-" + std::to_string(n), {}}};
    change.messages = {record};
    edi::Application application;
    application.sender = record.sender;
    application.reference = "PO-" + std::to_string(n);
    application.content = base::Element{"LicenceApplication", "", {}, {}, {}};
    application.content.change([n](base::Element& content) {
        content.add("Remarks", std::to_string(n) + std::string(1'500, 'r'));
    });
    change.applications = {application};
    edi::Counters counters;
    counters.receipt_number = n;
    change.counters = counters;
    return change;
}

std::string figures(std::vector<double> milliseconds) {
    std::ranges::sort(milliseconds);
    const auto at = [&](double share) {
        return std::to_string(
            milliseconds[static_cast<std::size_t>(share * (milliseconds.size() - 1))]);
    };
    return std::to_string(milliseconds.size()) + " commits, half within " + at(0.5) +
           " ms, 99 of 100 within " + at(0.99) + " ms, the longest " + at(1) + " ms";
}

class Committer {
public:
    Committer(edi::Store& store, std::uint64_t from)
        : thread_([this, &store, from] {
              for (std::uint64_t n = from; !ends_; ++n) {
                  const edi::Change change = message(n);
                  const auto begun = Clock::now();
                  store.commit(std::span{&change, 1});
                  took_.push_back(
                      std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
              }
          }) {}
    std::vector<double> end() {
        ends_ = true;
        thread_.join();
        return took_;
    }

private:
    std::atomic<bool> ends_ = false;
    std::vector<double> took_;
    std::thread thread_;
};

// Not in memory: the time of a sync is what is asked for.
class Scratch {
public:
    Scratch() {
        std::string pattern = fs::temp_directory_path() / "permitd-backup-XXXXXX";
        root_ = ::mkdtemp(pattern.data());
    }
    ~Scratch() { fs::remove_all(root_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::string at(const char* name) const { return root_ / name; }

private:
    fs::path root_;
};

TEST(CostlyBackup, OfAHundredThousandMessagesWhileOthersCommit) {
    const Scratch scratch;
    auto store = std::move(*store::open_rocks_store(scratch.at("store")));
    for (std::uint64_t n = 1; n <= messages; n += in_a_commit) {
        std::vector<edi::Change> changes;
        for (std::uint64_t i = n; i < n + in_a_commit; ++i) changes.push_back(message(i));
        store->commit(changes);
    }
    Committer idle{*store, messages + 1};
    std::this_thread::sleep_for(std::chrono::seconds{5});
    const auto alone = idle.end();

    Committer busy{*store, messages + 1 + alone.size()};
    const auto begun = Clock::now();
    const auto copied = store::copy_store(*store, scratch.at("snapshot"));
    const auto linked = Clock::now();
    ASSERT_TRUE(copied) << copied.fault().text;
    fs::create_directories(scratch.at("backup"));
    std::uint64_t bytes = 0;
    for (const auto& each : fs::directory_iterator{scratch.at("snapshot")}) {
        const auto carried = ctl::carry_copy(
            each.path(), scratch.at("backup") + '/' + each.path().filename().string());
        ASSERT_TRUE(carried) << carried.fault().text;
        bytes += carried->bytes;
    }
    const auto ended = Clock::now();
    const auto meanwhile = busy.end();
    const std::chrono::duration<double, std::milli> to_link = linked - begun,
                                                    to_copy = ended - linked;
    std::cout << "snapshot " << to_link.count() << " ms, copy of " << bytes / 1'000'000 << " MB "
              << to_copy.count() << " ms\n  alone:    " << figures(alone)
              << "\n  meanwhile: " << figures(meanwhile) << '\n';
    EXPECT_GT(meanwhile.size(), 0u) << "the backup held the commits up";
}

}  // namespace
