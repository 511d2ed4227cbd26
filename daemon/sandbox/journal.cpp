#include "sandbox/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace sandbox {

namespace {

// In the file, an entry in its second form is an event of its own.
constexpr std::uint64_t entered_second_form = 5;
constexpr std::size_t file_bytes_max = std::size_t{4} << 30;

void write_time(base::Writer& to, base::Time time) {
    to.number(static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

base::Time read_time(base::Reader& from) {
    return base::Time{std::chrono::microseconds{static_cast<std::int64_t>(from.number())}};
}

template <class Numbers_, class Step>
void each_number(Numbers_& numbers, Step step) {
    for (auto* number : {&numbers.application, &numbers.licence, &numbers.declaration,
                         &numbers.account, &numbers.result, &numbers.group})
        step(*number);
}

void write_entry(base::Writer& to, const Entry& entry) {
    for (const std::string* text : {&entry.key, &entry.digest, &entry.answer, &entry.type,
                                    &entry.reference, &entry.application_no})
        to.text(*text);
    for (const std::uint64_t number :
         {std::uint64_t(entry.status), entry.group, entry.next_seq, std::uint64_t(entry.open_after),
          std::uint64_t(entry.withdraws)})
        to.number(number);
    write_time(to, entry.decided);
    each_number(entry.numbers, [&](std::uint64_t number) { to.number(number); });
    to.number(entry.planned.size());
    for (const Planned& planned : entry.planned) {
        write_time(to, planned.due);
        to.number(planned.group);
        to.text(planned.element);
    }
    to.number(std::uint64_t(entry.withdrawal.decision));
    to.text(entry.withdrawal.opinion);
    to.number(static_cast<std::uint64_t>(entry.withdrawal.after.count()));
    to.number(std::uint64_t{entry.multi_batch});
    for (const std::string* text : {&entry.licensed, &entry.subject, &entry.enterprise})
        to.text(*text);
}

template <class Choice>
Choice read_choice(base::Reader& from) {
    return from.number() == 0 ? Choice::No : Choice::Yes;
}

void read_second_form(base::Reader& from, Entry& entry) {
    entry.withdrawal.decision =
        from.number() == 0 ? Withdrawing::Decision::Confirmed : Withdrawing::Decision::Refused;
    entry.withdrawal.opinion = from.text();
    entry.withdrawal.after = Delay{static_cast<std::int64_t>(from.number())};
    entry.multi_batch = from.number() != 0;
    for (std::string* text : {&entry.licensed, &entry.subject, &entry.enterprise})
        *text = from.text();
}

Entry read_entry(base::Reader& from) {
    Entry entry;
    for (std::string* text : {&entry.key, &entry.digest, &entry.answer, &entry.type,
                              &entry.reference, &entry.application_no})
        *text = from.text();
    entry.status = static_cast<int>(from.number());
    entry.group = from.number();
    entry.next_seq = from.number();
    entry.open_after = read_choice<OpenAfter>(from);
    entry.withdraws = read_choice<Withdraws>(from);
    entry.decided = read_time(from);
    each_number(entry.numbers, [&](std::uint64_t& number) { number = from.number(); });
    for (std::size_t left = from.count(); left > 0 && !from.bad(); --left) {
        Planned planned;
        planned.due = read_time(from);
        planned.group = from.number();
        planned.element = from.text();
        entry.planned.push_back(std::move(planned));
    }
    return entry;
}

std::string sum_of(std::string_view bytes) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", base::crc32c(bytes));
    return text;
}

std::optional<Record> read_line(std::string_view line) {
    if (line.size() < 10 || line[8] != ' ') return std::nullopt;
    const auto bytes = base::parse_base64(line.substr(9));
    if (!bytes || sum_of(*bytes) != line.substr(0, 8)) return std::nullopt;
    return decode(*bytes);
}

}  // namespace

std::string encode(const Record& record) {
    base::Writer to;
    to.number(record.event == Event::Entered ? entered_second_form
                                             : static_cast<std::uint64_t>(record.event));
    write_time(to, record.at);
    to.number(record.cursor);
    if (record.event == Event::Entered) write_entry(to, record.entry);
    return to.take();
}

std::optional<Record> decode(std::string_view bytes) {
    base::Reader from(bytes);
    Record record;
    const std::uint64_t event = from.number();
    if (event > entered_second_form) return std::nullopt;
    const bool second_form = event == entered_second_form;
    record.event = second_form ? Event::Entered : static_cast<Event>(event);
    record.at = read_time(from);
    record.cursor = from.number();
    if (record.event == Event::Entered) record.entry = read_entry(from);
    if (second_form) read_second_form(from, record.entry);
    if (!from.complete()) return std::nullopt;
    return record;
}

base::Result<Journal> Journal::open(const std::string& file,
                                    const std::function<void(Record)>& each) {
    base::Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    if (!fd) return base::fault_of_errno(errno, "opening the state file " + file);
    if (flock(fd.number(), LOCK_EX | LOCK_NB) != 0)
        return base::Fault{base::Remedy::AskOperator,
                           "another permit-sandbox uses the state file " + file};
    auto text = base::read_all(fd.number(), file_bytes_max);
    if (!text) return text.fault();
    std::size_t done = 0;
    for (unsigned number = 1; done < text->size(); ++number) {
        const std::size_t end = text->find('\n', done);
        if (end == std::string::npos) break;
        auto record = read_line(std::string_view(*text).substr(done, end - done));
        if (!record)
            return base::Fault{base::Remedy::AskOperator,
                               file + ":" + std::to_string(number) +
                                   ": not a line of a state file; name another file or remove it"};
        each(std::move(*record));
        done = end + 1;
    }
    if (done < text->size() && ftruncate(fd.number(), static_cast<off_t>(done)) != 0)
        return base::fault_of_errno(errno, "cutting a torn line off " + file);
    return Journal(std::move(fd), file);
}

base::Outcome Journal::append(const Record& record) {
    const std::string bytes = encode(record);
    return base::write_all(file_.number(), sum_of(bytes) + " " + base::base64(bytes) + "\n");
}

base::Outcome Journal::clear() {
    if (ftruncate(file_.number(), 0) != 0)
        return base::fault_of_errno(errno, "emptying the state file " + name_);
    return base::done;
}

}  // namespace sandbox
