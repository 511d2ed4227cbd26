#include "base/element.hpp"

#include <gtest/gtest.h>

namespace {

base::Element sample() {
    base::Element root{"LicenceApplication", ""};
    base::Element& importer = root.add("Importer");
    importer.add("Uscc", "91110000100000001X");
    importer.add_if("Name", "");
    root.add("Goods", "first").attributes.push_back({"line", "1"});
    root.add("Goods", "second");
    return root;
}

TEST(Element, finds_children_and_paths) {
    base::Element root = sample();
    EXPECT_EQ(root.child("Goods")->text, "first");
    EXPECT_EQ(root.child("goods"), nullptr);
    EXPECT_EQ(root.text_at("Importer/Uscc"), "91110000100000001X");
    EXPECT_EQ(root.at("Importer/Name"), nullptr) << "add_if leaves empty leaves out";
    EXPECT_EQ(root.text_at("Exporter/Uscc"), "");
    EXPECT_EQ(root.at(""), &root);
    EXPECT_EQ(root.at("Importer//Uscc"), nullptr);
    EXPECT_EQ(root.all("Goods").size(), 2U);
    EXPECT_EQ(root.all("Goods")[1]->text, "second");
    EXPECT_TRUE(root.all("Importer/Uscc").empty());
    EXPECT_EQ(root.child("Goods")->attribute("line"), "1");
    EXPECT_EQ(root.attribute("line"), "");
    root.at("Importer/Uscc")->text = "changed";
    EXPECT_EQ(root.text_at("Importer/Uscc"), "changed");
}

TEST(Element, is_a_value) {
    base::Element copy = sample();
    EXPECT_EQ(copy, sample());
    copy.children[1].position.line = 2;
    EXPECT_FALSE(copy == sample());
}

TEST(Element, paths_bear_an_index_from_the_second_on) {
    EXPECT_EQ(base::path_of("", "Message", 0), "/Message");
    EXPECT_EQ(base::path_of("/Message", "Goods", 0), "/Message/Goods");
    EXPECT_EQ(base::path_of("/Message", "Goods", 1), "/Message/Goods[2]");
    EXPECT_EQ(base::path_of("/Message", "Goods", 41), "/Message/Goods[42]");
}

// XML Schema part 2, 4.3.6: tab, line feed, carriage return and space; no other white space.
TEST(Element, collapses_the_white_space_of_xml_schema) {
    EXPECT_EQ(base::collapsed(""), "");
    EXPECT_EQ(base::collapsed(" \t\r\n "), "");
    EXPECT_EQ(base::collapsed("\n a \t\t b  c\r"), "a b c");
    EXPECT_EQ(base::collapsed("a\xc2\xa0 \xe3\x80\x80"), "a\xc2\xa0 \xe3\x80\x80");
    EXPECT_EQ(base::collapsed("\va"), "\va");
}

}  // namespace
