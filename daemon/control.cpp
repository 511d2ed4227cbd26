#include "control.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>

#include "access.hpp"
#include "control_change.hpp"
#include "control_config.hpp"
#include "control_figures.hpp"
#include "control_late.hpp"
#include "control_lists.hpp"
#include "control_mailboxes.hpp"
#include "control_words.hpp"
#include "find.hpp"
#include "story.hpp"

namespace permitd {

namespace {

namespace json = boost::json;

constexpr std::size_t rows_max = 10'000;
constexpr std::size_t rows_unless_told = 200;
constexpr std::size_t pages_max = 10'000;
constexpr std::size_t queue_max = rows_unless_told;
constexpr base::Time far_away{std::chrono::hours{24 * 365 * 200}};

json::array held_rows(const std::vector<Gate::State::Since>& held) {
    json::array rows;
    for (const Gate::State::Since& each : held) {
        json::object row{{"condition", code_of(each.hold.condition)},
                         {"place", each.hold.place},
                         {"figure", each.hold.figure},
                         {"limit", each.hold.limit},
                         {"since", base::iso(each.since)}};
        rows.push_back(std::move(row));
    }
    return rows;
}

json::array displaced_rows(const Standing& standing) {
    json::array rows;
    for (const Standing::Displaced& each : standing.state()) {
        json::object row{{"place", each.place},
                         {"mailbox", each.mailbox},
                         {"found", code_of(each.stand)},
                         {"error", each.error},
                         {"since", base::iso(each.since)}};
        rows.push_back(std::move(row));
    }
    return rows;
}

json::object intake_of(const Daemon& daemon) {
    const Gate::State state = daemon.gate().state();
    return {{"held", held_rows(state.held)}};
}

json::object restored_of(const Restored::Notice& notice, const std::string& list) {
    return {{"noticed_at", base::iso(notice.noticed_at)},
            {"receipt_known", notice.known},
            {"receipt_issued", notice.greatest},
            {"messages_missing", notice.missing},
            {"list", list}};
}

void add_trouble(json::object& out, const route::Trouble& trouble) {
    if (trouble.clock)
        out["clock"] = {{"noticed_at", base::iso(trouble.clock->noticed_at)},
                        {"moved_s", trouble.clock->moved.count()}};
    if (trouble.results)
        out["results_trouble"] = {{"since", base::iso(trouble.results->since)},
                                  {"reason", trouble.results->reason}};
}

http::Response status(const Daemon& daemon) {
    const edi::Store& store = daemon.store();
    json::object counts;
    for (const auto& [state, count] : store.message_counts()) counts[code_of(state)] = count;
    const Config config = daemon.config();
    json::array mailboxes;
    for (const MailboxConfig& each : config.mailboxes) mailboxes.push_back(json::string{each.name});
    const edi::Counters counters = store.counters();
    json::object out{{"version", PERMITD_VERSION},
                     {"pid", ::getpid()},
                     {"started_at", base::iso(daemon.started_at())},
                     {"now", base::iso(daemon.clock().now())},
                     {"endpoint", config.ministry.url},
                     {"endpoint_condition", daemon.gateway().condition()},
                     {"messages", std::move(counts)},
                     {"receipts_issued", counters.receipt_number},
                     {"results_cursor", store.cursor()},
                     {"receipts_waiting", daemon.deliveries_waiting()},
                     {"commits", daemon.commits()},
                     {"files_committed", daemon.files_committed()},
                     {"files_in_a_commit_most", daemon.files_in_a_commit_most()},
                     {"mailboxes", std::move(mailboxes)},
                     {"intake", intake_of(daemon)},
                     {"commits_held", held_rows(daemon.commit_gate().held())},
                     {"displaced", displaced_rows(daemon.standing())},
                     {"spool", config.spool}};
    add_pauses(out, store.pauses());
    add_trouble(out, daemon.trouble());
    out["couriers"] = courier_rows(daemon);
    add_reloads(out, daemon);
    if (const auto& restored = daemon.restored())
        out["restored"] = restored_of(*restored, daemon.restored_list());
    if (!daemon.metrics_address().empty()) out["metrics"] = daemon.metrics_address();
    if (const auto due = store.next_due()) out["next_due_at"] = base::iso(*due);
    return json_answer(200, out);
}

// Whether permitd itself has still something to do for it.
bool is_queued(edi::MessageState state) {
    switch (state) {
        case edi::MessageState::Waiting:
        case edi::MessageState::Sending:
        case edi::MessageState::InDoubt:
        case edi::MessageState::Held: return true;
        case edi::MessageState::Acknowledged:
        case edi::MessageState::Settled:
        case edi::MessageState::Rejected: break;
    }
    return false;
}

// The front of the queue, by what falls due first, and behind it what is held: read from the
// indexes, not from all that was ever done. The submissions come with their bodies, so only so
// many.
std::vector<edi::MessageRecord> queue_of(const edi::Store& store, std::size_t limit) {
    std::vector<edi::MessageRecord> queue;
    std::set<std::string> seen;
    const auto add = [&](const std::string& sender, const std::string& message_id) {
        const std::string id = edi::record_id(sender, message_id);
        if (queue.size() == limit || !seen.insert(id).second) return;
        if (auto record = store.message(id)) queue.push_back(std::move(*record));
    };
    for (const edi::Submission& each : store.sending()) add(each.sender, each.message_id);
    for (const edi::Submission& each : store.due(far_away, limit))
        add(each.sender, each.message_id);
    for (const edi::Errand& each : store.errands(std::nullopt, limit))
        add(each.sender, each.message_id);
    // What an operator holds is never due: it is found by its arrival.
    const auto oldest = store.oldest_messages();
    const auto first = oldest.find(edi::MessageState::Held);
    if (first == oldest.end()) return queue;
    std::uint64_t left = store.message_counts()[edi::MessageState::Held];
    store.each_message_after({first->second, {}}, [&](const edi::MessageRecord& record) {
        if (record.state != edi::MessageState::Held) return true;
        add(record.sender, record.message_id);
        return --left > 0 && queue.size() < limit;
    });
    return queue;
}

bool is_paused(const Daemon& daemon, edi::Flow flow) {
    const std::vector<edi::Pause> pauses = daemon.store().pauses();
    return std::ranges::find(pauses, flow, &edi::Pause::flow) != pauses.end();
}

// What stands between the queue and the ministry.
std::string condition_of(const Daemon& daemon) {
    if (is_paused(daemon, edi::Flow::Dispatch)) return "paused";
    return daemon.gateway().condition();
}

// What stands between the ministry's results and us.
std::string results_condition_of(const Daemon& daemon) {
    if (is_paused(daemon, edi::Flow::Results)) return "paused";
    const route::Trouble trouble = daemon.trouble();
    return trouble.results ? trouble.results->reason : "open";
}

void add_conditions(json::object& out, const Daemon& daemon) {
    out["endpoint_condition"] = condition_of(daemon);
    out["results_condition"] = results_condition_of(daemon);
}

http::Response messages(const Daemon& daemon, const http::Request& request) {
    const std::string state = asked_for(request, "state");
    const std::string mailbox = asked_for(request, "mailbox");
    const bool is_queue = state == "QUEUE";
    if (!state.empty() && !is_queue && !edi::message_state_of(state))
        return fault_answer(400, "there is no state " + state +
                                     "; states are WAITING SENDING IN_DOUBT ACKNOWLEDGED HELD "
                                     "SETTLED REJECTED, and ALL");
    const std::size_t limit = std::min(number_of(request, "limit", rows_unless_told), rows_max);
    std::size_t before =
        (std::clamp<std::size_t>(number_of(request, "page", 1), 1, pages_max) - 1) * limit;
    const std::chrono::seconds age{number_of(request, "older_than_s", 0)};
    const base::Time now = daemon.clock().now();
    json::array rows;
    bool more = false;
    const auto look_at = [&](const edi::MessageRecord& record) {
        if (is_queue ? !is_queued(record.state) : !state.empty() && code_of(record.state) != state)
            return true;
        if (!mailbox.empty() && record.file.mailbox != mailbox) return true;
        if (now - record.file.received_at < age) return true;
        if (before > 0) return --before, true;
        more = rows.size() == limit;
        if (!more) rows.push_back(row_of(record, daemon.store(), now));
        return !more;
    };
    if (is_queue && mailbox.empty() && age.count() == 0 && before == 0 && limit <= queue_max) {
        for (const edi::MessageRecord& each : queue_of(daemon.store(), limit + 1))
            if (!look_at(each)) break;
    } else {
        daemon.store().each_message(look_at);
    }
    json::object out{{"messages", std::move(rows)}, {"more", more}};
    add_conditions(out, daemon);
    if (!is_queue) return json_answer(200, out);
    json::object others;
    for (const auto& [each, count] : daemon.store().message_counts())
        if (!is_queued(each)) others[code_of(each)] = count;
    out["not_listed"] = std::move(others);
    return json_answer(200, out);
}

http::Response results(const Daemon& daemon) {
    json::array rows;
    daemon.store().each_unclaimed([&](const edi::MinistryResult& result) {
        rows.push_back(row_of(result));
        return rows.size() < rows_max;
    });
    return json_answer(200, {{"results", std::move(rows)}});
}

http::Response dispatch(const Daemon& daemon, const http::Request& request) {
    if (request.method != "GET") return fault_answer(405, "only GET and POST are served");
    if (request.path == "/status") return status(daemon);
    if (request.path == "/messages") return messages(daemon, request);
    if (request.path == "/results") return results(daemon);
    if (request.path == "/figures") return json_answer(200, figures_of(daemon));
    if (request.path == "/actions") return json_answer(200, actions_of(daemon, request));
    if (request.path == "/config") return config_of(daemon);
    if (request.path == "/mailboxes")
        return json_answer(200, {{"mailboxes", mailbox_rows(daemon)}});
    if (auto list = list_of(daemon, request)) return std::move(*list);
    constexpr std::string_view one = "/messages/";
    if (request.path.rfind(one, 0) == 0) {
        const std::string id = request.path.substr(one.size());
        const auto record = find(daemon, id);
        if (!record) return fault_answer(404, "nothing is known of " + id);
        json::object story =
            story_of(*record, daemon.store(), daemon.rules()->catalogue(), daemon.clock().now());
        add_conditions(story, daemon);
        return json_answer(200, story);
    }
    return fault_answer(404, "there is no " + request.path);
}

}  // namespace

base::Result<std::unique_ptr<Control>> Control::open(Daemon& daemon) {
    std::unique_ptr<Control> control{new Control{daemon}};
    control->late_ = std::make_unique<LateAnswers>(daemon);
    control->backups_ = std::make_unique<BackupRequests>(daemon);
    http::Listen listen;
    listen.address = "unix:" + daemon.config().control_socket;
    listen.unix_groups = groups_let_in(daemon.config());
    auto server = http::Server::listen(
        listen, [&daemon, &late = *control->late_, &backups = *control->backups_](
                    const http::Request& request, const http::Reply& reply) {
            if (request.path == "/backup") return backups.take(request, reply);
            if (late.take(request, reply)) return;
            if (request.method == "POST") return take_change(daemon, request, reply);
            reply(dispatch(daemon, request), http::Mischief::None);
        });
    if (!server) return server.fault();
    control->server_ = std::move(*server);
    control->thread_ = std::thread{[&server = *control->server_, &pulse = daemon.pulse()] {
        beat_while_served(server, pulse, Pulse::Thread::Control);
        server.run();
        pulse.rest(Pulse::Thread::Control);
    }};
    return control;
}

Control::~Control() {
    // One that could not be opened has no thread.
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
    late_.reset();
    backups_.reset();
    // An answer needs the server.
    daemon_.forget_operators();
}

}  // namespace permitd
