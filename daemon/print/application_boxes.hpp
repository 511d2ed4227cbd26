// ApplicationBoxes: the twenty boxes of 机电产品进口申请表 as rows, before they are set on pages.
// Threads: one; see print.hpp. Throws: std::bad_alloc only.
#pragma once

#include "print/boxes.hpp"
#include "print/names.hpp"
#include "print/print.hpp"

namespace print {

class ApplicationBoxes {
public:
    // REQUIRES: all three outlive the object.
    ApplicationBoxes(const Sheet& sheet, const ApplicationForm& form, const Names& names);

    bool is_project() const;
    std::vector<Row> first_heading() const;
    std::vector<Row> continuation_heading() const;
    std::vector<Row> parties_and_terms() const;  // boxes 1 to 10
    Row goods() const;                           // box 11
    Row columns() const;                         // titles of boxes 12 to 17
    // Boxes 12 to 17, a row for each specification; none is higher, unless at the least size.
    std::vector<Row> lines(double height_most) const;
    Row blank_line() const;
    std::vector<Row> project() const;  // in place of columns and lines
    // Box 18; says so if there are more lines than stand here.
    Row total(std::size_t lines_here, std::size_t lines_in_all) const;
    std::vector<Row> remarks_and_stamp() const;  // boxes 19 to 21

private:
    std::string text(std::string_view path) const;
    std::string currency() const;
    // Every code of a repeated element with its name.
    std::vector<Paragraph> all(std::string_view name) const;
    Box half(Paragraph heading, std::vector<Paragraph> values, double height_most) const;
    Box head_box(double width, Paragraph paragraph) const;
    Paragraph number(std::string_view figure, double box_width) const;

    const Sheet& sheet_;
    const ApplicationForm& form_;
    const Names& names_;
};

}  // namespace print
