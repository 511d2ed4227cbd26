#include "base/log.hpp"

#include <unistd.h>

#include <cstdio>
#include <mutex>

#include "base/clock.hpp"
#include "base/events.hpp"
#include "base/files.hpp"
#include "base/journal.hpp"
#include "base/log_limit.hpp"
#include "base/utf8.hpp"

namespace base {

namespace {

std::mutex sink_mutex;
std::function<void(std::string_view)> sink;

LogLimit limit;

LogLimit::Moment now() { return std::chrono::steady_clock::now(); }

const char* name_of(Level level) {
    switch (level) {
        case Level::Info: return "info";
        case Level::Warning: return "warning";
        case Level::Error: return "error";
    }
    return "";
}

std::string mailbox_in(std::initializer_list<Field> fields) {
    for (const Field& field : fields)
        if (const auto* text = std::get_if<std::string>(&field.value);
            text && field.name == "mailbox")
            return *text;
    return {};
}

std::string line_of(const Event& event, std::initializer_list<Field> fields) {
    std::string line = "{\"time\":\"" + iso(SystemClock{}.now()) + "\",\"level\":\"" +
                       name_of(event.level) + "\",\"event\":\"" + event.name + '"';
    for (const Field& field : fields) {
        line += ",\"" + std::string{field.name} + "\":";
        if (const auto* number = std::get_if<std::int64_t>(&field.value))
            line += std::to_string(*number);
        else
            line += json_string(std::get<std::string>(field.value));
    }
    return line + "}\n";
}

void write(const Event& event, std::initializer_list<Field> fields) {
    if (journal::is_standard_error() && journal::send(event, fields)) return;
    const std::string line = line_of(event, fields);
    const std::lock_guard lock{sink_mutex};
    if (sink) return sink(line);
    // A log that cannot be written is no reason to stop: the receipts are the record.
    (void)write_all(STDERR_FILENO, line);
}

void tell_left_out(const std::string& name, const std::string& mailbox, std::uint64_t lines) {
    write(event::lines_left_out,
          {{"of", name}, {"mailbox", mailbox}, {"lines", static_cast<std::int64_t>(lines)}});
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
    std::uint64_t left_out = 0;
    {
        const std::lock_guard lock{sink_mutex};
        const auto allowed = limit.may_tell(event, mailbox_in(fields), now());
        if (!allowed.is) return;
        left_out = allowed.left_out;
    }
    if (left_out > 0) tell_left_out(event.name, mailbox_in(fields), left_out);
    write(event, fields);
}

void tell_left_out(LogLimit::Which which) {
    std::vector<LogLimit::LeftOut> all;
    {
        const std::lock_guard lock{sink_mutex};
        all = limit.take_left_out(now(), which);
    }
    for (const LogLimit::LeftOut& each : all) tell_left_out(each.event, each.mailbox, each.lines);
}

void set_log_sink(std::function<void(std::string_view)> new_sink) {
    const std::lock_guard lock{sink_mutex};
    sink = std::move(new_sink);
}

}  // namespace base
