// Moving what was committed into SentBox or FailBox there.
#include <fcntl.h>

#include <algorithm>

#include "base/hash.hpp"
#include "mailbox/courier.hpp"
#include "mailbox/courier_names.hpp"

namespace mailbox {

namespace {

using transfer::RemoteEntry;
using transfer::Told;

constexpr std::size_t moves_in_a_round = 256;
constexpr int tries_max = 3;

const char* box_of(const Fate& fate) {
    return fate.box == edi::Box::Sent ? sentbox_there : failbox_there;
}

}  // namespace

base::Outcome Courier::move(Remote& remote) {
    std::size_t tried = 0;
    for (auto each = to_move_.begin(); each != to_move_.end();) {
        const auto [name, fate] = *each++;  // it is forgotten when it is moved
        if (is_held(moving(name))) continue;
        if (tried++ == moves_in_a_round) {
            busy_ = true;
            break;
        }
        if (auto moved = move_one(remote, name, known_.at(name), fate); !moved)
            return hold(moving(name), moved.fault());
    }
    return base::done;
}

base::Outcome Courier::move_one(Remote& remote, const std::string& name, const Note& note,
                                const Fate& fate) {
    const std::string source = beneath(outbox_there, name);
    Told told = Told::Failed;
    for (int tries = 0; tries < tries_max; ++tries) {
        const auto day = day_there(remote, fate);
        if (!day) return day.fault();
        const auto there = remote.look(source);
        if (!there) return there.fault();
        const bool ours =
            *there && (*there)->bytes == note.bytes && (*there)->modified_at == note.modified_at;
        // The box itself, too: a server that once refused directories may take them now.
        for (const std::string& directory : {*day, std::string{box_of(fate)}}) {
            const auto found = remote.look(beneath(directory, fate.box_name));
            if (!found) return found.fault();
            if (*found) return settle_target(remote, name, note, fate, {directory, **found, ours});
        }
        if (!ours) return finish(remote, name, fate, {});
        const auto renamed = remote.rename(source, beneath(*day, fate.box_name));
        if (!renamed) return renamed.fault();
        told = *renamed;
        if (told == Told::Refused || told == Told::Full) break;
        // Somebody may have removed the day since it was made.
        if (told == Told::Missing || told == Told::Failed) days_.erase(*day);
    }
    hold(moving(name), told);
    return base::done;
}

// The name that the file is to be moved to is taken.
base::Outcome Courier::settle_target(Remote& remote, const std::string& name, const Note& note,
                                     const Fate& fate, const Moved& moved) {
    const std::string target = beneath(moved.directory, fate.box_name);
    if (!is_told(moved.target)) {
        hold(moving(name), Told::Refused);
        return base::done;
    }
    const auto judged = judge(remote, target, moved.target, name, note);
    if (!judged) return judged.fault();
    if (*judged == Judged::Later) return base::done;
    if (*judged == Judged::Ours) return finish(remote, name, fate, moved.directory);
    if (moved.is_source_ours) {
        // What was never moved cannot have been replaced in that moment: the name is a stranger's,
        // or a number was given twice. By its bytes, where a server tells no times.
        const std::string source = beneath(outbox_there, name);
        const auto source_judged =
            judge(remote, source, {name, {}, note.bytes, note.modified_at}, name, note);
        if (!source_judged) return source_judged.fault();
        if (*source_judged == Judged::Later) return base::done;
        if (*source_judged == Judged::Ours) {
            hold(moving(name), "another file is " + target + " there: move it away");
            return base::done;
        }
    }
    const auto given = give_back(remote, target, name, fate);
    if (!given) return given.fault();
    return *given ? finish(remote, name, fate, {}) : base::done;
}

// The directory of the day; where the server makes none, the box itself.
base::Result<std::string> Courier::day_there(Remote& remote, const Fate& fate) {
    const std::string box = box_of(fate);
    const std::string day = beneath(box, fate.day);
    if (days_.contains(day)) return day;
    auto made = make_box(remote, day);
    if (made && *made == Told::Missing) {
        if (made = make_box(remote, box); made) made = make_box(remote, day);
    }
    if (!made) return made.fault();
    if (*made != Told::Done) return box;
    days_.insert(day);
    return day;
}

base::Result<Courier::Judged> Courier::judge(Remote& remote, const std::string& target,
                                             const RemoteEntry& found, const std::string& name,
                                             const Note& note) {
    if (found.bytes != note.bytes) return Judged::Other;
    if (note.sha256.empty())
        return found.modified_at == note.modified_at ? Judged::Ours : Judged::Other;
    const auto digest = digest_of(remote, target, found.bytes);
    if (!digest) return digest.fault();
    if (!*digest) {
        hold(moving(name), Told::Failed);
        return Judged::Later;
    }
    return **digest == note.sha256 ? Judged::Ours : Judged::Other;
}

// Nothing when it cannot be read.
base::Result<std::optional<std::string>> Courier::digest_of(Remote& remote, const std::string& path,
                                                            std::uint64_t bytes) {
    base::Sha256 sum;
    const auto told = remote.fetch(path, bytes, [&](std::string_view some) {
        sum.add(some);
        return true;
    });
    if (!told) return told.fault();
    if (*told != Told::Done) return std::optional<std::string>{};
    return std::optional{base::hex(sum.sum())};
}

// False when it cannot be done now.
base::Result<bool> Courier::give_back(Remote& remote, const std::string& target,
                                      const std::string& name, const Fate& fate) {
    const std::string back =
        again_name(name, fate.box_name.substr(0, number_digits), remote_name_bytes_max);
    const auto renamed = remote.rename(target, beneath(outbox_there, back));
    if (!renamed) return renamed.fault();
    if (*renamed != Told::Done) {
        hold(moving(name), *renamed);
        return false;
    }
    ++progress_.given_back;
    return true;
}

// `directory` is where it was moved to; empty when it was not.
base::Outcome Courier::finish(Remote& remote, const std::string& name, const Fate& fate,
                              const std::string& directory) {
    if (!directory.empty() && !fate.receipt_name.empty()) {
        const base::Fd day{::openat(boxes_.failbox(), fate.day.c_str(),
                                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
        if (day) {
            const auto told = upload_one(remote, day.number(), fate.receipt_name, directory);
            if (!told) return told.fault();
            if (*told != Told::Done && *told != Told::Missing) {
                hold(moving(name), *told);
                return base::done;
            }
        }
    }
    if (!directory.empty() && !options_.partner_ending.empty()) {
        // Unless a new file of that name came, of which it may be the partner.
        const auto source = remote.look(beneath(outbox_there, name));
        if (!source) return source.fault();
        if (!*source) {
            const auto gone = remote.remove(beneath(outbox_there, name + options_.partner_ending));
            if (!gone) return gone.fault();
        }
    }
    if (auto gone = forget(name); !gone) return gone;
    if (!directory.empty()) ++progress_.moved;
    return base::done;
}

}  // namespace mailbox
