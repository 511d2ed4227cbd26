// Meters: what is counted while the daemon works, and the closed list of all figures that /metrics
// tells. The table of systemd/README.md is made from this list, and a test holds that nothing else
// is told, and all of it.
//
// A counter starts at 0 for each value that its label can have; those are closed lists, and the
// mailboxes of the configuration. What is a state and no count (what waits, free space) is not
// counted here but asked for when somebody looks (figures.hpp).
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "intake/intake.hpp"
#include "metrics.hpp"
#include "receipts/compose.hpp"
#include "route/account.hpp"

namespace permitd {

namespace metric {

inline constexpr Metric build_info{"permitd_build_info", MetricKind::Gauge, "version",
                                   "Always 1; the label tells the version that runs."};
inline constexpr Metric start_time{"permitd_start_time_seconds", MetricKind::Gauge, "",
                                   "When the daemon started, in seconds since 1970."};
inline constexpr Metric live{"permitd_live", MetricKind::Gauge, "",
                             "1 while every thread makes progress, as /livez tells in detail."};
inline constexpr Metric ready{"permitd_ready", MetricKind::Gauge, "",
                              "1 while files are taken in, as /readyz tells in detail."};

inline constexpr Metric messages{"permitd_messages", MetricKind::Gauge, "state",
                                 "Messages in each state; the last two only grow."};
inline constexpr Metric oldest_message_age{
    "permitd_oldest_message_age_seconds", MetricKind::Gauge, "state",
    "How long ago the oldest message of each state that is not final came; 0 where there is none."};

inline constexpr Metric files_taken{
    "permitd_files_taken_total", MetricKind::Counter, "mailbox, reason",
    "Files that were taken up, by what showed that they were whole."};
inline constexpr Metric files_ignored{
    "permitd_files_ignored_total", MetricKind::Counter, "reason",
    "Things in OutBoxes that are left alone; each is counted when it is noticed first."};
inline constexpr Metric last_arrival{
    "permitd_mailbox_last_arrival_timestamp_seconds", MetricKind::Gauge, "mailbox",
    "When a file of that mailbox was taken up last; 0 before the first since the start."};
inline constexpr Metric chunk_files{"permitd_chunk_files", MetricKind::Histogram, "",
                                    "Files that the intake handed to the workers at once."};
inline constexpr Metric intake_held{
    "permitd_intake_held", MetricKind::Gauge, "condition",
    "1 while that condition keeps files in their OutBoxes; inbox-files holds single mailboxes."};
inline constexpr Metric paused{
    "permitd_paused", MetricKind::Gauge, "what",
    "1 while an operator's pause stops the intake, the dispatch or the collecting of results."};
inline constexpr Metric places_displaced{
    "permitd_places_displaced", MetricKind::Gauge, "",
    "Directories (spool, archive, boxes) that do not stand at their paths."};

inline constexpr Metric findings{"permitd_findings_total", MetricKind::Counter, "code",
                                 "Problems told in receipts, by their code."};
inline constexpr Metric validate_duration{
    "permitd_validate_duration_seconds", MetricKind::Histogram, "",
    "From handing a document to the workers until it was examined, their queue included."};
inline constexpr Metric worker_restarts{
    "permitd_worker_restarts_total", MetricKind::Counter, "",
    "Workers that a document cost their life and that were replaced."};

inline constexpr Metric commit_duration{
    "permitd_commit_duration_seconds", MetricKind::Histogram, "",
    "One turn of the committer: judging, deciding, and the synced batch."};
inline constexpr Metric commit_files{"permitd_commit_files", MetricKind::Histogram, "",
                                     "Files in a turn of the committer that held any."};
inline constexpr Metric store_sync_duration{"permitd_store_sync_duration_seconds",
                                            MetricKind::Histogram, "",
                                            "One synced batch of the store."};
inline constexpr Metric commits_held{
    "permitd_commits_held", MetricKind::Gauge, "",
    "1 while nothing is committed or sent because others filled the state's disk."};

inline constexpr Metric attempts{
    "permitd_attempts_total", MetricKind::Counter, "ask, class",
    "Requests to the ministry that ended, by what was asked and what the answer means."};
inline constexpr Metric submit_duration{
    "permitd_submit_duration_seconds", MetricKind::Histogram, "",
    "One submission on the wire, from its first byte to the last of its answer."};
inline constexpr Metric last_success{
    "permitd_last_success_timestamp_seconds", MetricKind::Gauge, "ask",
    "When the ministry answered such a request last as it should; 0 before the first one."};
inline constexpr Metric endpoint_state{
    "permitd_endpoint_state", MetricKind::Gauge, "state",
    "1 for the state of the endpoint; broken: left alone a while; parked: wants an operator."};
inline constexpr Metric results_cursor_age{
    "permitd_results_cursor_age_seconds", MetricKind::Gauge, "",
    "How long ago a page of results was read last, or the daemon started."};

inline constexpr Metric receipts_issued{"permitd_receipts_issued_total", MetricKind::Counter,
                                        "kind", "Receipts that were committed, by their kind."};
inline constexpr Metric deliveries_waiting{
    "permitd_deliveries_waiting", MetricKind::Gauge, "",
    "Receipts that were issued and are not yet confirmed in their InBox."};
inline constexpr Metric deliver_duration{
    "permitd_deliver_duration_seconds", MetricKind::Histogram, "",
    "One group of receipts and originals put into their boxes and synced."};

inline constexpr Metric filesystem_free{"permitd_filesystem_free_bytes", MetricKind::Gauge, "place",
                                        "Bytes that others than root may still write there."};
inline constexpr Metric filesystem_size{"permitd_filesystem_size_bytes", MetricKind::Gauge, "place",
                                        "Size of that file system."};
inline constexpr Metric filesystem_free_inodes{
    "permitd_filesystem_free_inodes", MetricKind::Gauge, "place",
    "Inodes that are free there; 0 where the file system has no fixed number of them."};

inline constexpr Metric courier_connected{
    "permitd_courier_connected", MetricKind::Gauge, "mailbox",
    "1 while the courier of a remote mailbox is connected to its server."};
inline constexpr Metric courier_last_look{
    "permitd_courier_last_look_timestamp_seconds", MetricKind::Gauge, "mailbox",
    "When the courier looked through its OutBox last; 0 before the first time."};
inline constexpr Metric courier_files{
    "permitd_courier_files_total", MetricKind::Counter, "mailbox, direction",
    "Files that a courier carried: fetched here, uploaded there, moved there, given back."};
inline constexpr Metric courier_restarts{"permitd_courier_restarts_total", MetricKind::Counter,
                                         "mailbox", "Couriers that ended and were started anew."};

inline constexpr Metric certificate_expiry{
    "permitd_certificate_expiry_timestamp_seconds", MetricKind::Gauge, "certificate",
    "When the first certificate of that file ends (client, ca); 0 where no file is configured."};
inline constexpr Metric sftp_key_changed{
    "permitd_sftp_key_changed_timestamp_seconds", MetricKind::Gauge, "mailbox",
    "When the file of that mailbox's key or password was written; SSH keys bear no end."};
inline constexpr Metric catalogue_expiry{
    "permitd_catalogue_expiry_timestamp_seconds", MetricKind::Gauge, "",
    "When the last row of the commodity catalogue ends; 0 without a catalogue."};

inline constexpr Metric reload_successful{"permitd_reload_last_successful", MetricKind::Gauge, "",
                                          "1 if the last reading of the configuration was taken."};
inline constexpr Metric reload_success_time{
    "permitd_reload_last_success_timestamp_seconds", MetricKind::Gauge, "",
    "When a configuration was last taken, at the start or by a reload."};
inline constexpr Metric operator_actions{"permitd_operator_actions_total", MetricKind::Counter,
                                         "command",
                                         "Changes that operators made, by their command."};

}  // namespace metric

// All of them, in the order in which they are told.
std::span<const Metric* const> metrics();
// The table of systemd/README.md.
std::string table_of(std::span<const Metric* const> metrics);

// What operators can do that changes something.
std::vector<std::string> operator_commands();
const char* code_of(dispatch::Ask ask);                  // "by-key"
const char* code_of(intake::Completeness completeness);  // "renamed"
const char* code_of(mailbox::Oddity oddity);             // "not-regular"

enum class Reloaded { Taken, Refused };

class Meters {
public:
    Meters(const receipts::Catalogue& catalogue, const base::Clock& clock);

