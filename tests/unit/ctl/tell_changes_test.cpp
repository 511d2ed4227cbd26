// What permitctl tells of changes that operators make, in both languages (operations.md 3: human
// output is Chinese or English by locale; list, explain and status say who holds what, and the
// command that lets it go on).
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "ctl/advice.hpp"
#include "ctl/table.hpp"
#include "ctl/tell.hpp"
#include "ctl/tell_changes.hpp"
#include "ctl/words.hpp"
#include "route/said.hpp"

namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

json::object object(const char* text) { return json::parse(text).as_object(); }

class TellingChanges : public testing::Test {
protected:
    TellingChanges() {
        ctl::speak("en");
        ctl::colour_when("never");
        ::setenv("TZ", "CST-8", 1);
        ::tzset();
    }
    ~TellingChanges() override {
        ctl::speak("en");
        ctl::colour_when("auto");
    }
};

TEST_F(TellingChanges, WhatBecameOfOneAndOfAll) {
    const json::object held = object(R"({"message_id": "A-1", "reference": "PO-1",
        "result": "done", "text": "is on hold", "detail": ""})");
    const json::object ended = object(R"({"message_id": "A-2", "reference": "",
        "result": "refused", "text": "has its outcome", "detail": "approved"})");
    EXPECT_EQ(ctl::tell_target(held), "A-1 PO-1  done  is on hold\n");
    EXPECT_EQ(ctl::tell_target(ended), "A-2  cannot be  has its outcome: approved\n");
    EXPECT_EQ(ctl::tell_counts("hold", {{"unknown", 1}, {"done", 12}}),
              "hold: 12 done, 1 unknown\n");
    EXPECT_EQ(ctl::tell_counts("flush", {}), "flush: nothing to do\n");
    ctl::speak("zh");
    EXPECT_EQ(ctl::tell_target(held), "A-1 PO-1  已完成  已扣留\n");
    EXPECT_EQ(ctl::tell_target(ended), "A-2  不能处理  已有结果: 审批通过\n");
    EXPECT_EQ(ctl::tell_counts("hold", {{"unknown", 1}, {"done", 12}}),
              "hold: 12 已处理, 1 没有记录\n");
}

constexpr const char* paused = R"({"intake": {"held": []}, "results": {},
    "dispatch": {"paused": {"uid": 1000, "user": "alice", "reason": "maintenance",
                            "since": "2026-11-22T11:00:00+08:00",
                            "until": "2026-11-22T12:00:00+08:00"}}})";

TEST_F(TellingChanges, WhatIsPausedByWhomAndWhy) {
    EXPECT_EQ(ctl::tell_flows(object(paused)),
              "dispatch        paused since 2026-11-22 11:00:00 CST until 2026-11-22 12:00:00 CST "
              "by alice: maintenance\n");
    EXPECT_EQ(ctl::tell_flows(object(R"({"intake": {}, "dispatch": {}, "results": {}})")),
              "nothing is paused\n");
    const json::object by_number = object(R"({"uid": 7, "user": "", "reason": "r", "since": ""})");
    EXPECT_THAT(ctl::tell_pause("intake", by_number), HasSubstr("by uid 7: r"));
    EXPECT_THAT(ctl::tell_status(object(paused)), AllOf(HasSubstr("dispatch        paused since"),
                                                        HasSubstr("permitctl resume dispatch")));
    ctl::speak("zh");
    EXPECT_THAT(ctl::tell_flows(object(paused)),
                AllOf(StartsWith("发送 "), HasSubstr("操作用户 alice: maintenance\n")));
}

TEST_F(TellingChanges, TheJournalALineAnAction) {
    const json::object journal = object(R"({"actions": [
        {"action": 1, "at": "2026-11-22T11:00:00+08:00", "uid": 1000, "user": "alice",
         "command": "hold", "reason": "wrong", "targets": [
             {"message_id": "A-1", "reference": "PO-1"}, {"message_id": "A-2", "reference": ""}]},
        {"action": 2, "at": "2026-11-22T11:01:00+08:00", "uid": 0, "user": "root",
         "command": "pause dispatch", "reason": "maintenance", "targets": []}]})");
    EXPECT_EQ(
        ctl::tell_actions(journal),
        "NUMBER  AT                       WHO    COMMAND         MESSAGE              REASON\n"
        "1       2026-11-22 11:00:00 CST  alice  hold            A-1 PO-1 and 1 more  wrong\n"
        "2       2026-11-22 11:01:00 CST  root   pause dispatch  -                    "
        "maintenance\n");
    EXPECT_EQ(ctl::tell_actions(object(R"({"actions": []})")), "nothing there\n");
    const json::object story = object(R"({"actions": [
        {"action": 1, "at": "2026-11-22T11:00:00+08:00", "uid": 1000, "user": "alice",
         "command": "hold", "reason": "wrong", "reference": "PO-1", "result": "done",
         "text": "is on hold", "detail": ""}]})");
    EXPECT_THAT(ctl::tell_actions_on(story), AllOf(HasSubstr("is on hold"), HasSubstr("alice")));
    EXPECT_EQ(ctl::tell_actions_on({}), "");
    ctl::speak("zh");
    EXPECT_THAT(ctl::tell_actions(journal), HasSubstr("A-1 PO-1 等，另有 1 项"));
    EXPECT_THAT(ctl::tell_actions_on(story), AllOf(HasSubstr("已扣留"), HasSubstr("处理结果")));
}

// What an operator stopped is told as that, whatever else is wrong, with the command that ends it.
TEST_F(TellingChanges, AHoldAndAPausedDispatchAreTheReason) {
    const json::object held = object(R"({"state": "HELD", "last_error": "connection refused",
        "on_hold_since": "2026-11-22T11:00:00+08:00"})");
    EXPECT_EQ(ctl::advice_of(held, "broken until x").reason, "an operator holds it");
    EXPECT_THAT(ctl::advice_of(held, "open").remedy, HasSubstr("permitctl release"));
    for (const char* state : {"WAITING", "IN_DOUBT", "HELD"})
        EXPECT_THAT(ctl::advice_of({{"state", state}, {"last_error", "e"}}, "paused").remedy,
                    HasSubstr("permitctl resume dispatch"))
            << state;
    EXPECT_THAT(ctl::advice_of({{"state", "ACKNOWLEDGED"}}, "open", "paused").remedy,
                HasSubstr("permitctl resume results"));
    EXPECT_THAT(ctl::advice_of({{"state", "ACKNOWLEDGED"}}, "open", "HTTP status 500").reason,
                HasSubstr("HTTP status 500"));
    EXPECT_THAT(ctl::advice_of({{"state", "ACKNOWLEDGED"}}, "paused").remedy,
                HasSubstr("comes by itself"));
    EXPECT_THAT(ctl::advice_of({{"state", "HELD"}}, "open").remedy,
                HasSubstr("give-up --in-doubt"));
}

TEST_F(TellingChanges, WhatTheDaemonSaysIsThereInChinese) {
    ctl::speak("zh");
    for (const std::string_view each : route::said::all) EXPECT_NE(ctl::word_of(each), each);
}

}  // namespace
