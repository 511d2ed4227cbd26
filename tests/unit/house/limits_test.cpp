#include "unit/house/limits.hpp"

#include <gmock/gmock.h>

namespace {

using house::beyond_limits;
using house::source_of;
using testing::ElementsAre;
using testing::IsEmpty;

std::string lines(int count, const std::string& line) {
    std::string out;
    for (int i = 0; i < count; ++i) out += line + "\n";
    return out;
}

TEST(Limits, OfAFile) {
    EXPECT_THAT(beyond_limits({source_of("daemon/a.cpp", lines(400, "// a"))}), IsEmpty());
    EXPECT_THAT(beyond_limits({source_of("daemon/a.cpp", lines(401, "// a"))}),
                ElementsAre("401 lines are more than 400, split the file by noun: daemon/a.cpp"));
}

TEST(Limits, OfAFunction) {
    const auto function = [](int count) {
        return source_of("tests/a.cpp", "\nvoid f() {\n" + lines(count - 2, "  g();") + "}\n");
    };
    EXPECT_THAT(beyond_limits({function(60)}), IsEmpty());
    EXPECT_THAT(beyond_limits({function(61)}),
                ElementsAre("f: 61 lines are more than 60, split the function: tests/a.cpp:2"));
}

TEST(Limits, OfATableThereIsNone) {
    EXPECT_THAT(beyond_limits({source_of("tests/a.cpp", "INSTANTIATE_TEST_SUITE_P(A, B, Values(\n" +
                                                            lines(70, "  1,") + "  1));\n" +
                                                            "const int table[] = {\n" +
                                                            lines(70, "  1,") + "};\n")}),
                IsEmpty());
}

TEST(Limits, OfALine) {
    std::string chinese;
    for (int i = 0; i < 100; ++i) chinese += "审";
    EXPECT_THAT(beyond_limits({source_of("daemon/a.hpp", chinese + "\n" + std::string(100, 'x'))}),
                IsEmpty());
    EXPECT_THAT(beyond_limits({source_of("daemon/a.hpp", "\n" + chinese + "x\n")}),
                ElementsAre("101 columns are more than 100, break the line: daemon/a.hpp:2"));
}

}  // namespace
