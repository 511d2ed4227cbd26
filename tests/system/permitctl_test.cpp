// permitctl against a running daemon and without one.
#include <gmock/gmock.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "system/line.hpp"

namespace {

using line::milliseconds;
using testing::HasSubstr;

std::vector<boost::json::object> rows_of(const std::string& lines) {
    std::vector<boost::json::object> rows;
    std::istringstream in{lines};
    for (std::string each; std::getline(in, each);)
        rows.push_back(boost::json::parse(each).as_object());
    return rows;
}

TEST(Permitctl, TellsWhatTheDaemonHolds) {
    line::Line line;
    line.start_sandbox();
    line.start();
    line.drop("good.xml", line::declaration("CTL-1", "REF-1"));
    line.drop("bad.xml", line::sample("invalid/RULE-YEAR.xml"));
    ASSERT_TRUE(line.settles(2, milliseconds{30'000})) << line.daemon().words();

    EXPECT_THAT(line.permitctl({"status"}).out,
                testing::AllOf(HasSubstr("open"), HasSubstr("REJECTED 1"), HasSubstr("acme")));
    EXPECT_EQ(line.status().at("pid").as_int64(), line.daemon().pid());

    const line::Ended list = line.permitctl({"list", "--state", "ALL"});
    EXPECT_EQ(list.status, 0);
    EXPECT_THAT(list.out, testing::AllOf(HasSubstr("CTL-1"), HasSubstr("RULE-YEAR")));
    EXPECT_EQ(rows_of(line.permitctl({"--json", "list", "--state", "ALL"}).out).size(), 2u);
    // The queue is what permitd still has to do.
    EXPECT_EQ(line.permitctl({"--json", "list"}).out, "");
    EXPECT_THAT(line.permitctl({"list"}).out,
                testing::AllOf(HasSubstr("nothing waits"), HasSubstr("REJECTED 1")));
    const auto rejected = rows_of(line.permitctl({"--json", "list", "--state", "REJECTED"}).out);
    ASSERT_EQ(rejected.size(), 1u);
    EXPECT_EQ(rejected[0].at("file").as_string(), "bad.xml");
    EXPECT_EQ(
        rows_of(line.permitctl({"--json", "list", "--state", "ALL", "--limit", "1"}).out).size(),
        1u);
    EXPECT_TRUE(
        rows_of(line.permitctl({"--json", "list", "--state", "ALL", "--older-than", "1h"}).out)
            .empty());
    EXPECT_THAT(line.permitctl({"list", "--state", "UNCLAIMED"}).out, HasSubstr("nothing there"));
    EXPECT_EQ(line.permitctl({"list", "--state", "NONSENSE"}).status, 64);
    EXPECT_EQ(line.permitctl({"list", "--older-than", "soon"}).status, 64);
    EXPECT_EQ(line.stop(), 0);
}

// Whatever number an operator has in hand leads to the message.
TEST(Permitctl, FindsAMessageByEachOfItsNumbers) {
    line::Line line;
    line.start_sandbox();
    line.start();
    line.drop("good.xml", line::declaration("CTL-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, milliseconds{30'000})) << line.daemon().words();
    const auto story = rows_of(line.permitctl({"--json", "explain", "CTL-1"}).out).at(0);
    const auto& subject = story.at("subjects").at(0).as_object();
    const auto& receipt = story.at("receipts").at(0).as_object();
    for (const std::string& id :
         {std::string{"REF-1"}, std::string{subject.at("application_no").as_string()},
          std::string{subject.at("licence_no").as_string()},
          std::string{receipt.at("number").as_string()}}) {
        SCOPED_TRACE(id);
        const line::Ended told = line.permitctl({"show", id});
        EXPECT_EQ(told.status, 0) << told.errors;
        EXPECT_THAT(told.out, HasSubstr("CTL-1"));
        EXPECT_THAT(line.permitctl({"explain", id}).out,
                    testing::AllOf(HasSubstr("ATTEMPT"), HasSubstr("approved")));
    }
    const line::Ended unknown = line.permitctl({"show", "NO-SUCH", "CTL-1"});
    EXPECT_EQ(unknown.status, 66);
    EXPECT_THAT(unknown.errors, HasSubstr("NO-SUCH"));
    EXPECT_THAT(unknown.out, HasSubstr("CTL-1"));
    EXPECT_EQ(line.stop(), 0);
}

// What is about the enterprise, and what is about nothing that is kept, is told without a
// reference.
TEST(Permitctl, TellsRegistrationsAndQueries) {
    line::Line line;
    line.start_sandbox();
    line.start();
    line.drop("r.xml", line::sample("valid/01-registration-submit.xml"));
    ASSERT_TRUE(line.settles(1, milliseconds{30'000})) << line.daemon().words();
    line.drop("q.xml", line::sample("valid/19-query-commodityquery.xml"));
    ASSERT_TRUE(line.settles(2, milliseconds{30'000})) << line.daemon().words();

    const line::Ended list = line.permitctl({"list", "--state", "ALL"});
    EXPECT_THAT(list.out,
                testing::ContainsRegex("SAMPLE-0001 +EnterpriseRegistration +acme +SETTLED "
                                       "+[0-9]+s +registered"));
    EXPECT_THAT(list.out, testing::ContainsRegex(
                              "SAMPLE-0019 +CommodityQuery +acme +SETTLED +[0-9]+s +answer"));
    const line::Ended told = line.permitctl({"explain", "SAMPLE-0001"});
    EXPECT_THAT(told.out, testing::ContainsRegex("enterprise 91110108MA0000015T\n"));
    EXPECT_THAT(told.out, testing::ContainsRegex("registration +REGISTERED 备案成功"));
    EXPECT_THAT(told.out, testing::ContainsRegex("account +ic[0-9]"));
    EXPECT_THAT(told.out, testing::ContainsRegex("submission +registration SETTLED"));
    EXPECT_THAT(told.out, testing::AllOf(HasSubstr("ATTEMPT"), HasSubstr("registered")));
    const line::Ended query = line.permitctl({"show", "SAMPLE-0019"});
    EXPECT_THAT(query.out, testing::ContainsRegex("the message itself\n.*outcome +answer"));
    for (const std::string command : {"show", "explain"})
        EXPECT_THAT(line.permitctl({"--json", command, "SAMPLE-0001"}).out,
                    testing::Not(HasSubstr("S3cret-pass!")));
    EXPECT_EQ(line.stop(), 0);
}

TEST(Permitctl, SaysThatThereIsNoDaemon) {
    const line::Line line;
    line.write_config();
    for (const std::string command : {"status", "list"}) {
        const line::Ended ended = line.permitctl({command});
        EXPECT_EQ(ended.status, 69);
        EXPECT_THAT(ended.errors, HasSubstr((line.folder() / "run/control").string()));
    }
    EXPECT_EQ(line.permitctl({"show", "A"}).status, 69);
}

// Partner tables without a daemon: sound or not, and what one makes of a file (README of mapping/).
TEST(Permitctl, ChecksAndTriesTables) {
    const line::Line line;
    const std::string samples = PERMITD_SOURCE "/tests/journeys/samples/partners/";
    const std::string flat = samples + "kingdee-good.xml";
    EXPECT_EQ(line.permitctl({"mapping", "check"}).status, 0);
    EXPECT_EQ(
        line.permitctl({"mapping", "try", "kingdee", samples + "kingdee-mistakes.xml"}).status, 65);
    const line::Ended tried = line.permitctl({"--json", "mapping", "try", "kingdee", flat});
    EXPECT_EQ(tried.status, 0) << tried.out << tried.errors;
    const auto rows = rows_of(tried.out);
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows[0].at("target").as_string(), "/Message/Header/MessageId");
    EXPECT_GT(rows[0].at("line").as_int64(), 1);
    EXPECT_EQ(line.permitctl({"validate", "--dialect", "kingdee", flat}).status, 0);
    EXPECT_EQ(line.permitctl({"mapping", "try", "nobody", flat}).status, 78);
    std::ofstream{line.folder() / "torn.yaml"} << "documents:\n  A:\n";
    const line::Ended torn =
        line.permitctl({"mapping", "try", (line.folder() / "torn.yaml").string(), flat});
    EXPECT_EQ(torn.status, 78);
    EXPECT_THAT(torn.errors, HasSubstr("torn.yaml:1:1: "));
}

TEST(Permitctl, ValidatesWithoutADaemon) {
    const line::Line line;
    const std::string samples = PERMITD_SOURCE "/tests/journeys/samples/";
    const std::string good = samples + "valid/06-application-minimal.xml";
    const std::string bad = samples + "invalid/RULE-USCC-CHECK.xml";
    const line::Ended ok = line.permitctl({"validate", good});
    EXPECT_EQ(ok.status, 0) << ok.out << ok.errors;
    const line::Ended wrong = line.permitctl({"validate", good, bad});
    EXPECT_EQ(wrong.status, 65) << wrong.errors;
    EXPECT_THAT(wrong.out, testing::ContainsRegex("RULE-USCC-CHECK.xml:[0-9]+:[0-9]+: error "
                                                  "RULE-USCC-CHECK: "));
    const auto findings = rows_of(line.permitctl({"--json", "validate", bad}).out);
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].at("code").as_string(), "RULE-USCC-CHECK");
    EXPECT_GT(findings[0].at("line").as_int64(), 0);
    EXPECT_FALSE(findings[0].at("zh").as_string().empty());
    EXPECT_EQ(line.permitctl({"validate", good, "/nowhere.xml"}).status, 66);
    // A hostile file is a finding, not the end of the program.
    const line::Ended hostile = line.permitctl({"validate", samples + "invalid/XML-DOCTYPE.xml"});
    EXPECT_EQ(hostile.status, 65);
    EXPECT_THAT(hostile.out, HasSubstr("XML-DOCTYPE"));
}

// A batch: what is wrong in each message, at its place in the file, and in the batch itself.
TEST(Permitctl, ValidatesEachMessageOfABatch) {
    const line::Line line;
    std::string bytes = line::sample("valid/21-batch.xml");
    const auto year = bytes.rfind("<Year>2026");
    ASSERT_NE(year, std::string::npos);
    bytes.replace(year, 10, "<Year>2019");
    const auto count = bytes.find("<MessageCount>5");
    ASSERT_NE(count, std::string::npos);
    bytes.replace(count, 15, "<MessageCount>6");
    const auto file = line.folder() / "batch.xml";
    std::ofstream{file} << bytes;
    const line::Ended ended = line.permitctl({"--json", "validate", file});
    EXPECT_EQ(ended.status, 65) << ended.errors;
    const auto findings = rows_of(ended.out);
    ASSERT_EQ(findings.size(), 2u) << ended.out;
    EXPECT_EQ(findings[0].at("code").as_string(), "RULE-YEAR");
    EXPECT_EQ(findings[0].at("path").as_string(), "/Batch/Message[5]/LicenceApplication/Year");
    EXPECT_EQ(findings[0].at("message_id").as_string(), "SAMPLE-B-004");
    EXPECT_EQ(findings[0].at("line").as_int64(),
              1 + std::ranges::count(bytes.substr(0, year), '\n'));
    EXPECT_EQ(findings[1].at("code").as_string(), "BATCH-COUNT");
    EXPECT_EQ(findings[1].at("path").as_string(), "/Batch/Header/MessageCount");
}

// One file for each body of the samples; what only the daemon can know is no error here.
TEST(Permitctl, ValidatesEveryBody) {
    const line::Line line;
    std::vector<std::string> files{"validate"};
    for (const auto& entry :
         std::filesystem::directory_iterator{PERMITD_SOURCE "/tests/journeys/samples/valid"})
        files.push_back(entry.path());
    EXPECT_GE(files.size(), 23u);
    const line::Ended ended = line.permitctl(files);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.errors;
    EXPECT_THAT(ended.out, testing::Not(HasSubstr("error")));
}

TEST(Permitctl, DoesNotGuessWhetherAnEnterpriseIsRegistered) {
    const line::Line line;
    std::string bytes = line::sample("valid/06-application-minimal.xml");
    const auto from = bytes.find("<Importer>");
    const auto to = bytes.find("<Handler>");
    ASSERT_LT(from, to);
    bytes.erase(from, to - from);
    const auto file = line.folder() / "minimal.xml";
    std::ofstream{file} << bytes;
    const line::Ended ended = line.permitctl({"validate", file});
    EXPECT_EQ(ended.status, 0) << ended.errors;
    EXPECT_THAT(ended.out, HasSubstr("warning RULE-NO-REGISTRATION"));
}

TEST(Permitctl, PrintsTheTablesOfTheLifecycle) {
    const line::Line line;
    const line::Ended ended = line.permitctl({"lifecycle"});
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.out, testing::AllOf(HasSubstr("APPLICATION"), HasSubstr("LICENCE"),
                                          HasSubstr("MESSAGE"), HasSubstr("SETTLED")));
    EXPECT_THAT(ended.out, testing::ContainsRegex("REGISTRATION +EVENT +BECOMES"));
    EXPECT_THAT(ended.out, testing::ContainsRegex("UNDER_REVIEW +[A-Za-z]+ +REGISTERED 备案成功"));
}

TEST(Permitctl, NeedsACommand) {
    const line::Line line;
    EXPECT_EQ(line.permitctl({}).status, 64);
    EXPECT_EQ(line.permitctl({"frobnicate"}).status, 64);
}

}  // namespace
