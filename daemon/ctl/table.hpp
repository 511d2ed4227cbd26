// Table: rows under headings, aligned by display width (a Chinese character takes two columns).
// Threads: value type. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

namespace ctl {

// Columns that a terminal uses for the text (East Asian wide characters count two).
std::size_t width_of(const std::string& text);

class Table {
public:
    explicit Table(std::vector<std::string> headings) { rows_.push_back(std::move(headings)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

// Text without anything that could move a terminal's cursor: a file name is a stranger's.
std::string printable(const std::string& text);

// Whether people here read Chinese (LC_ALL, LC_MESSAGES, LANG).
bool speaks_chinese();
// Whether standard output is a terminal that wants colour (NO_COLOR is heeded).
bool colours();
// The text in that colour where colours() says so: 31 red, 32 green, 33 yellow.
std::string in_colour(int colour, const std::string& text);

}  // namespace ctl
