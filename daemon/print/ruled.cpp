#include "print/ruled.hpp"

#include <algorithm>
#include <numeric>

namespace print {

namespace {

constexpr double shrink_step = 0.5;

double inner(double box_width) { return box_width - 2 * box_padding_x; }

double height_within(const Sheet& sheet, const std::vector<Paragraph>& paragraphs,
                     double box_width) {
    double height = 2 * box_padding_y;
    for (const Paragraph& each : paragraphs) height += sheet.lay(each, inner(box_width)).height();
    return height;
}

double largest(const std::vector<Paragraph>& paragraphs) {
    double size = 0;
    for (const Paragraph& each : paragraphs)
        for (const Run& run : each.runs) size = std::max(size, run.size);
    return size;
}

void limit(Paragraph& paragraph, double size_most) {
    for (Run& run : paragraph.runs) run.size = std::min(run.size, size_most);
}

}  // namespace

Row::Row(const Sheet& sheet, const std::vector<Box>& boxes, double height_least)
    : height_(height_least) {
    for (const Box& box : boxes) {
        Laid laid{box.width, 0, box.seat, box.below, {}};
        for (const Paragraph& each : box.paragraphs) {
            laid.blocks.push_back(sheet.lay(each, inner(box.width)));
            laid.text_height += laid.blocks.back().height();
        }
        height_ = std::max(height_, laid.text_height + 2 * box_padding_y);
        laid_.push_back(std::move(laid));
    }
}

double Row::width() const {
    return std::accumulate(laid_.begin(), laid_.end(), 0.0,
                           [](double sum, const Laid& each) { return sum + each.width; });
}

void Row::draw_text(Sheet& sheet, double x, double y) const {
    for (const Laid& each : laid_) {
        double at = y + box_padding_y;
        if (each.seat == Seat::Middle) at = y + (height_ - each.text_height) / 2;
        for (const Block& block : each.blocks) {
            sheet.draw(block, x + box_padding_x, at);
            at += block.height();
        }
        x += each.width;
    }
}

void Row::draw(Sheet& sheet, double x, double y) const {
    draw_text(sheet, x, y);
    const double right = x + width(), bottom = y + height_;
    for (const Laid& each : laid_) {
        if (each.below == Edge::Ruled) sheet.rule(x, bottom, x + each.width, bottom, thin_rule);
        x += each.width;
        if (x < right - thin_rule) sheet.rule(x, y, x, bottom, thin_rule);
    }
}

double height_of(const std::vector<Row>& rows) {
    return std::accumulate(rows.begin(), rows.end(), 0.0,
                           [](double sum, const Row& each) { return sum + each.height(); });
}

double draw_table(Sheet& sheet, const std::vector<Row>& rows, double x, double y) {
    if (rows.empty()) return y;
    const double right = x + rows.front().width();
    double bottom = y;
    for (const Row& each : rows) {
        each.draw(sheet, x, bottom);
        bottom += each.height();
    }
    sheet.rule(x, y, right, y, thick_rule);
    sheet.rule(x, bottom, right, bottom, thick_rule);
    sheet.rule(x, y, x, bottom, thick_rule);
    sheet.rule(right, y, right, bottom, thick_rule);
    return bottom;
}

std::vector<Paragraph> within(const Sheet& sheet, std::vector<Paragraph> paragraphs,
                              double box_width, double box_height, double size_least) {
    double size = largest(paragraphs);
    while (size > size_least && height_within(sheet, paragraphs, box_width) > box_height) {
        size = std::max(size - shrink_step, size_least);
        for (Paragraph& each : paragraphs) limit(each, size);
    }
    return paragraphs;
}

Paragraph on_one_line(const Sheet& sheet, Paragraph paragraph, double box_width,
                      double size_least) {
    double size = largest({paragraph});
    while (size > size_least && sheet.lay(paragraph, inner(box_width)).lines() > 1) {
        size = std::max(size - shrink_step, size_least);
        limit(paragraph, size);
    }
    return paragraph;
}

}  // namespace print
