// What stands in the folder of a day and is in no list. Where as many files stand there as lines
// are about them, each line's file being there, there is none, and no name is remembered.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>

#include "base/clock.hpp"
#include "ledger/audit_mailbox.hpp"
#include "ledger/contents.hpp"
#include "ledger/issued.hpp"

namespace ledger {

namespace {

// So long a file may stand there before permitd lists it, and an original before its file is
// answered.
constexpr std::chrono::minutes listed_within{1};
constexpr std::chrono::days answered_within{1};

// Of the ledger itself, or half written when permitd stopped.
bool is_aside(std::string_view name) {
    return name == list_name || name == signature_name || name.starts_with('.');
}

bool is_young(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return true;  // gone: it was being written
    const auto age = std::chrono::system_clock::now() -
                     std::chrono::system_clock::from_time_t(status.st_ctim.tv_sec);
    return age < listed_within;
}

std::string day_before(const std::string& day) {
    return base::iso(base::Date{std::chrono::sys_days{*base::parse_date(day)} - answered_within});
}

}  // namespace

base::Result<std::uint64_t> MailboxAudit::count_in(const std::string& day) const {
    std::uint64_t count = 0;
    const auto tally = [&](const std::string& name) -> base::Outcome {
        count += is_aside(name) ? 0 : 1;
        return base::done;
    };
    const Shelf shelf{mailbox_, day};
    if (auto listed = each_issued_name(question_.archive, shelf, tally); !listed)
        return listed.fault();
    if (auto listed = each_original_name(question_.archive, shelf, tally); !listed)
        return listed.fault();
    return count;
}

base::Outcome MailboxAudit::check_folder(const List& list) {
    const auto there = count_in(list.day);
    if (!there) return there.fault();
    if (*there == list.own - list.missing) return base::done;
    const auto listed = names_listed(list);
    if (!listed) return listed.fault();
    return note_names(list.day, *listed);
}

base::Result<std::set<std::string>> MailboxAudit::names_listed(const List& list) {
    std::set<std::string> names;
    const std::string path = place(list.day, list_name);
    const base::Fd file{::open(full(path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file) return base::fault_of_errno(errno, "opening " + full(path));
    const auto read = each_line(file.number(), 0, [&](std::string_view text) {
        const auto line = line_of(text);
        const Subject subject = line ? subject_of(*line) : Subject{};
        if (line && subject.day.empty() && !subject.file.empty() &&
            subject.kind != Subject::Kind::Key && !names.insert(subject.file).second)
            tell(Objection::Twice, {place(list.day, subject.file)});
        return true;
    });
    if (!read) return read.fault();
    return names;
}

base::Outcome MailboxAudit::note_names(const std::string& day,
                                       const std::set<std::string>& listed) {
    const auto note = [&](const std::string& file) {
        if (!listed.contains(file)) unlisted_[day].push_back(file);
    };
    const Shelf shelf{mailbox_, day};
    auto named = each_issued_name(question_.archive, shelf, [&](const std::string& name) {
        if (!is_aside(name)) note(name);
        return base::Outcome{base::done};
    });
    if (!named) return named;
    return each_original_name(question_.archive, shelf, [&](const std::string& name) {
        if (!is_aside(name)) note(originals_name + '/' + name);
        return base::Outcome{base::done};
    });
}

// A day may have nothing but an original that was answered on the next one.
base::Outcome MailboxAudit::check_unlisted_day(const Day& day) {
    const auto count = count_in(day.day);
    if (!count) return count.fault();
    if (first_.empty() || day.day < first_) {
        older_ += *count;
        return base::done;
    }
    bool has_receipts = false;
    auto named = each_issued_name(question_.archive, {mailbox_, day.day},
                                  [&](const std::string& name) -> base::Outcome {
                                      has_receipts |= issued_of(name).has_value();
                                      return base::done;
                                  });
    if (!named) return named;
    if (!has_receipts) return note_names(day.day, {});
    if (day.day > newest_) return note_names(day.day, {});
    tell(Objection::ListMissing, {place(day.day, list_name)});
    return base::done;
}

void MailboxAudit::tell_unlisted() {
    for (const auto& [day, files] : unlisted_)
        for (const std::string& file : files) tell_unlisted(day, file);
}

void MailboxAudit::tell_unlisted(const std::string& day, const std::string& file) {
    const std::string path = place(day, file);
    const Subject subject = subject_of({{}, file});
    const bool is_original = subject.kind == Subject::Kind::Original;
    const bool may_be_older = day == first_ && (is_original || subject.number > 0);
    if (may_be_older && subject.number < first_number_ && (!is_original || sequence_begins_later_))
        ++older_;
    else if (is_original)
        tell(day < day_before(newest_) ? Objection::Unlisted : Objection::NotYetListed, {path});
    else if (subject.number > number_ && day >= newest_ && is_young(full(path)))
        tell(Objection::NotYetListed, {path});
    else
        tell(Objection::Added, {path});
}

}  // namespace ledger
