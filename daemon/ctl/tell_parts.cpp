#include "ctl/tell_parts.hpp"

#include <boost/json/serialize.hpp>

#include "ctl/table.hpp"
#include "ctl/times.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace json = boost::json;

std::string text_of(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    if (!value || value->is_null()) return {};
    if (value->is_string()) return printable(std::string{value->as_string()});
    return json::serialize(*value);
}

std::string time_of(const json::object& object, const char* name) {
    return local(text_of(object, name));
}

std::int64_t number_of(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    boost::system::error_code wrong;
    return value && value->is_number() ? value->to_number<std::int64_t>(wrong) : 0;
}

const json::array& array_of(const json::object& object, const char* name) {
    static const json::array none;
    const json::value* value = object.if_contains(name);
    return value && value->is_array() ? value->get_array() : none;
}

const json::object& object_of(const json::object& object, const char* name) {
    static const json::object none;
    const json::value* value = object.if_contains(name);
    return value && value->is_object() ? value->get_object() : none;
}

std::string in_language(const json::object& object, const char* name) {
    return text_of(object_of(object, name), language() == Language::Chinese ? "zh" : "en");
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string first_of(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

std::string state_in_colour(const std::string& state) {
    const std::string words = code_and_word(state);
    if (state == "REJECTED" || state == "HELD") return in_colour(31, words);
    if (state == "IN_DOUBT") return in_colour(33, words);
    if (state == "SETTLED") return in_colour(32, words);
    return words;
}

std::string until(const json::object& row, const char* name) {
    const auto at = base::parse_time(text_of(row, name));
    const auto received = base::parse_time(text_of(row, "received_at"));
    if (!at || !received) return {};
    const auto wait = std::chrono::floor<std::chrono::seconds>(
        *at - *received - std::chrono::seconds{number_of(row, "age_s")});
    return wait.count() <= 0 ? say("now") : say("in {1}", {span(wait)});
}

std::string problems_of(const json::object& row) {
    std::string out;
    for (const json::value& each : array_of(row, "problems"))
        if (each.is_string())
            out += (out.empty() ? "" : " ") + printable(std::string{each.get_string()});
    return out;
}

std::string nothing() { return say("nothing there") + '\n'; }

}  // namespace ctl
