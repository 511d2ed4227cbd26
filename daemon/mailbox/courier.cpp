#include "mailbox/courier.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "mailbox/courier_names.hpp"

namespace mailbox {

namespace {

using transfer::Told;

constexpr std::chrono::milliseconds pause_first{1'000}, pause_longest{300'000};
constexpr std::chrono::milliseconds silence_max{30'000};

// A server as the courier uses it: each question is a sign of life, and each name of a listing.
class Beating final : public transfer::Remote {
public:
    Beating(transfer::Remote& remote, const std::function<void()>& step)
        : remote_(remote), step_(step) {}
    base::Result<Told> list(
        const std::string& directory,
        const std::function<bool(const transfer::RemoteEntry&)>& visit) override {
        step_();
        return remote_.list(
            directory, [&](const transfer::RemoteEntry& entry) { return step_(), visit(entry); });
    }
    base::Result<std::optional<transfer::RemoteEntry>> look(const std::string& path) override {
        return step_(), remote_.look(path);
    }
    base::Result<Told> fetch(const std::string& path, std::uint64_t bytes_max,
                             const std::function<bool(std::string_view)>& take) override {
        return step_(), remote_.fetch(path, bytes_max, take);
    }
    base::Result<Told> put(const std::string& path, std::string_view bytes) override {
        return step_(), remote_.put(path, bytes);
    }
    base::Result<Told> rename(const std::string& from, const std::string& to) override {
        return step_(), remote_.rename(from, to);
    }
    base::Result<Told> remove(const std::string& path) override {
        return step_(), remote_.remove(path);
    }
    base::Result<Told> make_directory(const std::string& path) override {
        return step_(), remote_.make_directory(path);
    }

private:
    transfer::Remote& remote_;
    const std::function<void()>& step_;
};

}  // namespace

base::Result<Courier> Courier::open(const std::string& spool, const std::string& name,
                                    Options options, const base::Clock& clock) {
    Terms terms;
    terms.marker_ending = options.partner_ending;
    terms.place = Place::Remote;
    auto boxes = Mailbox::open(spool, name, std::move(terms));
    if (!boxes) return boxes.fault();
    Courier courier{std::move(*boxes), std::move(options), clock};
    const Notes& notes = courier.boxes_.notes();
    const auto names = notes.names();
    if (!names) return names.fault();
    for (const std::string& each : *names) {
        const auto note = notes.note(each);
        if (!note) return note.fault();
        if (*note) courier.known_.emplace(each, **note);
    }
    if (auto removed = courier.remove_torn_parts(); !removed) return removed.fault();
    return courier;
}

// What ended while it was fetched and may not be there any more.
base::Outcome Courier::remove_torn_parts() {
    std::set<std::string> noted;
    for (const auto& [name, note] : known_) noted.insert({part_name(name), partner_part(name)});
    return base::each_name(boxes_.outbox(), "listing the OutBox", [&](const std::string& name) {
        if (is_part_name(name) && !noted.contains(name))
            ::unlinkat(boxes_.outbox(), name.c_str(), 0);
        return true;
    });
}

base::Outcome Courier::round(Remote& server) {
    const std::function<void()> step = [this] {
        asked_at_ = clock_.tick();
        step_();
    };
    Beating remote{server, step};
    server.on_progress(step_);
    busy_ = false;
    round_began_ = clock_.tick();
    auto made = make_round(remote);
    if (made)
        for (auto& [what, held] : held_) held.awaits_round = false;
    if (made && clock_.tick() - asked_at_ >= silence_max)
        if (const auto looked = remote.look(outbox_there); !looked) made = looked.fault();
    const auto told =
        std::ranges::find_if(held_, [](const auto& each) { return !each.second.why.empty(); });
    progress_.trouble = told == held_.end() ? std::string{} : told->second.why;
    return made;
}

base::Outcome Courier::make_round(Remote& remote) {
    if (auto prepared = prepare(remote); !prepared) return prepared;
    if (auto settled = settle_notes(); !settled) return settled;
    for (const auto step : {&Courier::upload, &Courier::move, &Courier::look, &Courier::fetch})
        if (auto made = (this->*step)(remote); !made) return made;
    return fetch_corrected(remote);
}

base::Tick Courier::again_at() const {
    if (busy_) return {};
    base::Tick at = std::min(look_at_, asked_at_ + silence_max);
    // What was due in the last round and still is held waits for something else: room, a listing.
    for (const auto& [what, held] : held_)
        if (held.until > round_began_) at = std::min(at, held.until);
    return at;
}

base::Outcome Courier::prepare(Remote& remote) {
    if (prepared_) return base::done;
    days_.clear();
    for (const char* const box : {outbox_there, inbox_there, sentbox_there, failbox_there}) {
        const auto made = make_box(remote, box);
        if (!made) return made.fault();
        // What a missing box is needed for will tell.
    }
    prepared_ = true;
    return base::done;
}

// Done when it is there.
base::Result<Told> Courier::make_box(Remote& remote, const std::string& directory) {
    auto made = remote.make_directory(directory);
    if (!made || *made == Told::Done || *made == Told::Exists) return made ? Told::Done : made;
    const auto found = remote.look(directory);
    if (!found) return found.fault();
    const bool there = *found && ((*found)->kind == transfer::Kind::Directory ||
                                  (*found)->kind == transfer::Kind::Unknown);
    return there ? Told::Done : *made;
}

base::Outcome Courier::settle_notes() {
    to_move_.clear();
    const auto fates = boxes_.notes().fates();
    if (!fates) return fates.fault();
    for (const Notes::Kept& each : *fates) {
        const auto known = known_.find(each.name);
        std::optional<Fate> fate;
        if (known != known_.end() && Notes::is_about(each, known->second)) {
            const auto read = boxes_.notes().fate(each.name, known->second);
            if (!read) return read.fault();
            fate = *read;
        }
        if (fate && belongs(*fate, known->second))
            to_move_.emplace(each.name, *fate);
        else if (auto gone = boxes_.notes().forget(each); !gone)
            return gone;
    }
    for (auto each = known_.begin(); each != known_.end();) {
        const auto [name, note] = *each++;  // it may be forgotten
        if (auto settled = settle_note(name, note); !settled) return settled;
    }
    return base::done;
}

base::Outcome Courier::settle_note(const std::string& name, const Note& note) {
    const std::string part = part_name(name);
    const std::uint64_t part_inode = inode_of(part);
    const bool whole = part_inode == note.inode && !to_move_.contains(name);
    if (whole) return place(name, note);
    if (part_inode != 0 || to_move_.contains(name)) drop_parts(name);
    if (to_move_.contains(name)) return base::done;
    if (inode_of(name) == note.inode) return place_partner(name, note);
    const auto aside = is_aside(note.inode);
    if (!aside) return aside.fault();
    // It may have been given its name back before that look.
    if (*aside || inode_of(name) == note.inode) return base::done;
    // The fate is written before the name goes: only what has none after that was removed by a
    // stranger.
    const auto fate = boxes_.notes().fate(name, note);
    if (!fate) return fate.fault();
    if (*fate && belongs(**fate, note)) {
        to_move_.emplace(name, **fate);
        return base::done;
    }
    return forget(name);
}

base::Outcome Courier::forget(const std::string& name) {
    drop_parts(name);
    if (auto gone = boxes_.notes().forget(name, known_.at(name)); !gone) return gone;
    known_.erase(name);
    partners_.erase(name);
    free(moving(name));
    if (!seen_.contains(name)) free(fetching(name));
    to_move_.erase(name);
    return base::done;
}

// Gives the part its name. A name that somebody else gave to a file is waited for.
base::Outcome Courier::place(const std::string& name, const Note& note) {
    const int outbox = boxes_.outbox();
    const std::string part = part_name(name);
    base::durable_step("rename");
    int error =
        ::renameat2(outbox, part.c_str(), outbox, name.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
    if (error == EEXIST && note.replaces != 0 && inode_of(name) == note.replaces)
        error = ::renameat(outbox, part.c_str(), outbox, name.c_str()) == 0 ? 0 : errno;
    if (error == EEXIST) return base::done;
    if (error != 0) return base::fault_of_errno(error, "naming a fetched file in OutBox");
    if (auto placed = place_partner(name, note); !placed) return placed;
    return base::sync(outbox);
}

// Whether a removal of an older copy has taken that file's name (mailbox/taking.cpp).
base::Result<bool> Courier::is_aside(std::uint64_t inode) const {
    bool found = false;
    const auto listed =
        base::each_name(boxes_.outbox(), "listing the OutBox", [&](const std::string& name) {
            found = name.starts_with(taken_beginning) && inode_of(name) == inode;
            return !found;
        });
    if (!listed) return listed.fault();
    return found;
}

// The partner's first: without it, a part is known to be torn or older.
void Courier::drop_parts(const std::string& name) {
    if (!options_.partner_ending.empty())
        ::unlinkat(boxes_.outbox(), partner_part(name).c_str(), 0);
    ::unlinkat(boxes_.outbox(), part_name(name).c_str(), 0);
}

// 0: there is no such file.
std::uint64_t Courier::inode_of(const std::string& name) const {
    struct stat status {};
    if (::fstatat(boxes_.outbox(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return 0;
    return status.st_ino;
}

bool Courier::is_held(const std::string& what) const {
    const auto found = held_.find(what);
    return found != held_.end() &&
           (found->second.awaits_round || clock_.tick() < found->second.until);
}

const char* Courier::words_of(Told told) {
    switch (told) {
        case Told::Done: return "";
        case Told::Missing: return "it, or the folder for it, is missing there";
        case Told::Exists: return "the name is taken there";
        case Told::Refused: return "the server refuses it: its user lacks the right";
        case Told::Full: return "no space is left there";
        case Told::Changed: return "it changes while it is read";
        case Told::Cut: return "it takes too long; what came of it is gone on with";
        case Told::Failed: return "the server says no more than that it failed";
    }
    return "";
}

void Courier::hold(const std::string& what, std::string_view why) {
    Held& held = held_[what];
    held.pause = std::clamp(held.pause * 2, pause_first, pause_longest);
    held.until = clock_.tick() + held.pause;
    held.why = (what + ": ").append(why);
}

void Courier::hold(const std::string& what, Told told) {
    hold(what, std::string_view{words_of(told)});
}

// The first may be the line's, and costs a file neither time nor its place; of one that meets
// another it is told.
base::Fault Courier::hold(const std::string& what, const base::Fault& fault) {
    const bool is_first = held_.try_emplace(what).second;
    if (is_first) return fault;
    hold(what, std::string_view{fault.text});
    // Between connections a pause grows too, which may be longer than this one.
    held_[what].awaits_round = true;
    return fault;
}

void Courier::complain(const std::string& what, std::string_view why) {
    held_[what] = {.why = (what + ": ").append(why)};
}

// A server that will not tell what stands there says neither size nor time.
bool Courier::is_told(const transfer::RemoteEntry& entry) {
    return entry.kind != transfer::Kind::Unknown || entry.bytes != 0 ||
           entry.modified_at != base::Time{};
}

}  // namespace mailbox
