// Receipts and what belongs to them, from the local InBox to the one there.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "mailbox/courier.hpp"
#include "mailbox/courier_names.hpp"
#include "mailbox/upload_order.hpp"

namespace mailbox {

namespace {

using transfer::Told;

constexpr std::size_t uploads_in_a_round = 256;
constexpr std::size_t numbers_max = 4'096;
constexpr std::size_t receipt_bytes_max = 256u << 20;
constexpr int tries_max = 3;

base::Result<std::vector<std::string>> in_order(int inbox, std::uint64_t& count) {
    constexpr const char* listing = "listing the InBox";
    UploadOrder order{numbers_max};
    for (const auto see : {&UploadOrder::see, &UploadOrder::see_again}) {
        const auto listed = base::each_name(
            inbox, listing, [&](const std::string& name) { return (order.*see)(name), true; });
        if (!listed) return listed.fault();
    }
    count = order.count();
    return std::move(order).names();
}

}  // namespace

base::Outcome Courier::upload(Remote& remote) {
    const auto names = in_order(boxes_.inbox(), progress_.receipts_waiting);
    if (!names) return names.fault();
    if (names->empty()) free(uploading);
    if (is_held(uploading)) return base::done;
    free(receipt_words);
    base::Outcome outcome = base::done;
    std::size_t made = 0;
    for (const std::string& name : *names) {
        if (made == uploads_in_a_round) {
            busy_ = true;
            break;
        }
        const auto told = upload_one(remote, boxes_.inbox(), name, inbox_there);
        if (!told) {
            outcome = hold(uploading, told.fault());
            break;
        }
        if (*told == Told::Missing) continue;  // somebody took it away here
        if (*told != Told::Done) {
            hold(uploading, *told);
            break;
        }
        base::durable_step("unlink");
        if (::unlinkat(boxes_.inbox(), name.c_str(), 0) != 0 && errno != ENOENT) {
            outcome = base::fault_of_errno(errno, "removing an uploaded receipt from InBox");
            break;
        }
        ++made;
        ++progress_.uploaded;
        progress_.receipts_waiting -= progress_.receipts_waiting > 0;
        progress_.uploaded_at = clock_.tick();
        free(uploading);
    }
    if (made == 0) return outcome;
    const auto synced = base::sync(boxes_.inbox());
    return synced ? outcome : synced;
}

// Missing: there is no such file here, or something that is none, which is told.
base::Result<Told> Courier::upload_one(Remote& remote, int directory, const std::string& name,
                                       const std::string& to) {
    const base::Fd file{::openat(directory, name.c_str(),
                                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    if (!file && errno == ENOENT) return Told::Missing;
    const bool is_link_or_socket = !file && (errno == ELOOP || errno == ENXIO);
    if (!file && !is_link_or_socket) return base::fault_of_errno(errno, "opening " + name);
    struct stat status {};
    if (is_link_or_socket || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
        complain(receipt_words, name + " is no file: move it away");
        return Told::Missing;
    }
    const auto bytes = base::read_all(file.number(), receipt_bytes_max);
    if (!bytes) return bytes.fault();
    const auto told = put_as(remote, *bytes, to, name);
    return told && *told == Told::Missing ? Told::Failed : told;
}

base::Result<Told> Courier::put_as(Remote& remote, std::string_view bytes,
                                   const std::string& directory, const std::string& name) {
    const std::string hidden = beneath(directory, hidden_name(name));
    const std::string whole = beneath(directory, name);
    Told told = Told::Failed;
    for (int tries = 0; tries < tries_max; ++tries) {
        const auto put = remote.put(hidden, bytes);
        if (!put) return put;
        told = *put;
        if (told == Told::Missing) {
            if (const auto made = make_box(remote, directory); !made) return made;
            continue;
        }
        if (told != Told::Done) break;
        const auto renamed = remote.rename(hidden, whole);
        if (!renamed || *renamed == Told::Done) return renamed;
        told = *renamed;
        const auto found = remote.look(whole);
        if (!found) return found.fault();
        // It went up before, and we ended before we knew.
        const bool there_already = *found && (*found)->bytes == bytes.size();
        if (there_already) told = Told::Done;
        if (there_already || !*found) break;
        if (const auto gone = remote.remove(whole); !gone) return gone;
    }
    // Of a file that went up before, and of one for which there is no room.
    if (const auto gone = remote.remove(hidden); !gone) return gone;
    return told;
}

}  // namespace mailbox
