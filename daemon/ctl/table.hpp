// Table: rows under headings, aligned by display width (a Chinese character takes two columns).
// Threads: value type. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ctl {

// Columns that a terminal uses for the text (East Asian wide characters count two).
std::size_t width_of(const std::string& text);
// With blanks behind it until it is so wide.
std::string padded(const std::string& text, std::size_t width);

class Table {
public:
    explicit Table(std::vector<std::string> headings) { rows_.push_back(std::move(headings)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    bool empty() const { return rows_.size() == 1; }
    // Columns in which no row has anything are left out.
    std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

// "name  value", of a page with such lines; nothing of an empty value.
void add_line(std::string& out, const std::string& name, const std::string& value);

// Text without anything that could move a terminal's cursor: a file name is a stranger's.
std::string printable(const std::string& text);

// What --color says ("auto", "always", "never"); false for another word.
bool colour_when(std::string_view when);
// Until colour_when() said otherwise: whether standard output is a terminal that wants colour
// (NO_COLOR is heeded).
bool colours();
// The text in that colour where colours() says so: 31 red, 32 green, 33 yellow.
std::string in_colour(int colour, const std::string& text);

}  // namespace ctl
