#include "ledger/book.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <tuple>

#include "ledger/contents.hpp"
#include "ledger/events.hpp"
#include "ledger/mapped.hpp"

namespace ledger {

namespace {

constexpr mode_t open_mode = 0644, closed_mode = 0444;

std::string day_after(const std::string& day) {
    return base::iso(
        base::Date{std::chrono::sys_days{*base::parse_date(day)} + std::chrono::days{1}});
}

std::string seconds_of(base::Tick tick) {
    constexpr std::int64_t million = 1'000'000;
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(tick.time_since_epoch()).count();
    const std::string part = std::to_string(micros % million);
    return std::to_string(micros / million) + '.' + std::string(6 - part.size(), '0') + part;
}

}  // namespace

base::Result<Book> Book::open(const Means& means, const std::string& mailbox) {
    Book book{means, mailbox};
    auto folder = means.archive.folder(mailbox);
    if (!folder) return folder.fault();
    book.folder_ = std::move(*folder);
    auto written = read_written(means.archive, mailbox, means.keys);
    if (!written) return written.fault();
    book.written_ = std::move(*written);
    book.flushed_ = book.written_.bytes;
    book.has_lines_ = book.written_.tree.size() != book.written_.covered;
    if (book.written_.day.empty() || book.written_.is_closed) return book;
    auto day = means.archive.day(mailbox, book.written_.day);
    if (!day) return day.fault();
    book.day_ = std::move(*day);
    book.list_ = base::Fd{::openat(book.day_.number(), std::string{list_name}.c_str(),
                                   O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!book.list_) return base::fault_of_errno(errno, "opening the list of " + mailbox);
    // What was read may never have reached the disk.
    for (const int each : {book.list_.number(), book.day_.number()})
        if (auto synced = base::sync(each); !synced) return synced.fault();
    return book;
}

bool Book::stands() const {
    struct stat status {};
    return !list_ || (::fstat(list_.number(), &status) == 0 && status.st_nlink > 0);
}

base::Outcome Book::each_listed(const std::string& from_day, const Visit& visit) const {
    const std::string archive = means_.archive.held_path();
    const auto days = days_of(archive, mailbox_);
    if (!days) return days.fault();
    for (const std::string& day : *days) {
        if (day < from_day) continue;
        const std::string path =
            archive + '/' + mailbox_ + '/' + folder_of(day) + '/' + std::string{list_name};
        const base::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
        if (!file && errno == ENOENT) continue;
        if (!file) return base::fault_of_errno(errno, "opening " + path);
        const auto read = each_line(file.number(), 0, [&](std::string_view text) {
            const auto line = line_of(text);
            if (!line) return false;
            Subject subject = subject_of(*line);
            if (subject.day.empty()) subject.day = day;
            visit(subject, line->sha256);
            return true;
        });
        if (!read) return read.fault();
    }
    return base::done;
}

base::Outcome Book::check(std::span<const Entry* const> entries) const {
    std::map<std::pair<std::string, std::string>, const Entry*> wanted;  // by day and file
    std::map<std::uint64_t, std::string> listed;                         // receipts, by number
    for (const Entry* const each : entries)
        if (each->kind != Entry::Kind::Original && each->number <= written_.receipt) {
            wanted[{each->day, each->file}] = each;
            listed[each->number];
        }
    if (wanted.empty()) return base::done;
    // A copy: what is found leaves `wanted`.
    const std::string from_day = wanted.begin()->first.first;
    auto read = each_listed(from_day, [&](const Subject& subject, const std::string& sha256) {
        const auto number = listed.find(subject.number);
        if (number == listed.end()) return;
        if (subject.kind == Subject::Kind::Receipt) number->second = subject.file;
        const auto found = wanted.find({subject.day, subject.file});
        if (found != wanted.end() && found->second->sha256 == sha256) wanted.erase(found);
    });
    if (!read || wanted.empty()) return read;
    const Entry& first = *wanted.begin()->second;
    const std::string& there = listed[first.number];
    return base::Fault{
        base::Remedy::AskOperator,
        "the ledger of " + mailbox_ + " goes up to receipt " + std::to_string(written_.receipt) +
            (there.empty() ? " and does not name "
                           : " and has " + there + " where this state has ") +
            first.file +
            ": the state is another one than that which wrote the archive. Put back the state or "
            "the archive that belongs to it (permitctl restore)"};
}

base::Result<bool> Book::is_listed(const Entry& entry) const {
    if (entry.kind == Entry::Kind::Receipt) return entry.number <= written_.receipt;
    if (entry.kind == Entry::Kind::Enclosure)
        return entry.number <= written_.receipt || written_.open.contains(entry.file);
    if (entry.day == written_.day && written_.originals.contains(entry.sha256)) return true;
    if (entry.day >= written_.day && !written_.is_closed) return false;
    // Of another day than the list that is being written: rare, about midnight.
    bool found = false;
    auto read = each_listed(entry.day, [&](const Subject& subject, const std::string&) {
        found |= subject.day == entry.day && subject.file == entry.file;
    });
    if (!read) return read.fault();
    return found;
}

// Never before the newest one, and never that of a list that was signed.
std::string Book::day_for(const Entry& entry) const {
    if (entry.day > written_.day) return entry.day;
    if (!written_.is_closed) return written_.day;
    return std::max(base::iso(base::day_of(means_.clock.now())), day_after(written_.day));
}

base::Outcome Book::add(std::span<const Entry* const> entries) {
    for (const Entry* const each : entries) {
        const auto listed = is_listed(*each);
        if (!listed) return listed.fault();
        if (*listed) continue;
        if (const std::string day = day_for(*each); day != written_.day)
            if (auto begun = begin(day); !begun) return begun;
        append({each->sha256, path_from(written_.day, each->day, each->file)});
    }
    return flush();
}

void Book::append(const Line& line) {
    const std::string text = text_of(line);
    buffer_ += text;
    written_.add(text, subject_of(line));
    has_lines_ = true;
}

// Held for writing no longer than it is written: who holds a file so keeps its file system from
// being made read-only.
base::Outcome Book::flush() {
    if (buffer_.empty()) return base::done;
    const base::Fd list{
        ::openat(day_.number(), std::string{list_name}.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!list) return base::fault_of_errno(errno, "opening the list of " + mailbox_);
    while (!buffer_.empty()) {
        const ssize_t wrote =
            ::pwrite(list.number(), buffer_.data(), buffer_.size(), static_cast<off_t>(flushed_));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0)
            return base::fault_of_errno(errno,
                                        "writing the list of " + mailbox_ + ", " + written_.day);
        flushed_ += static_cast<std::uint64_t>(wrote);
        buffer_.erase(0, static_cast<std::size_t>(wrote));
    }
    return base::done;
}

// The list before it is whole, durable and signed first: so a crash leaves a torn end in the newest
// list only.
base::Outcome Book::begin(const std::string& day) {
    if (auto closed = close(); !closed) return closed;
    const Line chain = written_.day.empty()
                           ? Line{base::sha256_hex(means_.keys.signing().verifying().pem()),
                                  path_of_key(means_.keys.signing().verifying().id())}
                           : Line{base::hex(written_.digest.so_far()), path_of_list(written_.day)};
    auto folder = means_.archive.day(mailbox_, day);
    if (!folder) return folder.fault();
    day_ = std::move(*folder);
    list_ = base::Fd{::openat(day_.number(), std::string{list_name}.c_str(),
                              O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!list_ || ::fchmod(list_.number(), open_mode) != 0)
        return base::fault_of_errno(errno, "beginning the list of " + mailbox_ + ", " + day);
    written_.begin(day);
    flushed_ = 0;
    has_begun_ = true;
    append(chain);
    return base::done;
}

base::Outcome Book::close() {
    if (written_.day.empty() || written_.is_closed) return base::done;
    if (auto flushed = flush(); !flushed) return flushed;
    if (auto synced = base::sync(list_.number()); !synced) return synced;
    const auto bytes = Mapped::of(list_.number());
    if (!bytes) return bytes.fault();
    auto published = publish(day_.number(), std::string{signature_name},
                             means_.keys.signing().sign(bytes->bytes()));
    if (!published) return published;
    if (::fchmod(list_.number(), closed_mode) != 0)
        return base::fault_of_errno(errno, "setting the mode of the list of " + mailbox_);
    written_.is_closed = true;
    const base::Digest root = written_.tree.root();
    base::log(event::day_closed,
              {{"mailbox", mailbox_},
               {"day", written_.day},
               {"sha256", base::hex(written_.digest.so_far())},
               {"size", static_cast<std::int64_t>(written_.tree.size())},
               {"root", base::base64({reinterpret_cast<const char*>(root.data()), root.size()})}});
    return base::done;
}

base::Outcome Book::close_before(const std::string& today) {
    return written_.day < today ? close() : base::Outcome{base::done};
}

base::Result<base::Fd> Book::write_head() const {
    const Head head{mailbox_,
                    written_.tree,
                    written_.day,
                    written_.lines,
                    base::hex(written_.digest.so_far()),
                    base::iso(means_.clock.now()),
                    seconds_of(means_.clock.tick()),
                    clock_of_host()};
    return write_unnamed(folder_.number(), std::string{head_name},
                         signed_note(head, means_.keys.signing()));
}

}  // namespace ledger
