#include "print/sheet.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <new>
#include <unordered_map>

#include "base/utf8.hpp"

namespace print {

namespace {

// The first is what ./dev and the package install; the others are the same design or have the same
// glyphs, for hosts that have those instead.
constexpr const char* families =
    "Noto Sans CJK SC,Noto Sans SC,Source Han Sans SC,Source Han Sans CN,WenQuanYi Zen Hei";
// Latin letters, which all faces of Noto CJK share, are taken from another face: when one subset
// has letters and ideographs of this font, Cairo 1.16 keeps all its subroutines, 0.9 MB in each
// document instead of 0.1.
constexpr const char* letter_families =
    "Noto Sans CJK JP,Noto Sans CJK SC,Noto Sans SC,Source Han Sans SC,Source Han Sans CN,"
    "WenQuanYi Zen Hei";
constexpr char32_t letters_end = 0x2000;
// Of common and of rarer characters, of the forms' own titles.
constexpr std::u32string_view must_have = U"机电产品进口申请表圳溱镕，（";
// Noto's lines are 1.45 em apart, which suits novels; in boxes of a form 1.2 em read better.
constexpr float line_spacing = 0.84F;

// Titles are the same on every form, and values are laid out to be measured and again to be drawn:
// keeping what was laid takes 4 ms a form instead of 12.
constexpr std::size_t laid_max = 1000;

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
struct FreeDescription {
    void operator()(PangoFontDescription* each) const { pango_font_description_free(each); }
};
using Description = std::unique_ptr<PangoFontDescription, FreeDescription>;

int units(double points) { return pango_units_from_double(points); }

Description description() {
    Description made{pango_font_description_from_string(families)};
    pango_font_description_set_absolute_size(made.get(), units(9));
    return made;
}

bool has_chinese(PangoFontMap* map, PangoContext* context) {
    const std::unique_ptr<PangoFontset, Unref> fonts{
        pango_font_map_load_fontset(map, context, pango_context_get_font_description(context),
                                    pango_context_get_language(context))};
    if (!fonts) return false;
    for (const char32_t character : must_have) {
        const std::unique_ptr<PangoFont, Unref> font{
            pango_fontset_get_font(fonts.get(), character)};
        if (!font || !pango_font_has_char(font.get(), character)) return false;
    }
    return true;
}

// Also what would break lines, or turn the order of what follows around (U+202A-202E, 2066-2069).
bool is_control(char32_t c) {
    return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

// What the schemas exclude anyway must not end the text here, or forge it.
std::string printable(std::string_view text) {
    const std::string valid = base::valid_utf8(text);
    std::string out;
    out.reserve(valid.size());
    for (std::string_view rest = valid; !rest.empty();) {
        const std::string_view before = rest;
        if (is_control(base::take_character(rest)))
            out += ' ';
        else
            out += before.substr(0, before.size() - rest.size());
    }
    return out;
}

PangoAlignment alignment(Align align) {
    switch (align) {
        case Align::Left: return PANGO_ALIGN_LEFT;
        case Align::Centre: return PANGO_ALIGN_CENTER;
        case Align::Right: return PANGO_ALIGN_RIGHT;
    }
    return PANGO_ALIGN_LEFT;
}

void add(PangoAttrList* list, PangoAttribute* attribute, std::size_t from, std::size_t to) {
    attribute->start_index = static_cast<guint>(from);
    attribute->end_index = static_cast<guint>(to);
    pango_attr_list_insert(list, attribute);
}

// "2026-11-22T09:30:00+08:00": Cairo passes over a date with a fraction.
std::string whole_seconds(base::Time at) {
    std::string text = base::iso(at);
    const auto fraction = text.find('.');
    return text.erase(fraction, text.find('+') - fraction);
}

void add_letter_families(PangoAttrList* list, std::string_view text) {
    std::size_t letters_from = 0;
    const auto end_letters = [&](std::size_t at) {
        if (letters_from < at) add(list, pango_attr_family_new(letter_families), letters_from, at);
    };
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t at = text.size() - rest.size();
        if (base::take_character(rest) < letters_end) continue;
        end_letters(at);
        letters_from = text.size() - rest.size();
    }
    end_letters(text.size());
}

std::string key_of(const Paragraph& paragraph, double block_width) {
    std::string key =
        std::to_string(block_width) + ' ' + std::to_string(static_cast<int>(paragraph.align));
    for (const Run& run : paragraph.runs) {
        key += ' ' + std::to_string(run.size) + ' ' + std::to_string(run.text.size()) + ' ';
        key += run.text;
    }
    return key;
}

base::Fault fault(const std::string& text) { return {base::Remedy::AskOperator, text}; }

// Called by Cairo, through which no exception may pass.
cairo_status_t append(void* document, const unsigned char* bytes, unsigned int count) noexcept {
    try {
        static_cast<std::string*>(document)->append(reinterpret_cast<const char*>(bytes), count);
        return CAIRO_STATUS_SUCCESS;
    } catch (const std::bad_alloc&) {
        return CAIRO_STATUS_WRITE_ERROR;
    }
}

}  // namespace

struct Block::Layout {
    std::unique_ptr<PangoLayout, Unref> pango;
};

double Block::height() const {
    PangoRectangle logical;
    pango_layout_get_extents(layout_->pango.get(), nullptr, &logical);
    return pango_units_to_double(logical.height);
}

int Block::lines() const { return pango_layout_get_line_count(layout_->pango.get()); }

struct Sheet::Press {
    std::string document;  // Cairo holds its address
    cairo_surface_t* surface = nullptr;
    cairo_t* cairo = nullptr;
    std::unique_ptr<PangoFontMap, Unref> fonts;
    std::unique_ptr<PangoContext, Unref> context;
    std::unordered_map<std::string, Block> laid;  // by what was laid

