// Secrets: whatever permitd writes, the ministry account's password is not in it (messages.md 3.1).
#include <gmock/gmock.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;

constexpr const char* password = "S3cret-pass!";
constexpr const char* password_base64 = "UzNjcmV0LXBhc3Mh";

std::string bytes_of(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string in_utf16(const std::string& text) {
    std::string out;
    for (const char c : text) out += {c, '\0'};
    return out;
}

// Every regular file beneath the folder in which the secret stands in one of its spellings.
std::vector<std::string> places_of_secret(const fs::path& folder) {
    std::vector<std::string> places;
    for (const auto& each : fs::recursive_directory_iterator{folder}) {
        if (!each.is_regular_file()) continue;
        const std::string bytes = bytes_of(each.path());
        for (const std::string& spelling :
             {std::string{password}, std::string{password_base64}, in_utf16(password)})
            if (bytes.find(spelling) != std::string::npos) places.push_back(each.path());
    }
    return places;
}

std::string registration(const std::string& id, const std::string& change = {}) {
    std::string text = line::sample("valid/01-registration-submit.xml");
    text.replace(text.find("SAMPLE-0001"), 11, id);
    if (!change.empty()) text.replace(text.find("<Uscc>"), 6, change);
    return text;
}

TEST(Secrets, AreNowhereInWhatIsWritten) {
    line::Line line;
    line.start_sandbox();
    line.start();
    line.drop("registration.xml", registration("R-1"));
    line.drop("binding.xml", line::sample("valid/02-account-binding.xml"));
    ASSERT_TRUE(line.settles(2, line::milliseconds{60'000})) << line.daemon().words();
    // Rejected in every way in which a document can be: torn, invalid, not allowed, malformed.
    const std::string whole = registration("R-2");
    line.drop("invalid.xml", registration("R-3", "<Wrong/><Uscc>"));
    line.drop("again.xml", registration("R-4"));
    line.drop("torn.xml", whole.substr(0, whole.find("pass!") + 9));
    line.drop("duplicate.xml", registration("R-1"));
    std::string other = registration("R-1");
    other.replace(other.find("S3cret-pass!"), 12, "S3cret-pass!2");
    line.drop("other-password.xml", other);
    std::string sender = registration("R-5");
    sender.replace(sender.find("91110108MA0000015T"), 18, "91310115MA1K00023E");
    line.drop("alien.xml", sender);
    ASSERT_TRUE(line.settles(8, line::milliseconds{60'000})) << line.daemon().words();
    EXPECT_THAT(line.kinds("R-1"), testing::Contains("registered"));
    EXPECT_THAT(line.kinds("R-1"), testing::Contains("duplicate"));
    EXPECT_THAT(line.kinds("SAMPLE-0002"), testing::Contains("bound"));
    const line::Ended story = line.permitctl({"explain", "R-1"});
    EXPECT_EQ(story.out.find(password), std::string::npos);
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(places_of_secret(line.folder()), testing::IsEmpty());
}

// While the ministry cannot be reached the password is in the store: sealed.
TEST(Secrets, AreSealedWhileTheyWait) {
    line::Line line;
    line.start_sandbox();
    line.start();
    line.end_sandbox();
    line.drop("registration.xml", registration("R-1"));
    ASSERT_TRUE(line::becomes_true([&] { return line.kinds("R-1").size() == 1; },
                                   line::milliseconds{30'000}))
        << line.daemon().words();
    line.kill_at_once();
    EXPECT_THAT(places_of_secret(line.folder()), testing::IsEmpty());
    struct stat about {};
    ASSERT_EQ(::stat((line.folder() / "state" / "state.key").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777, 0600u);
    // It is delivered all the same.
    line.start_sandbox();
    line.start();
    ASSERT_TRUE(line.settles(1, line::milliseconds{120'000})) << line.daemon().words();
    EXPECT_THAT(line.kinds("R-1"), testing::Contains("registered"));
    EXPECT_EQ(line.stop(), 0);
}

// No core is written and no debugger of the same user may look.
TEST(Secrets, StayOutOfCoreDumps) {
    line::Line line;
    line.start_sandbox();
    line.start();
    std::vector<pid_t> all = line::children_of(line.daemon().pid());
    all.push_back(line.daemon().pid());
    ASSERT_GE(all.size(), 2u);
    for (const pid_t pid : all) {
        const fs::path proc = "/proc/" + std::to_string(pid);
        EXPECT_THAT(bytes_of(proc / "limits"),
                    testing::ContainsRegex("Max core file size +0 +0 +bytes"));
        // What is not dumpable belongs to root in /proc, whoever runs it.
        struct stat about {};
        ASSERT_EQ(::stat((proc / "environ").c_str(), &about), 0);
        EXPECT_EQ(about.st_uid, 0u);
    }
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
