#include "ctl/fsck.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "ctl/left_overs.hpp"
#include "ledger/archive.hpp"
#include "ledger/contents.hpp"

namespace ctl {

namespace {

constexpr std::size_t page = 64;  // of records that hold bytes
constexpr std::uint64_t progress_every = 10'000;
constexpr std::size_t told_max = 100'000;  // paths; beyond them a file may be told twice

std::optional<base::Digest> digest_of(std::string_view hex) {
    base::Digest digest{};
    if (hex.size() != 2 * digest.size()) return std::nullopt;
    for (std::size_t i = 0; i < hex.size(); ++i) {
        const char c = hex[i];
        const bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && (c < 'a' || c > 'f')) return std::nullopt;
        const int value = is_digit ? c - '0' : c - 'a' + 10;
        digest[i / 2] = static_cast<unsigned char>(digest[i / 2] << 4 | value);
    }
    return digest;
}

std::optional<base::Digest> digest_of_name(std::string_view name) {
    constexpr std::string_view ending = ".xml";
    return name.ends_with(ending) ? digest_of(name.substr(0, name.size() - ending.size()))
                                  : std::nullopt;
}

// An original as it is compared: its digest, and which mailbox's and day's.
struct Original {
    base::Digest sha256{};
    std::uint32_t mailbox = 0;
    std::int32_t day = 0;  // since 1970
    bool known = false;
    auto order() const { return std::tie(mailbox, sha256, day); }
    bool operator<(const Original& other) const { return order() < other.order(); }
};

std::optional<std::int32_t> number_of_day(const std::string& day) {
    const auto date = base::parse_date(day);
    if (!date) return std::nullopt;
    return static_cast<std::int32_t>(std::chrono::sys_days{*date}.time_since_epoch().count());
}

std::string day_of_number(std::int32_t number) {
    return base::iso(base::Date{std::chrono::sys_days{std::chrono::days{number}}});
}

std::uint64_t first_receipt_of(const edi::MessageRecord& record) {
    if (record.rejected_number > 0) return record.rejected_number;
    return record.receipts.empty() ? 0 : record.receipts.front().number;
}

class Examination {
public:
    Examination(const edi::Store& store, const Ground& ground, Repair repair, const Ears& ears,
                const Bounds& bounds)
        : store_(store), ground_(ground), repair_(repair), ears_(ears), bounds_(bounds) {}

    base::Result<Checked> run();

private:
    using RowVisit = std::function<void(const edi::Arrival&, const std::string& message_id,
                                        std::uint64_t receipt)>;

    base::Outcome look_over();
    base::Outcome check_originals(std::uint64_t slice, std::uint64_t slices);
    base::Outcome read_slice(std::uint64_t slice, std::uint64_t slices);
    void hear_rows(std::uint64_t slice, std::uint64_t slices);
    base::Outcome hear_receipts();
    void answered(const ledger::Issued& receipt, std::int32_t day);
    base::Outcome tell_unknown(const Original& original);
    base::Outcome check_numbers(std::uint64_t from);
    void each_row(const RowVisit& visit) const;
    void each_delivery(const std::function<void(const edi::Delivery&)>& visit) const;
    void tell(const Discrepancy& found);
    void step(const char* name, std::uint64_t count) const;
    std::optional<std::uint32_t> mailbox_of(const std::string& name) const;
    base::Outcome each_original(
        const std::function<base::Outcome(const ledger::Shelf&, const std::string& name)>& visit)
        const;

