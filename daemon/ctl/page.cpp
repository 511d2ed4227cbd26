#include "ctl/page.hpp"

#include <algorithm>
#include <vector>

#include "ctl/field_names.hpp"
#include "ctl/html.hpp"
#include "ctl/page_parts.hpp"

namespace ctl {

namespace {

using base::Element;

// Without & and <, so that HTML and XML read the same.
constexpr const char* style = R"(
@page { size: A4; margin: 16mm 14mm }
body { font: 10.5pt/1.45 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
  sans-serif; color: #111; max-width: 186mm; margin: 8mm auto; padding: 0 4mm }
h1 { font-size: 16pt; margin: 0 0 4mm }
h2 { font-size: 12pt; margin: 6mm 0 2mm; break-after: avoid }
h3 { font-size: 10.5pt; margin: 4mm 0 1mm; break-after: avoid }
table { border-collapse: collapse; width: 100%; margin: 0 0 2mm }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { border: 0.5pt solid #999; padding: 0.8mm 2mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate }
th { font-weight: normal; color: #333; background: #f2f2f2 }
.facts th { width: 34% }
.error { font-weight: bold; color: #a00000 }
.other { color: #555; margin: 1mm 0 0 }
p { margin: 0 }
footer { margin-top: 8mm; border-top: 0.5pt solid #999; padding-top: 2mm; font-size: 9pt;
  overflow-wrap: anywhere }
@media print { body { margin: 0; padding: 0; max-width: none } .error { color: #000 } }
)";

Element with(std::string name, std::vector<base::Attribute> attributes, std::string text = {}) {
    Element made{.name = std::move(name), .text = std::move(text)};
    made.attributes = std::move(attributes);
    return made;
}

class Page {
public:
    Page(const Element& receipt, Language language)
        : receipt_(receipt), language_(language), parts_(language) {}

    Element html(const PageSource& source) const {
        const std::string tongue = language_ == Language::Chinese ? "zh-CN" : "en";
        Element html = with(
            "html",
            {{"xmlns", "http://www.w3.org/1999/xhtml"}, {"lang", tongue}, {"xml:lang", tongue}});
        html.children.push_back(head());
        html.children.push_back(body(source));
        return html;
    }

private:
    std::string in(std::string_view zh, std::string_view en) const {
        return std::string{language_ == Language::Chinese ? zh : en};
    }
    std::string title() const {
        const std::string kind{receipt_.attribute("kind")};
        return in("回执 ", "Receipt ") + std::string{receipt_.attribute("number")} +
               in("：", ": ") + coded_value("kind", kind, language_);
    }

    Element head() const {
        Element head{.name = "head", .text = {}};
        head.children = {
            with("meta", {{"charset", "utf-8"}}),
            // What is asked for here, a browser holds it to.
            with("meta", {{"http-equiv", "Content-Security-Policy"},
                          {"content", "default-src 'none'; style-src 'unsafe-inline'"}}),
            with("title", {}, title()), with("style", {}, style)};
        return head;
    }

    Element body(const PageSource& source) const {
        Element body{.name = "body", .text = {}};
        body.add("h1", title());
        Element itself{.name = "Receipt", .text = {}};
        itself.attributes = receipt_.attributes;
        Element details{.name = "Details", .text = {}};
        std::vector<Element> sections;
        std::vector<const Element*> problems;
        for (const Element& each : receipt_.children) {
            if (each.name == "IssuedAt" || each.name == "State" || each.name == "Resend")
                itself.children.push_back(each);
            else if (each.name == "Problem")
                problems.push_back(&each);
            else if (each.name == "InReplyTo" || each.name == "Subject")
                sections.push_back(each);
            else if (each.name != "Proof")
                details.children.push_back(each);
        }
        parts_.append_block(body, itself);
        for (const Element& each : sections) append_section(body, each);
        append_problems(body, problems);
        if (!details.children.empty()) {
            body.add("h2", in("内容", "What it says"));
            parts_.append_block(body, details);
        }
        if (const Element* const proof = receipt_.child("Proof")) append_section(body, *proof);
        body.children.push_back(footer(source));
        return body;
    }

    void append_section(Element& body, const Element& section) const {
        body.add("h2", name_of_field(section.name, language_));
        parts_.append_block(body, section);
    }

    // Both languages: the one that is spoken, beneath it the other.
    Element texts_of(const Element& problem) const {
        const std::string first = in("zh", "en");
        Element cell{.name = "td", .text = {}};
        std::vector<const Element*> texts = problem.all("Text");
        std::stable_partition(texts.begin(), texts.end(), [&](const Element* each) {
            return each->attribute("xml:lang") == first;
        });
        for (const Element* each : texts) {
            const std::string tongue{each->attribute("xml:lang")};
            Element text = with("p", {{"lang", tongue}, {"xml:lang", tongue}}, each->text);
            if (each != texts.front()) text.attributes.push_back({"class", "other"});
            cell.children.push_back(std::move(text));
        }
        return cell;
    }

    void append_problems(Element& body, const std::vector<const Element*>& problems) const {
        if (problems.empty()) return;
        body.add("h2", in("问题", "Problems"));
        std::vector<std::string> columns{"severity", "code", "line", "column"};
        for (const char* const each : {"path", "ministryCode", "ministryField"})
            if (std::ranges::any_of(problems, [&](const Element* problem) {
                    return !problem->attribute(each).empty();
                }))
                columns.emplace_back(each);
        std::vector<std::string> headings = columns;
        headings.insert(headings.end(), {"Value", "Text"});
        Element table = parts_.table(headings);
        for (const Element* problem : problems) {
            Element row{.name = "tr", .text = {}};
            for (const std::string& each : columns) {
                const std::string value{problem->attribute(each)};
                Element cell{.name = "td", .text = coded_value(each, value, language_)};
                if (value == "error") cell.attributes = {{"class", "error"}};
                row.children.push_back(std::move(cell));
            }
            row.add("td", std::string{problem->text_at("Value")});
            row.children.push_back(texts_of(*problem));
            table.children.back().children.push_back(std::move(row));
        }
        body.children.push_back(std::move(table));
    }

    Element footer(const PageSource& source) const {
        return {.name = "footer",
                .text = in("由回执文件生成：", "Made of the receipt ") + source.name +
                        in("，其 SHA-256 为 ", ", whose SHA-256 is ") + source.sha256 +
                        in("。以该文件为准。", ". What counts is that file.")};
    }

    const Element& receipt_;
    const Language language_;
    const PageParts parts_;
};

}  // namespace

std::string page_of(const Element& receipt, const PageSource& source, Language language) {
    return html_page(Page{receipt, language}.html(source));
}

}  // namespace ctl
