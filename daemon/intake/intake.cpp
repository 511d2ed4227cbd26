#include "intake/intake.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <set>
#include <utility>

#include "base/hash.hpp"
#include "edi/file_name.hpp"
#include "intake/batch_file.hpp"
#include "intake/events.hpp"
#include "intake/lane.hpp"
#include "intake/packed.hpp"
#include "intake/proof.hpp"

namespace intake {

namespace {

constexpr std::size_t window_files_min = 64;
constexpr std::chrono::seconds pause_after_fault{1};

enum class Fate { Released, Postponed };

// Of the bytes where they are at hand, else of the file.
std::string sum_of(const mailbox::Mailbox& outbox, const mailbox::Entry& entry,
                   const std::string& bytes) {
    if (bytes.size() == entry.bytes) return base::sha256_hex(bytes);
    base::Sha256 sum;
    const bool whole = outbox.read_pieces(entry, 1u << 20, [&](std::string_view piece) {
        sum.add(piece);
        return mailbox::Mailbox::Go::On;
    });
    return whole ? base::hex(sum.sum()) : std::string{};
}

}  // namespace

struct Intake::Memory {
    Memory(Options wanted, ledger::Archive& kept_in, const base::Clock& told_by, Unpack unpacker)
        : options(wanted), archive(kept_in), clock(told_by), unpack(std::move(unpacker)) {}

    // Chosen for the chunk: what is needed to give it back.
    struct Chosen {
        Lane* lane = nullptr;
        Lane::Ready ready;
    };

    Lane* lane_of(const std::string& mailbox_name) {
        for (auto& [number, lane] : lanes)
            if (lane.outbox().name() == mailbox_name) return &lane;
        return nullptr;
    }

    void watch_anew(std::size_t number, Lane& lane) {
        const bool watched = watch.add(number, lane.outbox().outbox());
        lane.find(watched ? Lane::Watched::Yes : Lane::Watched::No);
        if (!watched) base::log(event::outbox_polled, {{"mailbox", lane.outbox().name()}});
    }

    // The next one around all lanes.
    std::map<std::size_t, Lane>::iterator next_lane() {
        const auto next = lanes.upper_bound(turn);
        return next == lanes.end() ? lanes.begin() : next;
    }

    void add_lane(mailbox::Mailbox& box, std::size_t window) {
        const std::size_t number = ++last_lane;
        Lane& lane = lanes.try_emplace(number, box, options, window).first->second;
        watch_anew(number, lane);
    }

