#include "zip/unpack.hpp"

#include <iconv.h>

#include <algorithm>
#include <memory>

#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "zip/layout.hpp"

// libzip calls its archive `struct zip`, which our namespace is called too.
#define zip libzip_archive
#include <zip.h>
#undef zip

namespace zip {

namespace {

constexpr std::size_t name_bytes_max = 255;
constexpr std::size_t extension_bytes = 4;
constexpr std::size_t piece_bytes = 65'536;

bool is_any_of(std::string_view name, const std::vector<std::string>& names) {
    return std::ranges::any_of(
        names, [&](std::string_view each) { return base::is_same_but_case(each, name); });
}

// Whether it may mean another place, on some system.
bool is_path(std::string_view name) {
    return name.empty() || name.size() > name_bytes_max || name.starts_with("..") ||
           std::ranges::any_of(name, [](char c) {
               return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
           });
}

// Nothing where the text is not of that encoding.
std::optional<std::string> converted(std::string_view text, const char* from, const char* to) {
    const iconv_t door = ::iconv_open(to, from);
    if (door == iconv_t(-1)) return std::nullopt;
    std::string in{text}, out(text.size() * 4, '\0');
    char* in_at = in.data();
    char* out_at = out.data();
    std::size_t in_left = in.size(), out_left = out.size();
    const bool well = ::iconv(door, &in_at, &in_left, &out_at, &out_left) == 0;
    ::iconv_close(door);
    if (!well) return std::nullopt;
    out.resize(out.size() - out_left);
    return out;
}

struct Close {
    void operator()(zip_t* archive) const { ::zip_discard(archive); }
    void operator()(zip_file_t* file) const { ::zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Close>;
using File = std::unique_ptr<zip_file_t, Close>;

Archive opened(std::string_view bytes) {
    zip_error_t error;
    ::zip_error_init(&error);
    zip_source_t* const source = ::zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    Archive archive{source ? ::zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr};
    if (source && !archive) ::zip_source_free(source);
    ::zip_error_fini(&error);
    return archive;
}

// What the headers alone show.
std::optional<Breach> breach_of(const Layout& layout, const Request& request) {
    const Entry& entry = layout.entry;
    // Where nothing of the entry was found, its name is empty: the layout's breach tells more.
    if (layout.breach && entry.name.empty()) return layout.breach;
    if (entry.encrypted) return Breach::Encrypted;
    if (!entry.is_file) return Breach::NotAFile;
    // The second byte of a GBK character may be a backslash: what is as it should be is no path.
    if (!is_any_of(entry.name, request.names) && is_path(entry.name)) return Breach::Path;
    if (entry.method != ZIP_CM_STORE && entry.method != ZIP_CM_DEFLATE) return Breach::Method;
    if (entry.bytes > request.bytes_max) return Breach::Size;
    return layout.breach;
}

// Whether libzip reads what the layout found. A stored content that is an archive itself has an end
// of its own, and libzip chooses.
bool is_entry(zip_t* archive, const Entry& entry) {
    zip_stat_t seen;
    ::zip_stat_init(&seen);
    return ::zip_get_num_entries(archive, 0) == 1 && ::zip_stat_index(archive, 0, 0, &seen) == 0 &&
           seen.crc == entry.crc && seen.size == entry.bytes &&
           seen.comp_size == entry.packed_bytes && seen.comp_method == entry.method;
}

// The content. One piece more than the limit is never kept, whatever the headers say.
Unpacked content(zip_t* archive, const Request& request, std::size_t expected) {
    const File file{::zip_fopen_index(archive, 0, 0)};
    if (!file) return {Breach::Inconsistent, 1, {}};
    Unpacked out;
    out.bytes.reserve(expected);
    std::string piece(piece_bytes, '\0');
    for (;;) {
        const zip_int64_t got = ::zip_fread(file.get(), piece.data(), piece.size());
        if (got < 0) return {Breach::Damaged, 1, {}};
        if (got == 0) break;
        out.bytes.append(piece, 0, static_cast<std::size_t>(got));
        if (out.bytes.size() > request.bytes_max) return {Breach::Size, 1, {}};
    }
    if (out.bytes.size() != expected) return {Breach::Damaged, 1, {}};
    return out;
}

}  // namespace

const char* name_of(Breach breach) {
    switch (breach) {
        case Breach::NotZip: return "NotZip";
        case Breach::Torn: return "Torn";
        case Breach::Entries: return "Entries";
        case Breach::NotAFile: return "NotAFile";
        case Breach::Path: return "Path";
        case Breach::Stem: return "Stem";
        case Breach::Encrypted: return "Encrypted";
        case Breach::Method: return "Method";
        case Breach::Size: return "Size";
        case Breach::Damaged: return "Damaged";
        case Breach::Inconsistent: return "Inconsistent";
        case Breach::Harmful: return "Harmful";
    }
    return "";
}

std::vector<std::string> names_inside(std::string_view archive_name) {
    const std::string_view stem = archive_name.substr(0, archive_name.size() - extension_bytes);
    std::vector<std::string> stems{std::string{stem}};
    // What permitd itself renamed in an OutBox (mailbox/taking.cpp).
    if (const std::size_t again = stem.rfind(".again-"); again != stem.npos)
        stems.emplace_back(stem.substr(0, again));
    std::vector<std::string> names;
    for (const std::string& each : stems) {
        names.push_back(each + ".xml");
        for (const auto& [from, to] :
             {std::pair{"UTF-8", "GB18030"}, std::pair{"GB18030", "UTF-8"}})
            if (const auto other = converted(each, from, to); other && *other != each)
                names.push_back(*other + ".xml");
    }
    return names;
}

Unpacked unpacked(const Request& request) {
    const Layout layout = layout_of(request.archive);
    if (const auto breach = breach_of(layout, request)) return {breach, layout.entries, {}};
    const Archive archive = opened(request.archive);
    if (!archive || !is_entry(archive.get(), layout.entry)) return {Breach::Inconsistent, 1, {}};
    // The name that readers show: that of the Info-ZIP Unicode Path field, where there is one.
    const char* const shown = ::zip_get_name(archive.get(), 0, ZIP_FL_ENC_RAW);
    if (!is_any_of(layout.entry.name, request.names) && !(shown && is_any_of(shown, request.names)))
        return {Breach::Stem, 1, {}};
    return content(archive.get(), request, layout.entry.bytes);
}

std::string encode(const Request& request) {
    base::Writer writer;
    writer.number(request.bytes_max);
    writer.number(request.names.size());
    for (const std::string& each : request.names) writer.text(each);
    writer.text(request.archive);
    return writer.take();
}

std::string answer(std::string_view request) {
    base::Reader reader{request};
    Request asked;
    asked.bytes_max = reader.number();
    asked.names.resize(reader.count());
    for (std::string& each : asked.names) each = reader.text();
    const std::string archive = reader.text();
    asked.archive = archive;
    if (!reader.complete()) return {};
    const Unpacked out = unpacked(asked);
    base::Writer writer;
    writer.number(out.breach ? 1 + static_cast<std::uint64_t>(*out.breach) : 0);
    writer.number(out.entries);
    writer.text(out.bytes);
    return writer.take();
}

std::optional<Unpacked> decode(std::string_view reply, std::uint64_t bytes_max) {
    base::Reader reader{reply};
    Unpacked out;
    const std::uint64_t breach = reader.number();
    out.entries = reader.number();
    out.bytes = reader.text();
    if (!reader.complete() || breach > static_cast<std::uint64_t>(Breach::Harmful))
        return std::nullopt;
    if (breach != 0) out.breach = static_cast<Breach>(breach - 1);
    if (out.bytes.size() > bytes_max || (out.breach && !out.bytes.empty())) return std::nullopt;
    return out;
}

}  // namespace zip
