// What all commands of permitctl have in common: how the daemon is asked, and how its answer is
// told.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ctl/client.hpp"
#include "ctl/validate.hpp"

namespace ctl {

// The options that every command takes.
struct Common {
    std::string config = "/etc/permitd/permitd.yaml";
    std::string socket;  // empty: what the configuration says
    bool json = false;

    Form form() const { return json ? Form::Json : Form::Human; }
};

using Teller = std::string (*)(const boost::json::object&);

std::string socket_of(const Common& common);

// "90s", "5m", "4h", "2d" in seconds, 0 of an empty text; nothing when it is not that.
std::optional<std::uint64_t> seconds_of(const std::string& text);

// The answer on standard output, or what is wrong on standard error; the exit status. With --json
// one object a line: of an answer that has `list`, each of its rows.
int print_answer(const Common& common, const base::Result<Answer>& answer, const char* list,
                 Teller teller);
int ask_and_print(const Common& common, const std::string& target, const char* list, Teller teller);

// One JSON object a line, times in UTC.
void print_line(const boost::json::value& value);
// The exit status of a command that the daemon answered so.
int status_of(int http_status);

// Says on standard error what is wrong with the command line; 64.
int misused(const std::string& text);

}  // namespace ctl
