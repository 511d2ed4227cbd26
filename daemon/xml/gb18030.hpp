// The form of GB18030 text (GB 18030-2005, clause 5): which bytes are characters. Transcoders put a
// replacement for what is wrong; we refuse it instead, and say where it stands.
// Threads: a function free of state. Throws: nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace xml {

struct Gb18030Extent {
    std::size_t sound_bytes = 0;  // so many bytes from the front are whole characters
    const char* wrong = nullptr;  // what is wrong with the next one: "GB18030" or "NUL"
    bool torn = false;            // or: only its beginning is there
};
Gb18030Extent gb18030_extent(std::string_view bytes);

}  // namespace xml
