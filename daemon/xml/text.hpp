// Between UTF-16, in which Xerces-C++ thinks, and UTF-8, in which permitd does.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>

#include "base/element.hpp"

namespace xml {

// REQUIRES: no lone surrogates (they become U+FFFD).
void append_utf8(std::string& out, std::u16string_view text);
std::string utf8_of(std::u16string_view text);
std::string utf8_of(const char16_t* text);  // null gives nothing
std::u16string utf16_of(std::string_view ascii);

// Line and column of an offset into a text, 1-based, in characters: one beyond the BMP counts once.
// A line ends at LF, CR LF or CR.
base::Position position_of(std::u16string_view text, std::size_t offset);

// At most 200 characters, for a finding.
std::string shortened(std::string_view text);

}  // namespace xml
