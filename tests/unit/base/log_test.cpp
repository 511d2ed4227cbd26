// base/log.hpp: one line an event, whatever its values hold.
#include "base/log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/files.hpp"
#include "base/journal.hpp"
#include "base/log_limit.hpp"
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

// operations.md 4, Logs: "to journald as fields".
TEST(Journal, an_event_becomes_fields_of_its_own) {
    const auto entries = base::journal::entries_of(
        event, {{"mailbox", "acme"}, {"message_id", "A 1"}, {"bytes", std::int64_t{-42}}});
    EXPECT_THAT(entries,
                testing::UnorderedElementsAre(
                    "MESSAGE=file-taken mailbox=acme message_id=\"A 1\" bytes=-42",
                    testing::MatchesRegex("MESSAGE_ID=[0-9a-f]{32}"), "PRIORITY=4",
                    "SYSLOG_IDENTIFIER=permitd", "PERMITD_EVENT=file-taken", "PERMITD_MAILBOX=acme",
                    "PERMITD_MESSAGE_ID=A 1", "PERMITD_BYTES=-42"));
}

TEST(Journal, no_value_forges_a_line_or_a_field) {
    EXPECT_EQ(base::journal::message_of(event, {{"file", "a\nfile-taken x=\"1\""}}),
              R"(file-taken file="a\nfile-taken x=\"1\"")");
    EXPECT_EQ(base::journal::message_of(event, {{"file", ""}}), R"(file-taken file="")");
    EXPECT_EQ(base::journal::message_of(event, {{"file", "a=b"}}), R"(file-taken file="a=b")");
    for (const std::string& each : base::journal::entries_of(event, {{"file", "\xff\n"}}))
        EXPECT_TRUE(base::is_utf8(each)) << each;
}

TEST(Journal, an_event_keeps_its_id_and_shares_it_with_no_other) {
    const base::Event other{"file-left-alone", base::Level::Info, "", ""};
    EXPECT_EQ(base::journal::message_id_of(event), base::journal::message_id_of(event));
    EXPECT_NE(base::journal::message_id_of(event), base::journal::message_id_of(other));
}

using Limit = base::LogLimit;

struct LimitTest : testing::Test {
    unsigned told(const base::Event& which, const std::string& mailbox, unsigned times) {
        unsigned count = 0;
        for (unsigned i = 0; i < times; ++i) count += limit.may_tell(which, mailbox, now).is;
        return count;
    }
    Limit limit;
    Limit::Moment now{std::chrono::hours{1}};
};

// Operations 4: rate limits on repeated conditions.
TEST_F(LimitTest, a_flood_is_cut_and_counted) {
    EXPECT_EQ(told(event, "acme", 10'000), Limit::at_once_max);
    EXPECT_EQ(told(event, "beta", 5), 5u) << "another mailbox pays nothing for it";
    now += Limit::then_every;
    const auto next = limit.may_tell(event, "acme", now);
    EXPECT_TRUE(next.is);
    EXPECT_EQ(next.left_out, 10'000u - Limit::at_once_max);
    EXPECT_EQ(told(event, "acme", 10), 0u);
    now += Limit::at_once_max * Limit::then_every;
    EXPECT_EQ(told(event, "acme", 1'000), Limit::at_once_max);
}

TEST_F(LimitTest, what_was_left_out_at_the_end_of_a_flood_is_told_once) {
    told(event, "acme", Limit::at_once_max + 7);
    EXPECT_TRUE(limit.take_left_out(now, Limit::Which::Old).empty());
    now += Limit::told_after;
    const auto old = limit.take_left_out(now, Limit::Which::Old);
    ASSERT_EQ(old.size(), 1u);
    EXPECT_EQ(old[0].event, "file-taken");
    EXPECT_EQ(old[0].mailbox, "acme");
    EXPECT_EQ(old[0].lines, 7u);
    EXPECT_TRUE(limit.take_left_out(now, Limit::Which::All).empty());
}

TEST_F(LimitTest, the_end_of_a_condition_is_always_told) {
    const base::Event end{"taken-again", base::Level::Info, "", ""};
    EXPECT_EQ(told(end, "acme", 10'000), 10'000u);
}

TEST(Log, a_flood_is_told_with_its_size) {
    constexpr base::Event flood{"log-test-flood", base::Level::Error, "", ""};
    std::vector<std::string> lines;
    base::set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
    for (unsigned i = 0; i < Limit::at_once_max + 1'000; ++i) base::log(flood, {{"mailbox", "m"}});
    base::tell_left_out(Limit::Which::All);
    base::set_log_sink(nullptr);
    // A machine that is busy may take a second or two for the loop.
    ASSERT_LT(lines.size(), Limit::at_once_max + 100u);
    EXPECT_THAT(lines, testing::Contains(testing::AllOf(
                           HasSubstr("\"event\":\"lines-left-out\""),
                           HasSubstr(R"("of":"log-test-flood","mailbox":"m","lines":)"))));
}

}  // namespace
