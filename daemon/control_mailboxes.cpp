#include "control_mailboxes.hpp"

#include <boost/json/object.hpp>
#include <filesystem>

namespace permitd {

namespace {

namespace json = boost::json;

// Of more nobody needs the number, and counting them takes time.
constexpr std::size_t counted_max = 100'000;

std::uint64_t files_in_box(const std::string& path,
                           const std::function<bool(const std::string&)>& counts) {
    const auto box = base::open_directory(path);
    return box ? files_in(box->number(), counted_max, counts) : 0;
}

void put_time(json::object& row, const char* name, const std::optional<base::Time>& time) {
    if (time) row[name] = base::iso(*time);
}

// In one word how it stands with the server.
std::string condition_of(const CourierState& state) {
    if (!state.lost.empty()) return "down";
    if (state.report.reach == Reach::Connected && !state.report.trouble.empty())
        return "in trouble";
    if (state.report.reach == Reach::Connected && state.fetching == Fetching::Held) return "held";
    return code_of(state.report.reach);
}

std::string error_of(const CourierState& state) {
    if (!state.lost.empty()) return "the courier's process: " + state.lost;
    if (!state.report.fault.empty()) return state.report.fault;
    if (!state.report.trouble.empty() || state.fetching == Fetching::On)
        return state.report.trouble;
    return "nothing is fetched while the intake waits; permitctl status says why";
}

void add_courier(json::object& row, const CourierState& state) {
    const CourierReport& report = state.report;
    row["condition"] = condition_of(state);
    row["error"] = error_of(state);
    put_time(row, "next_at", state.next_at);
    put_time(row, "last_look_at", state.looked_at);
    put_time(row, "last_fetch_at", state.fetched_at);
    put_time(row, "last_upload_at", state.uploaded_at);
    row["waiting_there"] = report.remote_waiting;
    row["left_alone_there"] = report.odd;
    row["fetched"] = state.fetched;
    row["moved"] = state.moved;
    row["given_back"] = state.given_back;
    row["uploaded"] = state.uploaded;
    row["courier_restarts"] = state.restarts;
}

}  // namespace

json::array courier_rows(const Daemon& daemon) {
    json::array rows;
    for (const CourierState& each : daemon.couriers())
        rows.push_back({{"mailbox", each.mailbox},
                        {"condition", condition_of(each)},
                        {"error", error_of(each)}});
    return rows;
}

json::array mailbox_rows(const Daemon& daemon) {
    const std::vector<CourierState> couriers = daemon.couriers();
    const Config config = daemon.config();
    json::array rows;
    for (const MailboxConfig& each : config.mailboxes) {
        const std::filesystem::path boxes = std::filesystem::path{config.spool} / each.name;
        json::object row{{"mailbox", each.name},
                         {"place", each.sftp ? each.sftp->server.host : "local"},
                         {"condition", "open"},
                         {"error", ""},
                         {"waiting", files_in_box(boxes / "OutBox", mailbox::is_ours)},
                         {"receipts_waiting", files_in_box(boxes / "InBox", is_shown)}};
        put_time(row, "last_arrival_at", daemon.last_arrival(each.name));
        for (const CourierState& state : couriers)
            if (state.mailbox == each.name) add_courier(row, state);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace permitd
