// ledger_cost DIRECTORY [RECEIPTS] [GROUP]: what the ledger adds to the delivery of receipts, one
// mailbox, receipts of 2 kB. Each group is written, synced and linked as receipts/deliver does it,
// then listed and its head signed; the two are told apart. Wall time counts the disk, CPU time does
// not.
#include <sys/stat.h>
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "ledger/ledger.hpp"

namespace {

constexpr std::size_t receipt_bytes = 2'000;
constexpr const char* day = "2026-11-22";

struct Spent {
    double wall = 0, cpu = 0;  // seconds
};

double cpu_now() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

template <class Work>
void spend(Spent& on, const Work& work) {
    const auto wall = std::chrono::steady_clock::now();
    const double cpu = cpu_now();
    work();
    on.cpu += cpu_now() - cpu;
    on.wall += std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
}

void must(const base::Outcome& outcome) {
    if (outcome) return;
    std::fprintf(stderr, "%s\n", outcome.fault().text.c_str());
    std::exit(1);
}

std::vector<edi::Delivery> group_of(std::uint64_t from, std::uint64_t size) {
    std::vector<edi::Delivery> group;
    for (std::uint64_t i = from; i < from + size; ++i)
        group.push_back({i,
                         "acme",
                         day,
                         edi::twelve_digits(i) + "_accepted_A.xml",
                         std::to_string(i) + std::string(receipt_bytes, 'x'),
                         {}});
    return group;
}

void deliver(ledger::Archive& archive, int inbox, const std::vector<edi::Delivery>& group) {
    for (const edi::Delivery& each : group) must(archive.keep_receipt(each));
    must(archive.sync());
    const auto from = archive.day("acme", day);
    for (const edi::Delivery& each : group)
        must(base::link_new(from->number(), each.name, inbox, each.name, base::ReplaceTorso::Yes));
    must(base::sync(inbox));
}

void list(ledger::Ledger& ledger, const std::vector<edi::Delivery>& group) {
    std::vector<ledger::Entry> entries;
    for (const edi::Delivery& each : group)
        entries.push_back({"acme", day, each.name, base::sha256_hex(each.bytes), each.number,
                           ledger::Entry::Kind::Receipt});
    if (!ledger.check(entries).empty() || !ledger.add(std::move(entries)).empty()) std::exit(1);
    ledger.sign_heads();
}

void tell(const char* what, const Spent& spent, std::uint64_t receipts) {
    std::printf("%-8s %8.1f us wall, %6.1f us CPU a receipt\n", what,
                spent.wall * 1e6 / static_cast<double>(receipts),
                spent.cpu * 1e6 / static_cast<double>(receipts));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 64;
    const std::string place = argv[1];
    const std::uint64_t receipts = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 50'000;
    const std::uint64_t size = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 64;
    std::filesystem::create_directories(place + "/inbox");
    auto archive = ledger::Archive::open(place + "/archive");
    if (!archive) return 1;
    const base::SystemClock clock;
    auto ledger = ledger::Ledger::open(*archive, place + "/ledger.key", clock);
    const auto inbox = base::open_directory(place + "/inbox");
    if (!ledger || !inbox) return 1;
    Spent delivered, listed;
    for (std::uint64_t i = 1; i <= receipts; i += size) {
        const auto group = group_of(i, size);
        spend(delivered, [&] { deliver(*archive, inbox->number(), group); });
        spend(listed, [&] { list(*ledger, group); });
    }
    tell("deliver", delivered, receipts);
    tell("ledger", listed, receipts);
    return 0;
}
