#include "unit/house/limits.hpp"

#include <algorithm>
#include <sstream>

#include "unit/house/declarations.hpp"

namespace house {

namespace {

// Bytes that do not continue a UTF-8 character.
int characters(std::string_view line) {
    return static_cast<int>(std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string are_more_than(int count, const char* what, int most) {
    return std::to_string(count) + " " + what + " are more than " + std::to_string(most);
}

}  // namespace

Sentences beyond_limits(const std::vector<Source>& tree) {
    Sentences sentences;
    for (const Source& source : tree) {
        std::istringstream lines{source.text};
        std::string line;
        int number = 0;
        while (std::getline(lines, line)) {
            ++number;
            if (const int columns = characters(line); columns > columns_max)
                sentences.push_back(are_more_than(columns, "columns", columns_max) +
                                    ", break the line: " + source.at(number));
        }
        if (number > file_lines_max)
            sentences.push_back(are_more_than(number, "lines", file_lines_max) +
                                ", split the file by noun: " + source.path);
        for (const Declaration& declaration : declarations_of(source))
            if (declaration.has_body && declaration.lines() > function_lines_max)
                sentences.push_back(
                    declaration.name + ": " +
                    are_more_than(declaration.lines(), "lines", function_lines_max) +
                    ", split the function: " + source.at(declaration.first_line));
    }
    return sentences;
}

}  // namespace house
