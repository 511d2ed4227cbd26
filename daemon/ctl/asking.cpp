#include "ctl/asking.hpp"

#include <sysexits.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "ctl/place.hpp"
#include "ctl/times.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

void print(const json::object& body, const char* list, Teller teller, const Common& common) {
    if (!common.json) {
        std::cout << teller(body);
    } else if (list && body.contains(list)) {
        for (const json::value& each : body.at(list).as_array()) print_line(each);
    } else {
        print_line(body);
    }
}

}  // namespace

void print_line(const json::value& value) { std::cout << json::serialize(in_utc(value)) << '\n'; }

int status_of(int http_status) {
    switch (http_status) {
        case 200: return EX_OK;
        case 403: return EX_NOPERM;
        case 404: return EX_NOINPUT;
        case 413:
        case 422: return EX_DATAERR;
        case 500: return EX_IOERR;
        case 503: return EX_TEMPFAIL;
        default: return EX_USAGE;
    }
}

std::string socket_of(const Common& common) {
    return common.socket.empty() ? place_of(common.config).socket : common.socket;
}

std::optional<std::uint64_t> seconds_of(const std::string& text) {
    if (text.empty()) return 0;
    std::size_t digits = 0;
    const std::string_view units = "smhd";
    constexpr std::uint64_t factors[] = {1, 60, 3600, 86'400};
    const std::size_t unit = units.find(text.back());
    try {
        const std::uint64_t value = std::stoull(text, &digits);
        if (unit == std::string_view::npos || digits + 1 != text.size()) return std::nullopt;
        return value * factors[unit];
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

int print_answer(const Common& common, const base::Result<Answer>& answer, const char* list,
                 Teller teller) {
    if (!answer) {
        std::cerr << "permitctl: " << answer.fault().text << '\n';
        return EX_UNAVAILABLE;
    }
    if (answer->status == 200) {
        print(answer->body, list, teller, common);
        return EX_OK;
    }
    const json::value* error = answer->body.if_contains("error");
    std::cerr << "permitctl: "
              << (error && error->is_string() ? std::string{error->as_string()}
                                              : "the daemon refused")
              << '\n';
    return status_of(answer->status);
}

int ask_and_print(const Common& common, const std::string& target, const char* list,
                  Teller teller) {
    return print_answer(common, ask(socket_of(common), target), list, teller);
}

int misused(const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return EX_USAGE;
}

}  // namespace ctl
