// 机电产品进口申请表: its boxes set on pages.
#include <algorithm>
#include <iterator>

#include "print/application_boxes.hpp"

namespace print {

namespace {

// As on the ministry's form.
constexpr std::size_t lines_on_first_page = 6;

void append(std::vector<Row>& rows, std::vector<Row> more) {
    std::move(more.begin(), more.end(), std::back_inserter(rows));
}

// How many of the rows from `from` on fit in that room.
std::size_t fitting(const std::vector<Row>& rows, std::size_t from, double room) {
    std::size_t count = 0;
    while (from + count < rows.size() && rows[from + count].height() <= room)
        room -= rows[from + count++].height();
    return count;
}

std::vector<Row> part(const std::vector<Row>& rows, std::size_t from, std::size_t count) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(from);
    return {first, first + static_cast<std::ptrdiff_t>(count)};
}

// Box 12 to 17 of the first page: the lines that fit, and blank ones in what is left of six.
std::vector<Row> first_lines(const ApplicationBoxes& boxes, const std::vector<Row>& lines,
                             double room) {
    const std::size_t count = std::min(fitting(lines, 0, room), lines_on_first_page);
    std::vector<Row> rows = part(lines, 0, count);
    if (count < lines.size()) return rows;
    room -= height_of(rows);
    const Row blank = boxes.blank_line();
    while (rows.size() < lines_on_first_page && blank.height() <= room) {
        rows.push_back(blank);
        room -= blank.height();
    }
    return rows;
}

// What is left of the page goes to the boxes of the remarks and the stamp.
void fill_page(std::vector<Row>& table, std::size_t stamp_row, double room) {
    if (const double left = room - height_of(table); left > 0) table[stamp_row].grow(left);
}

struct FirstPage {
    Page page;
    std::size_t lines = 0;  // that stand on it
};

FirstPage first_page(const ApplicationBoxes& boxes, const std::vector<Row>& lines) {
    FirstPage first{{boxes.first_heading(), boxes.parties_and_terms()}};
    Page& page = first.page;
    const double room = room_beneath(page.heading);
    page.table.push_back(boxes.goods());
    std::vector<Row> below = boxes.remarks_and_stamp();
    if (boxes.is_project()) {
        append(page.table, boxes.project());
    } else {
        page.table.push_back(boxes.columns());
        const double taken = height_of(page.table) + height_of(below) + boxes.total(0, 1).height();
        std::vector<Row> here = first_lines(boxes, lines, room - taken);
        first.lines = std::min(here.size(), lines.size());
        append(page.table, std::move(here));
    }
    page.table.push_back(boxes.total(first.lines, lines.size()));
    const std::size_t stamp_row = page.table.size();
    append(page.table, std::move(below));
    fill_page(page.table, stamp_row, room);
    return first;
}

std::vector<Page> pages_of(const Sheet& sheet, const ApplicationForm& form, const Names& names) {
    const ApplicationBoxes boxes{sheet, form, names};
    const std::vector<Row> heading = boxes.continuation_heading();
    const Row columns = boxes.columns();
    const double room = room_beneath(heading) - columns.height();
    const std::vector<Row> lines = boxes.lines(room);
    FirstPage first = first_page(boxes, lines);
    std::size_t set = first.lines;
    std::vector<Page> pages{std::move(first.page)};
    while (set < lines.size()) {
        const std::size_t count = std::max<std::size_t>(fitting(lines, set, room), 1);
        Page page{heading, {columns}};
        append(page.table, part(lines, set, count));
        pages.push_back(std::move(page));
        set += count;
    }
    return pages;
}

}  // namespace

base::Result<std::string> application_forms(std::span<const ApplicationForm> forms,
                                            const edi::Lists& lists, base::Time at) {
    if (forms.empty())
        return base::Fault{base::Remedy::AskOperator, "no application form to print: name one"};
    auto sheet = Sheet::open("机电产品进口申请表", at);
    if (!sheet) return sheet.fault();
    const base::Date day = base::day_of(at);
    const Names names{lists, day};
    for (const ApplicationForm& form : forms)
        draw_pages(*sheet, pages_of(*sheet, form, names), day);
    return sheet->close();
}

}  // namespace print
