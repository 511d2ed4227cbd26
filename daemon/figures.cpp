#include "figures.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "health.hpp"
#include "transfer/certificate.hpp"

namespace permitd {

namespace {

constexpr std::chrono::minutes ends_looked_at_every{1};

constexpr Condition conditions[] = {Condition::SpaceUnknown, Condition::FreeSpace,
                                    Condition::FreeInodes, Condition::Backlog,
                                    Condition::InboxFiles};

double number(std::uint64_t count) { return static_cast<double>(count); }
double truth(bool is) { return is ? 1 : 0; }
double seconds(const std::optional<base::Time>& time) { return time ? permitd::seconds(*time) : 0; }

std::optional<base::Time> end_of(const std::string& file) {
    return file.empty() ? std::nullopt : transfer::first_end_in(file);
}

// The moment after the last day on which a row is in force; nothing without any.
std::optional<base::Time> end_of_catalogue(const edi::Lists& lists, const edi::Store& store,
                                           base::Time now) {
    std::string last;
    if (const edi::List* list = lists.list("commodities"))
        for (const auto& [code, row] : list->rows) last = std::max(last, row.valid_to);
    const int year = static_cast<int>(base::day_of(now).year());
    for (const int each : {year, year + 1})
        if (const auto catalogue = store.catalogue(each))
            for (const edi::CommodityRow& row : catalogue->rows)
                last = std::max(last, row.valid_to);
    const auto day = base::parse_date(last);
    if (!day) return std::nullopt;
    return base::start_of(base::Date{std::chrono::sys_days{*day} + std::chrono::days{1}});
}

std::optional<base::Time> changed_at(const std::string& file) {
    struct stat found {};
    if (file.empty() || ::stat(file.c_str(), &found) != 0) return std::nullopt;
    return base::Time{std::chrono::seconds{found.st_mtim.tv_sec}};
}

}  // namespace

double seconds(base::Time time) {
    return std::chrono::duration<double>{time.time_since_epoch()}.count();
}
double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>{time}.count();
}

std::string FigureBoard::text() {
    if (daemon_.clock().tick() >= look_again_at_) look_at_ends();
    Exposition out;
    tell_daemon(out);
    tell_messages(out);
    tell_intake(out);
    tell_line(out);
    tell_ministry(out);
    tell_disks(out);
    tell_couriers(out);
    tell_ends(out);
    tell_operators(out);
    return out.text();
}

void FigureBoard::tell_daemon(Exposition& out) {
    out.begin(metric::build_info);
    out.value({{"version", PERMITD_VERSION}}, 1);
    out.begin(metric::start_time);
    out.value(permitd::seconds(daemon_.started_at()));
    out.begin(metric::live);
    out.value(truth(all_well(liveness(daemon_))));
    out.begin(metric::ready);
    out.value(truth(all_well(readiness(daemon_))));
}

void FigureBoard::tell_messages(Exposition& out) {
    auto counts = daemon_.store().message_counts();
    out.begin(metric::messages);
    for (const edi::MessageState each : edi::message_states())
        out.value({{"state", code_of(each)}}, number(counts[each]));
    const auto oldest = daemon_.store().oldest_messages();
    const base::Time now = daemon_.clock().now();
    out.begin(metric::oldest_message_age);
    for (const edi::MessageState each : edi::message_states()) {
        if (edi::is_final(each)) continue;
        const auto found = oldest.find(each);
        // Of a clock that was set back, nothing is older than now.
        const auto age = found == oldest.end() ? base::Time::duration{} : now - found->second;
        out.value({{"state", code_of(each)}},
                  permitd::seconds(std::max(age, base::Time::duration{})));
    }
}

void FigureBoard::tell_intake(Exposition& out) {
    const Meters& meters = daemon_.meters();
    out.begin(metric::files_taken);
    meters.each_mailbox([&](const std::string& name, const Meters::OfMailbox& mailbox) {
        for (std::size_t i = 0; i < mailbox.taken.values().size(); ++i)
            out.value({{"mailbox", name}, {"reason", mailbox.taken.values()[i]}},
                      number(mailbox.taken.count(i)));
    });
    out.begin(metric::files_ignored);
    out.values("reason", meters.files_ignored);
    out.begin(metric::last_arrival);
    meters.each_mailbox([&](const std::string& name, const Meters::OfMailbox& mailbox) {
        out.value({{"mailbox", name}}, seconds(mailbox.last_arrival));
    });
    out.begin(metric::chunk_files);
    out.histogram(meters.chunk_files);
    const Gate::State state = daemon_.gate().state();
    out.begin(metric::intake_held);
    for (const Condition each : conditions)
        out.value({{"condition", code_of(each)}},
                  truth(std::ranges::any_of(state.held, [&](const Gate::State::Since& held) {
                      return held.hold.condition == each;
                  })));
    out.begin(metric::paused);
    const std::vector<edi::Pause> pauses = daemon_.store().pauses();
    for (const edi::Flow each : edi::flows)
        out.value({{"what", code_of(each)}},
                  truth(std::ranges::find(pauses, each, &edi::Pause::flow) != pauses.end()));
    out.begin(metric::places_displaced);
    out.value(number(daemon_.standing().state().size()));
}

