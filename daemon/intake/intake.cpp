#include "intake/intake.hpp"

#include <algorithm>
#include <deque>
#include <mutex>

#include "base/hash.hpp"
#include "intake/batch_file.hpp"
#include "intake/events.hpp"
#include "intake/lane.hpp"

namespace intake {

namespace {

constexpr std::size_t window_files_min = 64;
constexpr std::chrono::seconds pause_after_fault{1};

enum class Fate { Released, Postponed };

}  // namespace

struct Intake::Memory {
    Memory(Options wanted, ledger::Archive& kept_in, const base::Clock& told_by)
        : options(wanted), archive(kept_in), clock(told_by) {}

    // Chosen for the chunk: what is needed to give it back.
    struct Chosen {
        Lane* lane = nullptr;
        Lane::Ready ready;
    };

    Lane* lane_of(const std::string& mailbox_name) {
        const auto found =
            std::ranges::find(lanes, mailbox_name, [](Lane& lane) { return lane.outbox().name(); });
        return found == lanes.end() ? nullptr : &*found;
    }

    void settle_fates() {
        std::vector<std::pair<Fate, edi::Arrival>> told;
        {
            const std::lock_guard lock{fates_mutex};
            told.swap(fates);
        }
        for (const auto& [fate, arrival] : told) {
            Lane* const lane = lane_of(arrival.mailbox);
            if (!lane) continue;
            if (fate == Fate::Released)
                lane->release(arrival);
            else
                lane->postpone(arrival, clock.tick());
        }
    }

    // The archive's day never goes back, whatever the clock does.
    std::string day_of(base::Time time) {
        newest_day = std::max(newest_day, base::iso(base::day_of(time)));
        return newest_day;
    }

    // Nothing when the file is gone, changed or not readable.
    base::Result<std::optional<Interchange>> interchange(Lane& lane, const Lane::Ready& ready);
    // Fills the chunk; a fault leaves what it could not keep first in its lane.
    base::Outcome fill(std::vector<Interchange>& chunk, std::vector<Chosen>& chosen);

