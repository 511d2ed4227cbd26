#include "control_backup.hpp"

#include <unistd.h>

#include <boost/json/object.hpp>

#include "control_words.hpp"
#include "events.hpp"
#include "snapshot.hpp"

namespace permitd {

namespace {

namespace json = boost::json;

int status_of(const base::Fault& of) {
    switch (of.remedy) {
        case base::Remedy::RetryLater: return 503;
        case base::Remedy::AskOperator:
        case base::Remedy::Stop: return 500;
    }
    return 500;
}

}  // namespace

BackupRequests::~BackupRequests() {
    if (thread_.joinable()) thread_.join();
}

void BackupRequests::take(const http::Request& request, http::Reply reply) {
    const unsigned uid = request.peer_uid.value_or(~0u);
    if (request.method != "POST")
        return reply(fault_answer(405, "a backup is asked for by POST"), http::Mischief::None);
    if (uid != 0 && uid != ::geteuid())
        return reply(
            fault_answer(403, "only root and the user of permitd itself may make a backup"),
            http::Mischief::None);
    if (busy_.exchange(true))
        return reply(fault_answer(503, "another backup is being made"), http::Mischief::None);
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread{[this, uid, answered = std::move(reply)] {
        http::Response made = make(uid);
        busy_ = false;
        answered(std::move(made), http::Mischief::None);
    }};
}

http::Response BackupRequests::make(unsigned uid) const {
    const base::Tick begun = daemon_.clock().tick();
    const Config& config = daemon_.config();
    const auto snapshot = take_snapshot(config, daemon_.store(), daemon_.working_copies());
    if (!snapshot) {
        base::log(event::snapshot_failed,
                  {{"uid", std::int64_t{uid}}, {"error", snapshot.fault().text}});
        return fault_answer(status_of(snapshot.fault()), snapshot.fault().text);
    }
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(daemon_.clock().tick() - begun);
    const std::uint64_t issued = snapshot->store.receipts_issued;
    base::log(event::snapshot_taken, {{"uid", std::int64_t{uid}},
                                      {"receipts_issued", static_cast<std::int64_t>(issued)},
                                      {"milliseconds", std::int64_t{took.count()}}});
    return json_answer(200, {{"snapshot", snapshot->path},
                             {"version", PERMITD_VERSION},
                             {"record_format", snapshot->store.format},
                             {"receipts_issued", issued},
                             {"taken_at", base::iso(daemon_.clock().now())},
                             {"milliseconds", took.count()},
                             {"state", config.state},
                             {"spool", config.spool},
                             {"archive", config.archive}});
}

}  // namespace permitd
