#include "base/log.hpp"

#include <unistd.h>

#include <cstdio>
#include <mutex>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/utf8.hpp"

namespace base {

namespace {

std::mutex sink_mutex;
std::function<void(std::string_view)> sink;

const char* name_of(Level level) {
    switch (level) {
        case Level::Info: return "info";
        case Level::Warning: return "warning";
        case Level::Error: return "error";
    }
    return "";
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const unsigned char c : valid_utf8(text)) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (c < 0x20 || c == 0x7f) {
                    char escape[8];
                    std::snprintf(escape, sizeof escape, "\\u%04x", c);
                    out += escape;
                } else {
                    out += static_cast<char>(c);
                }
        }
    }
    return out + '"';
}

void log(const Event& event, std::initializer_list<Field> fields) {
    std::string line = "{\"time\":\"" + iso(SystemClock{}.now()) + "\",\"level\":\"" +
                       name_of(event.level) + "\",\"event\":\"" + event.name + '"';
    for (const Field& field : fields) {
        line += ",\"" + std::string{field.name} + "\":";
        if (const auto* number = std::get_if<std::int64_t>(&field.value))
            line += std::to_string(*number);
        else
            line += json_string(std::get<std::string>(field.value));
    }
    line += "}\n";
    const std::lock_guard lock{sink_mutex};
    if (sink) return sink(line);
    // A log that cannot be written is no reason to stop: the receipts are the record.
    (void)write_all(STDERR_FILENO, line);
}

void set_log_sink(std::function<void(std::string_view)> new_sink) {
    const std::lock_guard lock{sink_mutex};
    sink = std::move(new_sink);
}

}  // namespace base
