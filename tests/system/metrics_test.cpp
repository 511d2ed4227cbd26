// Figures, health and alert rules of a real daemon (operations.md 4: Metrics; section 1: below
// free_space_min or above backlog_max readiness fails).
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "system/line.hpp"

namespace {

using line::milliseconds;
using line::patience;
using testing::HasSubstr;
using testing::StartsWith;

std::string address_of(const line::Line& line) {
    return std::string{line.status().at("metrics").as_string()};
}

bool is_there(const std::string& program) {
    return ::access(("/usr/bin/" + program).c_str(), X_OK) == 0;
}

line::Ended promtool(const line::Line& line, const std::string& words) {
    return line::run({"/bin/sh", "-c", "promtool " + words}, line.environment(), line.folder());
}

class Figures {
public:
    explicit Figures(std::string address) : address_(std::move(address)) {}
    std::string text() const { return line::fetch(address_, "/metrics"); }
    // As it is written behind a series; empty when there is none.
    std::string value(const std::string& series) const {
        std::istringstream in{text()};
        for (std::string each; std::getline(in, each);)
            if (each.starts_with(series + ' ')) return each.substr(series.size() + 1);
        return {};
    }
    bool become(const std::string& series, const std::string& wanted) const {
        return line::becomes_true([&] { return value(series) == wanted; }, patience);
    }

private:
    std::string address_;
};

class MetricsOfALine : public testing::Test {
protected:
    MetricsOfALine() {
        line_.start_sandbox();
        line_.start();
        address_ = address_of(line_);
        figures_ = std::make_unique<Figures>(address_);
    }
    bool is_ready(const std::string& status) {
        return line::becomes_true(
            [&] {
                return line::answer_of(address_, "/readyz").starts_with("HTTP/1.1 " + status + ' ');
            },
            patience);
    }
    std::string value(const std::string& figure) { return figures_->value(figure); }
    bool become(const std::string& figure, const std::string& value) {
        return figures_->become(figure, value);
    }

