// Edited: samples of tests/journeys/ with other texts, and the parser of this checkout's schemas.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "xml/parser.hpp"

namespace journeys {

xml::Parser parser_of_checkout();

// The bytes of a file beneath tests/journeys/.
std::string own_file(const std::string& path);
// A sample with other texts at some paths below its body ("Year" -> "2019"; "-" takes the element
// away) and, where given, another MessageId and ApplicationRef; as UTF-8.
struct Edits {
    std::string message_id;
    std::string reference;
    std::vector<std::pair<std::string, std::string>> texts;
};
std::string edited(const std::string& sample, const Edits& edits);

}  // namespace journeys