    const Options options;
    ledger::Archive& archive;
    const base::Clock& clock;
    Watch watch;
    std::deque<Lane> lanes;
    std::size_t turn = 0;
    std::string newest_day;
    base::Tick not_before = {};
    std::mutex fates_mutex;
    std::vector<std::pair<Fate, edi::Arrival>> fates;
};

base::Result<std::optional<Interchange>> Intake::Memory::interchange(Lane& lane,
                                                                     const Lane::Ready& ready) {
    const mailbox::Entry& entry = ready.entry;
    Interchange made;
    made.too_large = entry.bytes > options.file_bytes_max;
    auto bytes = lane.outbox().read(entry, made.too_large ? beginning_bytes : entry.bytes);
    if (!bytes) return std::optional<Interchange>{};
    static const std::vector<std::string> none;
    const auto roots = options.batch_roots.find(lane.outbox().name());
    made.batch = is_batch(std::string_view{*bytes}.substr(0, beginning_bytes),
                          roots == options.batch_roots.end() ? none : roots->second);
    if (made.batch) {
        made.too_large = entry.bytes > options.batch_bytes_max;
        bytes->clear();
    }
    if (made.too_large) bytes->resize(std::min(bytes->size(), beginning_bytes));
    made.bytes = std::move(*bytes);
    made.completeness = ready.completeness;
    made.overdue = ready.overdue;
    const base::Time now = clock.now();
    made.arrival = {.mailbox = lane.outbox().name(),
                    .name = entry.name,
                    .sha256 = {},
                    .bytes = entry.bytes,
                    .device = entry.device,
                    .inode = entry.inode,
                    .received_at = now,
                    .day = day_of(now),
                    .modified_at = entry.modified_at};
    if (made.too_large || made.batch) return std::optional{std::move(made)};
    if (const auto copy = ledger::blanked(made.bytes)) {
        made.arrival.sha256 = base::sha256_hex(*copy);
        if (auto kept = archive.keep_original(made.arrival, *copy); !kept) return kept.fault();
    }
    return std::optional{std::move(made)};
}

base::Outcome Intake::Memory::fill(std::vector<Interchange>& chunk, std::vector<Chosen>& chosen) {
    std::size_t bytes = 0;
    // Around all lanes, one file each, until a whole round brings nothing.
    for (std::size_t idle = 0; idle < lanes.size() && chunk.size() < options.chunk_files_max;) {
        Lane& lane = lanes[turn % lanes.size()];
        const Lane::Ready* const ready = lane.front();
        if (ready && !chunk.empty() && bytes + ready->entry.bytes > options.chunk_bytes_max &&
            ready->entry.bytes <= options.file_bytes_max)
            break;
        ++turn;
        ++idle;
        if (!ready) continue;
        idle = 0;
        auto made = interchange(lane, *ready);
        if (!made) return made.fault();
        if (!*made) {
            lane.reject(clock.tick());
            continue;
        }
        chosen.push_back({&lane, *ready});
        lane.hand_on((*made)->batch ? Lane::Onwards::Shut : Lane::Onwards::Open);
        bytes += (*made)->bytes.size();
        chunk.push_back(std::move(**made));
    }
    return base::done;
}

Intake::Intake(Options options, std::vector<mailbox::Mailbox>& mailboxes, ledger::Archive& archive,
               const base::Clock& clock)
    : memory_(std::make_unique<Memory>(options, archive, clock)) {
    const std::size_t share = options.window_files_max / std::max<std::size_t>(1, mailboxes.size());
    for (mailbox::Mailbox& box : mailboxes) {
        Lane& lane = memory_->lanes.emplace_back(box, options, std::max(share, window_files_min));
        if (memory_->watch.add(memory_->lanes.size() - 1, box.outbox())) continue;
        lane.poll();
        base::log(event::outbox_polled, {{"mailbox", box.name()}});
    }
}

Intake::~Intake() = default;

int Intake::descriptor() const { return memory_->watch.descriptor(); }

bool Intake::notice() {
    memory_->settle_fates();
    const auto notices = memory_->watch.read();
    for (const Notice& notice : notices) {
        if (notice.sign == Sign::Overflow) {
            for (Lane& lane : memory_->lanes) lane.look_everywhere();
            continue;
        }
        Lane& lane = memory_->lanes[notice.outbox];
        if (notice.sign == Sign::Gone) {
            lane.lose();
        } else {
            lane.hear(notice, memory_->clock.tick());
        }
    }
    return memory_->clock.tick() >= look_again_at();
}

base::Result<std::vector<Interchange>> Intake::next() {
    Memory& memory = *memory_;
    memory.settle_fates();
    for (Lane& lane : memory.lanes) lane.refresh(memory.clock.tick());
    std::vector<Interchange> chunk;
    std::vector<Memory::Chosen> chosen;
    base::Outcome filled = memory.fill(chunk, chosen);
    const bool archived = std::ranges::any_of(
        chunk, [](const Interchange& made) { return !made.arrival.sha256.empty(); });
    // One sync for the chunk, before anybody hears of it.
    if (filled && archived) filled = memory.archive.sync();
    if (filled) return chunk;
    for (auto back = chosen.rbegin(); back != chosen.rend(); ++back)
        back->lane->take_back(back->ready);
    memory.not_before = memory.clock.tick() + pause_after_fault;
    return filled.fault();
}

base::Tick Intake::look_again_at() const {
    const base::Tick now = memory_->clock.tick();
    base::Tick at = base::Tick::max();
    for (const Lane& lane : memory_->lanes) at = std::min(at, lane.look_again_at(now));
    return std::max(at, memory_->not_before);
}

void Intake::release(const edi::Arrival& arrival) {
    const std::lock_guard lock{memory_->fates_mutex};
    memory_->fates.emplace_back(Fate::Released, arrival);
}

void Intake::postpone(const edi::Arrival& arrival) {
    const std::lock_guard lock{memory_->fates_mutex};
    memory_->fates.emplace_back(Fate::Postponed, arrival);
}

void Intake::already_taken(const edi::Arrival& arrival) {
    if (Lane* const lane = memory_->lane_of(arrival.mailbox)) lane->already_taken(arrival);
}

void Intake::being_taken(const edi::Arrival& arrival) {
    if (Lane* const lane = memory_->lane_of(arrival.mailbox))
        lane->already_taken(arrival, Lane::Onwards::Shut);
}

}  // namespace intake
