// The same bytes for the same element, and nothing that a reader would see differently.
#include "xml/writer.hpp"
#include "unit/xml/fixture.hpp"

namespace xml {
namespace {

TEST(Writer, EscapesWhatMustBe) {
    base::Element root{.name = "a", .text = "<&>\"'\r\n\t]]>"};
    root.attributes = {{"b", "<&>\"'\r\n\t"}, {"xml:lang", "zh"}};
    EXPECT_EQ(write(root, "urn:x", Layout::Compact),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<a xmlns=\"urn:x\" b=\"&lt;&amp;&gt;&quot;'&#13;&#10;&#9;\" xml:lang=\"zh\">"
              "&lt;&amp;&gt;\"'&#13;\n\t]]&gt;</a>\n");
}

TEST(Writer, WhatXmlCannotHoldIsReplaced) {
    using namespace std::string_literals;
    const std::string mark = "\xef\xbf\xbd";
    for (const auto& [text, written] :
         std::vector<std::pair<std::string, std::string>>{{"\0"s, mark},
                                                          {"\x1b", mark},
                                                          {"\x7f", "\x7f"},
                                                          {"\xff", mark},
                                                          {"\xed\xa0\x80", mark + mark + mark},
                                                          {"\xef\xbf\xbe", mark},
                                                          {mark, mark},
                                                          {"张\U00020000", "张\U00020000"},
                                                          {"\xe5\xbc", mark + mark}})
        EXPECT_EQ(write({.name = "a", .text = text}, "", Layout::Compact),
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>" + written + "</a>\n");
}

TEST(Writer, Indented) {
    base::Element root{.name = "a", .text = ""};
    root.add("b", "1");
    root.add("c").add("d");
    EXPECT_EQ(write(root, "", Layout::Indented),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<a>\n  <b>1</b>\n  <c>\n    <d/>\n  </c>\n</a>\n");
}

void forget_positions(base::Element& element) {
    element.position = {};
    for (base::Element& each : element.children) forget_positions(each);
}

TEST(Writer, WhatWasWrittenIsReadBackTheSame) {
    const Parsed read = parser().parse(sample("valid/03-application-single-machine.xml"));
    ASSERT_TRUE(read.root);
    base::Element wanted = *read.root;
    forget_positions(wanted);
    for (const Layout layout : {Layout::Compact, Layout::Indented}) {
        const std::string bytes = write(*read.root, "urn:permitd:mep:1", layout);
        EXPECT_EQ(bytes, write(*read.root, "urn:permitd:mep:1", layout));
        Parsed again = parser().parse(bytes);
        EXPECT_EQ(codes(again), "");
        forget_positions(*again.root);
        EXPECT_EQ(*again.root, wanted);
    }
    base::Element odd{.name = "a", .text = " \t\r\n<&>]]>\U00020000 "};
    odd.attributes = {{"b", " \t\r\n<&>\"' "}};
    Parsed again = parser().parse(write(odd, "", Layout::Compact));
    ASSERT_TRUE(again.root);
    forget_positions(*again.root);
    EXPECT_EQ(*again.root, odd);
}

}  // namespace
}  // namespace xml
