// Promises of CatalogueSync: one question at a time; a catalogue is taken whole or not at all; what
// was known goes on to count until something better is there.
#include "route/catalogue_sync.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"

namespace {

using namespace std::chrono_literals;
using edi::AnswerClass;
using testing::ElementsAre;
using testing::IsEmpty;

const edi::Lists& files() {
    static const auto loaded = edi::Lists::load(std::string{PERMITD_SOURCE} + "/config/codes");
    return *loaded;
}

// A state that holds catalogues and nothing else.
class Shelf final : public edi::State {
public:
    std::optional<edi::CommodityCatalogue> catalogue(int year) const override {
        const auto found = kept.find(year);
        return found == kept.end() ? std::nullopt : std::optional(found->second);
    }
    void keep(const edi::Change& change) {
        for (const auto& each : change.catalogues) kept[each.year] = each;
    }
    std::map<int, edi::CommodityCatalogue> kept;

    std::optional<edi::MessageRecord> message(const std::string&) const override { return {}; }
    std::optional<edi::Application> application(const edi::ApplicationId&) const override {
        return {};
    }
    std::optional<edi::Application> application_by_no(const std::string&) const override {
        return {};
    }
    std::optional<edi::Licence> licence(const std::string&) const override { return {}; }
    std::optional<edi::Submission> submission(const std::string&) const override { return {}; }
    std::optional<edi::MinistryResult> result(const std::string&) const override { return {}; }
    std::vector<edi::MinistryResult> unclaimed(const std::string&,
                                               const std::string&) const override {
        return {};
    }
    std::optional<edi::Registration> registration(const std::string&) const override { return {}; }
    std::optional<edi::BatchRun> batch_run(const edi::MessageName&) const override { return {}; }
    void each_application(const std::string&, const std::string&,
                          const std::function<bool(const edi::Application&)>&) const override {}
    edi::Counters counters() const override { return {}; }
    std::string cursor() const override { return {}; }
};

const std::string code = "8457101000";  // stands in the files too
const std::string own_code = "9999999999";

edi::CommodityCatalogue catalogue(int year, const std::string& name) {
    const std::string number = std::to_string(year);
    edi::CommodityCatalogue out;
    out.year = year;
    for (const std::string& each : {code, own_code})
        out.rows.push_back({each, name, "001", "O", "local", number + "-01-01", number + "-12-31"});
    return out;
}

class CatalogueSyncTest : public testing::Test {
protected:
    CatalogueSyncTest() {
        base::set_log_sink([this](std::string_view line) {
            const auto at = line.find("\"event\":\"") + 9;
            events.emplace_back(line.substr(at, line.find('"', at) - at));
        });
    }
    ~CatalogueSyncTest() override { base::set_log_sink({}); }

    route::CatalogueSync sync() { return {files(), shelf, now}; }
    // The year that is asked for; 0 when none is.
    int asked(route::CatalogueSync& each) {
        const auto request = each.due(now, shelf);
        EXPECT_TRUE(!request || request->ask == dispatch::Ask::Catalogue);
        last_etag = request ? request->etag : "";
        return request ? request->year : 0;
    }
    edi::Change take(route::CatalogueSync& each, int year, int status, AnswerClass answer_class,
                     const std::optional<edi::CommodityCatalogue>& read = {}, double part = 0.5) {
        dispatch::Answer answer;
        answer.request.ask = dispatch::Ask::Catalogue;
        answer.request.year = year;
        answer.reach = dispatch::Reach::Answered;
        answer.http_status = status;
        answer.etag = etag;
        answer.retry_after = retry_after;
        edi::Change change = each.take(answer, answer_class, read, now, part);
        shelf.keep(change);
        return change;
    }
    edi::Change take_200(route::CatalogueSync& each, const edi::CommodityCatalogue& read) {
        return take(each, read.year, 200, AnswerClass::Verdict, read);
    }
    static std::string name(const route::CatalogueSync& each, const std::string& of,
                            const std::string& day) {
        const auto found = each.lists().commodity(of, *base::parse_date(day));
        return found ? found->name : "";
    }

