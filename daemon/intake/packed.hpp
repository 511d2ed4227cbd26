// What is taken of a zip: the document inside, or the finding that says why there is none.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "intake/intake.hpp"

namespace intake {

struct Content {
    enum class Have { Document, Refused, Torn } have = Have::Document;  // Torn: it may still grow
    std::string bytes;                                                  // of the document
    std::optional<base::Finding> refused;
};

// Nothing when the daemon stops meanwhile.
std::optional<Content> content_of(std::string_view archive, const std::string& file_name,
                                  Completeness completeness, const Unpack& unpack,
                                  std::uint64_t bytes_max);

}  // namespace intake
