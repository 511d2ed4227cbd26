#include "xml/gb18030.hpp"

namespace xml {

namespace {

constexpr unsigned long linear(unsigned a, unsigned b, unsigned c, unsigned d) {
    return ((a - 0x81UL) * 10 + (b - 0x30)) * 1260 + (c - 0x81UL) * 10 + (d - 0x30);
}

// Four bytes stand for the rest of the BMP, or for a plane above it; between them is nothing.
constexpr bool is_assigned(unsigned long code) {
    return code <= linear(0x84, 0x31, 0xa4, 0x39) ||
           (code >= linear(0x90, 0x30, 0x81, 0x30) && code <= linear(0xe3, 0x32, 0x9a, 0x35));
}

}  // namespace

Gb18030Extent gb18030_extent(std::string_view bytes) {
    Gb18030Extent extent;
    std::size_t& at = extent.sound_bytes;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    while (at < bytes.size()) {
        const std::size_t left = bytes.size() - at;
        const unsigned lead = byte(0);
        if (lead == 0) extent.wrong = "NUL";
        if (lead == 0x80 || lead == 0xff) extent.wrong = "GB18030";
        if (extent.wrong) return extent;
        if (lead < 0x80) {
            ++at;
            continue;
        }
        if (left == 1) break;
        const unsigned second = byte(1);
        if (second >= 0x40 && second != 0x7f && second != 0xff) {
            at += 2;
            continue;
        }
        const bool four = second >= 0x30 && second <= 0x39 &&
                          (left < 3 || (byte(2) >= 0x81 && byte(2) <= 0xfe)) &&
                          (left < 4 || (byte(3) >= 0x30 && byte(3) <= 0x39 &&
                                        is_assigned(linear(lead, second, byte(2), byte(3)))));
        if (!four) {
            extent.wrong = "GB18030";
            return extent;
        }
        if (left < 4) break;
        at += 4;
    }
    extent.torn = at < bytes.size();
    return extent;
}

}  // namespace xml
