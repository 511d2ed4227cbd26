#include "xml/encoding.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/TransService.hpp>

#include "xml/declaration.hpp"
#include "xml/gb18030.hpp"
#include "xml/text.hpp"

namespace xml {

namespace {

constexpr std::size_t transcoder_block = 16u << 10;

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

bool is_gb18030_name(std::string_view name) {
    return name == "GB18030" || name == "GBK" || name == "GB2312";
}

base::Finding refused(std::string variant, std::string_view value) {
    return {.code = "XML-ENCODING",
            .variant = std::move(variant),
            .position = {1, 1},
            .value = shortened(value)};
}

// Bytes that begin like an encoding of wide or foreign characters which we do not read.
const char* foreign_beginning(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\xff\xfe\0\0"sv) || bytes.starts_with("\0\0\xfe\xff"sv) ||
        bytes.starts_with("<\0\0\0"sv) || bytes.starts_with("\0\0\0<"sv))
        return "UTF-32";
    if (bytes.starts_with("<\0"sv) || bytes.starts_with("\0<"sv)) return "UTF-16 without BOM";
    if (bytes.starts_with("+/v"sv)) return "UTF-7";
    if (bytes.starts_with("\x4c\x6f\xa7\x94"sv)) return "EBCDIC";
    return nullptr;
}

// The next character of well-formed UTF-8 (Unicode 15, table 3-7): its length, 0 when it is wrong,
// or more than there are bytes when only its beginning is there.
std::size_t length_of(const unsigned char* at, std::size_t size) {
    const unsigned lead = at[0];
    std::size_t length = 0;
    unsigned low = 0x80;
    unsigned high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
        length = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        length = 3;
        if (lead == 0xe0) low = 0xa0;
        if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        length = 4;
        if (lead == 0xf0) low = 0x90;
        if (lead == 0xf4) high = 0x8f;
    } else {
        return 0;
    }
    for (std::size_t i = 1; i < length && i < size; ++i, low = 0x80, high = 0xbf)
        if (at[i] < low || at[i] > high) return 0;
    return length;
}

char32_t code_of(const unsigned char* at, std::size_t length) {
    char32_t code = at[0] & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) code = code << 6 | (at[i] & 0x3fU);
    return code;
}

char16_t* put(char16_t* to, char32_t code) {
    if (code >= 0x10000) {
        *to++ = static_cast<char16_t>(0xd7c0 + (code >> 10));
        *to++ = static_cast<char16_t>(0xdc00 | (code & 0x3ff));
    } else {
        *to++ = static_cast<char16_t>(code);
    }
    return to;
}

}  // namespace

struct Decoder::Transcoder {
    std::unique_ptr<xercesc::XMLTranscoder> held;
    std::array<unsigned char, transcoder_block> sizes{};
};

// The transcoder is made here, not when it is first wanted: a worker in its cage opens nothing.
Decoder::Decoder() : gb18030_(std::make_unique<Transcoder>()) {
    xercesc::XMLTransService::Codes result{};
    gb18030_->held.reset(xercesc::XMLPlatformUtils::fgTransService->makeNewTranscoderFor(
        u"GB18030", result, transcoder_block));
}

Decoder::~Decoder() = default;

base::Finding Decoder::broken(std::string_view variant, std::string_view bytes) const {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string value;
    for (const char c : bytes.substr(0, 4)) {
        const auto byte = static_cast<unsigned char>(c);
        value += value.empty() ? "" : " ";
        value += digits[byte >> 4];
        value += digits[byte & 15];
    }
    return {.code = "XML-ENCODING",
            .variant = std::string{variant},
            .position = position_of(text_, text_.size()),
            .value = std::move(value)};
}

std::optional<base::Finding> Decoder::agree(std::string_view declared,
                                            std::string_view found) const {
    if (declared.empty() || upper(std::string{declared}) == found) return std::nullopt;
    base::Finding lie = refused("Declared", declared);
    lie.arguments.push_back({"found", std::string{found}});
    return lie;
}

std::optional<base::Finding> Decoder::decode(std::string_view bytes) {
    begin();
    return next(bytes);
}

void Decoder::begin() {
    form_ = Form::Unknown;
    carried_.clear();
    torn_ = false;
}

std::optional<base::Finding> Decoder::next(std::string_view piece) {
    std::string joined;
    std::string_view bytes = piece;
    if (!carried_.empty()) bytes = joined = std::exchange(carried_, {}).append(piece);
    text_.clear();
    torn_ = false;
    const bool first = form_ == Form::Unknown;
    if (first) {
        if (bytes == "\xff" || bytes == "\xfe") {
            torn_ = true;
            carried_ = bytes;
            return std::nullopt;
        }
        if (auto finding = recognise(bytes)) return finding;
    }
    if (auto finding = decode_form(bytes)) return finding;
    const bool utf16 = form_ == Form::Utf16Little || form_ == Form::Utf16Big;
    if (!first || !utf16) return std::nullopt;
    const std::string declared = upper(declaration_of(text_).encoding);
    if (declared == (form_ == Form::Utf16Big ? "UTF-16BE" : "UTF-16LE")) return std::nullopt;
    return agree(declared, "UTF-16");
}

