// Sheet: a PDF of A4 pages on which blocks of text and lines are put. The door to Pango and Cairo.
//
// Lengths are points (1/72 inch), from the upper left corner. A block is laid out once, measured,
// and then drawn. The fonts are chosen here; hinting, the host's language and its screen have no
// part in where lines break.
// Threads: one; see print.hpp. Throws: std::bad_alloc only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace print {

enum class Align { Left, Centre, Right };

struct Run {
    std::string text;
    double size = 9;
};

struct Paragraph {
    std::vector<Run> runs;
    Align align = Align::Left;
};

// A paragraph as it breaks in one width.
class Block {
public:
    double height() const;
    int lines() const;

private:
    friend class Sheet;
    struct Layout;
    explicit Block(std::shared_ptr<Layout> layout) : layout_(std::move(layout)) {}
    std::shared_ptr<Layout> layout_;
};

class Sheet {
public:
    static constexpr double width = 595.276, height = 841.89;

    // Faults when no font has Chinese glyphs. The time becomes the creation date of the document.
    static base::Result<Sheet> open(const std::string& title, base::Time at);
    Sheet(Sheet&&) noexcept;
    ~Sheet();

    Block lay(const Paragraph& paragraph, double block_width) const;
    void draw(const Block& block, double x, double y);
    // Horizontal or vertical.
    void rule(double x1, double y1, double x2, double y2, double thickness);
    void end_page();
    // The document. Nothing may be done with the sheet afterwards.
    base::Result<std::string> close();

private:
    struct Press;
    explicit Sheet(std::unique_ptr<Press> press);
    std::unique_ptr<Press> press_;
};

}  // namespace print
