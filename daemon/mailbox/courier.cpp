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

const char* words_of(Told told) {
    switch (told) {
        case Told::Done: return "";
        case Told::Missing: return "it, or the folder for it, is missing there";
        case Told::Exists: return "the name is taken there";
        case Told::Refused: return "the server refuses it: its user lacks the right";
        case Told::Full: return "no space is left there";
        case Told::Changed: return "it changes while it is read";
        case Told::Failed: return "the server says no more than that it failed";
    }
    return "";
}

// A server as the courier uses it: each question is a sign of life.
class Beating final : public transfer::Remote {
public:
    Beating(transfer::Remote& remote, const std::function<void()>& step)
        : remote_(remote), step_(step) {}
    base::Result<Told> list(
        const std::string& directory,
        const std::function<bool(const transfer::RemoteEntry&)>& visit) override {
        return step_(), remote_.list(directory, visit);
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
    const auto names = notes.names(Notes::Which::Note);
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
    Beating remote{server, step_};
    busy_ = false;
    if (auto prepared = prepare(remote); !prepared) return prepared;
    if (auto settled = settle_notes(); !settled) return settled;
    for (const auto step : {&Courier::upload, &Courier::move, &Courier::look, &Courier::fetch})
        if (auto made = (this->*step)(remote); !made) return made;
    progress_.trouble = held_.empty() ? std::string{} : held_.begin()->second.why;
    return base::done;
}

base::Tick Courier::again_at() const {
    if (busy_) return {};
    base::Tick at = look_at_;
    for (const auto& [what, held] : held_) at = std::min(at, held.until);
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
    const auto fates = boxes_.notes().names(Notes::Which::Fate);
    if (!fates) return fates.fault();
    for (const std::string& name : *fates) {
        const auto known = known_.find(name);
        const auto fate = boxes_.notes().fate(name);
        if (!fate) return fate.fault();
        if (known != known_.end() && *fate && belongs(**fate, known->second))
            to_move_.emplace(name, **fate);
        else if (auto gone = boxes_.notes().forget_fate(name); !gone)
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
    if (inode_of(name) == note.inode) return place_partner(name);
    // The fate is written before the name goes: only what has none after that was removed by a
    // stranger.
    const auto fate = boxes_.notes().fate(name);
    if (!fate) return fate.fault();
    if (*fate && belongs(**fate, note)) {
        to_move_.emplace(name, **fate);
        return base::done;
    }
    return forget(name);
}

base::Outcome Courier::forget(const std::string& name) {
    drop_parts(name);
    if (auto gone = boxes_.notes().forget(name); !gone) return gone;
    known_.erase(name);
    free(moving(name));
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
    if (auto placed = place_partner(name); !placed) return placed;
    return base::sync(outbox);
}

std::string Courier::partner_part(const std::string& name) const {
    return part_name(name + options_.partner_ending);
}

// Only once the name is our copy's: while an older copy has it, that one would take the partner
// with it when it goes.
base::Outcome Courier::place_partner(const std::string& name) {
    if (options_.partner_ending.empty()) return base::done;
    const int outbox = boxes_.outbox();
    const std::string part = partner_part(name);
    if (inode_of(part) == 0) return base::done;
    base::durable_step("rename");
    const std::string partner = name + options_.partner_ending;
    if (::renameat(outbox, part.c_str(), outbox, partner.c_str()) != 0)
        return base::fault_of_errno(errno, "naming what proves a fetched file in OutBox");
    return base::sync(outbox);
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
    return found != held_.end() && clock_.tick() < found->second.until;
}

void Courier::hold(const std::string& what, Told told) {
    Held& held = held_[what];
    held.pause = std::clamp(held.pause * 2, pause_first, pause_longest);
    held.until = clock_.tick() + held.pause;
    held.why = what + ": " + words_of(told);
}

}  // namespace mailbox