// By mark or declaration; the mark is taken off.
std::optional<base::Finding> Decoder::recognise(std::string_view& bytes) {
    if (const char* foreign = foreign_beginning(bytes)) return refused("Unread", foreign);
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
        form_ = bytes.front() == '\xff' ? Form::Utf16Little : Form::Utf16Big;
        bytes.remove_prefix(2);
        return std::nullopt;
    }
    const bool marked = bytes.starts_with("\xef\xbb\xbf");
    if (marked) bytes.remove_prefix(3);
    const std::string declared = upper(declaration_of(bytes).encoding);
    if (!marked && is_gb18030_name(declared)) {
        form_ = Form::Gb18030;
        return std::nullopt;
    }
    if (marked || declared.starts_with("UTF-16")) {
        if (auto lie = agree(declared, "UTF-8")) return lie;
    }
    if (!declared.empty() && declared != "UTF-8") return refused("Unread", declared);
    form_ = Form::Utf8;
    return std::nullopt;
}

std::optional<base::Finding> Decoder::decode_form(std::string_view bytes) {
    switch (form_) {
        case Form::Unknown:
        case Form::Utf8: return decode_utf8(bytes);
        case Form::Utf16Little: return decode_utf16(bytes, 0);
        case Form::Utf16Big: return decode_utf16(bytes, 1);
        case Form::Gb18030: return decode_gb18030(bytes);
    }
    return std::nullopt;
}

std::optional<base::Finding> Decoder::decode_utf8(std::string_view bytes) {
    text_.resize(bytes.size());
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* const end = at + bytes.size();
    char16_t* to = text_.data();
    const char* wrong = nullptr;
    while (at != end) {
        if (*at < 0x80) {
            if (*at == 0) {
                wrong = "NUL";
                break;
            }
            *to++ = *at++;
            continue;
        }
        const auto left = static_cast<std::size_t>(end - at);
        const std::size_t length = length_of(at, left);
        torn_ = length > left;
        if (length == 0) wrong = "UTF-8";
        if (wrong || torn_) break;
        to = put(to, code_of(at, length));
        at += length;
    }
    text_.resize(static_cast<std::size_t>(to - text_.data()));
    const std::string_view rest = bytes.substr(bytes.size() - static_cast<std::size_t>(end - at));
    if (wrong) return broken(wrong, rest);
    carried_ = rest;
    return std::nullopt;
}

std::optional<base::Finding> Decoder::decode_utf16(std::string_view bytes, char high_first) {
    const std::size_t units = bytes.size() / 2;
    text_.resize(units);
    torn_ = bytes.size() % 2 != 0;
    const char* wrong = nullptr;
    std::size_t i = 0;
    const auto unit_at = [&](std::size_t index) {
        const auto one = static_cast<unsigned char>(bytes[2 * index]);
        const auto two = static_cast<unsigned char>(bytes[2 * index + 1]);
        return static_cast<char16_t>(high_first ? one << 8 | two : two << 8 | one);
    };
    for (; i < units && !wrong; ++i) {
        const char16_t unit = unit_at(i);
        text_[i] = unit;
        if (unit == 0) wrong = "NUL";
        if (unit < 0xd800 || unit > 0xdfff) continue;
        if (unit < 0xdc00 && i + 1 == units) {
            torn_ = true;
            break;
        }
        if (unit >= 0xdc00 || (unit_at(i + 1) & 0xfc00) != 0xdc00)
            wrong = "Surrogate";
        else
            text_[i + 1] = unit_at(i + 1), ++i;
    }
    if (wrong) --i;
    text_.resize(std::min(i, units));
    if (wrong) return broken(wrong, bytes.substr(2 * i, 2));
    carried_ = bytes.substr(2 * i);
    return std::nullopt;
}

std::optional<base::Finding> Decoder::decode_gb18030(std::string_view bytes) {
    const Gb18030Extent extent = gb18030_extent(bytes);
    torn_ = extent.torn;
    text_.resize(extent.sound_bytes);
    std::size_t from = 0;
    std::size_t to = 0;
    while (from < extent.sound_bytes) {
        XMLSize_t eaten = 0;
        const std::size_t made = gb18030_->held->transcodeFrom(
            reinterpret_cast<const XMLByte*>(bytes.data()) + from,
            std::min(extent.sound_bytes - from, transcoder_block), text_.data() + to,
            std::min(text_.size() - to, transcoder_block), eaten, gb18030_->sizes.data());
        if (eaten == 0) break;
        from += eaten;
        to += made;
    }
    text_.resize(to);
    if (extent.wrong) return broken(extent.wrong, bytes.substr(extent.sound_bytes));
    carried_ = bytes.substr(extent.sound_bytes);
    return std::nullopt;
}

}  // namespace xml