    Shelf shelf;
    base::Time now = *base::parse_time("2026-11-22T09:30:00+08:00");
    std::string etag = "\"1\"";
    std::string last_etag;
    std::optional<std::chrono::seconds> retry_after;
    std::vector<std::string> events;
};

TEST_F(CatalogueSyncTest, AsksAtStartAndOnceUntilItIsAnswered) {
    auto each = sync();
    EXPECT_LE(each.wake_at(), now);
    EXPECT_EQ(asked(each), 2026);
    EXPECT_EQ(last_etag, "");
    EXPECT_EQ(asked(each), 0);
    EXPECT_GT(each.wake_at(), now);
    each.forget();
    EXPECT_LE(each.wake_at(), now);
    EXPECT_EQ(asked(each), 2026);
}

TEST_F(CatalogueSyncTest, ACatalogueReplacesTheFilesInItsYearAndIsKept) {
    auto each = sync();
    const std::string of_files = name(each, code, "2026-11-22");
    ASSERT_NE(of_files, "");
    ASSERT_EQ(name(each, own_code, "2026-11-22"), "");
    EXPECT_EQ(asked(each), 2026);
    const edi::Change change = take_200(each, catalogue(2026, "new"));
    ASSERT_EQ(change.catalogues.size(), 1u);
    EXPECT_EQ(change.catalogues[0].rows, catalogue(2026, "new").rows);
    EXPECT_EQ(change.catalogues[0].etag, "\"1\"");
    EXPECT_EQ(change.catalogues[0].fetched_at, now);
    EXPECT_EQ(name(each, code, "2026-11-22"), "new");
    EXPECT_EQ(name(each, own_code, "2026-11-22"), "new");
    EXPECT_EQ(each.wake_at(), now + 24h);
    EXPECT_EQ(asked(each), 0);
    EXPECT_THAT(events, ElementsAre("catalogue-taken"));
    // One that stands in the files alone is gone for that year.
    const auto* goods = each.lists().list("commodities");
    EXPECT_EQ(goods->in_force_on(*base::parse_date("2026-11-22")).size(), 2u);
}

TEST_F(CatalogueSyncTest, IsAskedForAgainAfterADayByItsTag) {
    auto each = sync();
    EXPECT_EQ(asked(each), 2026);
    take_200(each, catalogue(2026, "new"));
    now += 24h - 1us;
    EXPECT_EQ(asked(each), 0);
    now += 1us;
    EXPECT_EQ(asked(each), 2026);
    EXPECT_EQ(last_etag, "\"1\"");
    etag.clear();
    const edi::Change change = take(each, 2026, 304, AnswerClass::Verdict);
    ASSERT_EQ(change.catalogues.size(), 1u);
    EXPECT_EQ(change.catalogues[0].rows, catalogue(2026, "new").rows);
    EXPECT_EQ(change.catalogues[0].etag, "\"1\"");
    EXPECT_EQ(change.catalogues[0].fetched_at, now);
    EXPECT_EQ(each.wake_at(), now + 24h);
    EXPECT_EQ(name(each, own_code, "2026-11-22"), "new");
    EXPECT_THAT(events, ElementsAre("catalogue-taken"));
}

TEST_F(CatalogueSyncTest, ANewerOneReplacesIt) {
    auto each = sync();
    EXPECT_EQ(asked(each), 2026);
    take_200(each, catalogue(2026, "old"));
    now += 24h;
    EXPECT_EQ(asked(each), 2026);
    etag = "\"2\"";
    auto newer = catalogue(2026, "newer");
    newer.rows.pop_back();
    EXPECT_EQ(take_200(each, newer).catalogues[0].etag, "\"2\"");
    EXPECT_EQ(name(each, code, "2026-11-22"), "newer");
    EXPECT_EQ(name(each, own_code, "2026-11-22"), "");
    EXPECT_THAT(events, ElementsAre("catalogue-taken", "catalogue-taken"));
}

TEST_F(CatalogueSyncTest, StoredOnesCountFromTheStart) {
    for (const int year : {2026, 2027}) {
        shelf.kept[year] = catalogue(year, std::to_string(year));
        shelf.kept[year].fetched_at = now - 23h;
        shelf.kept[year].etag = "\"s\"";
    }
    auto each = sync();
    EXPECT_EQ(name(each, code, "2026-11-22"), "2026");
    EXPECT_EQ(name(each, code, "2027-01-01"), "2027");
    EXPECT_EQ(asked(each), 0);
    EXPECT_EQ(each.wake_at(), now + 1h);
    now += 1h;
    EXPECT_EQ(asked(each), 2026);
    EXPECT_EQ(last_etag, "\"s\"");
    EXPECT_THAT(events, IsEmpty());
}

TEST_F(CatalogueSyncTest, AStoredOneFromTheFutureIsAskedForAtOnce) {
    shelf.kept[2026] = catalogue(2026, "x");
    shelf.kept[2026].fetched_at = now + 48h;
    auto each = sync();
    EXPECT_EQ(asked(each), 2026);
    EXPECT_EQ(take(each, 2026, 304, AnswerClass::Verdict).catalogues[0].fetched_at, now);
}

TEST_F(CatalogueSyncTest, AStoredOneWithAUnitThatIsGoneDoesNotCount) {
    shelf.kept[2026] = catalogue(2026, "x");
    shelf.kept[2026].rows[1].unit = "zzz";
    shelf.kept[2026].fetched_at = now;
    auto each = sync();
    EXPECT_EQ(name(each, own_code, "2026-11-22"), "");
    EXPECT_EQ(asked(each), 2026);
    EXPECT_EQ(last_etag, "");
    EXPECT_THAT(events, ElementsAre("catalogue-unreadable"));
}

// Days are those of China: 2026-11-30T16:00Z is the first of December.
TEST_F(CatalogueSyncTest, InDecemberTheNextYearIsAskedForToo) {
    shelf.kept[2026] = catalogue(2026, "x");
    shelf.kept[2026].fetched_at = now = *base::parse_time("2026-11-30T15:59:59Z");
    auto each = sync();
    EXPECT_EQ(asked(each), 0);
    EXPECT_EQ(each.wake_at(), *base::parse_time("2026-11-30T16:00:00Z"));
    now += 1s;
    EXPECT_EQ(asked(each), 2027);
    EXPECT_EQ(asked(each), 0);
    take_200(each, catalogue(2027, "next"));
    EXPECT_EQ(name(each, code, "2027-06-01"), "next");
    EXPECT_EQ(name(each, code, "2026-12-01"), "x");
    // Once the year has turned it is asked for as this year's, with what is known of it.
    now = *base::parse_time("2027-01-01T00:00:00+08:00");
    EXPECT_EQ(asked(each), 2027);
    EXPECT_EQ(last_etag, "\"1\"");
    take(each, 2027, 304, AnswerClass::Verdict);
    EXPECT_EQ(asked(each), 0);
}

TEST_F(CatalogueSyncTest, AFailureIsFollowedByGrowingWaits) {
    auto each = sync();
    const std::vector<std::chrono::seconds> waits = {1min,  2min,  4min,  8min,
                                                     16min, 32min, 60min, 60min};
    for (const auto wait : waits) {
        EXPECT_EQ(asked(each), 2026);
        EXPECT_TRUE(take(each, 2026, 503, AnswerClass::NotProcessed).empty());
        EXPECT_EQ(each.wake_at(), now + wait / 2);
        EXPECT_EQ(asked(each), 0);
        now += wait / 2;
    }
    EXPECT_EQ(asked(each), 2026);
    take_200(each, catalogue(2026, "new"));
    now += 24h;
    EXPECT_EQ(asked(each), 2026);
    take(each, 2026, 0, AnswerClass::NotSent);
    EXPECT_EQ(each.wake_at(), now + 30s);
    EXPECT_EQ(name(each, code, "2026-11-22"), "new");
}

TEST_F(CatalogueSyncTest, RetryAfterIsHeeded) {
    auto each = sync();
    EXPECT_EQ(asked(each), 2026);
    retry_after = 2h;
    take(each, 2026, 429, AnswerClass::NotProcessed);
    EXPECT_EQ(each.wake_at(), now + 2h);
}

TEST_F(CatalogueSyncTest, UnchangedFromNothingIsAFailure) {
    auto each = sync();
    EXPECT_EQ(asked(each), 2026);
    EXPECT_TRUE(take(each, 2026, 304, AnswerClass::Verdict).empty());
    EXPECT_EQ(each.wake_at(), now + 30s);
}

TEST_F(CatalogueSyncTest, OneThatCannotBeUsedLeavesTheOldOneAsItIs) {
    auto each = sync();
    EXPECT_EQ(asked(each), 2026);
    take_200(each, catalogue(2026, "old"));
    events.clear();
    now += 24h;
    auto no_code = catalogue(2026, "bad");
    no_code.rows[1].code.clear();
    auto no_unit = catalogue(2026, "bad");
    no_unit.rows[1].unit = "zzz";
    auto no_day = catalogue(2026, "bad");
    no_day.rows[0].valid_to = "soon";
    auto no_rows = catalogue(2026, "bad");
    no_rows.rows.clear();
    const std::vector<std::optional<edi::CommodityCatalogue>> bad = {
        std::nullopt, no_code, no_unit, no_day, no_rows, catalogue(2027, "bad")};
    for (const auto& read : bad) {
        EXPECT_EQ(asked(each), 2026);
        const auto answer_class = read ? AnswerClass::Verdict : AnswerClass::InDoubt;
        EXPECT_TRUE(take(each, 2026, 200, answer_class, read).empty());
        EXPECT_EQ(name(each, code, "2026-11-22"), "old");
        EXPECT_GT(each.wake_at(), now);
        now += 1h;
    }
    EXPECT_THAT(events, ElementsAre("catalogue-unreadable"));
    EXPECT_EQ(asked(each), 2026);
    EXPECT_EQ(last_etag, "\"1\"");
    take(each, 2026, 304, AnswerClass::Verdict);
    EXPECT_THAT(events, ElementsAre("catalogue-unreadable", "catalogue-taken"));
}

TEST_F(CatalogueSyncTest, AWeekWithoutARefreshIsToldOnceUntilOneComes) {
    shelf.kept[2026] = catalogue(2026, "x");
    shelf.kept[2026].fetched_at = now;
    auto each = sync();
    const base::Time stale = now + 7 * 24h;
    now += 24h;
    EXPECT_EQ(asked(each), 2026);
    // Nobody answers: the gateway is parked.
    EXPECT_EQ(each.wake_at(), stale);
    now = stale - 1us;
    EXPECT_EQ(asked(each), 0);
    EXPECT_THAT(events, IsEmpty());
    now = stale;
    EXPECT_EQ(asked(each), 0);
    EXPECT_EQ(asked(each), 0);
    EXPECT_THAT(events, ElementsAre("catalogue-stale"));
    EXPECT_GT(each.wake_at(), now);
    take(each, 2026, 304, AnswerClass::Verdict);
    EXPECT_THAT(events, ElementsAre("catalogue-stale", "catalogue-taken"));
    EXPECT_EQ(name(each, code, "2026-11-22"), "x");
}

TEST_F(CatalogueSyncTest, NextYearsMayBeUnpublishedUntilItIsThisYears) {
    now = *base::parse_time("2026-12-01T00:00:00+08:00");
    auto each = sync();
    for (; now < *base::parse_time("2027-01-09T00:00:00+08:00"); now += 12h) {
        // Both are asked for when both are due.
        for (int year = asked(each); year != 0; year = asked(each)) {
            if (year == 2026) {
                take_200(each, catalogue(2026, "x"));
            } else {
                take(each, year, 404, AnswerClass::NotFound);
            }
        }
        if (now < *base::parse_time("2027-01-07T00:00:00+08:00")) {
            EXPECT_THAT(events, ElementsAre("catalogue-taken")) << base::iso(now);
        }
    }
    EXPECT_THAT(events, ElementsAre("catalogue-taken", "catalogue-stale"));
}

TEST_F(CatalogueSyncTest, AnAnswerThatWasForgottenIsStillTaken) {
    auto each = sync();
    EXPECT_EQ(asked(each), 2026);
    each.forget();
    take_200(each, catalogue(2026, "late"));
    EXPECT_EQ(name(each, code, "2026-11-22"), "late");
    EXPECT_EQ(asked(each), 0);
}

}  // namespace
