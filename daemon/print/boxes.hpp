// The sizes of both forms, and what their boxes are written with.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include "print/ruled.hpp"

namespace print {

inline constexpr double page_margin = 42;
inline constexpr double form_width = Sheet::width - 2 * page_margin;

inline constexpr double value_size = 9.5;
inline constexpr double line_size = 8.5;   // of specification lines
inline constexpr double label_size = 7.5;  // of titles, Chinese
inline constexpr double gloss_size = 6;    // of titles, English
inline constexpr double least_size = 5.5;  // no value shrinks below it to fit its box

// "5. 贸易方式 Terms of trade"
Paragraph title(const std::string& zh, const std::string& en, Align align = Align::Left);
Paragraph value(std::string text, Align align = Align::Left);
// Title and value on one line: "编码 Code  1101MA0000015".
Paragraph labelled(const std::string& zh, const std::string& en, std::string_view text);

// The heading of a page: what the form is called, and its line of texts above the table.
std::vector<Row> heading(const Sheet& sheet, const std::string& zh, const std::string& en,
                         const std::vector<Box>& head_line);
struct Page {
    std::vector<Row> heading;
    std::vector<Row> table;
};
// How high a table may be beneath that heading.
double room_beneath(const std::vector<Row>& heading);
// Draws them with a foot each: when they were printed, and which page of how many it is.
void draw_pages(Sheet& sheet, const std::vector<Page>& pages, base::Date printed);

}  // namespace print
