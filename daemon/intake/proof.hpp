// What proves that a file is whole where its mailbox demands more than time and events: a marker
// (x.xml.done) or a digest (x.xml.sha256) beside it.
//
// A marker counts when it was written after the file: not older than the file's content, or, where
// an upload set that to a time of its own, than the file's last change by our file system's clock.
// A digest counts by the bytes, whenever it was written.
// Threads: one (intake). Throws: std::bad_alloc only.
#pragma once

#include "intake/intake.hpp"

namespace intake {

enum class Standing {
    Good,     // to be believed; a digest is still to be compared with the bytes
    Missing,  // nothing there, or not a regular file with one name
    Older,    // a marker that was there before the file
};

struct Beside {
    Standing standing = Standing::Missing;
    std::uint64_t trace = 0;  // another one when it is written or replaced; 0: nothing there
    mailbox::Entry file = {};
};

// REQUIRES: a proof is demanded.
Beside look_beside(const mailbox::Mailbox& outbox, const mailbox::Entry& entry, Proof proof);

// Unread: it proves nothing either way, and may be readable later.
enum class Unread { Nothing, File, Digest };

// What keeps a file from counting as whole.
struct Doubt {
    // FILE-INCOMPLETE with a variant; nothing when it counts as whole or cannot be read itself.
    std::optional<base::Finding> finding = {};
    Unread unread = Unread::Nothing;
};

// `sum`: gives the SHA-256 of the file's bytes in hex; empty when they cannot be read. It is asked
// only where a digest is demanded and readable.
Doubt doubt_about(const mailbox::Mailbox& outbox, const mailbox::Entry& entry, Proof proof,
                  const std::function<std::string()>& sum);

// The digest in a file as sha256sum writes it: the first word, in lower case; empty when it is
// none.
std::string digest_in(std::string_view text);

}  // namespace intake