    line::Line line_{{.intake = "settle: 200ms, backlog_max: 2", .metrics = "127.0.0.1:0"}};
    std::string address_;
    std::unique_ptr<Figures> figures_;
};

TEST_F(MetricsOfALine, StandAtNoughtAndMoveWithAJourney) {
    EXPECT_THAT(line::answer_of(address_, "/livez"), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(line::fetch(address_, "/livez"), "[+] threads\n");
    EXPECT_THAT(line::answer_of(address_, "/readyz"), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(line::answer_of(address_, "/else"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(line::answer_of(address_, "/metrics"),
                HasSubstr("text/plain; version=0.0.4; charset=utf-8"));
    // Before anything happened all of it is there.
    const std::string files = "permitd_files_taken_total{mailbox=\"acme\",reason=\"renamed\"}";
    const std::string verdicts = "permitd_attempts_total{ask=\"submit\",class=\"VERDICT\"}";
    const std::string wrong_year = "permitd_findings_total{code=\"RULE-YEAR\"}";
    for (const std::string& each :
         {files, verdicts, wrong_year, std::string{"permitd_submit_duration_seconds_count"},
          std::string{"permitd_receipts_issued_total{kind=\"approved\"}"},
          std::string{"permitd_messages{state=\"HELD\"}"},
          std::string{"permitd_operator_actions_total{command=\"hold\"}"}})
        EXPECT_EQ(value(each), "0") << each;

    line_.drop("good.xml", line::declaration("FIG-1", "REF-1"));
    line_.drop("bad.xml", line::sample("invalid/RULE-YEAR.xml"));
    ASSERT_TRUE(line_.settles(2, patience)) << line_.daemon().words();
    EXPECT_TRUE(become("permitd_messages{state=\"SETTLED\"}", "1"));
    EXPECT_EQ(value(files), "2");
    EXPECT_EQ(value(verdicts), "1");
    EXPECT_EQ(value(wrong_year), "1");
    EXPECT_EQ(value("permitd_submit_duration_seconds_count"), "1");
    EXPECT_EQ(value("permitd_validate_duration_seconds_count"), "2");
    EXPECT_EQ(value("permitd_receipts_issued_total{kind=\"approved\"}"), "1");
    EXPECT_EQ(value("permitd_receipts_issued_total{kind=\"rejected\"}"), "1");
    EXPECT_EQ(value("permitd_endpoint_state{state=\"open\"}"), "1");
    EXPECT_EQ(value("permitd_deliveries_waiting"), "0");
    EXPECT_EQ(line_.stop(), 0);
}

TEST_F(MetricsOfALine, TellWhatKeepsFilesOut) {
    // A pause is wanted: it is told, and leaves the daemon ready.
    ASSERT_EQ(line_.permitctl({"pause", "intake", "--reason", "stock taking"}).status, 0);
    EXPECT_TRUE(become("permitd_paused{what=\"intake\"}", "1"));
    EXPECT_EQ(value("permitd_operator_actions_total{command=\"pause-intake\"}"), "1");
    EXPECT_THAT(line::answer_of(address_, "/readyz"),
                testing::AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("[+] pause: "),
                               HasSubstr("stock taking\n")));
    ASSERT_EQ(line_.permitctl({"resume", "intake", "--reason", "it is over"}).status, 0);

    std::filesystem::rename(line_.folder() / "spool", line_.folder() / "away");
    EXPECT_TRUE(is_ready("503"));
    EXPECT_THAT(line::fetch(address_, "/readyz"), HasSubstr("\n[-] spool: "));
    EXPECT_TRUE(become("permitd_ready", "0"));
    std::filesystem::rename(line_.folder() / "away", line_.folder() / "spool");
    EXPECT_TRUE(is_ready("200")) << line::fetch(address_, "/readyz");

    // Nothing gets through: what waits ages, and above backlog_max nothing more is taken.
    line_.end_sandbox();
    for (int i = 2; i < 6; ++i) {
        const std::string number = std::to_string(i);
        line_.drop(number + ".xml", line::declaration("FIG-" + number, "REF-" + number));
    }
    EXPECT_TRUE(is_ready("503"));
    EXPECT_THAT(line::fetch(address_, "/readyz"), HasSubstr("\n[-] admission: backlog"));
    EXPECT_TRUE(become("permitd_intake_held{condition=\"backlog\"}", "1"));
    EXPECT_THAT(line::answer_of(address_, "/livez"), StartsWith("HTTP/1.1 200 "));
    EXPECT_TRUE(line::becomes_true(
        [&] {
            const std::string waits =
                value("permitd_oldest_message_age_seconds{state=\"WAITING\"}");
            return !waits.empty() && std::stod(waits) > 0;
        },
        patience));
    EXPECT_EQ(line_.stop(), 0);
}

// `curl /metrics | promtool check metrics`, of a daemon that has taken files.
TEST(Metrics, ArePrometheusOwnTaste) {
    if (!is_there("promtool")) GTEST_SKIP() << "promtool is missing (Debian: prometheus)";
    line::Line line{{.metrics = "127.0.0.1:0"}};
    line.start_sandbox();
    line.start();
    line.drop("good.xml", line::declaration("TASTE-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    std::ofstream{line.folder() / "figures", std::ios::binary}
        << line::fetch(address_of(line), "/metrics");
    const line::Ended checked =
        promtool(line, "check metrics < " + (line.folder() / "figures").string());
    EXPECT_EQ(checked.status, 0);
    EXPECT_EQ(checked.out + checked.errors, "");
    EXPECT_EQ(line.stop(), 0);
}

TEST(Metrics, APortThatIsTakenRefusesTheStart) {
    const base::Fd taken{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    ASSERT_EQ(::listen(taken.number(), 1), 0);
    sockaddr_in there{};
    socklen_t size = sizeof there;
    ASSERT_EQ(::getsockname(taken.number(), reinterpret_cast<sockaddr*>(&there), &size), 0);
    line::Line line{{.metrics = "127.0.0.1:" + std::to_string(::ntohs(there.sin_port))}};
    EXPECT_EQ(line.launch().ended(patience), 78);
    EXPECT_THAT(line.daemon().words(),
                testing::AllOf(HasSubstr("metrics.listen"), HasSubstr("in use")));
}

TEST(Metrics, OtherHostsAreServedOnlyWhereThatIsSaid) {
    line::Line line;
    const auto check = [&](const std::string& listen) {
        line.setup.metrics = listen;
        line.write_config();
        return line::run({line.program("permitd"), "--config", line.config(), "--check-config"},
                         line.environment(), line.folder());
    };
    for (const char* open : {"0.0.0.0:9464", "[::]:9464", "192.0.2.7:9464"}) {
        EXPECT_EQ(check(open).status, 78);
        EXPECT_THAT(check(open).errors, HasSubstr("beyond_loopback: yes"));
    }
    EXPECT_THAT(check("9464").errors, HasSubstr("ADDRESS:PORT"));
    for (const char* own : {"127.0.0.1:9464", "[::1]:9464", "off", ""})
        EXPECT_EQ(check(own).status, 0) << check(own).errors;
    EXPECT_EQ(check("0.0.0.0:9464\", beyond_loopback: \"yes").status, 0);
}

// Each connection costs a descriptor of the daemon: there are few, and nobody else is turned away
// for long.
TEST(Metrics, IdleScrapersTakeNoMoreThanTheirPlaces) {
    line::Line line{{.metrics = "127.0.0.1:0"}};
    line.start();
    const std::string address = address_of(line);
    {
        std::vector<base::Fd> idle;
        for (int i = 0; i < 40; ++i) idle.push_back(line::connected(address));
        std::size_t turned_away = 0;
        ASSERT_TRUE(line::becomes_true(
            [&] {
                turned_away = 0;
                for (const base::Fd& each : idle) {
                    char byte = 0;
                    const ssize_t got = ::recv(each.number(), &byte, 1, MSG_DONTWAIT);
                    turned_away += got == 0 || (got < 0 && errno == ECONNRESET);
                }
                return turned_away >= 24;
            },
            patience));
        EXPECT_EQ(turned_away, 24U);
    }
    EXPECT_TRUE(line::becomes_true(
        [&] { return line::answer_of(address, "/livez").starts_with("HTTP/1.1 200 "); }, patience));
    EXPECT_EQ(line.stop(), 0);
}

TEST(Top, ShowsWhatIsDoneAndWhatWaits) {
    line::Line line;
    line.start_sandbox();
    line.start();
    line.drop("good.xml", line::declaration("TOP-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    const line::Ended once = line.permitctl({"top"});
    EXPECT_EQ(once.status, 0) << once.errors;
    EXPECT_THAT(once.out, testing::AllOf(HasSubstr("ready"), HasSubstr("open"),
                                         HasSubstr("files taken"), HasSubstr("SETTLED")));
    EXPECT_THAT(once.out, testing::Not(HasSubstr("\x1b")));
    const line::Ended lines = line.permitctl({"--json", "top", "--count", "2"});
    EXPECT_EQ(lines.status, 0) << lines.errors;
    std::istringstream in{lines.out};
    std::vector<boost::json::object> rows;
    for (std::string each; std::getline(in, each);)
        rows.push_back(boost::json::parse(each).as_object());
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].at("files_taken").to_number<int>(), 1);
    EXPECT_GT(rows[1].at("monotonic_s").as_double(), rows[0].at("monotonic_s").as_double());
    EXPECT_EQ(line.stop(), 0);
    EXPECT_EQ(line.permitctl({"top", "--once"}).status, 69);
}

// operations.md 4: systemd/ ships alert rules.
TEST(Alerts, AreRulesThatFireWhenTheyShould) {
    if (!is_there("promtool")) GTEST_SKIP() << "promtool is missing (Debian: prometheus)";
    const line::Line line;
    const line::Ended checked =
        promtool(line, "check rules " PERMITD_SOURCE "/systemd/alerts.yaml");
    EXPECT_EQ(checked.status, 0) << checked.out << checked.errors;
    const line::Ended tested =
        promtool(line, "test rules " PERMITD_SOURCE "/tests/system/alerts_test.yaml");
    EXPECT_EQ(tested.status, 0) << tested.out << tested.errors;
}

}  // namespace
