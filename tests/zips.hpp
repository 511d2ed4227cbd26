// Zips made by hand, byte for byte, so that every field can lie (APPNOTE.TXT 4.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

inline std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t sum = 0xffffffff;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0u);
    }
    return ~sum;
}

inline std::string little(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i);
    return out;
}

// An entry as both of its headers tell it, unless they are to differ.
struct ZipEntry {
    std::string name;
    std::string packed;  // what stands in the archive
    std::string plain = packed;
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
    std::uint32_t external = 0;
    std::uint16_t made_by = 20;
    std::uint32_t crc = crc32(plain);
    std::uint64_t packed_bytes = packed.size();
    std::uint64_t plain_bytes = plain.size();
    std::optional<std::string> local_name = {};
    std::optional<std::uint32_t> local_plain_bytes = {};
    std::string extra = {};        // in both headers
    std::string descriptor = {};   // behind the content
    std::uint32_t offset_off = 0;  // how wrong the offset is
};

inline constexpr std::uint32_t unix_link = 0120777u << 16, unix_file = 0100644u << 16;
inline constexpr std::uint16_t made_by_unix = 3 << 8 | 30;

inline std::string zip_of(const std::vector<ZipEntry>& entries, const std::string& comment = {}) {
    std::string all, central;
    for (const ZipEntry& each : entries) {
        const std::string local = each.local_name.value_or(each.name);
        const auto common = [&](std::uint64_t plain, const std::string& name) {
            const bool later = (each.flags & 8) != 0 && plain == 0;
            return little(20, 2) + little(each.flags, 2) + little(each.method, 2) +
                   little(0x7a335b6b, 4) + little(later ? 0 : each.crc, 4) +
                   little(later ? 0 : each.packed_bytes, 4) + little(plain, 4) +
                   little(name.size(), 2) + little(each.extra.size(), 2);
        };
        central += "PK\x01\x02" + little(each.made_by, 2) + common(each.plain_bytes, each.name) +
                   little(0, 2) + little(0, 2) + little(0, 2) + little(each.external, 4) +
                   little(all.size() + each.offset_off, 4) + each.name + each.extra;
        all += "PK\x03\x04" + common(each.local_plain_bytes.value_or(each.plain_bytes), local) +
               local + each.extra + each.packed + each.descriptor;
    }
    return all + central + "PK\x05\x06" + little(0, 4) + little(entries.size(), 2) +
           little(entries.size(), 2) + little(central.size(), 4) + little(all.size(), 4) +
           little(comment.size(), 2) + comment;
}

}  // namespace tests
