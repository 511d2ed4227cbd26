// yaml/document.hpp: strict reading, exact positions, every complaint told.
#include "yaml/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

yaml::Document parsed(const std::string& text) {
    base::Result<yaml::Document> document = yaml::Document::parse(text, "f.yaml");
    EXPECT_TRUE(document) << (document ? "" : document.fault().text);
    return *document;
}

std::string fault_of(const std::string& text) {
    const base::Result<yaml::Document> document = yaml::Document::parse(text, "f.yaml");
    return document ? "no fault" : document.fault().text;
}

TEST(Document, ReadsMapsListsAndScalarsInFileOrder) {
    yaml::Document document = parsed("b: 1\na: [x, 'y z']\n\"c d\": {e: f}\n");
    EXPECT_THAT(document.root().keys(), ElementsAre("b", "a", "c d"));
    EXPECT_EQ(document.root()["b"].number(0, 0, 9), 1u);
    const std::vector<yaml::Node> items = document.root()["a"].items();
    EXPECT_EQ(parsed("a: 'it''s' # '\n").root()["a"].text(), "it's");
    EXPECT_EQ(parsed("a: \"x\\\"\"").root()["a"].text(), "x\"");
    EXPECT_EQ(parsed("a: |\n  'x\n").root()["a"].text(), "'x\n");
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(items[1].text(), "y z");
    EXPECT_EQ(document.root()["c d"]["e"].text(), "f");
    EXPECT_THAT(document.complaints(), IsEmpty());
}

TEST(Document, UnknownKeysAreToldWithTheirPosition) {
    yaml::Document document = parsed("known: 1\nmap:\n  inner: 2\n  odd: 3\nstrange: {deep: 1}\n");
    document.root()["known"].number(0, 0, 9);
    document.root()["map"]["inner"].number(0, 0, 9);
    EXPECT_THAT(document.complaints(),
                ElementsAre("f.yaml:4:3: unknown key 'odd'", "f.yaml:5:1: unknown key 'strange'"));
}

TEST(Document, ComplaintsComeInFileOrderAndOnce) {
    yaml::Document document = parsed("a: x\nb: y\n");
    document.root()["b"].number(1, 0, 5);
    document.root()["a"].flag(true);
    document.root()["a"].flag(true);
    EXPECT_THAT(document.complaints(),
                ElementsAre("f.yaml:1:4: yes or no is expected, not 'x'",
                            "f.yaml:2:4: a whole number from 0 to 5 is expected, not 'y'"));
    EXPECT_EQ(document.complaints().size(), 2u);
}

TEST(Document, TheFirstOfARepeatedKeyCountsAndTheSecondIsToldOf) {
    yaml::Document document = parsed("a: 1\nb: 2\na: {x: [1]}\n");
    EXPECT_EQ(document.root()["a"].number(0, 0, 9), 1u);
    document.root()["b"];
    EXPECT_THAT(document.complaints(),
                ElementsAre("f.yaml:3:1: key 'a' stands twice, first on line 1"));
}

TEST(Document, RequiredKeysThatAreMissingAreToldAtTheirMap) {
    yaml::Document document = parsed("a:\n  b: 1\n");
    document.root()["a"]["b"];
    EXPECT_FALSE(document.root()["a"].required("c"));
    EXPECT_FALSE(document.root().required("z").required("y"));
    EXPECT_THAT(document.complaints(),
                ElementsAre("f.yaml:1:1: key 'z' is missing", "f.yaml:2:3: key 'c' is missing"));
}

TEST(Document, AnEmptyValueIsThereButIsNoText) {
    yaml::Document document = parsed("section:\nname:\n");
    EXPECT_TRUE(document.root()["section"]);
    EXPECT_TRUE(document.root()["section"].is_empty());
    EXPECT_FALSE(document.root().is_empty());
    EXPECT_FALSE(document.root()["section"]["x"]);
    EXPECT_EQ(document.root()["name"].text("d"), "d");
    EXPECT_THAT(document.complaints(), ElementsAre("f.yaml:2:1: a value is expected"));
}

TEST(Document, AWrongFormIsToldOnceAndNotItsInside) {
    yaml::Document document = parsed("a: {b: c}\nd: e\nf: [g]\n");
    EXPECT_EQ(document.root()["a"].text("z"), "z");
    EXPECT_FALSE(document.root()["d"]["x"]);
    EXPECT_THAT(document.root()["f"].keys(), IsEmpty());
    EXPECT_THAT(document.complaints(),
                ElementsAre("f.yaml:1:4: a value is expected", "f.yaml:2:4: a map is expected",
                            "f.yaml:3:4: a map is expected"));
}

