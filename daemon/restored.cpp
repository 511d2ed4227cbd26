// The order of effects, and what a crash leaves:
//
//   1  look: the archive's and the InBoxes' greatest number against the store's
//   2  <state>/restored: the messages that were forgotten; synced, renamed, its directory synced
//   3  what waits is put in doubt, in synced batches
//   4  the counters go on behind the greatest number: one synced batch
//   5  <state>/put-back, which permitctl restore left, is removed
//   6  the line starts
//
//   a crash    leaves                                 the next start
//   before 2   nothing                                does all of it
//   in 2       .restored, or both names               writes it anew
//   2 to 3     the list, counters behind              finds the same, lists the same, goes on
//   in 3       some in doubt, counters behind         puts all in doubt: twice is no more than once
//   3 to 4     all in doubt, counters behind          once more
//   4 to 5     counters ahead, the mark               once more
//   after 5    counters ahead                         only the list tells: it is read at each start
//
// The counters are last because they are what the next start looks at: whatever is missing before
// them is done again. The list is first because after the counters nobody would make it. Receipts
// of before that stand in the restored store are delivered again, under their own names with their
// own bytes; none is issued before step 6.
#include "restored.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "base/files.hpp"
#include "events.hpp"
#include "ledger/contents.hpp"
#include "notify.hpp"

