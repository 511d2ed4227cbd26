#include "ledger/encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/utf8.hpp"

namespace ledger {

namespace {

unsigned char byte(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

// The value of the encoding pseudo-attribute in upper case; empty when there is none (XML 1.0,
// 4.3.3).
std::string declared_encoding(std::string_view document) {
    if (!document.starts_with("<?xml")) return {};
    const std::string_view declaration = document.substr(0, document.find("?>"));
    std::size_t at = declaration.find("encoding");
    if (at == std::string_view::npos) return {};
    at = declaration.find_first_of("\"'", at);
    if (at == std::string_view::npos) return {};
    const std::size_t end = declaration.find(declaration[at], at + 1);
    if (end == std::string_view::npos) return "?";
    std::string name{declaration.substr(at + 1, end - at - 1)};
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return name;
}

std::optional<std::size_t> whole_utf16(std::string_view bytes, Encoding encoding) {
    const std::size_t high = encoding == Encoding::Utf16Big ? 0 : 1;
    bool lead = false;
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) {
        const unsigned unit = byte(bytes, i + high) << 8 | byte(bytes, i + 1 - high);
        const bool trail = unit >= 0xdc00 && unit < 0xe000;
        if (unit == 0 || trail != lead) return std::nullopt;
        lead = unit >= 0xd800 && unit < 0xdc00;
    }
    return lead ? i - 2 : i;
}

std::optional<std::size_t> whole_gb18030(std::string_view bytes) {
    const iconv_t converter = ::iconv_open("UTF-8", "GB18030");
    if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
    std::array<char, 16384> decoded;
    char* in = const_cast<char*>(bytes.data());  // iconv reads only; its signature predates const
    std::size_t left = bytes.size();
    int error = E2BIG;
    while (left > 0 && error == E2BIG) {
        char* out = decoded.data();
        std::size_t room = decoded.size();
        error = 0;
        if (::iconv(converter, &in, &left, &out, &room) == static_cast<std::size_t>(-1))
            error = errno;
    }
    ::iconv_close(converter);
    if (left > 0 && error != EINVAL) return std::nullopt;
    return bytes.size() - left;
}

// Bytes at the end that begin a character of UTF-8 which does not end there.
std::size_t begun_utf8(std::string_view bytes) {
    for (std::size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
        const unsigned char c = byte(bytes, bytes.size() - back);
        if (c >= 0xc2 && c <= 0xf4) return back < (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u) ? back : 0;
        if (c < 0x80) break;
    }
    return 0;
}

}  // namespace

std::optional<Encoding> encoding_of(std::string_view document) {
    if (document.starts_with("\xff\xfe")) return Encoding::Utf16Little;
    if (document.starts_with("\xfe\xff")) return Encoding::Utf16Big;
    if (document.starts_with("\xef\xbb\xbf")) return Encoding::Utf8;
    const std::string name = declared_encoding(document);
    if (name.empty() || name == "UTF-8") return Encoding::Utf8;
    if (name == "GB18030" || name == "GBK" || name == "GB2312") return Encoding::Gb18030;
    return std::nullopt;
}

std::optional<std::size_t> whole_characters(std::string_view bytes, Encoding encoding) {
    const bool wide = encoding == Encoding::Utf16Little || encoding == Encoding::Utf16Big;
    if (!wide && bytes.find('\0') != std::string_view::npos) return std::nullopt;
    switch (encoding) {
        case Encoding::Utf8: {
            const std::size_t whole = bytes.size() - begun_utf8(bytes);
            if (!base::is_utf8(bytes.substr(0, whole))) return std::nullopt;
            return whole;
        }
        case Encoding::Utf16Little:
        case Encoding::Utf16Big: return whole_utf16(bytes, encoding);
        case Encoding::Gb18030: return whole_gb18030(bytes);
    }
    return std::nullopt;
}

std::string encoded(std::string_view ascii, Encoding encoding) {
    std::string bytes;
    for (const char c : ascii) {
        if (encoding == Encoding::Utf16Big) bytes += '\0';
        bytes += c;
        if (encoding == Encoding::Utf16Little) bytes += '\0';
    }
    return bytes;
}

unsigned char Encoded::at(std::size_t offset) const {
    const unsigned char first = byte(bytes_, offset), second = byte(bytes_, offset + 1);
    switch (encoding_) {
        case Encoding::Utf8:
        case Encoding::Gb18030: return first < 0x80 ? first : 0xff;
        case Encoding::Utf16Little: return second == 0 && first < 0x80 ? first : 0xff;
        case Encoding::Utf16Big: return first == 0 && second < 0x80 ? second : 0xff;
    }
    return 0;
}

std::size_t Encoded::after(std::size_t offset) const {
    std::size_t length = 1;
    if (encoding_ == Encoding::Utf16Little || encoding_ == Encoding::Utf16Big) length = 2;
    // GB 18030: a second byte that is a digit makes a character of four bytes. Second bytes may
    // look like ASCII letters and brackets, so characters must be stepped over whole.
    if (encoding_ == Encoding::Gb18030 && byte(bytes_, offset) > 0x80) {
        const unsigned char second = byte(bytes_, offset + 1);
        length = second >= '0' && second <= '9' ? 4 : 2;
    }
    return std::min(offset + length, bytes_.size());
}

bool Encoded::starts(std::size_t offset, std::string_view ascii) const {
    for (const char c : ascii) {
        if (at(offset) != static_cast<unsigned char>(c)) return false;
        offset = after(offset);
    }
    return true;
}

std::size_t Encoded::find(std::string_view ascii, std::size_t from) const {
    while (from < size() && !starts(from, ascii)) from = after(from);
    return std::min(from, size());
}

}  // namespace ledger
