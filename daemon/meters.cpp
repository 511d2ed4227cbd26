#include "meters.hpp"

#include <algorithm>

namespace permitd {

namespace {

// From a quick answer of a disk in memory to one that somebody should look at.
constexpr double durations[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                0.25,  0.5,    1,     2.5,  5,     10,   30};
// A request may take `time_max`, a minute unless told otherwise.
constexpr double waits[] = {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120};
constexpr double files[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};

constexpr dispatch::Ask all_asks[] = {dispatch::Ask::Submit, dispatch::Ask::ByKey,
                                      dispatch::Ask::Results, dispatch::Ask::Query,
                                      dispatch::Ask::Catalogue};

constexpr const Metric* all_metrics[] = {
    &metric::build_info,
    &metric::start_time,
    &metric::live,
    &metric::ready,
    &metric::messages,
    &metric::oldest_message_age,
    &metric::files_taken,
    &metric::files_ignored,
    &metric::last_arrival,
    &metric::chunk_files,
    &metric::intake_held,
    &metric::paused,
    &metric::places_displaced,
    &metric::findings,
    &metric::validate_duration,
    &metric::worker_restarts,
    &metric::commit_duration,
    &metric::commit_files,
    &metric::store_sync_duration,
    &metric::commits_held,
    &metric::attempts,
    &metric::submit_duration,
    &metric::last_success,
    &metric::endpoint_state,
    &metric::results_cursor_age,
    &metric::receipts_issued,
    &metric::deliveries_waiting,
    &metric::deliver_duration,
    &metric::filesystem_free,
    &metric::filesystem_size,
    &metric::filesystem_free_inodes,
    &metric::courier_connected,
    &metric::courier_last_look,
    &metric::courier_files,
    &metric::courier_restarts,
    &metric::certificate_expiry,
    &metric::sftp_key_changed,
    &metric::catalogue_expiry,
    &metric::reload_successful,
    &metric::reload_success_time,
    &metric::operator_actions,
};

std::vector<std::string> classes() {
    std::vector<std::string> codes;
    for (const auto each :
         {edi::AnswerClass::Verdict, edi::AnswerClass::Document, edi::AnswerClass::NotFound,
          edi::AnswerClass::NotProcessed, edi::AnswerClass::NotSent, edi::AnswerClass::InDoubt,
          edi::AnswerClass::Configuration})
        codes.emplace_back(code_of(each));
    return codes;
}

std::vector<std::string> kinds() {
    std::vector<std::string> names;
    for (const edi::ReceiptKind& each : edi::receipt_kinds()) names.emplace_back(each.name);
    return names;
}

std::vector<std::string> ways() {
    std::vector<std::string> codes;
    for (const auto each : {intake::Completeness::Renamed, intake::Completeness::Closed,
                            intake::Completeness::Settled, intake::Completeness::Marked})
        codes.emplace_back(code_of(each));
    return codes;
}

std::vector<std::string> oddities() {
    std::vector<std::string> codes;
    for (const auto each :
         {mailbox::Oddity::NotRegular, mailbox::Oddity::SeveralLinks, mailbox::Oddity::Unreadable,
          mailbox::Oddity::NotOurName, mailbox::Oddity::LoneMarker})
        codes.emplace_back(code_of(each));
    return codes;
}

// It said what was wanted of it: that a document is refused or nothing is known is an answer.
bool is_success(edi::AnswerClass answer) {
    switch (answer) {
        case edi::AnswerClass::Verdict:
        case edi::AnswerClass::Document:
        case edi::AnswerClass::NotFound: return true;
        case edi::AnswerClass::NotProcessed:
        case edi::AnswerClass::NotSent:
        case edi::AnswerClass::InDoubt:
        case edi::AnswerClass::Configuration: return false;
    }
    return false;
}

base::Time time_of(base::Time::rep microseconds) {
    return base::Time{base::Time::duration{microseconds}};
}

}  // namespace

std::span<const Metric* const> metrics() { return all_metrics; }

std::string table_of(std::span<const Metric* const> metrics) {
    std::string table = "| metric | type | labels | what it tells |\n|---|---|---|---|\n";
    for (const Metric* each : metrics)
        table += std::string{"| `"} + each->name + "` | " + code_of(each->kind) + " | " +
                 each->labels + " | " + each->meaning + " |\n";
    return table;
}

std::vector<std::string> operator_commands() {
    return {"flush",           "hold",          "release",        "requeue",
            "give-up",         "pause-intake",  "resume-intake",  "pause-dispatch",
            "resume-dispatch", "pause-results", "resume-results", "reload"};
}

const char* code_of(dispatch::Ask ask) {
    switch (ask) {
        case dispatch::Ask::Submit: return "submit";
        case dispatch::Ask::ByKey: return "by-key";
        case dispatch::Ask::Results: return "results";
        case dispatch::Ask::Query: return "query";
        case dispatch::Ask::Catalogue: return "catalogue";
    }
    return "";
}

const char* code_of(intake::Completeness completeness) {
    switch (completeness) {
        case intake::Completeness::Renamed: return "renamed";
        case intake::Completeness::Closed: return "closed";
        case intake::Completeness::Settled: return "settled";
        case intake::Completeness::Marked: return "marked";
    }
    return "";
}

const char* code_of(mailbox::Oddity oddity) {
    switch (oddity) {
        case mailbox::Oddity::NotRegular: return "not-regular";
        case mailbox::Oddity::SeveralLinks: return "several-links";
        case mailbox::Oddity::Unreadable: return "unreadable";
        case mailbox::Oddity::NotOurName: return "not-our-name";
        case mailbox::Oddity::LoneMarker: return "lone-marker";
    }
    return "";
}

Meters::OfMailbox::OfMailbox() : taken(ways()) {}

Meters::Meters(const receipts::Catalogue& catalogue, const base::Clock& clock)
    : validate(durations), commit(durations), sync(durations), submit(waits), deliver(durations),
      chunk_files(files), commit_files(files), findings(catalogue.codes(), Tally::Others::Counted),
      receipts(kinds()), operator_actions(operator_commands(), Tally::Others::Counted),
      files_ignored(oddities()),
      clock_(clock), attempts_{Tally{classes()}, Tally{classes()}, Tally{classes()},
                               Tally{classes()}, Tally{classes()}},
      results_read_at_(clock.tick().time_since_epoch().count()),
      reload_success_time_(clock.now().time_since_epoch().count()) {}

void Meters::know(const std::set<std::string>& mailboxes) {
    const std::lock_guard lock{mutex_};
    std::erase_if(mailboxes_, [&](const auto& each) { return !mailboxes.contains(each.first); });
    for (const std::string& each : mailboxes) mailboxes_.try_emplace(each);
}

void Meters::took(std::span<const intake::Interchange> chunk) {
    chunk_files.observe(static_cast<double>(chunk.size()));
    const std::lock_guard lock{mutex_};
    for (const intake::Interchange& each : chunk) {
        const auto found = mailboxes_.find(each.arrival.mailbox);
        if (found == mailboxes_.end()) continue;
        found->second.taken.add(code_of(each.completeness));
        found->second.last_arrival = each.arrival.received_at;
    }
}

void Meters::committed(std::size_t files_in_it, const route::Account& account,
                       std::chrono::nanoseconds took) {
    commits_.fetch_add(1, std::memory_order_relaxed);
    files_committed_.fetch_add(files_in_it, std::memory_order_relaxed);
    commit.observe(took);
    if (files_in_it > 0) commit_files.observe(static_cast<double>(files_in_it));
    if (account.sync.count() > 0) sync.observe(account.sync);
    deliveries_waiting_ -= account.deliveries_gone;
    for (const route::Account::Issued& each : account.issued) {
        receipts.add(each.kind);
        for (const std::string& code : each.problems) findings.add(code);
    }
    for (const route::Account::Answered& each : account.answered) count(each);
}

void Meters::count(const route::Account::Answered& answered) {
    const auto index = static_cast<std::size_t>(answered.ask);
    attempts_[index].add(code_of(answered.answer_class));
    if (answered.ask == dispatch::Ask::Submit) submit.observe(answered.took);
    if (!is_success(answered.answer_class)) return;
    successes_[index] = answered.at.time_since_epoch().count();
    if (answered.ask == dispatch::Ask::Results)
        results_read_at_ = clock_.tick().time_since_epoch().count();
}

void Meters::reloaded(Reloaded reloaded) {
    reload_successful_ = reloaded == Reloaded::Taken;
    if (reloaded == Reloaded::Taken) reload_success_time_ = clock_.now().time_since_epoch().count();
}

void Meters::each_mailbox(
    const std::function<void(const std::string& name, const OfMailbox&)>& visit) const {
    const std::lock_guard lock{mutex_};
    for (const auto& [name, each] : mailboxes_) visit(name, each);
}

std::optional<base::Time> Meters::last_arrival(const std::string& mailbox) const {
    const std::lock_guard lock{mutex_};
    const auto found = mailboxes_.find(mailbox);
    return found == mailboxes_.end() ? std::nullopt : found->second.last_arrival;
}

std::span<const dispatch::Ask> Meters::asks() { return all_asks; }

base::Time Meters::last_success(dispatch::Ask ask) const {
    return time_of(successes_[static_cast<std::size_t>(ask)]);
}

std::chrono::nanoseconds Meters::results_cursor_age() const {
    return clock_.tick() - base::Tick{base::Tick::duration{results_read_at_}};
}

base::Time Meters::reload_success_time() const { return time_of(reload_success_time_); }

}  // namespace permitd
