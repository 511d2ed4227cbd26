#include "ctl/ids.hpp"

#include <sysexits.h>

#include <iostream>
#include <sstream>

#include "ctl/tell_parts.hpp"

namespace ctl {

namespace {

constexpr std::size_t line_bytes_max = 4096;
constexpr std::size_t page_rows = 1000;

// The first status that is not 0 stays.
class Status {
public:
    void see(int status) {
        if (value_ == EX_OK) value_ = status;
    }
    int value() const { return value_; }

private:
    int value_ = EX_OK;
};

// A line without end is nobody's list of ids.
int each_of_input(const std::function<int(const std::string&)>& take) {
    Status status;
    std::string line;
    const auto end_of_line = [&] {
        std::istringstream words{line};
        if (std::string id; words >> id) status.see(take(id));
        line.clear();
    };
    for (char c = 0; std::cin.get(c);) {
        if (c == '\n')
            end_of_line();
        else if (line.size() < line_bytes_max)
            line += c;
        else
            return misused("a line of standard input is longer than an id can be");
    }
    end_of_line();
    return status.value();
}

// A rejected message leaves its MessageId free: its receipt names it.
std::string id_of(const boost::json::object& row) {
    return first_of(text_of(row, "receipt"), text_of(row, "message_id"));
}

int each_of_state(const Common& common, const std::string& state,
                  const std::function<int(const std::string&)>& take) {
    if (state.empty()) return misused("ALL wants a --state");
    Status status;
    for (std::size_t page = 1;; ++page) {
        const auto answer = ask(socket_of(common), "/messages?state=" + encoded(state) +
                                                       "&limit=" + std::to_string(page_rows) +
                                                       "&page=" + std::to_string(page));
        if (!answer || answer->status != 200) return print_answer(common, answer, nullptr, nullptr);
        for (const auto& row : array_of(answer->body, "messages"))
            status.see(take(id_of(row.as_object())));
        if (text_of(answer->body, "more") != "true") return status.value();
    }
}

}  // namespace

int each_id(const Common& common, const Ids& ids,
            const std::function<int(const std::string&)>& take) {
    Status status;
    for (const std::string& each : ids.arguments)
        if (each == "-")
            status.see(each_of_input(take));
        else if (each == "ALL")
            status.see(each_of_state(common, ids.state, take));
        else
            status.see(take(each));
    return status.value();
}

}  // namespace ctl
