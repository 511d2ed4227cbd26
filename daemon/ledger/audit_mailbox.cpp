#include "ledger/audit_mailbox.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "ledger/contents.hpp"
#include "ledger/issued.hpp"
#include "ledger/mapped.hpp"

namespace ledger {

namespace {

constexpr std::size_t block_bytes = 1u << 18;
constexpr std::size_t facts_bytes = 16'384;  // a receipt's number and sequence stand in front
constexpr std::size_t head_bytes_max = 65'536;
constexpr std::size_t mismatches_max = 10'000;
constexpr std::uint64_t progress_every = 1'000;

base::Fd opened(const std::string& path) {
    return base::Fd{
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
}

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

}  // namespace

MailboxAudit::MailboxAudit(const Question& question, const Trust& trust, std::string mailbox,
                           const Ears& ears, Audited& audited)
    : question_(question), trust_(trust), mailbox_(std::move(mailbox)), ears_(ears),
      audited_(audited), block_(block_bytes) {}

void MailboxAudit::tell(Objection objection, std::vector<std::string> values) {
    if (!is_note(objection)) ++audited_.faults;
    ears_.found({objection, mailbox_, std::move(values)});
}

base::Outcome MailboxAudit::run() {
    // The head before the lists: permitd may go on meanwhile.
    if (auto read = read_head(); !read) return read;
    if (auto found = find_days(); !found) return found;
    for (const Day& day : days_) {
        auto read = day.has_list ? read_list(day) : check_unlisted_day(day);
        if (!read) return read;
    }
    end_heads();
    tell_mismatches();
    tell_unlisted();
    if (older_ > 0) tell(Objection::OlderThanLedger, {mailbox_, std::to_string(older_)});
    return base::done;
}

base::Outcome MailboxAudit::find_days() {
    const auto days = days_of(question_.archive, mailbox_);
    if (!days) return days.fault();
    for (const std::string& day : *days) {
        const bool has_list = is_there(full(place(day, list_name)));
        days_.push_back({day, has_list});
        if (!has_list) continue;
        newest_ = day;
        if (first_.empty()) first_ = day;
    }
    return base::done;
}

base::Outcome MailboxAudit::read_head() {
    const std::string name = mailbox_ + '/' + std::string{head_name};
    if (is_there(full(name))) {
        const auto bytes = base::read_file(full(name), head_bytes_max);
        if (!bytes) return bytes.fault();
        take_head(name, note_of(*bytes));
    } else {
        tell(Objection::NoHead, {mailbox_});
    }
    for (const Anchor& each : question_.anchors)
        if (each.note.head.mailbox == mailbox_) take_head(each.name, each.note);
    return base::done;
}

void MailboxAudit::take_head(const std::string& name, const std::optional<Note>& note) {
    const bool is_good = note && note->head.mailbox == mailbox_ &&
                         std::ranges::any_of(trust_.trusted(), [&](const auto& key) {
                             return note->is_signed_by(key);
                         });
    if (!is_good) return tell(Objection::BadHead, {name});
    is_covered_ = true;
    heads_.push_back({name, note->head});
}

base::Outcome MailboxAudit::read_list(const Day& day) {
    const std::string path = place(day.day, list_name);
    const base::Fd file = opened(full(path));
    if (!file) return base::fault_of_errno(errno, "opening " + full(path));
    List list{.day = day.day, .is_newest = day.day == newest_};
    base::Outcome outcome = base::done;
    const auto end = each_line(file.number(), 0, [&](std::string_view text) {
        outcome = take_line(list, text);
        return static_cast<bool>(outcome);
    });
    if (!outcome) return outcome;
    if (!end) return end.fault();
    struct stat status {};
    if (::fstat(file.number(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) > *end)
        tell(list.is_newest ? Objection::TornEnd : Objection::NoLine,
             {path, std::to_string(list.lines + 1)});
    ++audited_.days;
    if (auto checked = check_signature(list); !checked) return checked;
    list_before_ = day.day;
    digest_before_ = list.digest.so_far();
    return check_folder(list);
}

base::Outcome MailboxAudit::take_line(List& list, std::string_view text) {
    const std::string whole = std::string{text} + '\n';
    list.digest.add(whole);
    tree_.add(whole);
    ++list.lines;
    meet_heads();
    const auto line = line_of(text);
    const Subject subject = line ? subject_of(*line) : Subject{};
    const bool is_chain = subject.kind == Subject::Kind::List || subject.kind == Subject::Kind::Key;
    if (list.lines == 1 || is_chain) {
        if (list.lines == 1 && is_chain)
            check_chain(list, *line, subject);
        else
            tell(list.lines == 1 ? Objection::ChainBroken : Objection::NoLine,
                 {place(list.day, list_name), std::to_string(list.lines)});
        if (is_chain) return base::done;
    }
    if (subject.kind == Subject::Kind::Other) {
        if (list.lines > 1)
            tell(Objection::NoLine, {place(list.day, list_name), std::to_string(list.lines)});
        return base::done;
    }
    return check_file(list, *line, subject);
}

void MailboxAudit::check_chain(const List& list, const Line& line, const Subject& subject) {
    const std::string path = place(list.day, list_name);
    if (list_before_.empty()) {
        if (subject.kind == Subject::Kind::List)
            return tell(Objection::DayMissing, {path, place(subject.day, list_name)});
        const auto digest_of = [](const auto& key) { return base::sha256_hex(key.pem()); };
        const auto names = [&](const auto& key) { return digest_of(key) == line.sha256; };
        const std::string file =
            question_.archive + '/' + std::string{keys_name} + '/' + subject.file;
        const auto bytes = base::read_file(file, head_bytes_max);
        if (std::ranges::none_of(trust_.trusted(), names) &&
            !(bytes && base::sha256_hex(*bytes) == line.sha256))
            tell(Objection::ChainBroken, {path});
        return;
    }
    if (subject.kind == Subject::Kind::List && subject.day != list_before_ &&
        !is_there(full(place(subject.day, list_name))))
        return tell(Objection::DayMissing, {path, place(subject.day, list_name)});
    if (line != Line{base::hex(digest_before_), path_of_list(list_before_)})
        tell(Objection::ChainBroken, {path});
}

base::Outcome MailboxAudit::check_file(List& list, const Line& line, const Subject& subject) {
    const bool is_own = subject.day.empty() || subject.day == list.day;
    const std::string day = is_own ? list.day : subject.day;
    const std::string path = place(day, subject.file);
    if (is_own) ++list.own;
    if (const auto at = unlisted_.find(day); !is_own && at != unlisted_.end())
        std::erase(at->second, subject.file);
    if (++audited_.files % progress_every == 0) ears_.progress(audited_.files);
    const base::Fd file = opened(full(path));
    if (!file && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) {
        if (is_own) ++list.missing;
        tell(Objection::Missing, {path});
        if (subject.kind == Subject::Kind::Receipt) check_number(path, subject, 0);
        return base::done;
    }
    if (!file) return base::fault_of_errno(errno, "opening " + full(path));
    base::Sha256 digest;
    std::string front;
    for (;;) {
        const ssize_t got = ::read(file.number(), block_.data(), block_.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fault_of_errno(errno, "reading " + full(path));
        if (got == 0) break;
        const std::string_view some{block_.data(), static_cast<std::size_t>(got)};
        digest.add(some);
        audited_.bytes += some.size();
        if (subject.kind == Subject::Kind::Receipt && front.size() < facts_bytes)
            front.append(some.substr(0, facts_bytes - front.size()));
    }
    if (const std::string found = base::hex(digest.sum()); found != line.sha256) {
        if (mismatches_.size() < mismatches_max)
            mismatches_.push_back({path, line.sha256, found});
        else
            tell(Objection::Changed, {path});
    }
    const auto issued = issued_of(subject.file, front);
    if (subject.number > 0) check_number(path, subject, issued ? issued->sequence : 0);
    return base::done;
}

// What belongs to a receipt stands before it. A sequence of 0 could not be read: it is believed.
void MailboxAudit::check_number(const std::string& path, const Subject& subject,
                                std::uint64_t sequence) {
    if (subject.number <= number_)
        return tell(Objection::NumberAgain, {path, std::to_string(number_)});
    if (first_number_ == 0) first_number_ = subject.number;
    if (subject.kind != Subject::Kind::Receipt) return;
    number_ = subject.number;
    ++receipts_;
    const std::uint64_t due = sequence_ + 1;
    if (sequence > 1 && sequence_ == 0) {
        sequence_begins_later_ = true;
        tell(Objection::BeginsLater, {mailbox_, std::to_string(sequence)});
    } else if (sequence != 0 && sequence != due) {
        tell(Objection::Gap, {path, std::to_string(sequence), std::to_string(due)});
    }
    sequence_ = sequence != 0 ? sequence : due;
}

base::Outcome MailboxAudit::check_signature(const List& list) {
    const std::string path = place(list.day, list_name);
    const std::string signature_path = full(place(list.day, signature_name));
    if (!is_there(signature_path)) {
        if (!list.is_newest) tell(Objection::NotSigned, {path});
        return base::done;
    }
    const auto signature = base::read_file(signature_path, head_bytes_max);
    if (!signature) return signature.fault();
    const base::Fd file = opened(full(path));
    if (!file) return base::fault_of_errno(errno, "opening " + full(path));
    const auto bytes = Mapped::of(file.number());
    if (!bytes) return bytes.fault();
    switch (trust_.signer_of(*signature, bytes->bytes())) {
        case Trust::Signer::Trusted: is_signed_ = is_covered_ = true; return base::done;
        case Trust::Signer::Elder:
            has_elders_ = true;
            // Once a key was followed by another one, it signs nothing more.
            if (is_signed_) tell(Objection::BadSignature, {path});
            return base::done;
        case Trust::Signer::Nobody: tell(Objection::BadSignature, {path});
    }
    return base::done;
}

void MailboxAudit::meet_heads() {
    for (Covered& each : heads_) {
        if (each.head.tree.size() != tree_.size()) continue;
        each.met = true;
        if (each.head.tree.root() != tree_.root())
            tell(Objection::OtherRoot, {each.name, std::to_string(tree_.size())});
    }
}

void MailboxAudit::end_heads() {
    for (const Covered& each : heads_)
        if (!each.met)
            tell(Objection::EndCut,
                 {each.name, std::to_string(each.head.tree.size()), std::to_string(tree_.size())});
    if (has_elders_ && !is_covered_) tell(Objection::BadSignature, {place(newest_, list_name)});
}

void MailboxAudit::tell_mismatches() {
    for (const Mismatch& each : mismatches_) {
        const auto other = std::ranges::find(mismatches_, each.found, &Mismatch::listed);
        if (other == mismatches_.end())
            tell(Objection::Changed, {each.path});
        else
            tell(Objection::Swapped, {each.path, other->path});
    }
}

}  // namespace ledger
