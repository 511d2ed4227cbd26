// base/log.hpp: one line an event, whatever its values hold.
#include "base/log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/files.hpp"
#include "base/utf8.hpp"

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr base::Event event{"file-taken", base::Level::Warning, "A file was taken.", ""};

TEST(Log, json_strings_are_escaped) {
    EXPECT_EQ(base::json_string(""), "\"\"");
    EXPECT_EQ(base::json_string("a\"b\\c"), R"("a\"b\\c")");
    EXPECT_EQ(base::json_string("\n\r\t"), R"("\n\r\t")");
    EXPECT_EQ(base::json_string(std::string_view{"\0\x1b\x7f", 3}), R"("\u0000\u001b\u007f")");
    EXPECT_EQ(base::json_string("\xe5\x8a\xa8"), "\"\xe5\x8a\xa8\"");
    EXPECT_EQ(base::json_string("\xff"), "\"\xef\xbf\xbd\"");
}

TEST(Log, every_byte_stays_on_one_line_of_printable_utf8) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    const std::string text = base::json_string(all);
    EXPECT_TRUE(base::is_utf8(text));
    for (const unsigned char c : text) EXPECT_TRUE(c >= 0x20 && c != 0x7f) << int{c};
}

TEST(Log, a_line_holds_time_level_event_and_fields) {
    std::vector<std::string> lines;
    base::set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
    base::log(event, {{"file", "a\n{\"event\":\"forged\"}"}, {"bytes", std::int64_t{-42}}});
    base::set_log_sink(nullptr);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0], StartsWith("{\"time\":\"20"));
    EXPECT_THAT(lines[0], HasSubstr("+08:00\",\"level\":\"warning\",\"event\":\"file-taken\","));
    EXPECT_THAT(lines[0], EndsWith(R"("file":"a\n{\"event\":\"forged\"}","bytes":-42})"
                                   "\n"));
    EXPECT_EQ(std::count(lines[0].begin(), lines[0].end(), '\n'), 1);
}

TEST(Log, lines_go_to_stderr) {
    testing::internal::CaptureStderr();
    base::log(event, {});
    EXPECT_THAT(testing::internal::GetCapturedStderr(), EndsWith("\"event\":\"file-taken\"}\n"));
}

}  // namespace
