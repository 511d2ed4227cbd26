// Log: one line an event, from a closed list of events. JSON lines on stderr.
//
// An event is a constant of base/events.hpp (name, level, what it means, what to do). A condition
// is logged when it begins and when it ends, not each time it is met. Values are escaped; never a
// secret, never a payload.
// Threads: any. Throws: nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace base {

enum class Level { Info, Warning, Error };

struct Event {
    const char* name;  // "file-taken"
    Level level;
    const char* meaning;  // one sentence
    const char* remedy;   // one sentence, "" where nothing is to be done
};

struct Field {
    std::string_view name;
    std::variant<std::string, std::int64_t> value;
};

// Writes {"time":…,"level":…,"event":…,<fields>} as one line with one write().
void log(const Event& event, std::initializer_list<Field> fields);
// Where lines go instead of stderr; tests only.
void set_log_sink(std::function<void(std::string_view line)> sink);

// text as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace base
