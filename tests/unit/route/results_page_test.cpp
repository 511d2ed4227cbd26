// Promise P4 and the pace of questions for results: the cursor moves with a page that was read
// whole and with no other, and a gateway cannot make us ask at the speed of the line.
#include <set>

#include "talk.hpp"

namespace desk {
namespace {

using dispatch::Ask;

class ResultsPage : public Talk {
protected:
    ResultsPage() {
        desk_.submit(key_a);
        desk_.put(MessageState::Sending, key_a);
        desk_.acknowledge(key_a);
    }
    bool is_approved() const {
        return desk_.application().state == edi::ApplicationState::Approved;
    }
    // A gateway that answers every question for results at once, until the time is over: how often
    // it was asked.
    std::size_t asked_within(seconds time, const std::function<Said(const std::string&)>& say) {
        const base::Time end = clock_.now() + time;
        std::size_t questions = 0;
        while (clock_.now() < end && questions < 5'000) {
            step();
            if (auto request = asked(Ask::Results)) {
                ++questions;
                const Said said = say(request->cursor);
                answer(std::move(*request), said);
                continue;
            }
            const auto wait = std::chrono::ceil<std::chrono::microseconds>(
                std::max(route_.wake_at() - clock_.tick(), base::Tick::duration{milliseconds{1}}));
            clock_.advance(std::min(wait, std::chrono::microseconds{end - clock_.now()}));
        }
        return questions;
    }
};

TEST_F(ResultsPage, CutAtEveryByteItMovesNothing) {
    const std::string whole = page("9", approval());
    for (std::size_t n = 0; n < whole.size(); ++n) {
        clock_.advance(hours{1});
        step();
        auto request = asked(Ask::Results);
        ASSERT_TRUE(request) << n;
        EXPECT_EQ(request->cursor, "") << n;
        answer(std::move(*request), {.body = whole.substr(0, n)});
        ASSERT_EQ(desk_.store->cursor(), "") << n;
        ASSERT_FALSE(is_approved()) << n;
    }
    EXPECT_EQ(log_.find("results-unreadable"), log_.rfind("results-unreadable")) << "told once";
    clock_.advance(hours{1});
    hear(Ask::Results, {.body = whole});
    EXPECT_EQ(desk_.store->cursor(), "9");
    EXPECT_TRUE(is_approved());
    EXPECT_NE(log_.find("results-readable"), std::string::npos);
}

TEST_F(ResultsPage, OfTheWrongTypeStatusOrElementItMovesNothing) {
    const std::vector<Said> wrong{
        {.body = page("9", approval()), .type = "text/html"},
        {.body = page("9", approval()), .type = ""},
        {.body = html, .type = "text/html"},
        {.body = html},
        {.body = ack(key_a)},
        {.body = fault},
        {.body = ""},
        {.status = 202, .body = page("9", approval())},
        {.status = 206, .body = page("9", approval())},
        {.status = 404, .body = page("9", approval())},
        {.status = 500, .body = page("9", approval())},
        {.body = page("9", approval()), .reach = dispatch::Reach::Lost},
    };
    for (const Said& said : wrong) {
        SCOPED_TRACE(std::to_string(said.status) + " " + said.type + "\n" + said.body);
        clock_.advance(hours{1});
        hear(Ask::Results, said);
        EXPECT_EQ(desk_.store->cursor(), "");
        EXPECT_FALSE(is_approved());
    }
    EXPECT_NE(log_.find("not of an XML type"), std::string::npos) << "the log tells the reason";
}

// A gateway that knows no long poll: at 20 s there are 180 questions in an hour.
TEST_F(ResultsPage, EmptyPagesAtOnceAreNotAskedForAtLineSpeed) {
    EXPECT_LE(asked_within(hours{1}, [](const std::string& at) { return Said{.body = page(at)}; }),
              200u);
}

TEST_F(ResultsPage, ACursorThatGoesRoundIsNotFollowedAtLineSpeed) {
    const auto say = [](const std::string& at) {
        return Said{.body = page(at == "8" ? "9" : "8", approval())};
    };
    EXPECT_LE(asked_within(hours{1}, say), 200u);
    EXPECT_TRUE(is_approved());
    EXPECT_EQ(log_.find("results-cursor-back"), log_.rfind("results-cursor-back")) << "told once";
    EXPECT_NE(log_.find("results-cursor-back"), std::string::npos);
}

// Kept as unclaimed, it is written anew each time that it comes; it is no news all the same.
TEST_F(ResultsPage, AResultThatNobodyClaimsIsNewsOnce) {
    const auto say = [](const std::string& at) {
        return Said{.body = page(at, approval("R-9", key_b))};
    };
    EXPECT_LE(asked_within(hours{1}, say), 200u);
}

// "Results may come twice and out of order": the cursor stays, and yet there is news.
TEST_F(ResultsPage, NewsBehindAnOldCursorIsTakenAtOnce) {
    int pages = 0;
    const auto say = [&](const std::string&) {
        const std::string id = "R-" + std::to_string(++pages);
        if (pages > 50) return Said{.body = page("1")};
        return Said{.body = page("1", "<result id=\"" + id + "\" seq=\"" + std::to_string(pages) +
                                          "\" at=\"2026-11-22T10:00:00+08:00\" key=\"" + key_a +
                                          "\"><step><office>o</office><name>n</name>"
                                          "<actor>a</actor><result>r</result></step></result>")};
    };
    EXPECT_GE(asked_within(seconds{1}, say), 51u);
    EXPECT_EQ(desk_.application().trail.size(), 50u);
    EXPECT_EQ(desk_.store->cursor(), "1");
}

TEST_F(ResultsPage, ACursorThatGoesBackAppliesNothingTwice) {
    hear(Ask::Results, {.body = page("9", approval())});
    const std::size_t told = desk_.store->deliveries(0, 100).size();
    hear(Ask::Results, {.body = page("3", approval())});
    clock_.advance(hours{1});
    step();
    const auto request = asked(Ask::Results);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->cursor, "3") << "what the ministry says is where it stands";
    EXPECT_EQ(desk_.store->deliveries(0, 100).size(), told);
}

// P4: whenever it stops, what the cursor is behind is there.
TEST_F(ResultsPage, TheCursorIsInTheBatchOfItsResults) {
    int commits = 0;
    base::set_durable_step_hook([&](const char*) {
        ++commits;
        EXPECT_EQ(desk_.store->cursor() == "9", is_approved());
    });
    hear(Ask::Results, {.body = page("9", approval())});
    base::set_durable_step_hook({});
    EXPECT_GE(commits, 1);
    EXPECT_EQ(desk_.store->cursor(), "9");
    EXPECT_TRUE(is_approved());
}

class Waits : public Talk {
protected:
    // How often a submission is posted in an hour in which each attempt is answered so.
    int posts_within_an_hour(const Said& said) {
        desk_.submit(key_a);
        desk_.put(MessageState::Waiting, key_a);
        int posts = 0;
        const base::Time end = clock_.now() + hours{1};
        while (clock_.now() < end && posts < 5'000) {
            step();
            if (auto request = asked(Ask::Submit)) {
                ++posts;
                answer(std::move(*request), said);
                continue;
            }
            const auto wait = std::chrono::ceil<std::chrono::microseconds>(
                std::max(route_.wake_at() - clock_.tick(), base::Tick::duration{milliseconds{1}}));
            clock_.advance(std::min(wait, std::chrono::microseconds{end - clock_.now()}));
        }
        EXPECT_EQ(submission().state, MessageState::Waiting);
        return posts;
    }
};

// "Retry: 15 s doubling to 30 min, full jitter, Retry-After wins." One that asks for no wait at all
// leaves the wait to us.
TEST_F(Waits, ARetryAfterOfNothingIsNoLicenceToHurry) {
    for (const int status : {408, 425, 429, 503}) {
        const int posts = posts_within_an_hour({.status = status, .retry_after = seconds{0}});
        EXPECT_GE(posts, 2) << status;
        EXPECT_LE(posts, 60) << status;
    }
}

// "Full jitter": what failed together is not tried again together.
TEST_F(Waits, AreSpreadByChance) {
    std::set<base::Time> next;
    for (int round = 0; round < 20; ++round) {
        desk_.submit(key_a);
        desk_.put(MessageState::Waiting, key_a);
        hear(Ask::Submit, {.status = 503});
        const auto wait = submission().next_at - clock_.now();
        EXPECT_GE(wait, seconds{0});
        EXPECT_LE(wait, route::Patience{}.first * 2);
        next.insert(submission().next_at);
    }
    EXPECT_GT(next.size(), 10u);
}

TEST_F(Waits, ARetryAfterWins) {
    EXPECT_EQ(posts_within_an_hour({.status = 503, .retry_after = seconds{600}}), 6);
    EXPECT_EQ(posts_within_an_hour({.status = 503, .retry_after = hours{6}}), 1);
}

}  // namespace
}  // namespace desk