TEST(Document, NodesThatAreNotThereGiveDefaults) {
    yaml::Document document = parsed("a: 1\n");
    const yaml::Node nothing = document.root()["a.b"]["c"];
    EXPECT_FALSE(nothing);
    EXPECT_FALSE(nothing.is_map() || nothing.is_list());
    EXPECT_EQ(nothing.text("t"), "t");
    EXPECT_EQ(nothing.number(7, 8, 9), 7u);
    EXPECT_TRUE(nothing.flag(true));
    EXPECT_EQ(nothing.duration(3s), 3s);
    EXPECT_EQ(nothing.bytes(5), 5u);
    EXPECT_EQ(nothing.percent(6), 6u);
    EXPECT_THAT(nothing.items(), IsEmpty());
    EXPECT_FALSE(yaml::Node{});
    EXPECT_EQ(yaml::Node{}["x"].where(), "");
}

TEST(Document, NodesLiveLongerThanTheirDocument) {
    yaml::Node node;
    {
        yaml::Document document = parsed("a: {b: c}\n");
        node = document.root()["a"];
    }
    EXPECT_EQ(node["b"].text(), "c");
    EXPECT_EQ(node["b"].where(), "f.yaml:1:8");
    node.complain("told to nobody");
}

TEST(Document, ColumnsCountCharactersAndAByteOrderMarkIsNone) {
    yaml::Document document = parsed("\xEF\xBB\xBF进口: {单位: 台, x: 1}\r\ny: 2\r\n");
    EXPECT_EQ(document.root()["进口"]["单位"].where(), "f.yaml:1:10");
    EXPECT_EQ(document.root()["进口"]["x"].where(), "f.yaml:1:16");
    EXPECT_EQ(document.root()["y"].where(), "f.yaml:2:4");
}

struct Wrong {
    const char* text;
    const char* fault;
};

class Refused : public testing::TestWithParam<Wrong> {};

