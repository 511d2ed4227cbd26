#include "ledger/written.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "ledger/contents.hpp"
#include "ledger/events.hpp"

namespace ledger {

namespace {

constexpr std::size_t head_bytes_max = 65'536;

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

class Reading {
public:
    Reading(const Archive& archive, std::string mailbox, const Keys& keys)
        : archive_(archive), mailbox_(std::move(mailbox)), keys_(keys) {}

    base::Result<Written> run() {
        if (auto read = read_head(); !read) return read.fault();
        if (auto found = find_lists(); !found) return found.fault();
        if (auto begun = begin(); !begun) return begun.fault();
        for (std::size_t i = first_; i < days_.size(); ++i)
            if (auto read = read_list(i); !read) return read.fault();
        if (auto found = find_receipt(); !found) return found.fault();
        return std::move(written_);
    }

private:
    std::string folder() const { return archive_.held_path() + '/' + mailbox_; }
    std::string path_of(const std::string& day) const {
        return folder() + '/' + folder_of(day) + '/' + std::string{list_name};
    }
    // Errors name the archive as the operator knows it: the mailbox and the day.
    base::Fault broken(const std::string& day, const std::string& what) const {
        return {base::Remedy::AskOperator,
                "the ledger of " + mailbox_ + (day.empty() ? "" : ", list of " + day + ',') + ' ' +
                    what +
                    ": find out who changed the archive, and put it back from its backup. Where "
                    "there is none, keep a copy of <archive>/" +
                    mailbox_ +
                    " and remove its checkpoint: the ledger then goes on from what is there"};
    }

    base::Outcome read_head() {
        const std::string path = folder() + '/' + std::string{head_name};
        if (!is_there(path)) return base::done;
        const auto bytes = base::read_file(path, head_bytes_max);
        if (!bytes) return bytes.fault();
        auto note = note_of(*bytes);
        const bool is_ours = note && note->head.mailbox == mailbox_ &&
                             std::ranges::any_of(keys_.published(), [&](const auto& key) {
                                 return note->is_signed_by(key);
                             });
        if (!is_ours) return broken("", "has a checkpoint that no key of the archive signed");
        head_ = std::move(note->head);
        return base::done;
    }

    base::Outcome find_lists() {
        auto days = days_of(archive_.held_path(), mailbox_);
        if (!days) return days.fault();
        for (const std::string& day : *days)
            if (is_there(path_of(day))) days_.push_back(day);
        return days_.empty() ? base::Outcome{base::done} : drop_begun();
    }

    // A crash may leave the newest list without a whole line: it never was.
    base::Outcome drop_begun() {
        const std::string path = path_of(days_.back());
        if (head_ && head_->day == days_.back()) return base::done;
        const base::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
        if (!file) return base::fault_of_errno(errno, "opening " + path);
        const auto end = each_line(file.number(), 0,
                                   [](std::string_view text) { return line_of(text).has_value(); });
        if (!end) return end.fault();
        if (*end > 0) return base::done;
        if (::unlink(path.c_str()) != 0) return base::fault_of_errno(errno, "removing " + path);
        days_.pop_back();
        return base::done;
    }

    // From where on is read.
    base::Outcome begin() {
        if (!head_) {
            if (!days_.empty()) base::log(event::head_missing, {{"mailbox", mailbox_}});
            return base::done;
        }
        const auto at = std::ranges::find(days_, head_->day);
        if (at == days_.end())
            return broken(head_->day, "which its checkpoint covers, is not there");
        first_ = static_cast<std::size_t>(at - days_.begin());
        written_.tree = head_->tree;
        written_.covered = head_->tree.size();
        return base::done;
    }

    bool is_covered(std::size_t i) const { return head_ && i == first_; }

