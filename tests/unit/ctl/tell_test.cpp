// Screens of permitctl about what is stuck: state, reason and remedy stand on each (operations.md
// 3; an operator finds the three by status, list and explain).
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "ctl/advice.hpp"
#include "ctl/table.hpp"
#include "ctl/tell.hpp"
#include "ctl/words.hpp"

namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

json::object parsed(const char* text) { return json::parse(text).as_object(); }

class Telling : public testing::Test {
protected:
    Telling() {
        ctl::speak("en");
        ctl::colour_when("never");
        ::setenv("TZ", "CST-8", 1);
        ::tzset();
    }
    ~Telling() override {
        ctl::speak("en");
        ctl::colour_when("auto");
    }
};

const json::object& well() {
    static const json::object status = parsed(R"({
        "version": "1.0", "pid": 7, "started_at": "2026-11-22T09:30:00+08:00",
        "now": "2026-11-22T11:30:00+08:00", "endpoint": "https://gw/mep/v1",
        "endpoint_condition": "open", "messages": {"WAITING": 2, "SETTLED": 340},
        "next_due_at": "2026-11-22T11:31:00+08:00", "receipts_issued": 700, "receipts_waiting": 0,
        "results_cursor": "c", "intake": {"held": []}, "commits_held": [], "displaced": [],
        "couriers": [], "spool": "/spool", "mailboxes": ["acme", "beta"]})");
    return status;
}

TEST_F(Telling, HealthInTenLines) {
    EXPECT_EQ(ctl::tell_status(well()),
              "permitd         1.0, pid 7, since 2026-11-22 09:30:00 CST (2h)\n"
              "gateway         open  https://gw/mep/v1\n"
              "messages        WAITING 2  SETTLED 340\n"
              "next attempt    2026-11-22 11:31:00 CST\n"
              "receipts        700 issued, 0 on their way\n"
              "intake          open\n"
              "mailboxes       acme beta\n"
              "to do           nothing: all is well\n");
    ctl::speak("zh");
    EXPECT_EQ(ctl::tell_status(well()),
              "permitd         1.0, pid 7, 自 2026-11-22 09:30:00 CST (2h)\n"
              "网关            正常  https://gw/mep/v1\n"
              "报文            WAITING 等待发送 2  SETTLED 已办结 340\n"
              "下次发送        2026-11-22 11:31:00 CST\n"
              "回执            已签发 700，投递中 0\n"
              "收件            正常\n"
              "邮箱            acme beta\n"
              "待处理          无：一切正常\n");
}

// Whatever wants somebody is told with what to do; each alone makes the page unwell.
TEST_F(Telling, WhatWantsAnOperatorStandsAtTheEnd) {
    const auto with = [](const char* name, const char* value) {
        json::object status = well();
        status[name] = json::parse(value);
        return ctl::tell_status(status);
    };
    const auto wants = [](const char* text) {
        return AllOf(HasSubstr("to do           "), HasSubstr(text), Not(HasSubstr("all is well")));
    };
    EXPECT_THAT(with("endpoint_condition", "\"parked: HTTP status 401\""),
                AllOf(wants("check certificates"), HasSubstr("parked: HTTP status 401")));
    EXPECT_THAT(with("endpoint_condition", "\"broken until 2026-11-22T11:31:00+08:00\""),
                wants("look at the network"));
    EXPECT_THAT(with("messages", R"({"HELD": 3})"), wants("permitctl list --state HELD"));
    EXPECT_THAT(with("intake", R"({"held": [], "paused": {"uid": 0, "reason": "moving",
                                   "since": "2026-11-22T11:31:00+08:00"}})"),
                AllOf(wants("permitctl resume intake"), HasSubstr("moving")));
    EXPECT_THAT(
        with("intake", R"({"held": [{"condition": "free-space", "place": "/spool",
                                   "figure": 3145728, "limit": 10485760, "since": ""}]})"),
        AllOf(wants("make room"), HasSubstr("free-space of /spool is 3 MiB, at least 10 MiB")));
    EXPECT_THAT(with("commits_held", R"([{"condition": "free-space", "place": "/state",
                                         "figure": 1, "limit": 2, "since": ""}])"),
                wants("make room"));
    EXPECT_THAT(with("displaced", R"([{"place": "/spool/acme", "found": "gone", "error": "",
                                      "since": ""}])"),
                wants("/spool/acme: put it back"));
    EXPECT_THAT(with("couriers", R"([{"mailbox": "beta", "condition": "down", "error": "gone"}])"),
                wants("permitctl mailboxes"));
    EXPECT_THAT(
        with("clock", R"({"moved_s": -604800, "noticed_at": "2026-11-22T11:31:00+08:00"})"),
        AllOf(wants("timedatectl"), HasSubstr("was moved back by 7d at 2026-11-22 11:31:00 CST")));
    EXPECT_THAT(with("results_trouble", R"({"reason": "unreadable", "since": ""})"),
                AllOf(wants("none is lost"), HasSubstr("cannot be read since : unreadable")));
    EXPECT_THAT(with("restored", R"({"noticed_at": "", "receipt_known": 1, "receipt_issued": 9,
                                     "messages_missing": 4, "list": "/state/restored"})"),
                wants("/state/restored"));
}

