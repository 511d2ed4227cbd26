#include "unit/house/names.hpp"

#include <gmock/gmock.h>

namespace {

using house::source_of;
using testing::ElementsAre;
using testing::IsEmpty;

house::Sentences names(const char* path, const char* text) {
    return house::empty_names({source_of(path, text)});
}

TEST(Names, OfTypesAndFunctionsTellSomething) {
    EXPECT_THAT(names("daemon/base/a.hpp", "class FileManager {\n};\n"),
                ElementsAre("FileManager: \"manager\" fits everything and tells nothing, name the "
                            "thing: daemon/base/a.hpp:1"));
    for (const char* text :
         {"struct Info {};", "void do_it();", "using RowData = int;",
          "int process_row(int row) { return row; }", "class ParserImpl;",
          "class A {\n  void handle();\n  int file_info() const { return 1; }\n};"})
        EXPECT_EQ(names("daemon/base/a.hpp", text).size(), 1U) << text;
}

TEST(Names, OfFilesAndFoldersToo) {
    EXPECT_EQ(names("daemon/util/a.cpp", "").size(), 1U);
    EXPECT_EQ(names("tests/unit/edi/xml_helper.cpp", "").size(), 1U);
}

TEST(Names, HoldWholeWordsOnlyAndOursOnly) {
    EXPECT_THAT(
        names("daemon/base/a.cpp",
              "class Database {\n  void information();\n  void done();\n};\n"
              "void f() {\n  const auto n = text.data();\n  std::function<void()> do_it;\n}\n"
              "class R : X {\n  void process(int) override;\n  void data() override {}\n};\n"
              "void R::data() {}\nTEST(Pool, KillsAProcess) {}\n"
              "unsigned processes = count(x.data());\n"),
        IsEmpty());
}

TEST(Names, MayUseAnEstablishedWordInItsPlace) {
    EXPECT_THAT(names("daemon/http/server.hpp", "using Handler = int;"), IsEmpty());
    EXPECT_EQ(names("daemon/route/a.hpp", "using Handler = int;").size(), 1U);
    EXPECT_EQ(names("daemon/http/server.hpp", "struct Info {};").size(), 1U);
}

TEST(Cards, OpenEveryHeader) {
    EXPECT_THAT(house::missing_cards({source_of("daemon/a.hpp", "// A: what for.\n#pragma once\n"),
                                      source_of("daemon/a.cpp", "int n;\n")}),
                IsEmpty());
    EXPECT_THAT(house::missing_cards({source_of("daemon/a.hpp", "\n#ifndef A\n")}),
                ElementsAre("a header opens with a card (what for, promises, threads, throws): "
                            "daemon/a.hpp",
                            "a header has #pragma once: daemon/a.hpp"));
}

TEST(Comments, HoldNoCode) {
    for (const char* code : {"// f(a);  ", "// int n;", "// a = b + c * d - e;", "// return a;"})
        EXPECT_THAT(house::stale_comments(
                        {source_of("daemon/a.cpp", "int a;\n  " + std::string{code} + "\n")}),
                    ElementsAre("code in a comment is for the history, not the source: "
                                "daemon/a.cpp:2"));
    EXPECT_THAT(
        house::stale_comments({source_of("daemon/a.cpp",
                                         "// why; and how\nint a;  // it\nauto s = \"// a;\";\n"
                                         "// first one thing of the two,\n"
                                         "// one, two, three of the five;\n// then more.\n")}),
        IsEmpty());
}

TEST(Comments, PutNothingOff) {
    const std::string mark =
        "TO"
        "DO";
    EXPECT_THAT(house::stale_comments({source_of("daemon/a.cpp", "/* a\n" + mark + " */")}),
                ElementsAre(mark + " puts work off: do it or leave it: daemon/a.cpp:1"));
}

}  // namespace
