// Looking into the OutBox there, and fetching what is whole.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <queue>

#include "base/hash.hpp"
#include "mailbox/courier.hpp"
#include "mailbox/courier_names.hpp"
#include "mailbox/moment.hpp"

namespace mailbox {

namespace {

using transfer::Kind;
using transfer::RemoteEntry;
using transfer::Told;

constexpr std::size_t files_in_a_round = 64;
constexpr std::size_t beginning_bytes = 65'536;
// What was fetched and has no fate yet: a line that stands still must not fill our disk.
constexpr std::uint64_t bytes_on_their_way_max = std::uint64_t{1} << 30;
// Of names that a listing brings without size and time, so many are asked for each time.
constexpr std::size_t asked_max = 256;
// The size of what was fetched in part is a hole; file systems have limits.
constexpr std::uint64_t hole_max = std::uint64_t{1} << 40;
constexpr std::chrono::milliseconds look_spacing_min{250};
// So many rounds of `settle` fit between two looks at most, for what arrives one by one.
constexpr int looks_in_a_settle = 4;

bool is_older(const RemoteEntry& a, const RemoteEntry& b) {
    return a.modified_at != b.modified_at ? a.modified_at < b.modified_at : a.name < b.name;
}

}  // namespace

// What one listing brings: the oldest files, so that memory does not grow with their number.
class Courier::Listing {
public:
    explicit Listing(std::size_t limit) : limit_(limit) {}

    void add_file(const RemoteEntry& entry) {
        ++files;
        if (is_told(entry))
            keep(entry);
        else if (untold.size() < limit_)
            untold.insert(entry.name);
    }
    void keep(const RemoteEntry& entry) {
        if (oldest.size() == limit_ && !is_older(entry, oldest.top())) return;
        if (oldest.size() == limit_) oldest.pop();
        oldest.push(entry);
    }
    void add_partner(std::string of, const RemoteEntry& entry) {
        if (partners.size() + untold_partners.size() == 2 * limit_) return;
        if (is_told(entry))
            partners.emplace(std::move(of), Stamp{entry.bytes, entry.modified_at});
        else
            untold_partners.insert(std::move(of));
    }
    bool has_partner(const std::string& of) const {
        return partners.contains(of) || untold_partners.contains(of);
    }
    void add_odd(const std::string& name) {
        if (odd++ == 0) odd_name = edi::printable(name);
    }

