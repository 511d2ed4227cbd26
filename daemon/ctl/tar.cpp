#include "ctl/tar.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace ctl {

namespace {

constexpr std::size_t block_bytes = 512;
constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t folder_bytes_max = 155;
constexpr std::size_t checksum_at = 148;
constexpr std::size_t checksum_bytes = 8;

struct Name {
    std::string folder;
    std::string file;
};

// In two fields, the '/' between them left out; a file without text: it does not fit, or a reader
// might take its letters for others.
Name split(const std::string& name) {
    const bool is_ascii =
        std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!is_ascii) return {};
    if (name.size() <= name_bytes_max) return {{}, name};
    const std::size_t slash = name.find('/', name.size() - name_bytes_max - 1);
    if (slash == std::string::npos || slash > folder_bytes_max || slash + 1 == name.size())
        return {};
    return {name.substr(0, slash), name.substr(slash + 1)};
}

class Header {
public:
    Header(const Name& name, std::uint64_t bytes, std::int64_t seconds, char type) {
        put(0, name.file.substr(0, name_bytes_max));
        put(100, "0000644");
        put(108, "0000000");
        put(116, "0000000");
        put(124, octal(bytes));
        put(136, octal(static_cast<std::uint64_t>(std::max<std::int64_t>(0, seconds))));
        put(checksum_at, std::string(checksum_bytes, ' '));
        block_[156] = type;
        put(257, "ustar");
        put(263, "00");
        put(329, "0000000");
        put(337, "0000000");
        put(345, name.folder);
        unsigned sum = 0;
        for (const char each : block_) sum += static_cast<unsigned char>(each);
        char text[checksum_bytes];
        std::snprintf(text, sizeof text, "%06o", sum);
        put(checksum_at, std::string_view{text, checksum_bytes - 1});
    }
    std::string_view bytes() const { return {block_.data(), block_.size()}; }

private:
    static std::string octal(std::uint64_t value) {
        char text[32];
        std::snprintf(text, sizeof text, "%011llo", static_cast<unsigned long long>(value));
        return text;
    }
    void put(std::size_t at, std::string_view text) {
        std::ranges::copy(text, block_.begin() + static_cast<std::ptrdiff_t>(at));
    }

    std::array<char, block_bytes> block_{};
};

// "27 path=<name>\n": a record says its own length, its digits included.
std::string record_of(const std::string& name) {
    const std::string rest = " path=" + name + '\n';
    std::size_t size = rest.size();
    while (std::to_string(size).size() + rest.size() != size)
        size = std::to_string(size).size() + rest.size();
    return std::to_string(size) + rest;
}

}  // namespace

void TarWriter::begin(const std::string& name, std::uint64_t bytes, base::Time changed_at) {
    pad();
    const std::int64_t seconds =
        std::chrono::floor<std::chrono::seconds>(changed_at).time_since_epoch().count();
    Name parts = split(name);
    if (parts.file.empty()) {
        const std::string record = record_of(name);
        sink_(Header{{{}, "pax"}, record.size(), seconds, 'x'}.bytes());
        put(record);
        pad();
        parts = {{}, "file"};  // for a reader that passes pax headers over
    }
    sink_(Header{parts, bytes, seconds, '0'}.bytes());
}

void TarWriter::put(std::string_view bytes) {
    sink_(bytes);
    written_ += bytes.size();
}

void TarWriter::pad() {
    constexpr std::array<char, block_bytes> zeros{};
    if (const std::size_t over = written_ % block_bytes; over != 0)
        sink_({zeros.data(), block_bytes - over});
    written_ = 0;
}

void TarWriter::add(const std::string& name, std::string_view bytes, base::Time changed_at) {
    begin(name, bytes.size(), changed_at);
    put(bytes);
}

void TarWriter::end() {
    pad();
    sink_(std::string(2 * block_bytes, '\0'));
}

}  // namespace ctl
