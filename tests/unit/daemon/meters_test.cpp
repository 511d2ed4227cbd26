// What is counted, and that figures, manual, alert rules and dashboard speak of the same
// (operations.md 4: every label set to 0 at start; alert rules and a dashboard that use them).
#include "meters.hpp"

#include <gmock/gmock.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>

namespace {

using namespace std::chrono_literals;
using permitd::Meters;
using permitd::MetricKind;
using testing::IsEmpty;

std::string text_of(const std::string& file) {
    std::ifstream in{PERMITD_SOURCE "/" + file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

receipts::Catalogue problems() {
    auto loaded = receipts::Catalogue::load(PERMITD_SOURCE "/config/messages/problems.yaml");
    if (!loaded) throw std::runtime_error{loaded.fault().text};
    return *std::move(loaded);
}

std::uint64_t count_of(const permitd::Tally& tally, const std::string& value) {
    for (std::size_t i = 0; i < tally.values().size(); ++i)
        if (tally.values()[i] == value) return tally.count(i);
    return 999;
}

class MetersOf : public testing::Test {
protected:
    intake::Interchange file(const std::string& mailbox) {
        intake::Interchange file;
        file.arrival.mailbox = mailbox;
        file.arrival.received_at = clock_.now();
        file.completeness = intake::Completeness::Renamed;
        return file;
    }
    base::ManualClock clock_{*base::parse_time("2026-11-22T09:30:00+08:00")};
    const receipts::Catalogue problems_ = problems();
    Meters meters_{problems_, clock_};
};

TEST_F(MetersOf, MailboxesHaveSeriesWhileTheyAreConfigured) {
    meters_.know({"acme", "beta"});
    meters_.took(std::vector{file("acme"), file("acme"), file("stranger")});
    std::map<std::string, std::uint64_t> taken;
    const auto look = [&] {
        taken.clear();
        meters_.each_mailbox([&](const std::string& name, const Meters::OfMailbox& mailbox) {
            taken[name] = count_of(mailbox.taken, "renamed");
        });
    };
    look();
    EXPECT_EQ(taken, (std::map<std::string, std::uint64_t>{{"acme", 2}, {"beta", 0}}));
    EXPECT_EQ(meters_.last_arrival("acme"), clock_.now());
    EXPECT_EQ(meters_.last_arrival("beta"), std::nullopt);
    meters_.know({"acme", "gamma"});
    look();
    EXPECT_EQ(taken, (std::map<std::string, std::uint64_t>{{"acme", 2}, {"gamma", 0}}));
}

TEST_F(MetersOf, ATurnIsCountedByWhatItIssuedAndHeard) {
    route::Account account;
    account.issued = {{"accepted", {}}, {"rejected", {"RULE-YEAR", "RULE-YEAR", "NO-SUCH-CODE"}}};
    const base::Time at = clock_.now();
    using dispatch::Ask;
    using edi::AnswerClass;
    account.answered = {{Ask::Submit, AnswerClass::Verdict, at, 300ms},
                        {Ask::ByKey, AnswerClass::NotSent, at, 10ms}};
    account.sync = 2ms;
    account.deliveries_gone = 1;
    meters_.deliveries_stand(10);
    meters_.deliveries_come(3);
    meters_.committed(3, account, 5ms);
    EXPECT_EQ(meters_.deliveries_waiting(), 12U);
    EXPECT_EQ(count_of(meters_.receipts, "accepted"), 1U);
    EXPECT_EQ(count_of(meters_.receipts, "rejected"), 1U);
    EXPECT_EQ(count_of(meters_.findings, "RULE-YEAR"), 2U);
    EXPECT_EQ(count_of(meters_.findings, "other"), 1U);
    EXPECT_EQ(count_of(meters_.attempts(Ask::Submit), "VERDICT"), 1U);
    EXPECT_EQ(count_of(meters_.attempts(Ask::ByKey), "NOT_SENT"), 1U);
    EXPECT_EQ(meters_.last_success(Ask::Submit), at);
    EXPECT_EQ(meters_.last_success(Ask::ByKey), base::Time{});
    EXPECT_DOUBLE_EQ(meters_.submit.sum(), 0.3);
    EXPECT_DOUBLE_EQ(meters_.sync.sum(), 0.002);
    EXPECT_DOUBLE_EQ(meters_.commit_files.sum(), 3);
    // A turn in which nothing was to be committed has no sync.
    meters_.committed(0, {}, 1ms);
    EXPECT_EQ(meters_.commits(), 2U);
    EXPECT_EQ(meters_.sync.counts(), [&] {
        auto once = std::vector<std::uint64_t>(meters_.sync.bounds().size() + 1);
        once[1] = 1;
        return once;
    }());
}

TEST_F(MetersOf, TheCursorIsAsOldAsTheLastPageThatWasRead) {
    clock_.advance(60s);
    EXPECT_EQ(meters_.results_cursor_age(), 60s);
    route::Account account;
    account.answered = {{dispatch::Ask::Results, edi::AnswerClass::InDoubt, clock_.now(), 1s}};
    meters_.committed(0, account, 1ms);
    EXPECT_EQ(meters_.results_cursor_age(), 60s);
    account.answered[0].answer_class = edi::AnswerClass::Verdict;
    meters_.committed(0, account, 1ms);
    EXPECT_EQ(meters_.results_cursor_age(), 0s);
    // The wall clock has no say in it.
    clock_.jump(24h);
    EXPECT_EQ(meters_.results_cursor_age(), 0s);
}

TEST_F(MetersOf, AReloadThatIsRefusedLeavesTheTimeOfTheLastOneThatWasTaken) {
    const base::Time started = clock_.now();
    EXPECT_TRUE(meters_.reload_successful());
    clock_.advance(1h);
    meters_.reloaded(permitd::Reloaded::Refused);
    EXPECT_FALSE(meters_.reload_successful());
    EXPECT_EQ(meters_.reload_success_time(), started);
    meters_.reloaded(permitd::Reloaded::Taken);
    EXPECT_TRUE(meters_.reload_successful());
    EXPECT_EQ(meters_.reload_success_time(), started + 1h);
}

TEST(Metrics, AreNamedAsPrometheusWants) {
    std::set<std::string> names;
    for (const permitd::Metric* each : permitd::metrics()) {
        const std::string name = each->name;
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_THAT(name, testing::MatchesRegex("permitd_[a-z_]+"));
        EXPECT_EQ(name.ends_with("_total"), each->kind == MetricKind::Counter) << name;
        EXPECT_THAT(each->meaning, testing::EndsWith("."));
        EXPECT_THAT(std::string{each->meaning}, testing::Not(testing::HasSubstr("|")));
    }
}

// The names of figures in a text; of a histogram without the ending of its parts.
std::set<std::string> named_in(const std::string& text) {
    static const std::regex name{"permitd_[a-z_]+"};
    std::set<std::string> found;
    for (std::sregex_iterator at{text.begin(), text.end(), name}, end; at != end; ++at) {
        std::string each = at->str();
        for (const permitd::Metric* known : permitd::metrics())
            for (const char* part : {"_bucket", "_sum", "_count"})
                if (known->kind == MetricKind::Histogram && each == std::string{known->name} + part)
                    each = known->name;
        found.insert(each);
    }
    return found;
}

std::set<std::string> all_names() {
    std::set<std::string> names;
    for (const permitd::Metric* each : permitd::metrics()) names.insert(each->name);
    return names;
}

std::vector<std::string> unknown_in(const std::string& text) {
    const auto known = all_names();
    std::vector<std::string> unknown;
    std::ranges::set_difference(named_in(text), known, std::back_inserter(unknown));
    return unknown;
}

TEST(Metrics, UnknownNamesAreFound) {
    EXPECT_THAT(unknown_in("permitd_nothing > permitd_ready + permitd_chunk_files_sum"),
                testing::ElementsAre("permitd_nothing"));
}

TEST(Metrics, RulesAndDashboardNameOnlyWhatIsTold) {
    EXPECT_THAT(unknown_in(text_of("systemd/alerts.yaml")), IsEmpty());
    const std::string dashboard = text_of("systemd/grafana-dashboard.json");
    EXPECT_THAT(unknown_in(dashboard), IsEmpty());
    // And the dashboard shows nearly all: what it leaves out, it leaves out on purpose.
    std::vector<std::string> missing;
    std::ranges::set_difference(all_names(), named_in(dashboard), std::back_inserter(missing));
    EXPECT_THAT(missing, IsEmpty());
}

// "### Permitd Down" is "#permitd-down".
std::string anchor_of(const std::string& heading) {
    std::string anchor;
    for (const char c : heading)
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '-')
            anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (c == ' ')
            anchor += '-';
    return anchor;
}

TEST(Metrics, EachAlertHasItsHeadingAndSaysWhatToDoInTwoLanguages) {
    std::set<std::string> headings;
    const std::string manual = text_of("systemd/README.md");
    static const std::regex heading{"\n#+ ([^\n]+)"};
    for (std::sregex_iterator at{manual.begin(), manual.end(), heading}, end; at != end; ++at)
        headings.insert(anchor_of((*at)[1]));
    const std::string rules = text_of("systemd/alerts.yaml");
    static const std::regex rule{"- alert: ([A-Za-z]+)\n"};
    std::vector<std::string> bodies;
    for (std::sregex_iterator at{rules.begin(), rules.end(), rule}, end; at != end; ++at) {
        const std::string rest = at->suffix();
        const std::string body = rest.substr(0, rest.find("- alert: "));
        SCOPED_TRACE((*at)[1].str());
        static const std::regex runbook{"runbook: \"systemd/README.md#([a-z-]+)\""};
        std::smatch found;
        ASSERT_TRUE(std::regex_search(body, found, runbook));
        EXPECT_TRUE(headings.contains(found[1])) << found[1];
        static const std::regex severity{"severity: ([a-z]+)"};
        std::smatch graded;
        ASSERT_TRUE(std::regex_search(body, graded, severity));
        EXPECT_THAT(manual, testing::HasSubstr("\n| [" + (*at)[1].str() + "](#" + found[1].str() +
                                               ") | " + graded[1].str() + " | "));
        for (const char* each : {"summary: ", "action: ", "action_zh: ", "severity: "})
            EXPECT_THAT(body, testing::HasSubstr(each));
        bodies.push_back(body);
    }
    EXPECT_GT(bodies.size(), 15U);
}

// Each figure is documented. With PERMITD_WRITE_METRICS (./dev metrics) the table is written.
TEST(Metrics, TheTableOfTheManualIsThatOfTheSources) {
    static const std::string begin = "<!-- metrics -->\n", end = "<!-- end of metrics -->\n";
    std::string manual = text_of("systemd/README.md");
    const std::string table = table_of(permitd::metrics());
    const auto from = manual.find(begin) + begin.size();
    const auto to = manual.find(end);
    ASSERT_LT(from, to + 1);
    ASSERT_NE(to, std::string::npos);
    if (std::getenv("PERMITD_WRITE_METRICS") != nullptr) {
        manual.replace(from, to - from, table);
        std::ofstream{PERMITD_SOURCE "/systemd/README.md", std::ios::binary} << manual;
    }
    EXPECT_EQ(manual.substr(manual.find(begin) + begin.size(),
                            manual.find(end) - manual.find(begin) - begin.size()),
              table)
        << "./dev metrics writes it again";
}

}  // namespace
