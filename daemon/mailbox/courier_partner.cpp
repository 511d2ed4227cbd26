// What an enterprise puts beside a file to say that it is whole: a marker or a digest.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "mailbox/courier.hpp"
#include "mailbox/courier_names.hpp"

namespace mailbox {

namespace {

using transfer::Kind;
using transfer::RemoteEntry;
using transfer::Told;

constexpr std::size_t partner_bytes_max = 4'096;
constexpr std::size_t partners_in_a_round = 64;

}  // namespace

std::string Courier::partner_part(const std::string& name) const {
    return part_name(name + options_.partner_ending);
}

// Both by the server's clock. A marker that is older than its file was left by another one; a
// digest is compared with the bytes instead.
bool Courier::counts(const Stamp& partner, base::Time modified_at) const {
    return options_.partner_ending != done_ending || partner.modified_at >= modified_at;
}

// What we gave back may still be going up under a name that its sender does not know.
bool Courier::is_proven_by_time(const std::string& name) const {
    return options_.partner_ending.empty() || is_given_back(name);
}

// Only once the name is our copy's: while an older copy has it, that one would take the partner
// with it when it goes.
base::Outcome Courier::place_partner(const std::string& name, const Note& note) {
    if (options_.partner_ending.empty()) return base::done;
    const int outbox = boxes_.outbox();
    const std::string part = partner_part(name);
    const std::uint64_t inode = inode_of(part);
    if (inode == 0) return base::done;
    base::durable_step("rename");
    const std::string partner = name + options_.partner_ending;
    if (::renameat(outbox, part.c_str(), outbox, partner.c_str()) != 0)
        return base::fault_of_errno(errno, "naming what proves a fetched file in OutBox");
    // The deliver thread writes the fate first, then removes the partner: it may have been done
    // with that before this one came.
    const auto fate = boxes_.notes().fate(name, note);
    if (!fate) return fate.fault();
    if (*fate && inode_of(partner) == inode) ::unlinkat(outbox, partner.c_str(), 0);
    return base::sync(outbox);
}

// Into a hidden part of its own. False when it cannot be had now, or does not count any more.
base::Result<bool> Courier::fetch_partner(Remote& remote, const std::string& name,
                                          base::Time modified_at, const std::string& sha256) {
    const std::string partner = name + options_.partner_ending;
    std::string bytes = sha256 + "  " + name + "\n";
    Stamp stamp;
    if (!is_proven_by_time(name)) {
        const std::string path = beneath(outbox_there, partner);
        const auto found = remote.look(path);
        if (!found) return found.fault();
        if (!*found || (*found)->kind == Kind::Directory || (*found)->kind == Kind::Other)
            return false;
        stamp = {(*found)->bytes, (*found)->modified_at};
        if (!counts(stamp, modified_at)) return false;
        bytes.clear();
        const auto told = remote.fetch(path, partner_bytes_max, [&](std::string_view some) {
            bytes += some;
            return true;
        });
        if (!told) return told.fault();
        if (*told != Told::Done) {
            if (*told != Told::Missing) hold(fetching(name), *told);
            return false;
        }
    }
    const std::string part = partner_part(name);
    ::unlinkat(boxes_.outbox(), part.c_str(), 0);
    auto written = base::write_new(boxes_.outbox(), part, bytes, 0640, base::ReplaceTorso::Yes);
    if (!written) return written.fault();
    partners_[name] = stamp;
    return true;
}

// A partner that is not the one that came with the copy here, which still waits for the line. After
// a start that is not known, and each is fetched once more.
void Courier::see_partner(const std::string& name, const RemoteEntry& entry) {
    const auto known = known_.find(name);
    if (!is_told(entry)) return;  // it is asked for
    if (known == known_.end() || to_move_.contains(name) || is_proven_by_time(name)) return;
    const Stamp stamp{entry.bytes, entry.modified_at};
    const auto fetched = partners_.find(name);
    if (fetched != partners_.end() && fetched->second == stamp) return;
    if (counts(stamp, known->second.modified_at)) corrected_.insert(name);
}

base::Outcome Courier::fetch_corrected(Remote& remote) {
    std::size_t tried = 0;
    while (!corrected_.empty() && may_fetch_()) {
        if (tried++ == partners_in_a_round) {
            busy_ = true;
            return base::done;
        }
        const std::string name = corrected_.extract(corrected_.begin()).value();
        const auto known = known_.find(name);
        // One that is an arrival again comes with its partner.
        if (known == known_.end() || to_move_.contains(name) || seen_.contains(name) ||
            is_held(fetching(name)))
            continue;
        const auto fetched = fetch_partner(remote, name, known->second.modified_at, {});
        if (!fetched) return hold(fetching(name), fetched.fault());
        if (!*fetched) continue;
        free(fetching(name));
        // While our copy has no name yet, they get theirs together.
        if (inode_of(name) == known->second.inode)
            if (auto placed = place_partner(name, known->second); !placed) return placed;
    }
    return base::done;
}

}  // namespace mailbox
