// A zip with one XML inside, as the Single Window's import client takes it.
//
// Everything about the archive is hostile: its headers are believed in nothing, its name for the
// file is compared and never used, and what comes out stops at a limit. An archive of which two
// readers could see different contents is refused.
// Threads: pure; unpacked() is for a worker process, the rest for either side.
// Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zip {

// Which rule an archive breaks.
enum class Breach : std::uint8_t {
    NotZip,        // does not begin with its first entry: something else, or something before it
    Torn,          // no end record: it was cut off
    Entries,       // not exactly one
    NotAFile,      // a directory, a link, a device
    Path,          // the name inside is more than a name
    Stem,          // the name inside is not that of the archive
    Encrypted,     // in any way
    Method,        // neither stored nor deflated
    Size,          // more than the limit comes out of it, or would by its own words
    Damaged,       // the content is not what its checksum and size say
    Inconsistent,  // headers, sizes or offsets contradict each other, or bytes belong to nothing
    Harmful,       // it killed who unpacked it; said by who asked, never in a reply
};

// "NotZip"; also the variant of FILE-ZIP that tells it.
const char* name_of(Breach breach);

// What a worker is asked.
struct Request {
    std::vector<std::string> names;  // what the file inside may be called, but for case
    std::uint64_t bytes_max = 0;     // of what comes out
    std::string_view archive;
};
std::string encode(const Request& request);

struct Unpacked {
    std::optional<Breach> breach;
    std::uint64_t entries = 1;  // as many as the archive says it has; of Breach::Entries
    std::string bytes;
};

// What the file inside an archive of this name may be called: in the bytes of the archive's own
// name, and in those of the other encoding that Chinese systems write (UTF-8, GBK). The first is
// the one to be told. REQUIRES: a name that ends in .zip.
std::vector<std::string> names_inside(std::string_view archive_name);

Unpacked unpacked(const Request& request);

// The worker's side: an encoded Request to an encoded Unpacked.
std::string answer(std::string_view request);
// The trusted side; nothing when the reply is not sound.
std::optional<Unpacked> decode(std::string_view reply, std::uint64_t bytes_max);

}  // namespace zip