void FigureBoard::tell_line(Exposition& out) {
    const Meters& meters = daemon_.meters();
    out.begin(metric::findings);
    out.values("code", meters.findings);
    out.begin(metric::validate_duration);
    out.histogram(meters.validate);
    out.begin(metric::worker_restarts);
    out.value(daemon_.worker_restarts());
    out.begin(metric::commit_duration);
    out.histogram(meters.commit);
    out.begin(metric::commit_files);
    out.histogram(meters.commit_files);
    out.begin(metric::store_sync_duration);
    out.histogram(meters.sync);
    out.begin(metric::commits_held);
    out.value(truth(!daemon_.commit_gate().held().empty()));
}

void FigureBoard::tell_ministry(Exposition& out) {
    const Meters& meters = daemon_.meters();
    out.begin(metric::attempts);
    for (const dispatch::Ask ask : Meters::asks()) {
        const Tally& of_it = meters.attempts(ask);
        for (std::size_t i = 0; i < of_it.values().size(); ++i)
            out.value({{"ask", code_of(ask)}, {"class", of_it.values()[i]}},
                      number(of_it.count(i)));
    }
    out.begin(metric::submit_duration);
    out.histogram(meters.submit);
    out.begin(metric::last_success);
    for (const dispatch::Ask ask : Meters::asks())
        out.value({{"ask", code_of(ask)}}, permitd::seconds(meters.last_success(ask)));
    out.begin(metric::endpoint_state);
    const std::string condition = daemon_.gateway().condition();
    for (const std::string_view each : {"open", "broken", "parked"})
        out.value({{"state", each}}, truth(condition.starts_with(each)));
    out.begin(metric::results_cursor_age);
    out.value(permitd::seconds(meters.results_cursor_age()));
    out.begin(metric::receipts_issued);
    out.values("kind", meters.receipts);
    out.begin(metric::deliveries_waiting);
    out.value(number(daemon_.deliveries_waiting()));
    out.begin(metric::deliver_duration);
    out.histogram(meters.deliver);
}

void FigureBoard::tell_disks(Exposition& out) {
    const Config& config = daemon_.config();
    const std::pair<const char*, const std::string*> places[] = {
        {"spool", &config.spool}, {"archive", &config.archive}, {"state", &config.state}};
    std::vector<std::pair<const char*, Space>> spaces;
    for (const auto& [name, path] : places)
        // What cannot be measured has no figure: permitd_intake_held tells of it.
        if (auto space = Gate::space_of(*path)) spaces.emplace_back(name, *std::move(space));
    out.begin(metric::filesystem_free);
    for (const auto& [name, space] : spaces) out.value({{"place", name}}, number(space.bytes_free));
    out.begin(metric::filesystem_size);
    for (const auto& [name, space] : spaces) out.value({{"place", name}}, number(space.bytes_all));
    out.begin(metric::filesystem_free_inodes);
    for (const auto& [name, space] : spaces)
        out.value({{"place", name}}, number(space.inodes_free));
}

void FigureBoard::tell_couriers(Exposition& out) {
    const std::vector<CourierState> couriers = daemon_.couriers();
    out.begin(metric::courier_connected);
    for (const CourierState& each : couriers)
        out.value({{"mailbox", each.mailbox}},
                  truth(each.lost.empty() && each.report.reach == Reach::Connected));
    out.begin(metric::courier_last_look);
    for (const CourierState& each : couriers)
        out.value({{"mailbox", each.mailbox}}, seconds(each.looked_at));
    out.begin(metric::courier_files);
    for (const CourierState& each : couriers) {
        const std::pair<const char*, std::uint64_t> directions[] = {
            {"fetched", each.fetched},
            {"uploaded", each.uploaded},
            {"moved", each.moved},
            {"given-back", each.given_back}};
        for (const auto& [direction, count] : directions)
            out.value({{"mailbox", each.mailbox}, {"direction", direction}}, number(count));
    }
    out.begin(metric::courier_restarts);
    for (const CourierState& each : couriers)
        out.value({{"mailbox", each.mailbox}}, number(each.restarts));
}

void FigureBoard::look_at_ends() {
    const Config& config = daemon_.config();
    look_again_at_ = daemon_.clock().tick() + ends_looked_at_every;
    ends_.client = end_of(config.ministry.tls.certificate_file);
    ends_.authority = end_of(config.ministry.tls.ca_file);
    ends_.catalogue =
        end_of_catalogue(daemon_.rules()->lists(), daemon_.store(), daemon_.clock().now());
    ends_.keys.clear();
    for (const MailboxConfig& each : config.mailboxes) {
        if (!each.sftp) continue;
        const transfer::Server& server = each.sftp->server;
        ends_.keys[each.name] =
            changed_at(server.key_file.empty() ? server.password_file : server.key_file)
                .value_or(base::Time{});
    }
}

void FigureBoard::tell_ends(Exposition& out) {
    out.begin(metric::certificate_expiry);
    out.value({{"certificate", "client"}}, seconds(ends_.client));
    out.value({{"certificate", "ca"}}, seconds(ends_.authority));
    out.begin(metric::sftp_key_changed);
    for (const auto& [name, at] : ends_.keys) out.value({{"mailbox", name}}, permitd::seconds(at));
    out.begin(metric::catalogue_expiry);
    out.value(seconds(ends_.catalogue));
}

void FigureBoard::tell_operators(Exposition& out) {
    const Meters& meters = daemon_.meters();
    out.begin(metric::reload_successful);
    out.value(truth(meters.reload_successful()));
    out.begin(metric::reload_success_time);
    out.value(permitd::seconds(meters.reload_success_time()));
    out.begin(metric::operator_actions);
    out.values("command", meters.operator_actions);
}

}  // namespace permitd
