#include <algorithm>
#include <set>

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "validate/rules.hpp"

namespace validate {

namespace {

using base::Element;
using namespace std::string_view_literals;

constexpr std::size_t attachment_bytes_max = 1'048'576;
constexpr std::size_t together_bytes_max = 12u << 20;
constexpr std::size_t name_bytes_max = 150;

struct FileType {
    std::string_view extension;
    std::string_view media_type;
    std::string_view magic;
    std::string_view other_magic;  // empty when there is only one
};
constexpr std::string_view compound_file = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv;  // [MS-CFB] 2.2
constexpr std::string_view zip_entry = "PK\x03\x04"sv;  // ECMA-376 part 2: packages are ZIP files
constexpr FileType file_types[] = {
    {"pdf", "application/pdf", "%PDF-"sv, {}},        // ISO 32000-1, 7.5.2
    {"jpg", "image/jpeg", "\xff\xd8\xff"sv, {}},      // ITU-T T.81, B.1.1.3
    {"png", "image/png", "\x89PNG\r\n\x1a\n"sv, {}},  // ISO 15948, 5.2
    {"tif", "image/tiff", "II*\0"sv, "MM\0*"sv},      // TIFF 6.0, section 2
    {"doc", "application/msword", compound_file, {}},
    {"xls", "application/vnd.ms-excel", compound_file, {}},
    {"docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     zip_entry,
     {}},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zip_entry, {}},
};

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

const FileType* type_of(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return nullptr;
    const std::string extension = lower(name.substr(dot + 1));
    for (const FileType& each : file_types)
        if (each.extension == extension) return &each;
    return nullptr;
}

// How many bytes the base64 holds, without decoding what may be far too much of it.
std::size_t decoded_size(std::string_view base64) {
    std::size_t characters = 0;
    for (const char c : base64)
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '=') ++characters;
    return characters * 3 / 4;
}

// The first bytes of the content; enough for every magic number.
std::string front_of(std::string_view base64) {
    constexpr std::size_t group = 4;
    constexpr std::size_t wanted = 4 * group;
    std::string front;
    for (const char c : base64) {
        if (front.size() == wanted) break;
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') front += c;
    }
    front.resize(front.size() - front.size() % group);
    return base::parse_base64(front).value_or(std::string{});
}

bool is_unsafe(char32_t c) {
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return true;
    const bool turns = c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
                       (c >= 0x2066 && c <= 0x2069);
    if (turns) return true;
    return U"()（）{}/\\"sv.find(c) != std::u32string_view::npos;
}

// Why a name is refused; empty when it is not.
std::string name_fault(std::string_view name) {
    if (name.empty()) return "empty";
    if (name.size() > name_bytes_max) return "long";
    if (name.front() == '.' || name.back() == '.' || name.back() == ' ') return "ends";
    if (!base::is_utf8(name)) return "characters";
    while (!name.empty())
        if (is_unsafe(base::take_character(name))) return "characters";
    return {};
}

Objection against(const Element* attachment, std::string variant,
                  std::vector<base::Argument> arguments = {}) {
    const std::string name{attachment->attribute("name")};
    arguments.push_back({"name", name});
    return {attachment, std::move(variant), std::move(arguments), name};
}

}  // namespace

Objections attachment_too_large(const Case& c) {
    Objections objections;
    std::size_t together = 0;
    bool told = false;
    for (const Element* each : c.body.all("Attachment")) {
        const std::size_t bytes = decoded_size(each->text);
        together += bytes;
        if (bytes > attachment_bytes_max)
            objections.push_back(against(each, "", {{"bytes", std::to_string(bytes)}}));
        if (together > together_bytes_max && !told) {
            objections.push_back(against(each, "together", {{"bytes", std::to_string(together)}}));
            told = true;
        }
    }
    return objections;
}

Objections attachment_of_other_type(const Case& c) {
    Objections objections;
    for (const Element* each : c.body.all("Attachment")) {
        const FileType* type = type_of(each->attribute("name"));
        const std::string media_type{each->attribute("mediaType")};
        if (!type) {
            objections.push_back(against(each, "extension"));
            continue;
        }
        const std::string front = front_of(each->text);
        const bool fits = front.starts_with(type->magic) ||
                          (!type->other_magic.empty() && front.starts_with(type->other_magic));
        if (!fits)
            objections.push_back(
                against(each, "content", {{"type", std::string(type->extension)}}));
        else if (lower(media_type) != type->media_type)
            objections.push_back(
                against(each, "media-type",
                        {{"expected", std::string(type->media_type)}, {"given", media_type}}));
    }
    return objections;
}

Objections attachment_name_unsafe(const Case& c) {
    Objections objections;
    for (const Element* each : c.body.all("Attachment"))
        if (std::string fault = name_fault(each->attribute("name")); !fault.empty())
            objections.push_back(against(each, std::move(fault)));
    return objections;
}

Objections attachment_twice(const Case& c) {
    Objections objections;
    std::set<std::string_view> seen;
    for (const Element* each : c.body.all("Attachment"))
        if (!seen.insert(each->attribute("name")).second) objections.push_back(against(each, ""));
    return objections;
}

}  // namespace validate
