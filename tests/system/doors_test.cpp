// The doors of a running daemon (operations.md 1): markers, outcomes only, when nothing is taken
// in, the Unix side of a mailbox.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <fstream>
#include <set>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr milliseconds patience{60'000};

void put(const line::Line& line, const std::string& path, const std::string& bytes) {
    std::ofstream{line.folder() / "spool/acme" / path, std::ios::binary} << bytes;
}

std::string content(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// More of `intake:`, each with a comma in front; from the next start on.
void set_intake(const line::Line& line, const std::string& more) {
    std::string text = content(line.config());
    text.insert(text.find("}", text.find("intake: {")), more);
    std::ofstream{line.config()} << text;
}

// Why intake waits, as the daemon says: "free-space", …, "paused"; empty while it is open.
std::string waits_for(const line::Line& line) {
    const auto status = line.status();
    if (status.empty()) return "no daemon";
    const auto& intake = status.at("intake").as_object();
    if (intake.contains("paused")) return "paused";
    const auto& held = intake.at("held").as_array();
    return held.empty() ? "" : std::string{held[0].at("condition").as_string()};
}

TEST(Doors, AMarkedFileIsTakenAndItsMarkerGoesWithIt) {
    line::Line line{{.settings = "    completeness: marker\n"}};
    line.start_sandbox();
    line.start();
    line.drop("waits.xml", line::declaration("M-1", "REF-1"));
    line.drop("goes.xml", line::declaration("M-2", "REF-2"));
    put(line, "OutBox/goes.xml.done", "");
    const auto only_one_waits = [&] {
        return line.outcomes() == 1 &&
               line.names("OutBox") == std::vector<std::string>{"waits.xml"};
    };
    ASSERT_TRUE(line::becomes_true(only_one_waits, patience)) << line.daemon().words();
    EXPECT_THAT(line.kinds("M-2"), Contains("approved"));
    put(line, "OutBox/waits.xml.done", "");
    ASSERT_TRUE(line.settles(2, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.unsound(), IsEmpty());
}

// "FILE-INCOMPLETE … digest differs: say both".
TEST(Doors, AWrongDigestIsRejectedWithBoth) {
    line::Line line{{.settings = "    completeness: digest\n"}};
    line.start_sandbox();
    set_intake(line, ", incomplete_after: 1s");
    line.start();
    const std::string claimed(64, 'a');
    put(line, "OutBox/x.xml.sha256", claimed + " *x.xml\n");
    line.drop("x.xml", line::declaration("D-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    const auto receipts = line.receipts();
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_THAT(receipts[0].problems(), ElementsAre("FILE-INCOMPLETE"));
    EXPECT_THAT(receipts[0].bytes, HasSubstr(claimed));
    EXPECT_THAT(line.names("OutBox"), IsEmpty());
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.unsound(), IsEmpty());
}

// "A mailbox with receipts: outcomes gets no progress receipts (they stay in the ledger)".
TEST(Doors, AMailboxMayHaveOutcomesOnly) {
    line::Line line{{.settings = "    receipts: outcomes\n"}};
    line.start_sandbox();
    line.start();
    line.drop("x.xml", line::declaration("O-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
    std::set<std::string> stages;
    for (const line::Receipt& each : line.receipts()) stages.insert(each.stage());
    EXPECT_FALSE(stages.contains("progress"));
    EXPECT_TRUE(stages.contains("outcome"));
    std::size_t kept = 0, of_progress = 0;
    for (const auto& each :
         fs::recursive_directory_iterator{line.folder() / "spool/.archive/acme"}) {
        if (!each.is_regular_file() || each.path().parent_path().filename() == "originals")
            continue;
        ++kept;
        of_progress += content(each.path()).find(" stage=\"progress\"") != std::string::npos;
    }
    EXPECT_GT(of_progress, 0u);
    EXPECT_EQ(kept, line.names("InBox").size() + of_progress);
}

TEST(Doors, AnOperatorPausesAndResumes) {
    line::Line line;
    line.start_sandbox();
    line.start();
    EXPECT_EQ(line.permitctl({"pause", "intake"}).status, 64);
    EXPECT_EQ(line.permitctl({"pause", "intake", "--for", "soon", "--reason", "x"}).status, 64);
    const auto paused = line.permitctl({"pause", "intake", "--reason", "moving the disk"});
    EXPECT_EQ(paused.status, 0) << paused.errors;
    EXPECT_THAT(line.permitctl({"status"}).out,
                testing::AllOf(HasSubstr("paused since"), HasSubstr("moving the disk")));
    line.drop("x.xml", line::declaration("P-1", "REF-1"));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(waits_for(line), "paused");
    EXPECT_THAT(line.names("OutBox"), ElementsAre("x.xml"));
    EXPECT_EQ(line.permitctl({"resume", "intake"}).status, 0);
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_EQ(line.permitctl({"pause", "intake", "--for", "1s", "--reason", "x"}).status, 0);
    line.drop("y.xml", line::declaration("P-2", "REF-2"));
    ASSERT_TRUE(line.settles(2, patience)) << line.daemon().words();
    EXPECT_THAT(line.daemon().words(),
                testing::AllOf(HasSubstr("intake-paused"), HasSubstr("intake-resumed")));
    // A restart resumes.
    EXPECT_EQ(line.permitctl({"pause", "intake", "--reason", "x"}).status, 0);
    EXPECT_EQ(line.stop(), 0);
    line.start();
    EXPECT_EQ(waits_for(line), "");
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
