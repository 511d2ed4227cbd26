// A receipt as a page: hostile text stays text, parts that this version does not know are shown.
#include "ctl/page.hpp"

#include <gmock/gmock.h>

namespace {

using base::Element;
using ctl::Language;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Element leaf(const char* name, const std::string& text,
             std::vector<base::Attribute> attributes = {}) {
    Element made{.name = name, .text = text};
    made.attributes = std::move(attributes);
    return made;
}

Element receipt(const std::string& kind, std::vector<Element> parts) {
    Element root = leaf("Receipt", "", {{"number", "000000000042"}, {"kind", kind}});
    root.children = std::move(parts);
    return root;
}

std::string page(const Element& root, Language language = Language::English) {
    return ctl::page_of(root, {"42.xml", "abc123"}, language);
}

TEST(ReceiptPage, NamesItsPartsInTheLanguageThatIsSpoken) {
    Element problem = leaf("Problem", "",
                           {{"code", "RULE-YEAR"},
                            {"severity", "error"},
                            {"line", "7"},
                            {"column", "9"},
                            {"path", "/Message/LicenceApplication/Year"}});
    problem.children = {leaf("Text", "年度不对", {{"xml:lang", "zh"}}),
                        leaf("Text", "the year is wrong", {{"xml:lang", "en"}}),
                        leaf("Value", "1999")};
    const Element root = receipt("rejected", {leaf("Resend", "after-correction"), problem});
    EXPECT_THAT(
        page(root),
        AllOf(HasSubstr("<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\""),
              HasSubstr("<h1>Receipt 000000000042: rejected</h1>"),
              HasSubstr("<th>send again</th><td>after-correction</td>"),
              HasSubstr("<td class=\"error\">error</td><td>RULE-YEAR</td><td>7</td>"
                        "<td>9</td><td>/Message/LicenceApplication/Year</td><td>1999</td>"
                        "<td><p lang=\"en\" xml:lang=\"en\">the year is wrong</p>"
                        "<p lang=\"zh\" xml:lang=\"zh\" class=\"other\">年度不对</p></td>")));
    EXPECT_THAT(
        page(root, Language::Chinese),
        AllOf(HasSubstr("lang=\"zh-CN\""), HasSubstr("<h1>回执 000000000042：rejected 已拒收</h1>"),
              HasSubstr("<th>是否重报</th><td>after-correction 更正后重报</td>"),
              HasSubstr("error 错误</td>"), HasSubstr("42.xml"), HasSubstr("abc123")));
}

TEST(ReceiptPage, HostileTextStaysText) {
    const Element root =
        receipt("approved\"><script>", {leaf("Opinion", "</td><script>alert(1)</script>&amp;\"'"),
                                        leaf("Officer",
                                             "a\xe2\x80\xae"
                                             "b\x01\xc2\x85\xff\r\n"),
                                        leaf("Transfer", "x", {{"code", "<img src=x>"}})});
    const std::string text = page(root);
    EXPECT_THAT(
        text, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")),
                    HasSubstr("&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
                              "&amp;amp;&quot;"),
                    HasSubstr("a[U+202E]b[U+0001][U+0085]\xef\xbf\xbd&#13;\n"),
                    HasSubstr("&lt;img src=x&gt; x"), HasSubstr("content=\"default-src 'none'; ")));
}

// An older permitctl reads the receipts of a newer permitd.
TEST(ReceiptPage, ShowsWhatItDoesNotKnow) {
    Element deep{.name = "Novelty", .text = {}};
    deep.attributes = {{"shade", "indigo"}};
    deep.add("Depth").add("Depth").add("Bottom", "sea-floor");
    const std::string text = page(receipt("novel", {leaf("Plain", "plain-text"), deep, deep}));
    for (const char* each : {"plain-text", "shade", "indigo", "Bottom", "sea-floor", "novel"})
        EXPECT_THAT(text, HasSubstr(each));
}

TEST(ReceiptPage, RecordsAreATableWhereTheyFitOne) {
    Element narrow{.name = "Row", .text = {}}, wide{.name = "Row", .text = {}};
    narrow.children = {leaf("Field", "3", {{"name", "Seq"}}),
                       leaf("Field", "初审", {{"name", "Step"}})};
    for (const char* each : {"ApplicationRef", "State", "StateZh", "ApplicationNo", "LicenceNo",
                             "MessageId", "CreatedAt", "ChangedAt", "Year"})
        wide.children.push_back(leaf("Field", std::string{"of-"} + each, {{"name", each}}));
    const std::string text = page(receipt("answer", {wide, narrow, narrow}));
    EXPECT_THAT(text, AllOf(HasSubstr("<thead><tr><th>no</th><th>step</th></tr>\n</thead>"),
                            HasSubstr("<td>3</td><td>初审</td>"),
                            HasSubstr("<th>licence number</th><td>of-LicenceNo</td>")));
}

}  // namespace
