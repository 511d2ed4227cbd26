#include "unit/house/declarations.hpp"

#include <gmock/gmock.h>

namespace {

using house::Declared;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> seen(const char* text) {
    std::vector<std::string> out;
    for (const auto& d : house::declarations_of(house::source_of("daemon/a.cpp", text))) {
        const char* what = d.what == Declared::Type             ? "type "
                           : d.what == Declared::NamedElsewhere ? "elsewhere "
                                                                : "";
        out.push_back(what + d.name + " " + std::to_string(d.lines()));
    }
    return out;
}

TEST(Declarations, AFunctionIsMeasuredFromItsHeadToItsBrace) {
    EXPECT_THAT(seen("namespace a {\nint f(int x) {\n  if (x) {\n  }\n  return 0;\n}\n}\n"),
                ElementsAre("f 5"));
    EXPECT_THAT(seen("template <class T,\n class U = X<T>>\nResult<T>\nf()\n{\n}\n"),
                ElementsAre("f 6"));
    EXPECT_THAT(seen("int a();\nvoid b() { c(); }\n"), ElementsAre("a 1", "b 1"));
    EXPECT_THAT(seen("TEST(Suite, Name) {\n  EXPECT_TRUE(f([] {\n  }));\n}\n"),
                ElementsAre("TEST(Suite, Name) 4"));
}

TEST(Declarations, BracesInTextAndCommentsAreNone) {
    EXPECT_THAT(
        seen("void f() {\n  g(\"}\", '}', R\"x(}\n})x\");  // }\n  /* }\n */\n}\nvoid h() {}\n"),
        ElementsAre("f 6", "h 1"));
    EXPECT_THAT(seen("#define X {\nint n = 1'000'000;\nvoid f() {\n}\n"), ElementsAre("f 2"));
}

TEST(Declarations, ClassesAreReadInto) {
    EXPECT_THAT(seen("class A final : public B {\npublic:\n  explicit A(int n) : n_{n}, m_(n) {\n"
                     "    go();\n  }\n  void f() const override { }\n  int size() const;\n"
                     "private:\n  int n_ = {};\n};\n"),
                ElementsAre("type A 1", "A 3", "elsewhere f 1", "size 1"));
    EXPECT_THAT(seen("struct A::B {\n  bool operator==(const B&) const = default;\n};\n"
                     "enum class E : int { One, Two };\nusing T = int;\n"),
                ElementsAre("type A 1", "operator== 1", "type E 1", "type T 1"));
}

TEST(Declarations, InitialisersAreNoFunctions) {
    EXPECT_THAT(seen("constexpr Row rows[] = {\n {f(1), 2},\n};\nconst auto x = g({1});\n"
                     "Options options{h(1)};\nvoid f(Options o = {}) {\n}\n"),
                ElementsAre("f 2"));
    EXPECT_THAT(seen("const auto f = [](int n) {\n  return n;\n};\n"), testing::SizeIs(1));
}

TEST(Declarations, AConstructorsInitialisersAreNotItsBody) {
    EXPECT_THAT(
        seen("A::A(int n)\n    : n_{n},\n      map_{{1, 2}},\n      p_(f({})) {\n  g();\n}\n"
             "A::A() = default;\n"),
        ElementsAre("elsewhere A 6", "elsewhere A 1"));
}

TEST(Declarations, NothingIsDeclaredByNothing) { EXPECT_THAT(seen("// int f() {}\n"), IsEmpty()); }

}  // namespace