TEST_P(Refused, IsAFaultWithItsPosition) {
    EXPECT_THAT(fault_of(GetParam().text), HasSubstr(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Document, Refused,
    testing::Values(
        Wrong{"a: &x 1\n", "f.yaml:1:4: an anchor"}, Wrong{"a: &x {b: 1}\n", "an anchor"},
        Wrong{"a: &x [b]\n", "an anchor"}, Wrong{"a: &x\n", "an anchor"},
        Wrong{"&x a: 1\n", "an anchor"}, Wrong{"a: 1\nb: *a\n", "f.yaml:2:4: "},
        Wrong{"a: !!int 1\n", "f.yaml:1:4: a tag"}, Wrong{"a: !custom {b: 1}\n", "a tag"},
        Wrong{"a: !custom [1]\n", "a tag"},
        Wrong{"a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document"},
        Wrong{"a: 1\n...\nb: 2\n", "a second document"}, Wrong{"[a]: 1\n", "a key must be a word"},
        Wrong{"? {a: b}\n: 1\n", "a key must be a word"}, Wrong{"~: 1\n", "a key must be a word"},
        Wrong{"a: [1\nb: 2\n", "f.yaml:"}, Wrong{"a: 'open\n", "f.yaml:1:4: a quote"},
        Wrong{"a: 'it''s\n", "f.yaml:1:4: a quote"}, Wrong{"a: \"x\\\"\n", "f.yaml:1:4: a quote"},
        Wrong{"a: b: c\n", "f.yaml:1:"}, Wrong{"a: \"\\q\"\n", "f.yaml:1:"},
        Wrong{"a: \xC3\x28\n", "is not UTF-8"}, Wrong{"\xFF\xFE\x61", "is not UTF-8"}));

TEST(Document, AnAliasOfAKnownAnchorWouldBeRefusedTooBecauseAnchorsAre) {
    EXPECT_THAT(fault_of("- &a [x]\n- *a\n"), HasSubstr("an anchor"));
}

TEST(Document, ANulByteIsRefused) {
    EXPECT_THAT(fault_of(std::string("a: 1\0", 5)), HasSubstr("NUL"));
}

TEST(Document, DepthIsLimitedForEveryKindOfNesting) {
    const auto times = [](const std::string& text, int count) {
        std::string all;
        for (int i = 0; i < count; ++i) all += text;
        return all;
    };
    EXPECT_NE(fault_of(times("[", 100'000)), "no fault");
    EXPECT_NE(fault_of(times("{a: ", 100'000)), "no fault");
    EXPECT_THAT(fault_of(times("{a: ", 33) + times("}", 33)), HasSubstr("nested too deeply"));
    EXPECT_THAT(fault_of(times("- ", 100'000)), HasSubstr("nested too deeply"));
    EXPECT_EQ(fault_of(times("[", 32) + times("]", 32)), "no fault");
    EXPECT_THAT(fault_of(times("[", 33) + times("]", 33)), HasSubstr("f.yaml:1:33: nested"));
}

TEST(Document, SizeIsLimited) {
    EXPECT_EQ(fault_of("a: 1 #" + std::string((1u << 20) - 6, 'x')), "no fault");
    EXPECT_THAT(fault_of("a: 1 #" + std::string((1u << 20) - 5, 'x')), HasSubstr("1 MiB"));
}

TEST(Document, ReadNamesTheFile) {
    const std::string file = testing::TempDir() + "permitd_yaml_document_test.yaml";
    std::ofstream(file) << "a: 1\nb: [\n";
    const base::Result<yaml::Document> torn = yaml::Document::read(file);
    ASSERT_FALSE(torn);
    EXPECT_THAT(torn.fault().text, HasSubstr(file + ":"));
    const base::Result<yaml::Document> missing = yaml::Document::read(file + ".none");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.fault().text, HasSubstr(file + ".none"));
}

TEST(Document, AnEmptyDocumentLacksWhatIsRequired) {
    yaml::Document document = parsed("# nothing\n");
    document.root().required("spool");
    EXPECT_THAT(document.complaints(), ElementsAre("f.yaml:1:1: key 'spool' is missing"));
}

TEST(Scalars, Numbers) {
    yaml::Document document = parsed("[0, 42, 18446744073709551615, '7', -1, 1.0, 0x10, 1e3, x]");
    const std::vector<yaml::Node> items = document.root().items();
    const std::uint64_t most = ~0ull;
    EXPECT_EQ(items[0].number(9, 0, most), 0u);
    EXPECT_EQ(items[1].number(9, 0, most), 42u);
    EXPECT_EQ(items[2].number(9, 0, most), most);
    EXPECT_THAT(document.complaints(), IsEmpty());
    for (std::size_t i = 3; i < items.size(); ++i) EXPECT_EQ(items[i].number(9, 0, most), 9u) << i;
    EXPECT_EQ(items[1].number(9, 43, most), 9u);
    EXPECT_EQ(document.complaints().size(), 7u);
}

TEST(Scalars, Flags) {
    yaml::Document document = parsed("[yes, true, no, false, 'yes', on, 1, Y]");
    const std::vector<yaml::Node> items = document.root().items();
    EXPECT_TRUE(items[0].flag(false) && items[1].flag(false));
    EXPECT_FALSE(items[2].flag(true) || items[3].flag(true));
    EXPECT_THAT(document.complaints(), IsEmpty());
    for (std::size_t i = 4; i < items.size(); ++i) EXPECT_TRUE(items[i].flag(true)) << i;
    EXPECT_EQ(document.complaints().size(), 4u);
}

TEST(Scalars, Durations) {
    yaml::Document document = parsed(
        "[500ms, 15s, 30m, 4h, 5d, 0s, 15, 1.5s, -1s, 15 s, 1w, ms, 999999999999d, "
        "18446744073709551615d]");
    const std::vector<yaml::Node> items = document.root().items();
    const std::vector<std::chrono::milliseconds> right = {500ms, 15s, 30min, 4h, 120h, 0s};
    for (std::size_t i = 0; i < right.size(); ++i) EXPECT_EQ(items[i].duration(7ms), right[i]);
    EXPECT_THAT(document.complaints(), IsEmpty());
    for (std::size_t i = right.size(); i < items.size(); ++i)
        EXPECT_EQ(items[i].duration(7ms), 7ms) << i;
    EXPECT_EQ(document.complaints().size(), items.size() - right.size());
}

TEST(Scalars, SizesAndShares) {
    yaml::Document document =
        parsed("[512, 4KiB, 16MiB, 2GiB, 10%, 100%, 0%, 4KB, 4 KiB, 99999999999GiB, 101%, '%']");
    const std::vector<yaml::Node> items = document.root().items();
    EXPECT_EQ(items[0].bytes(1), 512u);
    EXPECT_EQ(items[1].bytes(1), 4096u);
    EXPECT_EQ(items[2].bytes(1), 16u << 20);
    EXPECT_EQ(items[3].bytes(1), 2ull << 30);
    EXPECT_EQ(items[4].percent(1), 10u);
    EXPECT_EQ(items[5].percent(1), 100u);
    EXPECT_EQ(items[6].percent(1), 0u);
    EXPECT_THAT(document.complaints(), IsEmpty());
    for (std::size_t i = 7; i < 10; ++i) EXPECT_EQ(items[i].bytes(1), 1u) << i;
    for (std::size_t i = 10; i < 12; ++i) EXPECT_EQ(items[i].percent(1), 1u) << i;
    EXPECT_EQ(items[0].percent(1), 1u);
    EXPECT_EQ(document.complaints().size(), 6u);
}

TEST(Complaints, ShowValuesOnOneShortLine) {
    yaml::Document document = parsed("a: \"x\\ny\\e[31m" + std::string(100, 'z') + "\"\n");
    document.root()["a"].flag(true);
    const std::vector<std::string> told = document.complaints();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_THAT(told[0], HasSubstr("'x y [31mzzz"));
    EXPECT_THAT(told[0], HasSubstr("z…'"));
}

}  // namespace
