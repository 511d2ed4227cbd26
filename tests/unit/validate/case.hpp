// Case: a change of the good application, and the one finding that it must bring.
#pragma once

#include <algorithm>

#include "fixture.hpp"
#include "validate/rules.hpp"

namespace testing_xml {

struct Case {
    std::vector<Change> changes;
    const char* code;  // of the one finding; empty = none
    const char* path = "";
    const char* value = "";
    const char* variant = "";
    const char* now = "2026-11-22T09:30:00+08:00";
};

inline const std::string body_path = "/Message/LicenceApplication";

inline void expect(const Case& each) {
    const std::string text = changed(application_text, each.changes);
    const auto judgement = validate::judge(message_from(text), facts_on(each.now));
    const std::string about = each.changes.empty() ? "unchanged" : each.changes.front().to;
    if (*each.code == '\0') {
        EXPECT_THAT(codes(judgement), testing::IsEmpty()) << about;
        return;
    }
    ASSERT_THAT(codes(judgement), testing::ElementsAre(each.code)) << about;
    const base::Finding& finding = judgement.findings.front();
    EXPECT_EQ(finding.path, body_path + each.path) << about;
    EXPECT_EQ(finding.value, each.value) << about;
    EXPECT_EQ(finding.variant, each.variant) << about;
    EXPECT_GT(finding.position.line, 0u) << about;
    const auto rules = validate::rules();
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const validate::Rule& row) {
        return row.code == std::string_view(each.code);
    });
    ASSERT_NE(rule, rules.end());
    EXPECT_EQ(finding.severity, rule->severity);
}

}  // namespace testing_xml