namespace permitd {

namespace {

using route::ForgottenMessage;

constexpr std::string_view list_head = "permitd restored 1";
constexpr std::size_t list_bytes_max = std::size_t{1} << 30;
constexpr std::size_t head_fields = 4;
constexpr std::size_t row_fields = 7;
constexpr std::size_t alive_every = 10'000;  // receipts; systemd shall not end a start that works

struct List {
    Restored::Notice notice;
    std::vector<ForgottenMessage> messages;
};

std::vector<std::string> fields_of(std::string_view line) {
    std::vector<std::string> fields;
    for (std::size_t from = 0; from <= line.size();) {
        const std::size_t to = std::min(line.find('\t', from), line.size());
        fields.emplace_back(line.substr(from, to - from));
        from = to + 1;
    }
    return fields;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool take_head(const std::vector<std::string>& fields, List& list) {
    if (fields.size() != head_fields || fields[0] != list_head) return false;
    const auto at = base::parse_time(fields[1]);
    const auto known = number_of(fields[2]), greatest = number_of(fields[3]);
    if (!at || !known || !greatest) return false;
    list.notice = {*at, *known, *greatest, 0};
    return true;
}

bool take_row(const std::vector<std::string>& fields, List& list) {
    if (fields.size() != row_fields) return false;
    const auto number = number_of(fields[0]);
    if (!number) return false;
    list.messages.push_back(
        {*number, fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]});
    return true;
}

// Nothing when there is none.
base::Result<std::optional<List>> read_list(const std::string& file) {
    if (std::error_code none; !std::filesystem::exists(file, none)) return std::optional<List>{};
    const auto bytes = base::read_file(file, list_bytes_max);
    if (!bytes) return bytes.fault();
    List list;
    std::size_t number = 0;
    for (std::string_view rest = *bytes; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
        const auto fields = fields_of(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        if (++number == 1 ? take_head(fields, list) : take_row(fields, list)) continue;
        return base::Fault{base::Remedy::AskOperator,
                           file + ':' + std::to_string(number) +
                               ": not a line of permitd's own. It lists what a restored state had "
                               "forgotten: put a copy of it back, or remove it when every "
                               "enterprise has sent that again"};
    }
    return std::optional{std::move(list)};
}

std::string bytes_of(const List& list) {
    const auto line = [](std::initializer_list<std::string_view> fields) {
        std::string out;
        for (const std::string_view each : fields) out.append(out.empty() ? "" : "\t").append(each);
        return out + '\n';
    };
    std::string out =
        line({list_head, base::iso(list.notice.noticed_at), std::to_string(list.notice.known),
              std::to_string(list.notice.greatest)});
    for (const ForgottenMessage& each : list.messages)
        out += line({std::to_string(each.number), each.mailbox, each.message_id, each.type,
                     each.reference, each.file_sha256, each.last_kind});
    return out;
}

base::Outcome write_list(const std::string& file, const List& list) {
    const std::filesystem::path path{file};
    const auto directory = base::open_directory(path.parent_path());
    if (!directory) return directory.fault();
    const std::string name = path.filename(), unfinished = '.' + name;
    const base::Fd fd{::openat(directory->number(), unfinished.c_str(),
                               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640)};
    if (!fd) return base::fault_of_errno(errno, "creating " + file);
    if (auto written = base::write_all(fd.number(), bytes_of(list)); !written) return written;
    if (auto synced = base::sync(fd.number()); !synced) return synced;
    base::durable_step("rename");
    if (::renameat(directory->number(), unfinished.c_str(), directory->number(), name.c_str()) != 0)
        return base::fault_of_errno(errno, "naming " + file);
    return base::sync(directory->number());
}

base::Outcome remove_durably(const std::string& file) {
    const auto directory = base::open_directory(std::filesystem::path{file}.parent_path());
    if (!directory) return directory.fault();
    base::durable_step("unlink");
    if (::unlink(file.c_str()) != 0) return base::fault_of_errno(errno, "removing " + file);
    return base::sync(directory->number());
}

// What was issued behind the store's greatest number.
struct Found {
    std::uint64_t greatest = 0;
    std::map<std::string, std::uint64_t> sequences;  // the greatest of each mailbox
    std::vector<ledger::Issued> telling;             // that say something about a declaration
    std::string newest_day;                          // that holds a receipt
};

bool tells(const std::string& kind) {
    constexpr std::array silent{"rejected", "duplicate", "delayed",  "batch",
                                "answer",   "document",  "clearance"};
    return std::ranges::find(silent, kind) == silent.end();
}

base::Result<Found> issued_behind(const Places& places, std::uint64_t known) {
    Found found;
    std::size_t seen = 0;
    const auto visit = [&](const ledger::Issued& each) {
        if (++seen % alive_every == 0) notify("EXTEND_TIMEOUT_USEC=120000000");
        found.greatest = std::max(found.greatest, each.number);
        std::uint64_t& sequence = found.sequences[each.mailbox];
        sequence = std::max(sequence, each.sequence);
        if (!each.message_id.empty() && tells(each.kind)) found.telling.push_back(each);
    };
    auto newest_day = ledger::each_issued(places.archive, known, visit);
    if (!newest_day) return newest_day.fault();
    found.newest_day = std::move(*newest_day);
    for (const auto& [mailbox, senders] : places.senders)
        if (auto looked = ledger::each_issued_in(places.spool + '/' + mailbox + "/InBox", mailbox,
                                                 known, visit);
            !looked)
            return looked.fault();
    std::ranges::sort(found.telling, {}, &ledger::Issued::number);
    return found;
}

// What the receipts tell, added to what is listed.
void add(std::vector<ForgottenMessage>& messages, const std::vector<ledger::Issued>& telling) {
    using Name = std::array<std::string, 3>;
    std::map<Name, std::size_t> places;
    for (std::size_t i = 0; i < messages.size(); ++i)
        places[{messages[i].mailbox, messages[i].message_id, messages[i].reference}] = i;
    for (const ledger::Issued& each : telling) {
        const Name name{each.mailbox, each.message_id, each.reference};
        const auto known = places.find(name);
        if (known != places.end()) {
            messages[known->second].last_kind = each.kind;
        } else if (each.kind == "accepted") {
            places[name] = messages.size();
            messages.push_back({each.number, each.mailbox, each.message_id, each.type,
                                each.reference, each.file_sha256, each.kind});
        }
    }
}

bool is_there(const ForgottenMessage& message, const Places& places, const edi::Store& store) {
    const auto senders = places.senders.find(message.mailbox);
    return senders != places.senders.end() &&
           std::ranges::any_of(senders->second, [&](const std::string& each) {
               return store.message(edi::record_id(each, message.message_id)).has_value();
           });
}

void raise_counters(const Found& found, edi::Store& store) {
    edi::Counters counters = store.counters();
    counters.receipt_number = std::max(counters.receipt_number, found.greatest);
    for (const auto& [mailbox, sequence] : found.sequences) {
        std::uint64_t& counted = counters.sequences[mailbox];
        counted = std::max(counted, sequence);
    }
    edi::Change change;
    change.counters = std::move(counters);
    store.commit(std::span{&change, 1});
}

route::Forgotten forgotten(std::vector<ForgottenMessage> messages, const Places& places) {
    std::set<std::string> alone;
    for (const auto& [mailbox, senders] : places.senders)
        if (senders.size() == 1) alone.insert(mailbox);
    return {std::move(messages), std::move(alone)};
}

void tell(const List& list, const std::string& file) {
    base::log(event::state_restored,
              {{"receipt_known", static_cast<std::int64_t>(list.notice.known)},
               {"receipt_issued", static_cast<std::int64_t>(list.notice.greatest)},
               {"messages_forgotten", static_cast<std::int64_t>(list.messages.size())},
               {"list", file}});
}

}  // namespace

base::Result<Restored> settle_restored(const Places& places, edi::Store& store, base::Time now) {
    auto listed = read_list(places.list);
    if (!listed) return listed.fault();
    const std::uint64_t known = store.counters().receipt_number;
    const auto found = issued_behind(places, known);
    if (!found) return found.fault();
    std::error_code none;
    const bool put_back =
        !places.put_back.empty() && std::filesystem::exists(places.put_back, none);
    const bool is_older = put_back || found->greatest > known;
    List list = listed->has_value() ? std::move(**listed) : List{};
    if (is_older) {
        list.notice = {now, known, std::max(known, found->greatest), 0};
        add(list.messages, found->telling);
        if (auto written = write_list(places.list, list); !written) return written.fault();
        route::doubt_all(store, now);
        raise_counters(*found, store);
        if (put_back)
            if (auto removed = remove_durably(places.put_back); !removed) return removed.fault();
        tell(list, places.list);
    }
    std::erase_if(list.messages,
                  [&](const ForgottenMessage& each) { return is_there(each, places, store); });
    if (!is_older && listed->has_value() && list.messages.empty()) {
        if (auto removed = remove_durably(places.list); !removed) return removed.fault();
        base::log(event::state_whole, {});
        return Restored{std::nullopt, forgotten({}, places), true, found->newest_day};
    }
    list.notice.missing = list.messages.size();
    const bool stands = is_older || listed->has_value();
    return Restored{stands ? std::optional{list.notice} : std::nullopt,
                    forgotten(std::move(list.messages), places), stands, found->newest_day};
}

}  // namespace permitd
