#include "ledger/archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/clock.hpp"
#include "ledger/sums.hpp"

namespace ledger {

namespace {

constexpr unsigned directory_mode = 0750;
constexpr unsigned file_mode = 0444;

base::Fault in_archive(const base::Fault& fault, const std::string& what) {
    return {fault.remedy, fault.text + " (archive, " + what + ")"};
}

}  // namespace

base::Result<Archive> Archive::open(const std::string& directory) {
    if (auto made = base::make_directories(directory, directory_mode); !made) return made.fault();
    auto root = base::open_directory(directory);
    if (!root) return root.fault();
    Archive archive;
    // Its last name is what settle() makes it by.
    archive.path_ = directory.substr(0, directory.find_last_not_of('/') + 1);
    archive.root_ = std::move(*root);
    return archive;
}

base::Result<base::Fd> Archive::day(const std::string& mailbox, const std::string& day) const {
    return shelf(Shelf::Receipts, mailbox, day);
}

base::Result<base::Fd> Archive::originals(const std::string& mailbox,
                                          const std::string& day) const {
    return shelf(Shelf::Originals, mailbox, day);
}

base::Result<base::Fd> Archive::shelf(Shelf shelf, const std::string& mailbox,
                                      const std::string& day) const {
    const auto date = base::parse_date(day);
    if (!date || base::iso(*date) != day || mailbox.empty() || mailbox.front() == '.' ||
        mailbox.find('/') != std::string::npos)
        return base::Fault{base::Remedy::AskOperator,
                           "no archive directory for mailbox '" + mailbox + "', day '" + day + "'"};
    std::vector<std::string> steps{mailbox, day.substr(0, 4), day.substr(5, 2), day.substr(8, 2)};
    if (shelf == Shelf::Originals) steps.push_back(originals_name);
    base::Fd at;
    for (const std::string& step : steps) {
        const int parent = at ? at.number() : root_.number();
        auto next = base::make_directory_at(parent, step, directory_mode);
        if (!next) return in_archive(next.fault(), mailbox + ' ' + day);
        at = std::move(*next);
    }
    return at;
}

base::Result<base::Fd> Archive::folder(const std::string& name) const {
    auto folder = base::make_directory_at(root_.number(), name, directory_mode);
    return folder ? std::move(folder) : in_archive(folder.fault(), name);
}

base::Outcome Archive::keep(Shelf shelf, const std::string& mailbox, const std::string& day,
                            const std::string& name, std::string_view bytes) {
    auto& opened = shelf == Shelf::Originals ? originals_open_ : receipts_open_;
    Open& current = opened[mailbox];
    const unsigned age = *age_;
    if (!current.directory || current.day != day || current.age != age) {
        auto directory = this->shelf(shelf, mailbox, day);
        if (!directory) return directory.fault();
        current = {day, std::move(*directory), age};
    }
    auto written = base::write_new(current.directory.number(), name, bytes, file_mode,
                                   base::ReplaceTorso::Yes);
    if (written) return base::done;
    // The directory may have been moved or deleted under us: the next attempt opens it again.
    opened.erase(mailbox);
    return in_archive(written.fault(), mailbox + ' ' + day);
}

base::Outcome Archive::keep_original(const edi::Arrival& arrival, std::string_view blanked_bytes) {
    if (arrival.sha256.empty()) return base::done;
    return keep(Shelf::Originals, arrival.mailbox, arrival.day, original_name(arrival),
                blanked_bytes);
}

base::Outcome Archive::keep_again(int originals, const edi::Arrival& arrival,
                                  std::string_view blanked_bytes) {
    auto written = base::write_new(originals, original_name(arrival), blanked_bytes, file_mode,
                                   base::ReplaceTorso::Yes);
    if (!written) return in_archive(written.fault(), arrival.mailbox);
    return sync();
}

base::Result<LongOriginal> Archive::begin_original(const edi::Arrival& arrival) const {
    auto directory = shelf(Shelf::Originals, arrival.mailbox, arrival.day);
    if (!directory) return directory.fault();
    base::Fd file{::openat(directory->number(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    if (!file) return in_archive(base::fault_of_errno(errno, "making a file"), arrival.mailbox);
    return LongOriginal{std::move(*directory), std::move(file)};
}

base::Outcome LongOriginal::put(std::string_view blanked_bytes) {
    return base::write_all(file_.number(), blanked_bytes);
}

base::Outcome LongOriginal::keep(const edi::Arrival& arrival) {
    if (::fchmod(file_.number(), file_mode) != 0)
        return base::fault_of_errno(errno, "setting the mode of an original");
    // Before it has its name: what bears one is whole.
    if (auto synced = base::sync(file_.number()); !synced) return synced;
    base::durable_step("link");
    const std::string unnamed = "/proc/self/fd/" + std::to_string(file_.number());
    if (::linkat(AT_FDCWD, unnamed.c_str(), directory_.number(),
                 Archive::original_name(arrival).c_str(), AT_SYMLINK_FOLLOW) != 0 &&
        errno != EEXIST)
        return in_archive(base::fault_of_errno(errno, "naming an original"), arrival.mailbox);
    return base::sync(directory_.number());
}

base::Outcome Archive::keep_receipt(const edi::Delivery& delivery) {
    for (const edi::Enclosure& each : delivery.enclosures)
        if (auto kept =
                keep(Shelf::Receipts, delivery.mailbox, delivery.day, each.name, each.bytes);
            !kept)
            return kept;
    return keep(Shelf::Receipts, delivery.mailbox, delivery.day, delivery.name, delivery.bytes);
}

bool Archive::stands() const { return base::stands(root_.number(), {AT_FDCWD, path_}); }

base::Settled Archive::settle(int spool_directory, const base::Grounds& spool_before) {
    if (stands()) return {base::Stand::Same};
    const std::filesystem::path path{path_};
    const base::Fd above{::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!above)
        return {base::Stand::Gone, base::fault_of_errno(errno, "opening the directory above it")};
    auto settled = base::settle(root_, {above.number(), path.filename(), directory_mode,
                                        base::ground_of(spool_directory), spool_before});
    if (settled.stand == base::Stand::Anew) ++*age_;
    return settled;
}

base::Outcome Archive::sync() const { return base::sync_filesystem(root_.number()); }

std::string Archive::original_name(const edi::Arrival& arrival) { return arrival.sha256 + ".xml"; }

}  // namespace ledger
