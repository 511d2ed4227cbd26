// Prometheus' text format 0.0.4 as daemon/metrics.hpp writes it (operations.md 4, Metrics).
#include "metrics.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <thread>

namespace {

using namespace std::chrono_literals;
using permitd::Exposition;
using permitd::Histogram;
using permitd::Metric;
using permitd::MetricKind;
using permitd::Tally;

constexpr Metric count{"permitd_x_total", MetricKind::Counter, "code", "What \"x\" is \\ was."};
constexpr Metric time_taken{"permitd_x_seconds", MetricKind::Histogram, "", "How long."};

TEST(Exposition, WritesHelpTypeAndEscapedValues) {
    Exposition out;
    out.begin(count);
    out.value({{"code", "a\"b\\c\nd"}, {"mailbox", "acme"}}, 3);
    out.value({{"code", "中"}}, 0);
    EXPECT_EQ(out.text(),
              "# HELP permitd_x_total What \"x\" is \\\\ was.\n"
              "# TYPE permitd_x_total counter\n"
              "permitd_x_total{code=\"a\\\"b\\\\c\\nd\",mailbox=\"acme\"} 3\n"
              "permitd_x_total{code=\"中\"} 0\n");
}

TEST(Exposition, WritesNumbersThatReadAsTheSame) {
    EXPECT_EQ(permitd::written(0), "0");
    EXPECT_EQ(permitd::written(0.1), "0.1");
    EXPECT_EQ(std::stod(permitd::written(1764230400.123456)), 1764230400.123456);
    EXPECT_EQ(std::stod(permitd::written(18446744073709551615.0)), 18446744073709551615.0);
    EXPECT_EQ(permitd::written(std::numeric_limits<double>::infinity()), "+Inf");
    EXPECT_EQ(permitd::written(-std::numeric_limits<double>::infinity()), "-Inf");
    EXPECT_EQ(permitd::written(std::nan("")), "NaN");
}

TEST(Histogram, CountsWhatIsAtMostSoLarge) {
    static constexpr double bounds[] = {0.1, 1, 10};
    Histogram histogram{bounds};
    for (const double each : {0.05, 0.1, 0.5, 1.0, 10.0, 11.0}) histogram.observe(each);
    histogram.observe(250ms);
    Exposition out;
    out.begin(time_taken);
    out.histogram(histogram);
    EXPECT_THAT(out.text(), testing::EndsWith("permitd_x_seconds_bucket{le=\"0.1\"} 2\n"
                                              "permitd_x_seconds_bucket{le=\"1\"} 5\n"
                                              "permitd_x_seconds_bucket{le=\"10\"} 6\n"
                                              "permitd_x_seconds_bucket{le=\"+Inf\"} 7\n"
                                              "permitd_x_seconds_sum 22.9\n"
                                              "permitd_x_seconds_count 7\n"));
}

TEST(Tally, HasEachOfItsValuesFromTheStartAndNoOthers) {
    Tally closed{{"b", "a"}};
    closed.add("a");
    closed.add("a", 2);
    closed.add("from outside");
    Exposition out;
    out.begin(count);
    out.values("code", closed);
    EXPECT_THAT(out.text(), testing::EndsWith("permitd_x_total{code=\"b\"} 0\n"
                                              "permitd_x_total{code=\"a\"} 3\n"));
    Tally open{{"a"}, Tally::Others::Counted};
    for (int i = 0; i < 1000; ++i) open.add("from outside " + std::to_string(i));
    ASSERT_EQ(open.values().size(), 2U);
    EXPECT_EQ(open.values()[1], "other");
    EXPECT_EQ(open.count(1), 1000U);
}

TEST(Tally, LosesNothingAmongThreads) {
    static constexpr double bounds[] = {1};
    Tally tally{{"a"}};
    Histogram histogram{bounds};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 10'000; ++n) {
                    tally.add("a");
                    histogram.observe(2.0);
                }
            });
    }
    EXPECT_EQ(tally.count(0), 40'000U);
    EXPECT_THAT(histogram.counts(), testing::ElementsAre(0, 40'000));
    EXPECT_EQ(histogram.sum(), 80'000);
}

}  // namespace