    ~Press() {
        cairo_destroy(cairo);
        cairo_surface_destroy(surface);
    }
};

Sheet::Sheet(std::unique_ptr<Press> press) : press_(std::move(press)) {}
Sheet::Sheet(Sheet&&) noexcept = default;
Sheet::~Sheet() = default;

base::Result<Sheet> Sheet::open(const std::string& title, base::Time at) {
    auto press = std::make_unique<Press>();
    press->surface = cairo_pdf_surface_create_for_stream(append, &press->document, width, height);
    cairo_pdf_surface_set_metadata(press->surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
    const std::string created = whole_seconds(at);
    cairo_pdf_surface_set_metadata(press->surface, CAIRO_PDF_METADATA_CREATE_DATE, created.c_str());
    press->cairo = cairo_create(press->surface);
    press->fonts.reset(pango_cairo_font_map_new());
    press->context.reset(pango_font_map_create_context(press->fonts.get()));
    PangoContext* const context = press->context.get();
    pango_context_set_language(context, pango_language_from_string("zh-cn"));
    pango_context_set_font_description(context, description().get());
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_cairo_context_set_resolution(context, 72);
    cairo_font_options_t* const options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_cairo_update_context(press->cairo, context);
    if (!has_chinese(press->fonts.get(), context))
        return fault("no font with Chinese glyphs is found: install fonts-noto-cjk");
    return Sheet{std::move(press)};
}

Block Sheet::lay(const Paragraph& paragraph, double block_width) const {
    std::string key = key_of(paragraph, block_width);
    if (press_->laid.size() >= laid_max) press_->laid.clear();
    if (const auto known = press_->laid.find(key); known != press_->laid.end())
        return known->second;
    auto made = std::make_shared<Block::Layout>();
    made->pango.reset(pango_layout_new(press_->context.get()));
    PangoLayout* const layout = made->pango.get();
    PangoAttrList* const attributes = pango_attr_list_new();
    std::string text;
    for (const Run& run : paragraph.runs) {
        const std::size_t from = text.size();
        text += printable(run.text);
        add(attributes, pango_attr_size_new_absolute(units(run.size)), from, text.size());
    }
    // A hyphen where a value breaks would be read as part of it.
    add(attributes, pango_attr_insert_hyphens_new(FALSE), 0, text.size());
    add_letter_families(attributes, text);
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_alignment(layout, alignment(paragraph.align));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(layout, units(block_width));
    pango_layout_set_line_spacing(layout, line_spacing);
    pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
    return press_->laid.emplace(std::move(key), Block{std::move(made)}).first->second;
}

void Sheet::draw(const Block& block, double x, double y) {
    cairo_move_to(press_->cairo, x, y);
    pango_cairo_show_layout(press_->cairo, block.layout_->pango.get());
}

void Sheet::rule(double x1, double y1, double x2, double y2, double thickness) {
    cairo_set_line_width(press_->cairo, thickness);
    cairo_set_line_cap(press_->cairo, CAIRO_LINE_CAP_SQUARE);
    cairo_move_to(press_->cairo, x1, y1);
    cairo_line_to(press_->cairo, x2, y2);
    cairo_stroke(press_->cairo);
}

void Sheet::end_page() { cairo_show_page(press_->cairo); }

base::Result<std::string> Sheet::close() {
    const cairo_status_t drawn = cairo_status(press_->cairo);
    cairo_surface_finish(press_->surface);
    const cairo_status_t written = cairo_surface_status(press_->surface);
    for (const cairo_status_t status : {drawn, written})
        if (status != CAIRO_STATUS_SUCCESS)
            return fault(std::string("Cairo cannot write the PDF: ") +
                         cairo_status_to_string(status));
    return std::move(press_->document);
}

}  // namespace print
