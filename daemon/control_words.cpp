#include "control_words.hpp"

#include <boost/json/serialize.hpp>
#include <charconv>
#include <sstream>

namespace permitd {

http::Response json_answer(int status, const boost::json::object& body) {
    return {status, {{"content-type", "application/json"}}, boost::json::serialize(body) + "\n"};
}

http::Response fault_answer(int status, const std::string& text) {
    return json_answer(status, {{"error", text}});
}

std::string asked_for(const http::Request& request, const std::string& name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string{} : found->second;
}

std::size_t number_of(const http::Request& request, const std::string& name, std::size_t absent) {
    const std::string text = asked_for(request, name);
    std::size_t value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    return text.empty() || wrong != std::errc{} || end != text.data() + text.size() ? absent
                                                                                    : value;
}

std::vector<std::string> pieces_of(const std::string& text, char separator) {
    std::vector<std::string> pieces;
    std::istringstream in{text};
    for (std::string each; std::getline(in, each, separator);)
        if (!each.empty()) pieces.push_back(each);
    return pieces;
}

}  // namespace permitd
