#include "gate.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "events.hpp"

namespace permitd {

namespace {

// At 10,000 receipts of 4 KiB a second a quarter of a second is 10 MiB: a small part of the floor.
constexpr std::chrono::milliseconds measured_every{250};
constexpr std::chrono::seconds held_again_after{1};
// Listing a name takes 0.3 to 1 us: a fiftieth of the intake thread's time at most.
constexpr std::chrono::microseconds listed_name_costs{50};

bool is_same(const Hold& a, const Hold& b) {
    return a.condition == b.condition && a.place == b.place;
}

void log_hold(const base::Event& event, const Hold& hold) {
    base::log(event, {{"condition", code_of(hold.condition)},
                      {"place", hold.place},
                      {"figure", static_cast<std::int64_t>(hold.figure)},
                      {"limit", static_cast<std::int64_t>(hold.limit)}});
}

}  // namespace

bool is_shown(const std::string& name) { return !name.starts_with('.'); }

std::uint64_t files_in(int directory, std::uint64_t most,
                       const std::function<bool(const std::string&)>& counts) {
    std::uint64_t count = 0;
    // What cannot be listed counts as empty.
    (void)base::each_name(directory, "counting files", [&](const std::string& name) {
        count += counts(name);
        return count < most;
    });
    return count;
}

base::Result<Space> Gate::space_of(const std::string& path) {
    struct statvfs found {};
    int error = EINTR;
    while (error == EINTR) error = ::statvfs(path.c_str(), &found) == 0 ? 0 : errno;
    if (error != 0) return base::fault_of_errno(error, "asking for the free space of " + path);
    return Space{path, found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize,
                 found.f_favail, found.f_files};
}

Gate::Gate(const Config& config, const edi::Store& store, const mailbox::Mailboxes& mailboxes,
           const base::Clock& clock, Measure measure)
    : config_(config), store_(store), mailboxes_(mailboxes), clock_(clock),
      measure_(std::move(measure)) {}

Waiting Gate::look() {
    if (const base::Tick now = clock_.tick();
        measured_at_ == base::Tick{} || now - measured_at_ >= measured_every) {
        measured_at_ = now;
        measure();
    }
    Waiting waiting;
    const std::lock_guard lock{mutex_};
    waiting.everybody = state_.paused.has_value();
    for (const Hold& each : holds_) {
        if (each.condition == Condition::InboxFiles)
            waiting.mailboxes.insert(each.place);
        else
            waiting.everybody = true;
    }
    return waiting;
}

std::optional<base::Tick> Gate::look_again_at() const {
    const std::lock_guard lock{mutex_};
    if (holds_.empty()) return std::nullopt;
    return clock_.tick() + held_again_after;
}

void Gate::measure() {
    Figures figures;
    for (const std::string* const path : {&config_.spool, &config_.archive, &config_.state}) {
        auto space = measure_(*path);
        if (!space) {
            figures.unmeasured[*path] = space.fault().text;
            continue;
        }
        // Mostly they are one file system: told once, by its first name.
        const bool known = std::ranges::any_of(figures.spaces, [&](const Space& each) {
            Space same = each;
            same.path = space->path;
            return same == *space;
        });
        if (!known) figures.spaces.push_back(*std::move(space));
    }
    for (const auto& [state, count] : store_.message_counts())
        if (!edi::is_final(state)) figures.backlog += count;
    count_inboxes(figures);
    change(holds(figures, config_.admission, floor_bytes(config_), holds_), figures.unmeasured);
}

// An InBox is listed again when so many receipts were issued to it since that it could be full, and
// while it is; what was not listed for longest comes first. Until its turn comes it counts as it
// was.
void Gate::count_inboxes(Figures& figures) {
    const std::uint64_t most = config_.admission.inbox_files_max;
    const edi::Counters issued = store_.counters();
    const base::Tick now = clock_.tick();
    std::vector<std::pair<base::Tick, const mailbox::Mailbox*>> due;
    for (const mailbox::Mailbox& each : mailboxes_) {
        Inbox& inbox = inboxes_[each.name()];
        const auto sequence = issued.sequences.find(each.name());
        inbox.issued = sequence == issued.sequences.end() ? 0 : sequence->second;
        // Half the room: receipts bring files, and some issued ones were not there when counted.
        const std::uint64_t room = most - std::min(most, inbox.files);
        const bool may_be_full = inbox.issued - inbox.issued_when_counted > room / 2;
        const bool held = std::ranges::any_of(holds_, [&](const Hold& hold) {
            return hold.condition == Condition::InboxFiles && hold.place == each.name();
        });
        if (!inbox.counted || may_be_full || held) due.emplace_back(inbox.counted_at, &each);
    }
    std::erase_if(inboxes_, [this](const auto& each) {
        return std::ranges::find(mailboxes_, each.first, &mailbox::Mailbox::name) ==
               mailboxes_.end();
    });
    std::ranges::sort(due, {}, [](const auto& each) { return each.first; });
    for (const auto& [counted_at, box] : due) {
        Inbox& inbox = inboxes_[box->name()];
        // At a start all of them: nothing is known of any.
        if (inbox.counted && list_again_at_ > now + measured_every) continue;
        inbox.files = files_in(box->inbox(), most + 1);
        inbox.issued_when_counted = inbox.issued;
        inbox.counted_at = now;
        inbox.counted = true;
        list_again_at_ = std::max(list_again_at_, now) + inbox.files * listed_name_costs;
    }
    for (const auto& [name, inbox] : inboxes_) figures.inbox_files[name] = inbox.files;
}

std::vector<Gate::State::Since> told_changes(const std::vector<Gate::State::Since>& before,
                                             const std::vector<Hold>& now, const Change& events,
                                             base::Time at) {
    std::vector<Gate::State::Since> held;
    for (const Hold& each : now) {
        const auto known = std::ranges::find_if(
            before, [&](const Gate::State::Since& old) { return is_same(old.hold, each); });
        if (known == before.end() && each.condition != Condition::SpaceUnknown)
            log_hold(events.begins, each);
        held.push_back({each, known == before.end() ? at : known->since});
    }
    for (const Gate::State::Since& old : before)
        if (std::ranges::none_of(now, [&](const Hold& each) { return is_same(old.hold, each); }))
            log_hold(events.ends, old.hold);
    return held;
}

base::Outcome room_for_batch(const Config& config, std::uint64_t bytes) {
    struct stat archive {
    }, state{};
    const bool is_one = ::stat(config.archive.c_str(), &archive) == 0 &&
                        ::stat(config.state.c_str(), &state) == 0 && archive.st_dev == state.st_dev;
    const std::uint64_t needed = (is_one ? 2 * bytes : bytes) + commit_floor_bytes(config);
    for (const std::string* const path : {&config.archive, &config.state}) {
        const auto space = Gate::space_of(*path);
        if (space && space->bytes_free < needed)
            return base::Fault{base::Remedy::RetryLater,
                               "a batch of " + std::to_string(bytes) + " bytes has to wait: " +
                                   *path + " needs " + std::to_string(needed) + " bytes free"};
    }
    return base::done;
}

void Gate::change(const std::vector<Hold>& now, const Errors& unmeasured) {
    const std::lock_guard lock{mutex_};
    for (const Hold& each : now)
        if (each.condition == Condition::SpaceUnknown &&
            std::ranges::none_of(holds_, [&](const Hold& old) { return is_same(old, each); }))
            base::log(event::space_unknown,
                      {{"place", each.place}, {"error", unmeasured.at(each.place)}});
    state_.held =
        told_changes(state_.held, now, {event::intake_held, event::intake_goes_on}, clock_.now());
    holds_ = now;
}

void Gate::heed(const std::vector<edi::Pause>& pauses) {
    const std::lock_guard lock{mutex_};
    const auto of_intake = std::ranges::find(pauses, edi::Flow::Intake, &edi::Pause::flow);
    state_.paused = of_intake == pauses.end() ? std::nullopt : std::optional{*of_intake};
}

Gate::State Gate::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

}  // namespace permitd
