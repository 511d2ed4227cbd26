// Row: ruled boxes side by side, as high as the fullest of them; and how text is made to fit a box.
// Threads: one; see print.hpp. Throws: std::bad_alloc only.
#pragma once

#include "print/sheet.hpp"

namespace print {

inline constexpr double box_padding_x = 4, box_padding_y = 2.5;
inline constexpr double thin_rule = 0.5, thick_rule = 1.1;

enum class Seat { Top, Middle };
enum class Edge { Ruled, Open };

struct Box {
    double width = 0;
    std::vector<Paragraph> paragraphs = {};
    Seat seat = Seat::Top;
    Edge below = Edge::Ruled;  // open where a box goes on in the row below
};

class Row {
public:
    Row(const Sheet& sheet, const std::vector<Box>& boxes, double height_least);

    double height() const { return height_; }
    double width() const;
    void grow(double by) { height_ += by; }
    // Without the rule above: that is the row's above it, or the table's.
    void draw(Sheet& sheet, double x, double y) const;
    // Its text alone.
    void draw_text(Sheet& sheet, double x, double y) const;

private:
    struct Laid {
        double width;
        double text_height;
        Seat seat;
        Edge below;
        std::vector<Block> blocks;
    };
    std::vector<Laid> laid_;
    double height_;
};

double height_of(const std::vector<Row>& rows);
// Draws rows beneath each other as a table with a thick frame; returns where it ends.
double draw_table(Sheet& sheet, const std::vector<Row>& rows, double x, double y);

// The paragraphs, every run that is larger made smaller until they are at most so high in a box of
// that width; none smaller than `size_least`, even if they are higher then.
std::vector<Paragraph> within(const Sheet& sheet, std::vector<Paragraph> paragraphs,
                              double box_width, double box_height, double size_least);
// The paragraph small enough to stand on one line of a box, if `size_least` allows it.
Paragraph on_one_line(const Sheet& sheet, Paragraph paragraph, double box_width, double size_least);

}  // namespace print
