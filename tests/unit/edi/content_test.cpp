// What two arrivals must share to be the same message: Sender and body in the canonical form of
// their types, and nothing else.
#include <gtest/gtest.h>

#include "edi/message.hpp"

namespace {

base::Element body() {
    base::Element root{"LicenceApplication", ""};
    root.attributes = {{"function", "submit"}, {"other", "x"}};
    root.add("ApplicationRef", "PO-1");
    base::Element& goods = root.add("SingleMachine");
    base::Element& line = goods.add("Specification");
    line.add("Model", "VMC 1");
    line.add("Quantity", "3");
    line.add("UnitPrice", "12.5");
    root.add("TradingRight", "true");
    base::Element& attachment = root.add("Attachment", "QUJDREVG");
    attachment.attributes = {{"name", "a.pdf"}};
    return root;
}

std::string digest(const base::Element& element) { return edi::content_digest("S", element); }

base::Element with(const std::string& path, const std::string& text) {
    base::Element root = body();
    root.at(path)->text = text;
    return root;
}

TEST(Content, IsASha256InHexadecimal) {
    EXPECT_EQ(digest(body()).size(), 64u);
    EXPECT_EQ(digest(body()).find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Content, IsTheSameForAnotherSpellingOfTheSameValues) {
    const std::string wanted = digest(body());
    const std::string line = "SingleMachine/Specification/";
    EXPECT_EQ(digest(with("ApplicationRef", "\n  PO-1\t")), wanted);
    EXPECT_EQ(digest(with(line + "Model", " VMC \n 1 ")), wanted);
    EXPECT_EQ(digest(with(line + "Quantity", "3.000")), wanted);
    EXPECT_EQ(digest(with(line + "Quantity", " +3 ")), wanted);
    EXPECT_EQ(digest(with(line + "UnitPrice", "0012.50")), wanted);
    EXPECT_EQ(digest(with("TradingRight", "1")), wanted);
    EXPECT_EQ(digest(with("Attachment", "QUJD\r\n REVG\n")), wanted);
}

TEST(Content, DoesNotKnowWhereThingsStoodNorTheOrderOfAttributes) {
    base::Element other = body();
    other.position = {17, 4};
    other.children[0].position = {18, 4};
    std::swap(other.attributes[0], other.attributes[1]);
    // White space between elements is no content.
    other.text = "\n  \n";
    other.children[1].text = "\n";
    EXPECT_EQ(digest(other), digest(body()));
}

TEST(Content, IsAnotherForAnyOtherValue) {
    const std::string first = digest(body());
    const std::string line = "SingleMachine/Specification/";
    for (const auto& [path, text] :
         std::vector<std::pair<std::string, std::string>>{{"ApplicationRef", "PO-2"},
                                                          {"ApplicationRef", "po-1"},
                                                          {line + "Model", "VMC1"},
                                                          {line + "Model", ""},
                                                          {line + "Quantity", "3.001"},
                                                          {line + "Quantity", "-3"},
                                                          {line + "UnitPrice", "12.51"},
                                                          {"TradingRight", "false"},
                                                          {"TradingRight", "0"},
                                                          {"Attachment", "QUJDREVH"}})
        EXPECT_NE(digest(with(path, text)), first) << path << " = " << text;
    EXPECT_NE(edi::content_digest("T", body()), first) << "another sender";
}

// A text that is no number keeps its spelling: "3.0" of a Model is not "3".
TEST(Content, OnlyNumbersLoseTheirZeros) {
    const std::string model = "SingleMachine/Specification/Model";
    EXPECT_NE(digest(with(model, "3.0")), digest(with(model, "3")));
    EXPECT_NE(digest(with("ApplicationRef", "1")), digest(with("ApplicationRef", "true")));
}

// The same bytes in another shape never meet: lengths and counts are part of it.
TEST(Content, IsAnotherForAnotherShape) {
    const std::string first = digest(body());
    base::Element more = body();
    more.add("Remarks", "");
    EXPECT_NE(digest(more), first);
    base::Element fewer = body();
    fewer.children.pop_back();
    EXPECT_NE(digest(fewer), first);
    base::Element turned = body();
    std::swap(turned.children[0], turned.children[1]);
    EXPECT_NE(digest(turned), first);
    base::Element renamed = body();
    renamed.children[0].name = "ApplicationRe";
    renamed.children[0].text = "fPO-1";
    EXPECT_NE(digest(renamed), first);
    base::Element attribute = body();
    attribute.attributes[0].value = "save";
    EXPECT_NE(digest(attribute), first);
    base::Element bare = body();
    bare.attributes.clear();
    EXPECT_NE(digest(bare), first);
}

}  // namespace
