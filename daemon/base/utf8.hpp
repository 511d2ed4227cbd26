// UTF-8: checking, counting and cutting without tearing a character.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

bool is_utf8(std::string_view text);
// The text with every byte that is not part of a well-formed character replaced by U+FFFD.
std::string valid_utf8(std::string_view text);
// How many characters (code points). REQUIRES: is_utf8(text).
std::size_t characters(std::string_view text);
// At most so many characters from the front. REQUIRES: is_utf8(text).
std::string_view first_characters(std::string_view text, std::size_t count);
// The next code point, taken off the front; U+FFFD (and one byte taken) where there is none.
// REQUIRES: !rest.empty().
char32_t take_character(std::string_view& rest);

}  // namespace base
