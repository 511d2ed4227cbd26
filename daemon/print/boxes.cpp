#include "print/boxes.hpp"

namespace print {

namespace {

constexpr double heading_size = 17, heading_gloss_size = 7.5, heading_gap = 8;
constexpr double foot_size = 7, foot_gap = 6, foot_height = 14;
constexpr double table_bottom = Sheet::height - page_margin - foot_height - foot_gap;

Row foot(const Sheet& sheet, base::Date printed, std::size_t page, std::size_t pages) {
    const std::string number = std::to_string(page), of = std::to_string(pages);
    const Paragraph day{{{"打印日期 Printed on " + base::iso(printed), foot_size}}};
    const Paragraph place{{{"第 " + number + " 页 共 " + of + " 页", foot_size},
                           {"  Page " + number + " of " + of, gloss_size}},
                          Align::Right};
    return Row{sheet, {{form_width / 2, {day}}, {form_width / 2, {place}}}, foot_height};
}

}  // namespace

Paragraph title(const std::string& zh, const std::string& en, Align align) {
    return {{{zh, label_size}, {" " + en, gloss_size}}, align};
}

Paragraph value(std::string text, Align align) { return {{{std::move(text), value_size}}, align}; }

Paragraph labelled(const std::string& zh, const std::string& en, std::string_view text) {
    return {{{zh, label_size}, {" " + en + "  ", gloss_size}, {std::string{text}, value_size}}};
}

std::vector<Row> heading(const Sheet& sheet, const std::string& zh, const std::string& en,
                         const std::vector<Box>& head_line) {
    const Paragraph name{{{zh, heading_size}}, Align::Centre};
    const Paragraph gloss{{{en, heading_gloss_size}}, Align::Centre};
    std::vector<Row> rows;
    rows.emplace_back(sheet, std::vector<Box>{{form_width, {name, gloss}}}, 0);
    rows.back().grow(heading_gap);
    rows.emplace_back(sheet, head_line, 0);
    return rows;
}

double room_beneath(const std::vector<Row>& heading) {
    return table_bottom - page_margin - height_of(heading);
}

void draw_pages(Sheet& sheet, const std::vector<Page>& pages, base::Date printed) {
    for (std::size_t i = 0; i < pages.size(); ++i) {
        double y = page_margin;
        for (const Row& each : pages[i].heading) {
            each.draw_text(sheet, page_margin, y);
            y += each.height();
        }
        draw_table(sheet, pages[i].table, page_margin, y);
        foot(sheet, printed, i + 1, pages.size())
            .draw_text(sheet, page_margin, table_bottom + foot_gap);
        sheet.end_page();
    }
}

}  // namespace print