    // Mailboxes have series while they are configured; counts of those that stay go on.
    void know(const std::set<std::string>& mailboxes);

    void took(std::span<const intake::Interchange> chunk);
    // A turn of the committer, after its commit.
    void committed(std::size_t files, const route::Account& account, std::chrono::nanoseconds took);
    void reloaded(Reloaded reloaded);

    Histogram validate, commit, sync, submit, deliver;
    Histogram chunk_files, commit_files;
    Tally findings, receipts, operator_actions, files_ignored;

    struct OfMailbox {
        Tally taken;
        std::optional<base::Time> last_arrival;
        OfMailbox();
    };
    void each_mailbox(
        const std::function<void(const std::string& name, const OfMailbox&)>& visit) const;
    std::optional<base::Time> last_arrival(const std::string& mailbox) const;
    static std::span<const dispatch::Ask> asks();
    const Tally& attempts(dispatch::Ask ask) const {
        return attempts_[static_cast<std::size_t>(ask)];
    }
    // The beginning of 1970 for never.
    base::Time last_success(dispatch::Ask ask) const;
    std::chrono::nanoseconds results_cursor_age() const;
    // Those that the store holds at the start.
    void deliveries_stand(std::uint64_t waiting) { deliveries_waiting_ = waiting; }
    // Before their commit: they are never fewer than the store holds.
    void deliveries_come(std::size_t count) { deliveries_waiting_ += count; }
    std::uint64_t deliveries_waiting() const { return deliveries_waiting_; }
    std::uint64_t commits() const { return commits_; }
    std::uint64_t files_committed() const { return files_committed_; }
    bool reload_successful() const { return reload_successful_; }
    base::Time reload_success_time() const;

private:
    void count(const route::Account::Answered& answered);
    static constexpr std::size_t asks_count = 5;

    const base::Clock& clock_;
    std::array<Tally, asks_count> attempts_;
    std::array<std::atomic<base::Time::rep>, asks_count> successes_{};
    std::atomic<base::Tick::rep> results_read_at_;
    std::atomic<std::uint64_t> commits_ = 0, files_committed_ = 0, deliveries_waiting_ = 0;
    std::atomic<bool> reload_successful_ = true;
    std::atomic<base::Time::rep> reload_success_time_;
    mutable std::mutex mutex_;  // once for a chunk, and while somebody looks
    std::map<std::string, OfMailbox> mailboxes_;
};

}  // namespace permitd
