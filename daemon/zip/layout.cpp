#include "zip/layout.hpp"

#include <algorithm>

namespace zip {

namespace {

using namespace std::string_view_literals;

constexpr auto local_mark = "PK\x03\x04"sv, central_mark = "PK\x01\x02"sv,
               end_mark = "PK\x05\x06"sv, descriptor_mark = "PK\x07\x08"sv;
constexpr std::size_t local_bytes = 30, central_bytes = 46, end_bytes = 22;
constexpr unsigned wide_field = 1;
constexpr std::uint32_t no_size = 0xffffffff;
constexpr std::size_t comment_bytes_max = 65'535;
constexpr unsigned encrypted_flags = 1u << 0 | 1u << 6 | 1u << 13, descriptor_flag = 1u << 3;
constexpr unsigned mode_shift = 16, mode_kind = 0170000, mode_file = 0100000,
                   dos_directory = 1u << 4;

// Little-endian numbers at their offsets. REQUIRES: offsets within.
class Fields {
public:
    Fields(std::string_view all, std::size_t at) : all_(all.substr(at)) {}
    std::uint32_t two(std::size_t at) const { return byte(at) | byte(at + 1) << 8; }
    std::uint32_t four(std::size_t at) const { return two(at) | two(at + 2) << 16; }

private:
    std::uint32_t byte(std::size_t at) const { return static_cast<unsigned char>(all_[at]); }
    std::string_view all_;
};

bool stands(std::string_view all, std::size_t at, std::string_view mark, std::size_t bytes) {
    return at <= all.size() && all.size() - at >= bytes && all.substr(at).starts_with(mark);
}

struct End {
    std::optional<Breach> breach;
    std::size_t at = 0;
};

// The end record whose comment ends with the file. A mark in the comment would be another one to
// readers that search from behind.
End end_of(std::string_view all) {
    const std::size_t from = all.size() - std::min(all.size(), end_bytes + comment_bytes_max);
    bool early = false;
    for (std::size_t at = all.find(end_mark, from); at != all.npos;
         at = all.find(end_mark, at + 1)) {
        if (!stands(all, at, end_mark, end_bytes)) continue;
        const std::size_t end = at + end_bytes + Fields{all, at}.two(20);
        early = early || end < all.size();
        if (end != all.size()) continue;
        const bool again = all.find(end_mark, at + 1) != all.npos;
        return {again ? std::optional{Breach::Inconsistent} : std::nullopt, at};
    }
    return {early ? Breach::Inconsistent : Breach::Torn, 0};
}

Entry entry_of(std::string_view all, std::size_t at) {
    const Fields header{all, at};
    Entry entry;
    entry.encrypted = (header.two(8) & encrypted_flags) != 0;
    entry.method = static_cast<std::uint16_t>(header.two(10));
    entry.crc = header.four(16);
    entry.packed_bytes = header.four(20);
    entry.bytes = header.four(24);
    entry.name = all.substr(at + central_bytes, header.two(28));
    const unsigned kind = header.four(38) >> mode_shift & mode_kind;
    entry.is_file = (kind == 0 || kind == mode_file) && (header.four(38) & dos_directory) == 0 &&
                    !entry.name.ends_with('/');
    return entry;
}

// What stands between the content and the central header: nothing, or the descriptor in one of its
// forms (with a mark or without, sizes of four or of eight bytes), and true.
bool is_descriptor(std::string_view gap, const Entry& entry) {
    const bool wide = gap.size() >= 20;
    if (gap.size() == 16 || gap.size() == 24) {
        if (!gap.starts_with(descriptor_mark)) return false;
        gap.remove_prefix(descriptor_mark.size());
    }
    if (gap.size() != 12 && gap.size() != 20) return false;
    const Fields fields{gap, 0};
    if (fields.four(0) != entry.crc || fields.four(4) != entry.packed_bytes) return false;
    if (!wide) return fields.four(8) == entry.bytes;
    return fields.four(8) == 0 && fields.four(12) == entry.bytes && fields.four(16) == 0;
}

// The sizes in the Zip64 field of a local header (4.5.3), where there is one.
struct Sizes {
    std::uint64_t bytes = 0;
    std::uint64_t packed_bytes = 0;
};
std::optional<Sizes> wide_sizes(std::string_view extra) {
    while (extra.size() >= 4) {
        const Fields field{extra, 0};
        const std::size_t length = field.two(2);
        if (length > extra.size() - 4) return std::nullopt;
        if (field.two(0) == wide_field && length >= 16)
            return Sizes{field.four(4) | std::uint64_t{field.four(8)} << 32,
                         field.four(12) | std::uint64_t{field.four(16)} << 32};
        extra.remove_prefix(4 + length);
    }
    return std::nullopt;
}

// Whether the local header tells of the same entry. What it leaves to the descriptor is zero there;
// zip(1) leaves some and writes the rest, and programs that did not know the size write it wide.
bool agrees(std::string_view before, const Entry& entry) {
    const Fields local{before, 0};
    const std::string_view name = before.substr(local_bytes, local.two(26));
    const auto wide = wide_sizes(before.substr(local_bytes + name.size(), local.two(28)));
    const bool later = (local.two(6) & descriptor_flag) != 0;
    const auto is = [&](std::uint64_t said, std::uint64_t meant) {
        return said == meant || (later && said == 0);
    };
    const auto is_size = [&](std::uint64_t said, std::uint64_t wide_said, std::uint64_t meant) {
        return is(said == no_size && wide ? wide_said : said, meant);
    };
    const Sizes sizes = wide.value_or(Sizes{});
    return name == entry.name && local.two(8) == entry.method && is(local.four(14), entry.crc) &&
           is_size(local.four(18), sizes.packed_bytes, entry.packed_bytes) &&
           is_size(local.four(22), sizes.bytes, entry.bytes);
}

// Whether header, content and descriptor fill what stands before the central header.
bool fills(std::string_view before, Entry& entry) {
    if (before.size() < local_bytes) return false;
    const Fields local{before, 0};
    entry.encrypted = entry.encrypted || (local.two(6) & encrypted_flags) != 0;
    const std::size_t content = local_bytes + local.two(26) + local.two(28);
    if (content > before.size() || before.size() - content < entry.packed_bytes) return false;
    const std::string_view gap = before.substr(content + entry.packed_bytes);
    const bool later = (local.two(6) & descriptor_flag) != 0;
    return agrees(before, entry) && (later ? is_descriptor(gap, entry) : gap.empty());
}

}  // namespace

Layout layout_of(std::string_view all) {
    Layout out;
    const std::string_view begin = all.substr(0, local_mark.size());
    if (!local_mark.starts_with(begin) && !end_mark.starts_with(begin)) {
        out.breach = Breach::NotZip;
        return out;
    }
    const End end = end_of(all);
    out.breach = end.breach;
    if (out.breach) return out;
    const Fields fields{all, end.at};
    out.entries = fields.two(10);
    if (out.entries != 1) {
        out.breach = Breach::Entries;
        return out;
    }
    const std::size_t central = fields.four(16);
    out.breach = Breach::Inconsistent;
    if (!stands(all.substr(0, end.at), central, central_mark, central_bytes)) return out;
    out.entry = entry_of(all.substr(0, end.at), central);
    const Fields header{all, central};
    const std::size_t header_bytes =
        central_bytes + header.two(28) + header.two(30) + header.two(32);
    const bool one_disk = fields.two(4) == 0 && fields.two(6) == 0 && header.two(34) == 0;
    const bool closed = fields.two(8) == 1 && fields.four(12) == header_bytes &&
                        central + header_bytes == end.at && header.four(42) == 0;
    if (fills(all.substr(0, central), out.entry) && one_disk && closed) out.breach.reset();
    return out;
}

}  // namespace zip