constexpr const char* queue = R"({"more": true, "endpoint_condition": "open",
    "not_listed": {"SETTLED": 340, "REJECTED": 5}, "messages": [
    {"message_id": "A-1", "type": "LicenceApplication", "mailbox": "acme", "state": "HELD",
     "reference": "PO-1", "age_s": 1296000, "attempts": 40,
     "received_at": "2026-11-07T09:00:00+08:00", "next_at": "2026-11-22T09:04:00+08:00",
     "last_error": "connection refused"},
    {"message_id": "A-2", "type": "LicenceApplication", "mailbox": "acme", "state": "WAITING",
     "reference": "PO-2", "age_s": 60, "attempts": 1, "verdict": "NOT_SENT",
     "received_at": "2026-11-22T08:59:00+08:00", "next_at": "2026-11-22T09:00:30+08:00",
     "last_error": "connection refused"}]})";

TEST_F(Telling, TheQueueSaysWhatToDo) {
    EXPECT_EQ(
        ctl::tell_messages(parsed(queue)),
        "MESSAGE  REFERENCE  TYPE                MAILBOX  STATE    AGE  TRIES  NEXT    LAST ERROR\n"
        "A-1      PO-1       LicenceApplication  acme     HELD     15d  40     in 4m   connection "
        "refused\n"
        "A-2      PO-2       LicenceApplication  acme     WAITING  1m   1      in 30s  connection "
        "refused\n"
        "there are more: raise --limit, or --page\n"
        "\nWhat to do\n"
        "HELD            Ask the ministry's service desk for the key that permitctl show tells: it "
        "goes on by itself when the ministry knows it. Else permitctl give-up --in-doubt.\n"
        "WAITING         Nothing reached the ministry; it is sent again by itself. If it lasts, "
        "look "
        "at the network to the gateway.\n"
        "\nnot in the queue (list --state ...): SETTLED 340  REJECTED 5\n");
}

TEST_F(Telling, AnEmptyQueueSaysWhereTheRestIs) {
    EXPECT_EQ(ctl::tell_messages(parsed(R"({"messages": [], "not_listed": {"SETTLED": 1}})")),
              "nothing waits\nnot in the queue (list --state ...): SETTLED 1\n");
    EXPECT_EQ(ctl::tell_messages(parsed(R"({"messages": []})")), "nothing there\n");
}

// A state that waits for somebody has a reason and a remedy in both languages.
TEST_F(Telling, EveryStateHasItsReasonAndRemedy) {
    for (const char* language : {"en", "zh"}) {
        ctl::speak(language);
        for (const char* state :
             {"WAITING", "SENDING", "IN_DOUBT", "ACKNOWLEDGED", "HELD", "REJECTED"}) {
            json::object row{{"state", state}, {"problems", json::array{"RULE-YEAR"}}};
            const ctl::Advice advice = ctl::advice_of(row, "open");
            EXPECT_FALSE(advice.reason.empty()) << state;
            EXPECT_FALSE(advice.remedy.empty()) << state;
        }
    }
    ctl::speak("en");
    EXPECT_TRUE(ctl::advice_of(parsed(R"({"state": "SETTLED"})"), "open").remedy.empty());
}

// Why something waits decides what is to be done.
TEST_F(Telling, WaitingHasManyReasons) {
    const auto remedy = [](const char* row, const char* condition) {
        return ctl::advice_of(parsed(row), condition).remedy;
    };
    constexpr const char* refused = R"({"state": "WAITING", "attempts": 2, "last_error": "e",
                                        "verdict": "CONFIGURATION"})";
    EXPECT_THAT(remedy(refused, "open"), HasSubstr("certificates"));
    EXPECT_THAT(remedy(refused, "parked: e"), HasSubstr("does not let us in"));
    EXPECT_THAT(remedy(refused, "broken until x"), HasSubstr("cannot be reached"));
    EXPECT_THAT(
        remedy(R"({"state": "WAITING", "attempts": 0, "last_error": "no unit 999"})", "open"),
        HasSubstr("mapping table"));
    EXPECT_THAT(remedy(R"({"state": "WAITING", "attempts": 2, "last_error": "HTTP status 503",
                           "verdict": "NOT_PROCESSED"})",
                       "open"),
                HasSubstr("asked for patience"));
    EXPECT_THAT(remedy(R"({"state": "WAITING"})", "open"), HasSubstr("sent by itself"));
}

TEST_F(Telling, TheStoryTellsWhatAFindingMeansAndWhatToDo) {
    const json::object story = parsed(R"({"message_id": "A-1", "state": "REJECTED",
        "problems": ["RULE-YEAR"], "file": "\u001b[2J.xml", "bytes": 9, "findings": [
        {"code": "RULE-YEAR", "meaning": {"zh": "年度", "en": "the year"},
         "remedy": {"zh": "改年度", "en": "mend the year"}}], "subjects": [], "receipts": []})");
    EXPECT_THAT(
        ctl::tell_story(story),
        AllOf(HasSubstr("reason          RULE-YEAR\n"), HasSubstr("  meaning       the year\n"),
              HasSubstr("  what to do    mend the year\n"), HasSubstr("?[2J.xml")));
    ctl::speak("zh");
    EXPECT_THAT(ctl::tell_story(story), AllOf(HasSubstr("状态            REJECTED 已拒收\n"),
                                              HasSubstr("  处理办法      改年度\n")));
}

}  // namespace