    const edi::Store& store_;
    const Ground& ground_;
    Repair repair_;
    const Ears& ears_;
    const Bounds bounds_;
    Checked checked_;
    std::vector<std::string> mailboxes_;  // that the archive has, sorted
    std::vector<Original> slice_;         // sorted
};

std::uint64_t slice_of(const base::Digest& digest, std::uint64_t slices) {
    std::uint64_t front = 0;
    for (std::size_t i = 0; i < 4; ++i) front = front << 8 | digest[i];
    return front * slices >> 32;
}

void Examination::tell(const Discrepancy& found) {
    ++checked_.found;
    if (found.mended) ++checked_.mended;
    ears_.found(found);
}

void Examination::step(const char* name, std::uint64_t count) const {
    if (count % progress_every == 0) ears_.progress(name, count);
}

std::optional<std::uint32_t> Examination::mailbox_of(const std::string& name) const {
    const auto at = std::ranges::lower_bound(mailboxes_, name);
    if (at == mailboxes_.end() || *at != name) return std::nullopt;
    return static_cast<std::uint32_t>(at - mailboxes_.begin());
}

base::Outcome Examination::each_original(
    const std::function<base::Outcome(const ledger::Shelf&, const std::string&)>& visit) const {
    return ledger::each_shelf(ground_.archive, [&](const ledger::Shelf& shelf) {
        return ledger::each_original_name(
            ground_.archive, shelf, [&](const std::string& name) { return visit(shelf, name); });
    });
}

void Examination::each_delivery(const std::function<void(const edi::Delivery&)>& visit) const {
    for (std::uint64_t after = 0;;) {
        const auto found = store_.deliveries(after, page);
        if (found.empty()) return;
        for (const edi::Delivery& each : found) visit(each);
        after = found.back().number;
    }
}

// An open errand has its message's row.
void Examination::each_row(const RowVisit& visit) const {
    std::uint64_t count = 0;
    store_.each_message([&](const edi::MessageRecord& each) {
        step("messages", ++count);
        visit(each.file, each.message_id, first_receipt_of(each));
        return true;
    });
    for (std::uint64_t after = 0;;) {
        const auto found = store_.takings(after, page);
        if (found.empty()) break;
        for (const edi::Taking& each : found) visit(each.file, "", each.id);
        after = found.back().id;
    }
    for (const edi::BatchRun& each : store_.batch_runs())
        visit(each.file, each.batch_id, each.first_number);
}

// What there is, how much of it, and whether the store is of the same age.
base::Outcome Examination::look_over() {
    std::uint64_t greatest = 0;
    auto looked = ledger::each_shelf(ground_.archive, [&](const ledger::Shelf& shelf) {
        if (mailboxes_.empty() || mailboxes_.back() != shelf.mailbox)
            mailboxes_.push_back(shelf.mailbox);
        auto listed = ledger::each_issued_name(
            ground_.archive, shelf, [&](const std::string& name) -> base::Outcome {
                if (const auto receipt = ledger::issued_of(name)) {
                    greatest = std::max(greatest, receipt->number);
                    step("receipts", ++checked_.receipts);
                }
                return base::done;
            });
        if (!listed) return listed;
        return ledger::each_original_name(
            ground_.archive, shelf, [&](const std::string& name) -> base::Outcome {
                step("originals", ++checked_.originals);
                if (!digest_of_name(name))
                    tell({.wrong = Wrong::LeftOver,
                          .mailbox = shelf.mailbox,
                          .day = shelf.day,
                          .path = ledger::path_of_original(ground_.archive, shelf, name),
                          .words = "no name of an original: half written when permitd stopped, or "
                                   "put there by somebody; remove it"});
                return base::done;
            });
    });
    std::ranges::sort(mailboxes_);
    const std::uint64_t known = store_.counters().receipt_number;
    if (!looked || greatest <= known) return looked;
    repair_ = Repair::No;
    tell({.wrong = Wrong::StoreOlder,
          .path = ground_.archive,
          .receipt = greatest,
          .words = "the archive holds this receipt, the store knows none behind " +
                   std::to_string(known) +
                   ": it was put back from a backup or lost its end. Start permitd, which notices "
                   "and settles that, and look again; until then nothing is moved"});
    return base::done;
}

base::Outcome Examination::read_slice(std::uint64_t slice, std::uint64_t slices) {
    slice_.clear();
    auto read =
        each_original([&](const ledger::Shelf& shelf, const std::string& name) -> base::Outcome {
            const auto digest = digest_of_name(name);
            const auto day = number_of_day(shelf.day);
            const auto mailbox = mailbox_of(shelf.mailbox);
            if (digest && day && mailbox && slice_of(*digest, slices) == slice)
                slice_.push_back({*digest, *mailbox, *day});
            return base::done;
        });
    std::ranges::sort(slice_, std::less{});
    return read;
}

void Examination::hear_rows(std::uint64_t slice, std::uint64_t slices) {
    // Each file is told once, though 50,000 messages may have come in it.
    std::set<std::string> told;
    each_row([&](const edi::Arrival& file, const std::string& message_id, std::uint64_t receipt) {
        const auto digest = digest_of(file.sha256);
        if (!digest || slice_of(*digest, slices) != slice) return;
        const auto mailbox = mailbox_of(file.mailbox);
        const auto day = number_of_day(file.day);
        if (mailbox && day) {
            const Original wanted{*digest, *mailbox, *day};
            const auto at = std::ranges::lower_bound(slice_, wanted, std::less{});
            if (at != slice_.end() && at->order() == wanted.order()) {
                at->known = true;
                return;
            }
        }
        const std::string path = ledger::path_of_original(ground_.archive, {file.mailbox, file.day},
                                                          ledger::Archive::original_name(file));
        if (told.contains(path)) return;
        if (told.size() < told_max) told.insert(path);
        tell({.wrong = Wrong::OriginalMissing,
              .mailbox = file.mailbox,
              .day = file.day,
              .path = path,
              .message_id = message_id,
              .receipt = receipt,
              .words = "its row is there, its original is not: put the file back from a backup of "
                       "the archive (SentBox or FailBox may still hold it)"});
    });
}

// The same bytes may stand under several days: the receipt does not tell which it answers.
void Examination::answered(const ledger::Issued& receipt, std::int32_t day) {
    const auto digest = digest_of(receipt.file_sha256);
    const auto mailbox = mailbox_of(receipt.mailbox);
    if (!digest || !mailbox) return;
    auto at = std::ranges::lower_bound(
        slice_, Original{*digest, *mailbox, std::numeric_limits<std::int32_t>::min()}, std::less{});
    for (; at != slice_.end() && at->mailbox == *mailbox && at->sha256 == *digest; ++at)
        if (at->day <= day) at->known = true;
}

// Receipts of a mailbox from the day of its first original that no row names.
base::Outcome Examination::hear_receipts() {
    std::map<std::uint32_t, std::int32_t> first_days;
    for (const Original& each : slice_)
        if (!each.known) {
            const auto [at, is_new] = first_days.try_emplace(each.mailbox, each.day);
            at->second = std::min(at->second, each.day);
        }
    if (first_days.empty()) return base::done;
    each_delivery([&](const edi::Delivery& each) {
        auto receipt = ledger::issued_of(each.name, each.bytes);
        if (!receipt) return;
        receipt->mailbox = each.mailbox;
        answered(*receipt, std::numeric_limits<std::int32_t>::max());
    });
    std::uint64_t count = 0;
    return ledger::each_shelf(ground_.archive, [&](const ledger::Shelf& shelf) -> base::Outcome {
        const auto day = number_of_day(shelf.day);
        const auto mailbox = mailbox_of(shelf.mailbox);
        if (!day || !mailbox || !first_days.contains(*mailbox) || *day < first_days.at(*mailbox))
            return base::done;
        return ledger::each_issued_name(
            ground_.archive, shelf, [&](const std::string& name) -> base::Outcome {
                const auto receipt = ledger::read_issued(ground_.archive, shelf, name);
                if (!receipt) return receipt.fault();
                step("receipts that answer a file", ++count);
                if (*receipt) answered(**receipt, *day);
                return base::done;
            });
    });
}

base::Outcome Examination::tell_unknown(const Original& original) {
    const ledger::Shelf shelf{mailboxes_[original.mailbox], day_of_number(original.day)};
    const std::string name = base::hex(original.sha256) + ".xml";
    Discrepancy found{.wrong = Wrong::OriginalUnknown,
                      .mailbox = shelf.mailbox,
                      .day = shelf.day,
                      .path = ledger::path_of_original(ground_.archive, shelf, name),
                      .words =
                          "no row and no receipt knows it: read and never committed. The file "
                          "itself stayed in the OutBox then; fsck --repair moves this copy "
                          "aside"};
    if (repair_ == Repair::Yes) {
        const auto moved = ledger::set_aside(ground_.archive, shelf, name);
        if (!moved) return moved.fault();
        found.words = "moved to " + *moved;
        found.mended = true;
    }
    tell(found);
    return base::done;
}

base::Outcome Examination::check_originals(std::uint64_t slice, std::uint64_t slices) {
    if (auto read = read_slice(slice, slices); !read) return read;
    hear_rows(slice, slices);
    if (auto heard = hear_receipts(); !heard) return heard;
    for (const Original& each : slice_)
        if (!each.known)
            if (auto told = tell_unknown(each); !told) return told;
    return base::done;
}

// Those of a window of numbers: from here on, bounds_.numbers of them.
base::Outcome Examination::check_numbers(std::uint64_t from) {
    const std::uint64_t size = bounds_.numbers;
    std::vector<bool> there(size);
    const auto mark = [&](std::uint64_t number) {
        if (number >= from && number - from < size) there[number - from] = true;
    };
    auto listed = ledger::each_shelf(ground_.archive, [&](const ledger::Shelf& shelf) {
        return ledger::each_issued_name(ground_.archive, shelf,
                                        [&](const std::string& name) -> base::Outcome {
                                            if (const auto receipt = ledger::issued_of(name))
                                                mark(receipt->number);
                                            return base::done;
                                        });
    });
    if (!listed) return listed;
    each_delivery([&](const edi::Delivery& each) { mark(each.number); });
    std::uint64_t count = 0;
    store_.each_message([&](const edi::MessageRecord& record) {
        step("receipts of messages", ++count);
        const auto hear = [&](std::uint64_t number) {
            if (number < from || number - from >= size || number == 0 || there[number - from])
                return;
            there[number - from] = true;  // told once, whoever else names it
            tell({.wrong = Wrong::ReceiptMissing,
                  .mailbox = record.file.mailbox,
                  .path = ground_.archive + '/' + record.file.mailbox,
                  .message_id = record.message_id,
                  .receipt = number,
                  .words = "it was issued and delivered, and the archive does not hold it: put it "
                           "back from a backup of the archive (the InBox may still hold it)"});
        };
        for (const edi::ReceiptRef& each : record.receipts) hear(each.number);
        hear(record.rejected_number);
        return true;
    });
    checked_.messages = count;
    return base::done;
}

base::Result<Checked> Examination::run() {
    if (auto looked = look_over(); !looked) return looked.fault();
    // Digests spread evenly, but not exactly so.
    const std::uint64_t room = std::max<std::uint64_t>(bounds_.originals * 9 / 10, 1);
    const std::uint64_t slices = checked_.originals / room + 1;
    for (std::uint64_t slice = 0; slice < slices; ++slice)
        if (auto checked = check_originals(slice, slices); !checked) return checked.fault();
    const std::uint64_t last = store_.counters().receipt_number;
    for (std::uint64_t from = 1; from == 1 || from <= last; from += bounds_.numbers)
        if (auto checked = check_numbers(from); !checked) return checked.fault();
    const auto tell_it = [this](const Discrepancy& found) { tell(found); };
    if (auto looked = each_left_over(store_, ground_, tell_it); !looked) return looked.fault();
    return checked_;
}

}  // namespace

const char* code_of(Wrong wrong) {
    switch (wrong) {
        case Wrong::OriginalUnknown: return "original-unknown";
        case Wrong::OriginalMissing: return "original-missing";
        case Wrong::ReceiptMissing: return "receipt-missing";
        case Wrong::StoreOlder: return "store-older";
        case Wrong::LeftOver: return "left-over";
    }
    return "";
}

base::Result<Checked> check_ground(const edi::Store& store, const Ground& ground, Repair repair,
                                   const Ears& ears, const Bounds& bounds) {
    return Examination{store, ground, repair, ears, bounds}.run();
}

}  // namespace ctl