    base::Outcome read_list(std::size_t i) {
        const std::string& day = days_[i];
        const base::Fd file{
            ::open(path_of(day).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
        if (!file) return base::fault_of_errno(errno, "opening " + path_of(day));
        const Line chain{base::hex(written_.digest.so_far()), path_of_list(written_.day)};
        const bool is_chained = i > first_, is_first = i == 0 && !is_covered(i);
        written_.begin(day);
        std::optional<base::Fault> wrong;
        const auto end = each_line(file.number(), 0, [&](std::string_view text) {
            const auto line = line_of(text);
            const Subject subject = line ? subject_of(*line) : Subject{};
            if (!line || subject.kind == Subject::Kind::Other) return false;
            if (is_chained && written_.lines == 0 && *line != chain)
                wrong = broken(day, "does not begin with the digest of the list before it");
            if (is_first && written_.lines == 0 && subject.kind != Subject::Kind::Key)
                wrong = broken(day, "begins with a list that is not there");
            if (!wrong) wrong = take(i, *line, subject);
            return !wrong;
        });
        if (wrong) return *wrong;
        if (!end) return end.fault();
        if (is_covered(i) && written_.lines < head_->lines)
            return broken(day, "has " + std::to_string(written_.lines) +
                                   " lines, and its checkpoint covers " +
                                   std::to_string(head_->lines));
        written_.is_closed = is_there(path_of(day).substr(0, path_of(day).rfind('/') + 1) +
                                      std::string{signature_name});
        return end_list(i, *end, file.number());
    }

    std::optional<base::Fault> take(std::size_t i, const Line& line, const Subject& subject) {
        const std::string text = text_of(line);
        if (!is_covered(i) || written_.lines >= head_->lines) {
            written_.add(text, subject);
            return std::nullopt;
        }
        written_.take(text, subject);
        if (written_.lines == head_->lines &&
            base::hex(written_.digest.so_far()) != head_->list_sha256)
            return broken(days_[i], "is not the one that its checkpoint covers");
        return std::nullopt;
    }

    // A crash leaves a torn end only in the newest list, which is not signed then.
    base::Outcome end_list(std::size_t i, std::uint64_t end, int file) {
        struct stat status {};
        if (::fstat(file, &status) != 0) return base::fault_of_errno(errno, "looking at a list");
        if (static_cast<std::uint64_t>(status.st_size) == end) return base::done;
        const std::string& day = days_[i];
        if (i + 1 < days_.size() || written_.is_closed)
            return broken(day, "has an end that is no line");
        const base::Fd writable{
            ::open(path_of(day).c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
        if (!writable || ::ftruncate(writable.number(), static_cast<off_t>(end)) != 0)
            return base::fault_of_errno(errno, "cutting the torn end of the list of " + day);
        return base::sync(writable.number());
    }

    // Where the newest list names no receipt, an older one does.
    base::Outcome find_receipt() {
        for (std::size_t i = days_.size(); i-- > 0 && written_.receipt == 0;) {
            const base::Fd file{
                ::open(path_of(days_[i]).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
            if (!file) return base::fault_of_errno(errno, "opening " + path_of(days_[i]));
            const auto end = each_line(file.number(), 0, [&](std::string_view text) {
                const auto line = line_of(text);
                const Subject subject = line ? subject_of(*line) : Subject{};
                if (subject.kind == Subject::Kind::Receipt)
                    written_.receipt = std::max(written_.receipt, subject.number);
                return true;
            });
            if (!end) return end.fault();
        }
        return base::done;
    }

    const Archive& archive_;
    const std::string mailbox_;
    const Keys& keys_;
    std::optional<Head> head_;
    std::vector<std::string> days_;  // with a list, the oldest first
    std::size_t first_ = 0;
    Written written_;
};

}  // namespace

OriginalsListed::Key OriginalsListed::key_of(std::string_view sha256) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Key key{};
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<unsigned char>(value(sha256[2 * i]) << 4 | value(sha256[2 * i + 1]));
    return key;
}

bool OriginalsListed::insert(std::string_view sha256) {
    const Key key = key_of(sha256);
    auto& shelf = shelves_[key[0]];
    const auto at = std::ranges::lower_bound(shelf, key);
    if (at != shelf.end() && *at == key) return false;
    shelf.insert(at, key);
    return true;
}

bool OriginalsListed::contains(std::string_view sha256) const {
    const Key key = key_of(sha256);
    return std::ranges::binary_search(shelves_[key[0]], key);
}

void OriginalsListed::clear() {
    for (auto& each : shelves_) std::vector<Key>{}.swap(each);
}

void Written::begin(const std::string& list_day) {
    day = list_day;
    lines = bytes = 0;
    digest = {};
    is_closed = false;
    originals.clear();
}

void Written::take(std::string_view line_with_end, const Subject& subject) {
    digest.add(line_with_end);
    bytes += line_with_end.size();
    ++lines;
    switch (subject.kind) {
        case Subject::Kind::Original:
            if (subject.day.empty())
                originals.insert(std::string_view{subject.file}.substr(originals_name.size() + 1,
                                                                       2 * sizeof(base::Digest)));
            break;
        case Subject::Kind::Enclosure: open.insert(subject.file); break;
        case Subject::Kind::Receipt:
            receipt = std::max(receipt, subject.number);
            open.clear();
            break;
        case Subject::Kind::List:
        case Subject::Kind::Key:
        case Subject::Kind::Other: break;
    }
}

base::Result<Written> read_written(const Archive& archive, const std::string& mailbox,
                                   const Keys& keys) {
    return Reading{archive, mailbox, keys}.run();
}

}  // namespace ledger
