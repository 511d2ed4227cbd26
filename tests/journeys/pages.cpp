#include "journeys/pages.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <set>

#include "ctl/field_names.hpp"
#include "ctl/page.hpp"
#include "xml/parser.hpp"

namespace journeys {

namespace {

using base::Element;
using ctl::Language;
using Values = std::map<std::string, std::size_t>;  // how often each stands there

xml::Parser& parser() {
    static xml::Parser loaded = [] {
        xml::initialise();
        return *xml::Parser::load(PERMITD_SOURCE "/xsd", {});
    }();
    return loaded;
}

// What somebody said. Languages of texts are how they stand on the page, names of fields are
// headings.
void count_values(const Element& element, Values& values) {
    for (const base::Attribute& each : element.attributes)
        if (each.name != "xml:lang" && element.name != "Field") ++values[each.value];
    ++values[element.text];
    for (const Element& each : element.children) count_values(each, values);
}

// A value as it may stand on a page: what would turn the direction of writing, by its number.
std::string as_shown(std::string value) {
    const std::string turned = "\xe2\x80\xae";
    for (std::size_t at = 0; (at = value.find(turned, at)) != std::string::npos;)
        value.replace(at, turned.size(), "[U+202E]");
    return value;
}

void each_text(const Element& element, const std::function<void(const std::string&)>& visit) {
    if (element.name == "style") return;
    visit(element.text);
    for (const Element& each : element.children) each_text(each, visit);
}

void expect_no_reference(const Element& element) {
    static const std::set<std::string> harmless{"lang",    "xml:lang",   "class",
                                                "charset", "http-equiv", "content"};
    EXPECT_TRUE(element.name != "script" && element.name != "link" && element.name != "img" &&
                element.name != "iframe")
        << element.name;
    for (const base::Attribute& each : element.attributes)
        EXPECT_TRUE(harmless.contains(each.name)) << element.name << ' ' << each.name;
    for (const char* outward : {"url", "@import", "&", "<"}) {
        const bool is_style = element.name == "style";
        EXPECT_FALSE(is_style && element.text.find(outward) != std::string::npos) << outward;
    }
    for (const Element& each : element.children) expect_no_reference(each);
}

void audit_page(const Found& receipt, Language language) {
    const std::string page = ctl::page_of(receipt.root, {receipt.file, "digest"}, language);
    const std::string doctype = "<!DOCTYPE html>\n";
    ASSERT_TRUE(page.starts_with(doctype));
    const auto read = parser().parse_foreign(std::string_view{page}.substr(doctype.size()));
    ASSERT_TRUE(read.parsed.well_formed) << page;
    expect_no_reference(*read.parsed.root);
    Values wanted, shown;
    count_values(receipt.root, wanted);
    // A cell may show a code and its words.
    each_text(*read.parsed.root, [&](const std::string& text) {
        ++shown[text];
        for (std::size_t at = 0; (at = text.find(' ', at)) != std::string::npos; ++at)
            ++shown[text.substr(0, at)], ++shown[text.substr(at + 1)];
    });
    for (const auto& [value, count] : wanted)
        EXPECT_GE(shown[as_shown(value)], value.empty() ? 0 : count) << value << "\nis not on\n"
                                                                     << page;
    std::string all;
    each_text(*read.parsed.root, [&](const std::string& text) { all += text + '\n'; });
    for (const Element* row : receipt.root.all("Row"))
        for (const Element* field : row->all("Field")) {
            const std::string name{field->attribute("name")};
            EXPECT_NE(all.find(ctl::name_of_field(name, language)), std::string::npos) << name;
        }
}

}  // namespace

void audit_pages(const std::vector<Found>& found) {
    for (const Found& each : found) {
        SCOPED_TRACE(each.file);
        for (const Language language : {Language::Chinese, Language::English})
            audit_page(each, language);
    }
}

}  // namespace journeys
