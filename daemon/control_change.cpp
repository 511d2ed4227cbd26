#include "control_change.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>

#include "access.hpp"
#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "control_config.hpp"
#include "control_words.hpp"
#include "find.hpp"

namespace permitd {

namespace {

namespace json = boost::json;
using route::Verb;

constexpr const char* busy = "other changes are being made: try again in a moment";
constexpr std::size_t reason_bytes_max = 500;
constexpr std::int64_t pause_seconds_max = 366 * 86'400;
constexpr std::size_t ids_max = 256;
constexpr std::size_t looked_at_max = 10'000;  // some 20 ms
constexpr std::size_t actions_max = 1'000;
constexpr std::size_t actions_unless_told = 20;
constexpr std::size_t actions_of_message_max = 50;

std::string text_of(const json::object& asked, const char* name) {
    const json::value* value = asked.if_contains(name);
    return value && value->is_string() ? std::string{value->as_string()} : std::string{};
}

bool is_true(const json::object& asked, const char* name) {
    const json::value* value = asked.if_contains(name);
    return value && value->is_bool() && value->as_bool();
}

// A line that may stand in a receipt and in a log.
bool is_reason(const std::string& text) {
    return !text.empty() && text.size() <= reason_bytes_max && base::valid_utf8(text) == text &&
           std::ranges::none_of(
               text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Where a walk through all messages stands: up to when they are looked at, and the last one.
struct Cursor {
    base::Time until = {};
    edi::MessagePlace last;
};

std::string text_of(const Cursor& cursor) {
    const auto count = [](base::Time time) {
        return std::to_string(time.time_since_epoch().count());
    };
    return count(cursor.until) + '.' + count(cursor.last.received_at) + '.' +
           base::hex(cursor.last.record_id);
}

std::optional<base::Time> take_time(std::string_view& text) {
    std::int64_t count = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (wrong != std::errc{} || end == text.data() + text.size() || *end != '.')
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return base::Time{std::chrono::microseconds{count}};
}

std::optional<Cursor> cursor_of(std::string_view text) {
    Cursor cursor;
    const auto until = take_time(text);
    const auto at = until ? take_time(text) : std::nullopt;
    if (!at || text.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned byte = 0;
        const char* const from = text.data() + i;
        if (std::from_chars(from, from + 2, byte, 16).ptr != from + 2) return std::nullopt;
        cursor.last.record_id += static_cast<char>(byte);
    }
    cursor.until = *until;
    cursor.last.received_at = *at;
    return cursor;
}

// The messages that one request is about, and which of them go by what id.
struct Aim {
    std::vector<route::Target> targets;
    std::vector<std::string> ids;  // of the targets, where ids were asked for
    json::array unknown;
    std::size_t looked_at = 0;
    std::optional<Cursor> next;
};

// Whether one of its references still waits and `fits`.
bool any_waiting(const edi::MessageRecord& record, const edi::Store& store,
                 const std::function<bool(const edi::Submission&)>& fits) {
    return std::ranges::any_of(record.subjects, [&](const edi::Subject& each) {
        const auto submission = store.submission(each.key);
        return submission && submission->unsettled() && fits(*submission);
    });
}

// Of `all` without a state: what the verb can do something about.
bool is_meant(Verb verb, const edi::MessageRecord& record, const edi::Store& store) {
    switch (record.state) {
        case edi::MessageState::Waiting: return verb != Verb::Release;
        case edi::MessageState::Sending: return verb == Verb::Hold;
        case edi::MessageState::InDoubt: return verb == Verb::Flush || verb == Verb::Hold;
        case edi::MessageState::Held:
            if (verb != Verb::Flush && verb != Verb::Release) return verb == Verb::Hold;
            return any_waiting(record, store, [&](const edi::Submission& each) {
                return each.on_hold == (verb == Verb::Release);
            });
        case edi::MessageState::Acknowledged: break;
        case edi::MessageState::Settled:
        case edi::MessageState::Rejected: return false;
    }
    // The ministry has one reference of it, and another one may still wait.
    return record.subjects.size() > 1 &&
           any_waiting(record, store, [](const auto&) { return true; });
}

base::Fault bad(std::string text) { return {base::Remedy::AskOperator, std::move(text)}; }

base::Result<Aim> aim_at_all(const Daemon& daemon, const json::object& asked, Verb verb) {
    const std::string code = text_of(asked, "state");
    const auto state = edi::message_state_of(code);
    if (!code.empty() && !state) return bad("there is no state " + code);
    if (!state && verb == Verb::GiveUp) return bad("what is given up all at once needs a state");
    const std::string mailbox = text_of(asked, "mailbox");
    const std::string begun = text_of(asked, "cursor");
    auto cursor =
        begun.empty() ? Cursor{daemon.clock().now(), {base::Time::min(), {}}} : cursor_of(begun);
    if (!cursor) return bad("that is no cursor: " + begun);
    Aim aim;
    bool more = false;
    daemon.store().each_message_after(cursor->last, [&](const edi::MessageRecord& record) {
        // What comes in while it goes on is not meant.
        if (record.file.received_at > cursor->until) return false;
        more = aim.looked_at == looked_at_max || aim.targets.size() == ids_max;
        if (more) return false;
        ++aim.looked_at;
        cursor->last = {record.file.received_at, edi::record_id(record)};
        const bool chosen = state ? record.state == *state : is_meant(verb, record, daemon.store());
        if (chosen && (mailbox.empty() || record.file.mailbox == mailbox))
            aim.targets.push_back({cursor->last.record_id});
        return true;
    });
    if (more) aim.next = *cursor;
    return aim;
}

base::Result<Aim> aim_at_ids(const Daemon& daemon, const json::object& asked) {
    std::vector<std::string> ids;
    if (const json::value* list = asked.if_contains("ids"); list && list->is_array())
        for (const json::value& each : list->as_array())
            if (each.is_string()) ids.emplace_back(each.as_string());
    if (ids.empty() || ids.size() > ids_max)
        return bad("it needs 1 to " + std::to_string(ids_max) + " ids, or all");
    Aim aim;
    std::vector<std::optional<Found>> found = find_all(daemon, ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!found[i]) {
            aim.unknown.push_back(json::string{ids[i]});
            continue;
        }
        aim.targets.push_back({edi::record_id(found[i]->record), found[i]->reference});
        aim.ids.push_back(ids[i]);
    }
    aim.looked_at = ids.size();
    return aim;
}

// Sender NUL MessageId; of a rejected message, nothing and its receipt's number.
json::object row_of(const edi::ActionTarget& target) {
    const std::size_t nul = target.record_id.find('\0');
    return {{"sender", target.record_id.substr(0, nul)},
            {"message_id", target.record_id.substr(nul + 1)},
            {"reference", target.reference},
            {"result", target.result},
            {"text", target.text},
            {"detail", target.detail}};
}

json::object row_of(const edi::Action& action) {
    return {{"action", action.number}, {"at", base::iso(action.at)}, {"uid", action.uid},
            {"user", action.user},     {"command", action.command},  {"reason", action.reason}};
}

json::object answer_of(const Aim& aim, const route::InstructionDone& done) {
    json::object out;
    if (done.action != 0) out["action"] = done.action;
    json::array targets;
    for (std::size_t i = 0; i < done.targets.size(); ++i) {
        json::object row = row_of(done.targets[i]);
        if (!aim.ids.empty()) row["id"] = aim.ids[done.asked[i]];
        targets.push_back(std::move(row));
    }
    out["targets"] = std::move(targets);
    out["unknown"] = aim.unknown;
    out["looked_at"] = aim.looked_at;
    if (done.dispatch_paused) out["dispatch_paused"] = true;
    if (aim.next) out["cursor"] = text_of(*aim.next);
    return out;
}

void answer(const http::Reply& reply, http::Response response) {
    reply(std::move(response), http::Mischief::None);
}

void give(Daemon& daemon, route::Instruction instruction, const http::Reply& reply,
          std::function<json::object(const route::InstructionDone&)> tell) {
    const bool waits =
        daemon.instruct(std::move(instruction), [reply, tell = std::move(tell)](const auto& done) {
            answer(reply, json_answer(200, tell(done)));
        });
    if (!waits) answer(reply, fault_answer(503, busy));
}

void change_messages(Daemon& daemon, const json::object& asked, route::Instruction instruction,
                     const http::Reply& reply) {
    auto aim = is_true(asked, "all") ? aim_at_all(daemon, asked, instruction.verb)
                                     : aim_at_ids(daemon, asked);
    if (!aim) return answer(reply, fault_answer(400, aim.fault().text));
    if (is_true(asked, "in_doubt")) instruction.doubt = route::Doubt::GivenUpToo;
    // A flush probes a line that is closed, although nothing waits for it: results do.
    if (aim->targets.empty() && instruction.verb != Verb::Flush)
        return answer(reply, json_answer(200, answer_of(*aim, {})));
    instruction.targets = aim->targets;
    give(daemon, std::move(instruction), reply,
         [aim = std::move(*aim)](const route::InstructionDone& done) {
             return answer_of(aim, done);
         });
}

void change_pauses(Daemon& daemon, const json::object& asked, route::Instruction instruction,
                   const http::Reply& reply) {
    const auto flow = edi::flow_of(text_of(asked, "what"));
    if (!flow)
        return answer(reply, fault_answer(400, "what can be paused is intake, dispatch, results"));
    instruction.flow = *flow;
    if (const json::value* lasts = asked.if_contains("for_s")) {
        const std::int64_t seconds = lasts->is_int64() ? lasts->as_int64() : 0;
        if (seconds < 1 || seconds > pause_seconds_max)
            return answer(reply, fault_answer(400, "a pause lasts from one second to 366 days"));
        instruction.lasts = std::chrono::seconds{seconds};
    }
    give(daemon, std::move(instruction), reply, [&daemon](const route::InstructionDone& done) {
        json::object out{{"result", code_of(done.ruled)}};
        if (done.action != 0) out["action"] = done.action;
        add_pauses(out, daemon.store().pauses());
        return out;
    });
}

void change_configuration(Daemon& daemon, route::Instruction instruction,
                          const http::Reply& reply) {
    const bool waits = daemon.instruct(std::move(instruction),
                                       [&daemon, reply](const route::InstructionDone& done) {
                                           answer(reply, reload_answer(daemon, done));
                                       });
    if (!waits) answer(reply, fault_answer(503, busy));
}

}  // namespace

void take_change(Daemon& daemon, const http::Request& request, const http::Reply& reply) {
    if (const Config config = daemon.config(); !may_change(request, config))
        return answer(reply,
                      fault_answer(403, "only root, permitd's own user and members of the group " +
                                            config.control_admin_group + " may change anything"));
    if (request.path != "/changes")
        return answer(reply, fault_answer(404, "there is no " + request.path));
    boost::system::error_code wrong;
    const json::value body = json::parse(request.body, wrong);
    if (wrong || !body.is_object())
        return answer(reply, fault_answer(400, "the body is not a JSON object"));
    const json::object& asked = body.as_object();
    const auto verb = route::verb_of(text_of(asked, "verb"));
    if (!verb) return answer(reply, fault_answer(400, "there is no such verb"));
    route::Instruction instruction{.verb = *verb,
                                   .uid = *request.peer_uid,
                                   .user = user_name(*request.peer_uid),
                                   .reason = text_of(asked, "reason")};
    if (!is_reason(instruction.reason))
        return answer(reply,
                      fault_answer(400, "a change wants a reason: a line of 1 to 500 bytes"));
    if (!daemon.commit_gate().held().empty())
        return answer(reply, fault_answer(503,
                                          "too little is free on the state's disk, so nothing "
                                          "can be changed: permitctl status tells where"));
    if (*verb == Verb::Reload) return change_configuration(daemon, std::move(instruction), reply);
    if (*verb == Verb::Pause || *verb == Verb::Resume)
        return change_pauses(daemon, asked, std::move(instruction), reply);
    change_messages(daemon, asked, std::move(instruction), reply);
}

json::object actions_of(const Daemon& daemon, const http::Request& request) {
    const edi::Store& store = daemon.store();
    const std::size_t limit =
        std::min(number_of(request, "limit", actions_unless_told), actions_max);
    const std::uint64_t last = store.counters().action_number;
    const std::uint64_t newest = last - std::min<std::uint64_t>(last, limit);
    json::array rows;
    for (const edi::Action& each : store.actions(number_of(request, "after", newest), limit)) {
        json::object row = row_of(each);
        json::array targets;
        for (const edi::ActionTarget& target : each.targets) targets.push_back(row_of(target));
        row["targets"] = std::move(targets);
        rows.push_back(std::move(row));
    }
    return {{"actions", std::move(rows)}, {"last", last}};
}

json::array actions_on(const edi::MessageRecord& record, const edi::Store& store) {
    const std::string id = edi::record_id(record);
    json::array rows;
    for (const edi::Action& each : store.actions_on(id, actions_of_message_max))
        for (const edi::ActionTarget& target : each.targets) {
            if (target.record_id != id) continue;
            json::object row = row_of(each);
            row["reference"] = target.reference;
            row["result"] = target.result;
            row["text"] = target.text;
            row["detail"] = target.detail;
            rows.push_back(std::move(row));
        }
    return rows;
}

void add_pauses(json::object& status, const std::vector<edi::Pause>& pauses) {
    for (const edi::Flow flow : edi::flows) {
        json::value& place = status[code_of(flow)];
        if (!place.is_object()) place = json::object{};
        const auto pause = std::ranges::find(pauses, flow, &edi::Pause::flow);
        if (pause == pauses.end()) continue;
        json::object by{{"uid", pause->uid},
                        {"user", pause->user},
                        {"reason", pause->reason},
                        {"since", base::iso(pause->since)}};
        if (pause->until != base::Time{}) by["until"] = base::iso(pause->until);
        place.as_object()["paused"] = std::move(by);
    }
}

}  // namespace permitd
