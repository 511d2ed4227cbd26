#include "control_figures.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <numeric>

#include "figures.hpp"
#include "health.hpp"

namespace permitd {

namespace {

namespace json = boost::json;

std::uint64_t sum_of(const Tally& tally) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < tally.values().size(); ++i) sum += tally.count(i);
    return sum;
}

std::uint64_t files_taken(const Meters& meters) {
    std::uint64_t sum = 0;
    meters.each_mailbox([&](const std::string&, const Meters::OfMailbox& mailbox) {
        sum += sum_of(mailbox.taken);
    });
    return sum;
}

// How many there were, and how long all of them took.
json::object row_of(const Histogram& histogram) {
    const auto counts = histogram.counts();
    return {{"count", std::accumulate(counts.begin(), counts.end(), std::uint64_t{0})},
            {"seconds", histogram.sum()}};
}

json::array message_rows(const Daemon& daemon) {
    auto counts = daemon.store().message_counts();
    const auto oldest = daemon.store().oldest_messages();
    const base::Time now = daemon.clock().now();
    json::array rows;
    for (const edi::MessageState each : edi::message_states()) {
        json::object row{{"state", code_of(each)}, {"count", counts[each]}};
        if (const auto found = oldest.find(each); found != oldest.end())
            row["oldest_age_s"] =
                std::max(seconds(std::chrono::nanoseconds{now - found->second}), 0.0);
        rows.push_back(std::move(row));
    }
    return rows;
}

json::array failing_rows(const Daemon& daemon) {
    json::array rows;
    for (const auto& checks : {liveness(daemon), readiness(daemon)})
        for (const Check& each : checks)
            if (each.well == Well::No)
                rows.push_back(json::object{{"check", each.name}, {"why", each.words}});
    return rows;
}

json::array paused_flows(const edi::Store& store) {
    json::array flows;
    for (const edi::Pause& each : store.pauses()) flows.emplace_back(code_of(each.flow));
    return flows;
}

}  // namespace

json::object figures_of(const Daemon& daemon) {
    const Meters& meters = daemon.meters();
    const base::Tick tick = daemon.clock().tick();
    std::uint64_t asked = 0;
    for (const dispatch::Ask each : Meters::asks()) asked += sum_of(meters.attempts(each));
    return {{"version", PERMITD_VERSION},
            {"now", base::iso(daemon.clock().now())},
            {"started_at", base::iso(daemon.started_at())},
            {"monotonic_s", seconds(std::chrono::nanoseconds{tick.time_since_epoch()})},
            {"failing", failing_rows(daemon)},
            {"paused", paused_flows(daemon.store())},
            {"endpoint", daemon.config().ministry.url},
            {"endpoint_condition", daemon.gateway().condition()},
            {"results_cursor_age_s", seconds(meters.results_cursor_age())},
            {"messages", message_rows(daemon)},
            {"files_taken", files_taken(meters)},
            {"findings", sum_of(meters.findings)},
            {"receipts", sum_of(meters.receipts)},
            {"receipts_waiting", daemon.deliveries_waiting()},
            {"requests_answered", asked},
            {"submissions", row_of(meters.submit)},
            {"commits", row_of(meters.commit)},
            {"syncs", row_of(meters.sync)}};
}

}  // namespace permitd