    void settle_fates() {
        std::vector<std::pair<Fate, edi::Arrival>> told;
        std::set<std::string> opened;
        {
            const std::lock_guard lock{fates_mutex};
            told.swap(fates);
            opened.swap(anew);
        }
        for (auto& [number, lane] : lanes)
            if (opened.contains(lane.outbox().name())) {
                const bool watched = watch.add(number, lane.outbox().outbox());
                lane.find(watched ? Lane::Watched::Yes : Lane::Watched::No);
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

    bool holds_batch(Lane& lane, std::string_view bytes) const {
        static const std::vector<std::string> none;
        const auto roots = options.batch_roots.find(lane.outbox().name());
        return is_batch(bytes.substr(0, beginning_bytes),
                        roots == options.batch_roots.end() ? none : roots->second);
    }

    edi::Arrival arrival_of(Lane& lane, const mailbox::Entry& entry) {
        const base::Time now = clock.now();
        return {.mailbox = lane.outbox().name(),
                .name = entry.name,
                .sha256 = {},
                .bytes = entry.bytes,
                .device = entry.device,
                .inode = entry.inode,
                .received_at = now,
                .day = day_of(now),
                .modified_at = entry.modified_at};
    }

    enum class Copy { Kept, None };  // of the original, in the archive
    // What is in a zip, instead of it; nothing when the daemon stops meanwhile.
    std::optional<Copy> take_out(Lane& lane, const Lane::Ready& ready, std::string& bytes,
                                 Interchange& made) const;
    // Unread: the file is gone, changed or not readable. DigestUnread: so is its digest, and the
    // file is not overdue. Stopped: the daemon stops meanwhile.
    enum class Came { Whole, Unread, DigestUnread, Unproven, Stopped };
    base::Result<Came> interchange(Lane& lane, const Lane::Ready& ready, Interchange& made);
    // Fills the chunk; a fault leaves what it could not keep first in its lane.
    base::Outcome fill(std::vector<Interchange>& chunk, std::vector<Chosen>& chosen);

    Options options;
    ledger::Archive& archive;
    const base::Clock& clock;
    const Unpack unpack;
    Watch watch;
    std::map<std::size_t, Lane> lanes;  // by the number under which their OutBox is watched
    std::size_t last_lane = 0;
    std::size_t turn = 0;  // the lane that had it last
    std::string newest_day;
    base::Tick not_before = {};
    bool stuck = false;
    std::mutex fates_mutex;
    std::vector<std::pair<Fate, edi::Arrival>> fates;
    std::set<std::string> anew;  // mailboxes whose OutBox is another one
};

std::optional<Intake::Memory::Copy> Intake::Memory::take_out(Lane& lane, const Lane::Ready& ready,
                                                             std::string& bytes,
                                                             Interchange& made) const {
    auto content =
        content_of(bytes, ready.entry.name, ready.completeness, unpack, options.file_bytes_max);
    if (!content) return std::nullopt;
    made.refused = std::move(content->refused);
    // Of a torn one nothing: such a document ends early to everybody behind, and waits.
    bytes = std::move(content->bytes);
    if (content->have != Content::Have::Document) return Copy::None;
    // A zip has an end of its own: what is inside will not grow.
    if (made.completeness != Completeness::Marked) made.completeness = Completeness::Renamed;
    made.batch = holds_batch(lane, bytes);
    return made.batch ? Copy::None : Copy::Kept;
}

base::Result<Intake::Memory::Came> Intake::Memory::interchange(Lane& lane, const Lane::Ready& ready,
                                                               Interchange& made) {
    const mailbox::Entry& entry = ready.entry;
    made.completeness = ready.completeness;
    made.overdue = ready.overdue;
    made.too_large = entry.bytes > options.file_bytes_max;
    auto bytes = lane.outbox().read(entry, made.too_large ? beginning_bytes : entry.bytes);
    if (!bytes) return Came::Unread;
    const bool packed = edi::is_zip_name(entry.name) && !made.too_large;
    if (!edi::is_zip_name(entry.name)) made.batch = holds_batch(lane, *bytes);
    if (made.batch) made.too_large = entry.bytes > options.batch_bytes_max;
    // Nothing could come that makes it smaller.
    if (!made.too_large) {
        auto doubt = doubt_about(lane.outbox(), entry, lane.proof(),
                                 [&] { return sum_of(lane.outbox(), entry, *bytes); });
        if (doubt.unread == Unread::File) return Came::Unread;
        if (doubt.unread == Unread::Digest && !ready.overdue) return Came::DigestUnread;
        made.refused = std::move(doubt.finding);
    }
    if (made.refused && !ready.overdue) return Came::Unproven;
    if (made.refused) made.batch = false;
    // Of a refused batch that is larger than a message may be, only the beginning was read.
    const bool whole = bytes->size() == entry.bytes;
    Copy copy = made.batch || made.too_large || packed || !whole ? Copy::None : Copy::Kept;
    if (made.batch) bytes->clear();
    if (packed && !made.refused) {
        const auto taken = take_out(lane, ready, *bytes, made);
        if (!taken) return Came::Stopped;
        copy = *taken;
    }
    if (made.too_large) bytes->resize(std::min(bytes->size(), beginning_bytes));
    made.bytes = std::move(*bytes);
    made.arrival = arrival_of(lane, entry);
    if (const auto blank = copy == Copy::Kept ? ledger::blanked(made.bytes) : std::nullopt) {
        made.arrival.sha256 = base::sha256_hex(*blank);
        if (auto kept = archive.keep_original(made.arrival, *blank); !kept) return kept.fault();
    }
    if (made.refused) made.bytes.clear();
    return Came::Whole;
}

base::Outcome Intake::Memory::fill(std::vector<Interchange>& chunk, std::vector<Chosen>& chosen) {
    std::size_t bytes = 0, in_vain = 0;
    // Around all lanes, one file each, until a whole round brings nothing.
    for (std::size_t idle = 0;
         idle < lanes.size() && chunk.size() + in_vain < options.chunk_files_max;) {
        const auto turned = next_lane();
        Lane& lane = turned->second;
        const Lane::Ready* const ready = lane.front();
        if (ready && !chunk.empty() && bytes + ready->entry.bytes > options.chunk_bytes_max &&
            ready->entry.bytes <= options.file_bytes_max)
            break;
        turn = turned->first;
        ++idle;
        if (!ready) continue;
        idle = 0;
        Interchange made;
        const auto came = interchange(lane, *ready, made);
        if (!came) return came.fault();
        switch (*came) {
            case Came::Unread:
                lane.reject(Unread::File, clock.tick());
                ++in_vain;
                continue;
            case Came::DigestUnread:
                lane.reject(Unread::Digest, clock.tick());
                ++in_vain;
                continue;
            case Came::Unproven:
                lane.doubt(clock.tick());
                ++in_vain;
                continue;
            // It stays first in its lane; those before it are as good as any other chunk.
            case Came::Stopped: return base::done;
            case Came::Whole: break;
        }
        chosen.push_back({&lane, *ready});
        lane.hand_on(made.batch ? Lane::Onwards::Shut : Lane::Onwards::Open);
        bytes += made.bytes.size();
        chunk.push_back(std::move(made));
    }
    return base::done;
}

Intake::Intake(Options options, mailbox::Mailboxes& mailboxes, ledger::Archive& archive,
               const base::Clock& clock, Unpack unpack)
    : memory_(std::make_unique<Memory>(options, archive, clock, std::move(unpack))) {
    use(std::move(options), mailboxes);
}

std::set<std::string> Intake::use(Options options, mailbox::Mailboxes& mailboxes) {
    Memory& memory = *memory_;
    const std::size_t share = options.window_files_max / std::max<std::size_t>(1, mailboxes.size());
    const std::size_t window = std::max(share, window_files_min);
    memory.options = std::move(options);
    std::set<const mailbox::Mailbox*> kept;
    for (auto at = memory.lanes.begin(); at != memory.lanes.end();) {
        Lane& lane = at->second;
        const bool stays =
            std::ranges::any_of(mailboxes,
                                [&](const auto& box) { return &box == &lane.outbox(); }) &&
            lane.proof() == proof_of(memory.options, lane.outbox().name());
        if (stays) {
            kept.insert(&lane.outbox());
            lane.widen(window);
            ++at;
            continue;
        }
        memory.watch.remove(at->first);
        at = memory.lanes.erase(at);
    }
    std::set<std::string> fresh;
    for (mailbox::Mailbox& box : mailboxes) {
        if (kept.contains(&box)) continue;
        memory.add_lane(box, window);
        fresh.insert(box.name());
    }
    return fresh;
}

Intake::~Intake() = default;

int Intake::descriptor() const { return memory_->watch.descriptor(); }

bool Intake::notice() {
    memory_->settle_fates();
    const auto notices = memory_->watch.read();
    for (const Notice& notice : notices) {
        if (notice.sign == Sign::Overflow) {
            for (auto& [number, lane] : memory_->lanes) lane.look_everywhere();
            continue;
        }
        Lane& lane = memory_->lanes.at(notice.outbox);
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
    for (auto& [number, lane] : memory.lanes) lane.refresh(memory.clock.tick());
    std::vector<Interchange> chunk;
    std::vector<Memory::Chosen> chosen;
    base::Outcome filled = memory.fill(chunk, chosen);
    const bool archived = std::ranges::any_of(
        chunk, [](const Interchange& made) { return !made.arrival.sha256.empty(); });
    // One sync for the chunk, before anybody hears of it.
    if (filled && archived) filled = memory.archive.sync();
    if (filled) {
        // That nothing came shows nothing.
        if (archived && std::exchange(memory.stuck, false)) base::log(event::intake_unstuck, {});
        return chunk;
    }
    if (!std::exchange(memory.stuck, true))
        base::log(event::intake_stuck, {{"error", filled.fault().text}});
    for (auto back = chosen.rbegin(); back != chosen.rend(); ++back)
        back->lane->take_back(back->ready);
    memory.not_before = memory.clock.tick() + pause_after_fault;
    return filled.fault();
}

void Intake::hold(const std::function<bool(const std::string& mailbox)>& waits) {
    for (auto& [number, lane] : memory_->lanes)
        lane.set(waits(lane.outbox().name()) ? Lane::Pace::Waits : Lane::Pace::GoesOn);
}

base::Tick Intake::look_again_at() const {
    const base::Tick now = memory_->clock.tick();
    base::Tick at = base::Tick::max();
    for (const auto& [number, lane] : memory_->lanes) at = std::min(at, lane.look_again_at(now));
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

void Intake::look_anew(const std::string& mailbox) {
    const std::lock_guard lock{memory_->fates_mutex};
    memory_->anew.insert(mailbox);
}

void Intake::already_taken(const edi::Arrival& arrival) {
    if (Lane* const lane = memory_->lane_of(arrival.mailbox)) lane->already_taken(arrival);
}

void Intake::being_taken(const edi::Arrival& arrival) {
    if (Lane* const lane = memory_->lane_of(arrival.mailbox))
        lane->already_taken(arrival, Lane::Onwards::Shut);
}

}  // namespace intake
