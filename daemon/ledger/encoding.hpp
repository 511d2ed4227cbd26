// Encoded: a document's bytes with the encoding in which they are read, one character after
// another.
//
// Only what the blanking of secrets needs: ASCII characters are told apart, all others are one and
// the same. The encodings are those that permitd reads (messages.md 1): UTF-8, UTF-16 with BOM, and
// GB18030 with its subsets GBK and GB2312 as declared.
// Threads: a view. Throws: nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ledger {

enum class Encoding { Utf8, Utf16Little, Utf16Big, Gb18030 };

// By BOM, else by the XML declaration, else UTF-8. Nothing for any other encoding.
std::optional<Encoding> encoding_of(std::string_view document);
// Of a document or its first part: so many bytes from its front are whole characters, none of them
// U+0000, and the rest may be the beginning of one. Nothing when there is a byte that is part of
// none. (A NUL is never allowed, and a document full of them is UTF-16 or UTF-32 that does not say
// so.) A mark at its front counts as a character.
std::optional<std::size_t> whole_characters(std::string_view bytes, Encoding encoding);
// An ASCII text in that encoding.
std::string encoded(std::string_view ascii, Encoding encoding);

class Encoded {
public:
    // REQUIRES: whole characters.
    Encoded(std::string_view bytes, Encoding encoding) : bytes_(bytes), encoding_(encoding) {}

    std::size_t size() const { return bytes_.size(); }
    // The character at a byte offset: its ASCII code, or 0xff for any other; 0 at the end.
    unsigned char at(std::size_t offset) const;
    // The offset of the next character.
    std::size_t after(std::size_t offset) const;
    bool starts(std::size_t offset, std::string_view ascii) const;
    // The offset of the next occurrence, size() when there is none.
    std::size_t find(std::string_view ascii, std::size_t from) const;

private:
    std::string_view bytes_;
    Encoding encoding_;
};

}  // namespace ledger