    using Oldest = std::priority_queue<RemoteEntry, std::vector<RemoteEntry>, decltype(&is_older)>;
    Oldest oldest{&is_older};
    bool is_cut = false;
    std::map<std::string, Stamp> partners;
    // Of files, what was listed without size and time; and of these, what was not asked for.
    std::set<std::string> untold, untold_partners, left_out;
    std::uint64_t files = 0, odd = 0;
    std::string odd_name;

private:
    std::size_t limit_;
};

bool Courier::is_arrival(const RemoteEntry& entry) const {
    const auto known = known_.find(entry.name);
    if (known == known_.end()) return true;
    if (!is_told(entry)) return false;  // the move will tell
    // What stands there instead of a file that is to be moved is looked at after the move.
    return !to_move_.contains(entry.name) &&
           (entry.bytes != known->second.bytes || entry.modified_at != known->second.modified_at);
}

base::Outcome Courier::look(Remote& remote) {
    const base::Tick began = clock_.tick();
    if (began < look_at_ || is_held(listing_words)) return base::done;
    Listing listing{options_.files_max};
    const std::string& ending = options_.partner_ending;
    const auto told = remote.list(outbox_there, [&](const RemoteEntry& entry) {
        const std::string& name = entry.name;
        if (is_unfinished(name)) return true;
        const bool file = entry.kind == Kind::File || entry.kind == Kind::Unknown;
        const bool partner = !ending.empty() && name.ends_with(ending) &&
                             is_ours(name.substr(0, name.size() - ending.size()));
        if (!file || !can_be_remote(name) || (!partner && !is_ours(name)))
            listing.add_odd(name);
        else if (partner) {
            const std::string of = name.substr(0, name.size() - ending.size());
            listing.add_partner(of, entry);
            see_partner(of, entry);
        } else if (is_arrival(entry))
            listing.add_file(entry);
        return true;
    });
    if (!told) {
        auto fault = hold(listing_words, told.fault());
        look_at_ = std::max(look_at_, held_[listing_words].until);
        return fault;
    }
    look_at_ = clock_.tick() + options_.every;
    if (*told != Told::Done && *told != Told::Cut) {
        hold(listing_words, *told);
        look_at_ = held_[listing_words].until;
        return base::done;
    }
    free(listing_words);
    if (*told == Told::Cut) complain(listing_words, words_of(*told));
    listing.is_cut = *told == Told::Cut;
    looked_from_ = began;
    progress_.looked_at = clock_.tick();
    if (auto asked = ask_about(remote, listing); !asked) return asked;
    take_over(listing);
    return base::done;
}

// The size and time of what was listed without, by names and from where the last listing ended:
// what is never fetched must not keep the rest from being asked for.
base::Outcome Courier::ask_about(Remote& remote, Listing& listing) {
    free(asking_words);
    std::erase_if(odd_there_, [&](const auto& name) { return !listing.untold.contains(name); });
    std::set<std::string> names;
    for (const std::string& name : listing.untold)
        if (is_proven_by_time(name) || listing.has_partner(name)) names.insert(name);
    for (const std::string& name : listing.untold_partners)
        if (!to_move_.contains(name)) names.insert(name);
    const auto middle = names.upper_bound(asked_to_);
    std::vector<std::string> in_turn{middle, names.end()};
    in_turn.insert(in_turn.end(), names.begin(), middle);
    std::size_t asked = 0;
    for (const std::string& name : in_turn) {
        if (asked == asked_max || is_held(fetching(name))) {
            leave_out(listing, name);
            continue;
        }
        ++asked;
        asked_to_ = name;
        if (auto told = ask_about_one(remote, listing, name); !told)
            return hold(fetching(name), told.fault());
    }
    return base::done;
}

base::Outcome Courier::ask_about_one(Remote& remote, Listing& listing, const std::string& name) {
    const auto ask = [&](const std::string& which) -> base::Result<std::optional<RemoteEntry>> {
        auto found = remote.look(beneath(outbox_there, which));
        if (!found || !*found || is_told(**found)) return found;
        complain(asking_words, "the server does not tell size and time of " + which);
        return std::optional<RemoteEntry>{};
    };
    const auto is_file = [](const RemoteEntry& entry) {
        return entry.kind != Kind::Directory && entry.kind != Kind::Other;
    };
    if (listing.untold.contains(name)) {
        const auto file = ask(name);
        if (!file) return file.fault();
        odd_there_.erase(name);
        if (*file && is_file(**file)) listing.keep(**file);
        if (*file && !is_file(**file)) {
            odd_there_.insert(name);
            listing.add_odd(name);
        }
    }
    if (listing.untold_partners.contains(name)) {
        const auto partner = ask(name + options_.partner_ending);
        if (!partner) return partner.fault();
        if (!*partner || !is_file(**partner)) return base::done;
        listing.partners.emplace(name, Stamp{(*partner)->bytes, (*partner)->modified_at});
        see_partner(name, **partner);
    }
    return base::done;
}

// It stays what it was when it was asked for; whether it changed is asked before it is fetched.
void Courier::leave_out(Listing& listing, const std::string& name) {
    listing.left_out.insert(name);
    if (odd_there_.contains(name)) listing.add_odd(name);
    const auto seen = seen_.find(name);
    if (seen != seen_.end() && listing.untold.contains(name))
        listing.keep({name, Kind::File, seen->second.bytes, seen->second.modified_at});
}

void Courier::take_over(Listing& listing) {
    progress_.remote_waiting = listing.files;
    progress_.odd = listing.odd;
    progress_.odd_name = listing.odd_name;
    const base::Tick now = clock_.tick();
    const std::map<std::string, Seen> before = std::exchange(seen_, {});
    base::Tick settled = base::Tick::max();
    for (; !listing.oldest.empty(); listing.oldest.pop()) {
        const RemoteEntry& entry = listing.oldest.top();
        const auto partner = listing.partners.find(entry.name);
        bool marked =
            partner != listing.partners.end() && counts(partner->second, entry.modified_at);
        const auto known = before.find(entry.name);
        if (known != before.end() && listing.left_out.contains(entry.name))
            marked = known->second.marked;
        Seen seen{entry.bytes, entry.modified_at, now, marked};
        if (known != before.end() && known->second.bytes == seen.bytes &&
            known->second.modified_at == seen.modified_at)
            seen.since = known->second.since;
        // By the time alone: what is held waits for no listing.
        if (is_proven_by_time(entry.name) && looked_from_ - seen.since < options_.settle)
            settled = std::min(settled, seen.since + options_.settle);
        seen_.emplace(entry.name, seen);
    }
    std::erase_if(held_, [&](const auto& each) {
        const bool may_be_there = listing.is_cut && each.second.until > now;
        if (!each.first.starts_with(fetching_any) || may_be_there) return false;
        const std::string name = each.first.substr(fetching_any.size());
        const bool has_known_partner = known_.contains(name) && listing.has_partner(name);
        return !seen_.contains(name) && !has_known_partner && !listing.left_out.contains(name);
    });
    const auto spacing =
        std::min(options_.every, std::max(options_.settle / looks_in_a_settle, look_spacing_min));
    look_at_ = std::min(look_at_, std::max(settled, now + spacing));
}

bool Courier::is_whole(const std::string& name, const Seen& seen) const {
    if (is_held(fetching(name))) return false;
    // Our own clock alone: that of the server may say anything.
    return is_proven_by_time(name) ? looked_from_ - seen.since >= options_.settle : seen.marked;
}

bool Courier::has_room() const {
    if (!may_fetch_() || known_.size() >= options_.files_max) return false;
    std::uint64_t bytes = 0;
    for (const auto& [name, note] : known_)
        if (!to_move_.contains(name)) bytes += std::min(note.bytes, options_.bytes_max);
    return bytes < bytes_on_their_way_max;
}

base::Outcome Courier::fetch(Remote& remote) {
    // What could not be fetched twice comes last.
    const auto failed_before = [&](const std::string& name) {
        const auto held = held_.find(fetching(name));
        return held != held_.end() && held->second.pause != std::chrono::milliseconds{};
    };
    std::vector<std::tuple<bool, base::Time, std::string>> whole;
    for (const auto& [name, seen] : seen_)
        if (is_whole(name, seen)) whole.emplace_back(failed_before(name), seen.modified_at, name);
    std::ranges::sort(whole);
    std::size_t tried = 0;
    for (const auto& [was_held, modified_at, name] : whole) {
        if (!has_room()) return base::done;
        if (tried++ == files_in_a_round) {
            busy_ = true;
            return base::done;
        }
        const Seen seen = seen_.at(name);
        if (auto fetched = fetch_one(remote, name, seen); !fetched) {
            drop_parts(name);
            return hold(fetching(name), fetched.fault());
        }
    }
    return base::done;
}

base::Outcome Courier::fetch_one(Remote& remote, const std::string& name, const Seen& seen) {
    const std::string path = beneath(outbox_there, name);
    const auto unchanged = [&]() -> base::Result<bool> {
        const auto found = remote.look(path);
        if (!found) return found.fault();
        return *found && (*found)->kind != Kind::Directory && (*found)->kind != Kind::Other &&
               (*found)->bytes == seen.bytes && (*found)->modified_at == seen.modified_at;
    };
    std::optional<Part> part;
    base::Result<bool> whole = unchanged();
    if (whole && *whole) {
        auto fetched = fetch_part(remote, name, seen);
        if (!fetched) return fetched.fault();
        part = *std::move(fetched);
        whole = part ? unchanged() : base::Result<bool>{false};
    }
    if (whole && *whole && !options_.partner_ending.empty())
        whole = fetch_partner(remote, name, seen.modified_at, part->sha256);
    if (whole && *whole) {
        free(fetching(name));
        return enter(name, seen, *part);
    }
    drop_parts(name);
    if (!whole) return whole.fault();
    // What changed is seen anew by the next listing, and not asked for before that.
    if (!is_held(fetching(name))) seen_.erase(name);
    return base::done;
}

// Nothing when it changed meanwhile or cannot be had now.
base::Result<std::optional<Courier::Part>> Courier::fetch_part(Remote& remote,
                                                               const std::string& name,
                                                               const Seen& seen) {
    const int outbox = boxes_.outbox();
    const std::string part = part_name(name);
    ::unlinkat(outbox, part.c_str(), 0);
    const base::Fd file{
        ::openat(outbox, part.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640)};
    if (!file) return base::fault_of_errno(errno, "creating a file in OutBox for " + name);
    const bool too_large = seen.bytes > options_.bytes_max;
    const std::uint64_t wanted = too_large ? beginning_bytes : seen.bytes;
    std::uint64_t got = 0;
    base::Sha256 sum;
    base::Outcome written = base::done;
    const auto told = remote.fetch(beneath(outbox_there, name), seen.bytes, [&](auto bytes) {
        bytes = bytes.substr(0, wanted - got);
        got += bytes.size();
        sum.add(bytes);
        written = base::write_all(file.number(), bytes);
        return written && !(too_large && got == wanted);
    });
    if (!told) return told.fault();
    if (!written) return written.fault();
    const bool beginning = too_large && got == wanted;
    if (*told != Told::Done && !beginning) {
        if (*told != Told::Missing && *told != Told::Changed) hold(fetching(name), *told);
        return std::optional<Part>{};
    }
    if (got != wanted) return std::optional<Part>{};
    // The rest is a hole: the size alone is what such a file is refused for.
    const std::uint64_t size = std::min(seen.bytes, std::max(hole_max, options_.bytes_max + 1));
    if (too_large && ::ftruncate(file.number(), static_cast<off_t>(size)) != 0)
        return base::fault_of_errno(errno, "setting the size of " + name);
    if (auto synced = base::sync(file.number()); !synced) return synced.fault();
    struct stat status {};
    if (::fstat(file.number(), &status) != 0)
        return base::fault_of_errno(errno, "looking at a fetched file");
    return std::optional{Part{status.st_ino, modification_time(status),
                              too_large ? std::string{} : base::hex(sum.sum())}};
}

base::Outcome Courier::enter(const std::string& name, const Seen& seen, const Part& part) {
    Note note{seen.bytes, seen.modified_at, part.sha256, part.inode, part.copied_at, 0};
    const auto known = known_.find(name);
    if (known != known_.end() && known->second.bytes == note.bytes && !note.sha256.empty() &&
        known->second.sha256 == note.sha256) {
        // Only touched: our copy is still that of what stands there.
        ::unlinkat(boxes_.outbox(), part_name(name).c_str(), 0);
        note.inode = known->second.inode;
        note.copied_at = known->second.copied_at;
        note.replaces = known->second.replaces;
    } else if (known != known_.end()) {
        note.replaces = known->second.inode;
    }
    if (auto written = boxes_.notes().write(name, note); !written) return written;
    known_[name] = note;
    seen_.erase(name);
    ++progress_.fetched;
    progress_.remote_waiting -= progress_.remote_waiting > 0;
    progress_.fetched_at = clock_.tick();
    if (inode_of(part_name(name)) == note.inode) return place(name, note);
    return inode_of(name) == note.inode ? place_partner(name, note) : base::done;
}

}  // namespace mailbox
