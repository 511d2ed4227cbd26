#include "base/journal.hpp"

#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/hash.hpp"
#include "base/utf8.hpp"

namespace base::journal {

namespace {

// syslog's numbers.
const char* priority_of(Level level) {
    switch (level) {
        case Level::Info: return "6";
        case Level::Warning: return "4";
        case Level::Error: return "3";
    }
    return "";
}

bool is_plain(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
    });
}

std::string text_of(const Field& field) {
    if (const auto* number = std::get_if<std::int64_t>(&field.value))
        return std::to_string(*number);
    return std::get<std::string>(field.value);
}

std::string upper(std::string_view name) {
    std::string out{name};
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

}  // namespace

bool is_standard_error() {
    // Asked once: neither the stream nor the variable changes.
    static const bool is = [] {
        const char* const told = std::getenv("JOURNAL_STREAM");
        struct stat about {};
        if (told == nullptr || ::fstat(STDERR_FILENO, &about) != 0) return false;
        return told == std::to_string(about.st_dev) + ':' + std::to_string(about.st_ino);
    }();
    return is;
}

std::string message_of(const Event& event, std::initializer_list<Field> fields) {
    std::string line = event.name;
    for (const Field& field : fields) {
        const std::string text = text_of(field);
        line += ' ' + std::string{field.name} + '=' + (is_plain(text) ? text : json_string(text));
    }
    return line;
}

std::string message_id_of(const Event& event) {
    return sha256_hex("permitd " + std::string{event.name}).substr(0, 32);
}

std::vector<std::string> entries_of(const Event& event, std::initializer_list<Field> fields) {
    std::vector<std::string> entries{
        "MESSAGE=" + message_of(event, fields), "MESSAGE_ID=" + message_id_of(event),
        std::string{"PRIORITY="} + priority_of(event.level), "SYSLOG_IDENTIFIER=permitd",
        std::string{"PERMITD_EVENT="} + event.name};
    for (const Field& field : fields)
        entries.push_back("PERMITD_" + upper(field.name) + '=' + valid_utf8(text_of(field)));
    return entries;
}

bool send(const Event& event, std::initializer_list<Field> fields) {
    std::vector<std::string> entries = entries_of(event, fields);
    std::vector<iovec> pieces;
    pieces.reserve(entries.size());
    for (std::string& each : entries) pieces.push_back({each.data(), each.size()});
    return ::sd_journal_sendv(pieces.data(), static_cast<int>(pieces.size())) == 0;
}

}  // namespace base::journal
