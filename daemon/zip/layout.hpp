// Layout: where everything stands in an archive of one entry, byte for byte (APPNOTE.TXT 4.3).
//
// libzip finds an archive by its end and forgives what stands before, between and behind; with
// ZIP_CHECKCONS it refuses what zip(1) writes to a pipe (a size beside a checksum of zero). Here
// the whole file must be used up, in the one order there is: local header, content, perhaps its
// descriptor, central header, end record, comment; and both headers must agree. So there is one
// reading of it only.
// Threads: pure. Throws: nothing.
#pragma once

#include "zip/unpack.hpp"

namespace zip {

// What the central header says of the entry.
struct Entry {
    std::string_view name;
    std::uint32_t crc = 0;
    std::uint32_t packed_bytes = 0;
    std::uint32_t bytes = 0;
    std::uint16_t method = 0;
    bool encrypted = false;
    bool is_file = true;
};

struct Layout {
    std::optional<Breach> breach;  // of the layout alone
    std::uint64_t entries = 1;
    Entry entry;
};

// The name, method and size are told even where the layout is broken, if they can be found.
Layout layout_of(std::string_view archive);

}  // namespace zip
