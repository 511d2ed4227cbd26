// permitctl export --evidence on a real line: what operators hand to whoever doubts, and what he
// does with it (spool/README.md, "For auditors").
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// Two applications that were approved; an operator held the first one for a while.
class Evidence : public testing::Test {
protected:
    static void SetUpTestSuite() {
        line_ = new line::Line{{.scenario = "at-once.yaml"}};
        line_->start_sandbox();
        line_->start();
        changed({"pause", "dispatch"});
        line_->drop("one.xml", line::declaration("EV-1", "PO-1"));
        ASSERT_TRUE(
            line::becomes_true([] { return !line_->kinds("EV-1").empty(); }, line::patience));
        changed({"hold", "EV-1"});
        changed({"release", "EV-1"});
        changed({"resume", "dispatch"});
        line_->drop("two.xml", line::declaration("EV-2", "PO-2"));
        ASSERT_TRUE(line_->settles(2, line::patience)) << line_->daemon().words();
    }
    static void TearDownTestSuite() {
        delete line_;
        line_ = nullptr;
    }
    static void changed(std::vector<std::string> command) {
        command.insert(command.end(), {"--reason", "asked | by phone"});
        const line::Ended ended = line_->permitctl(command);
        ASSERT_EQ(ended.status, EX_OK) << ended.errors;
    }
    static line::Ended exported(std::vector<std::string> more) {
        more.insert(more.begin(), {"--json", "export", "--force", "-o", tar()});
        return line_->permitctl(more);
    }
    static fs::path tar() { return line_->folder() / "a.tar"; }
    static json::object told(const line::Ended& ended) {
        return json::parse(ended.out).as_object();
    }
    static std::string missing(const line::Ended& ended) {
        return json::serialize(told(ended).at("missing"));
    }
    static line::Ended run(const std::vector<std::string>& command) {
        return line::run(command, {{"PATH", "/usr/bin:/bin"}}, line_->folder());
    }
    // Where it is unpacked.
    static fs::path unpacked(const std::string& id) {
        const fs::path out = line_->folder() / "unpacked";
        fs::remove_all(out);
        fs::create_directory(out);
        const line::Ended ended = run({"/bin/tar", "-xf", tar(), "-C", out});
        EXPECT_EQ(ended.status, 0) << ended.errors;
        return out / ("evidence-" + id);
    }
    // The commands of the page, as they stand there, in the directory that it stands in.
    static line::Ended checked(const fs::path& folder, const std::string& page) {
        const std::string text = content_of(folder / page), begin = "```sh\n";
        const std::size_t from = text.find(begin) + begin.size();
        std::ofstream{line_->folder() / "check.sh"}
            << text.substr(from, text.find("```\n", from) - from);
        const fs::path key = fs::directory_iterator { archive() / "keys" } -> path();
        return run({"/bin/sh", "-c", "cd \"$1\" && sh ../../check.sh \"$2\"", "-", folder, key});
    }
    static fs::path archive() { return line_->folder() / "spool/.archive"; }

    static line::Line* line_;
};
line::Line* Evidence::line_ = nullptr;

TEST_F(Evidence, IsWholeAndFoundRightByItsOwnPage) {
    line::Ended ended;
    // The head is signed within a second.
    ASSERT_TRUE(line::becomes_true(
        [&] {
            ended = exported({"--evidence", "PO-1"});
            return ended.status == EX_OK && ended.errors.find("signature") == std::string::npos;
        },
        line::patience))
        << ended.errors;
    const std::string bytes = content_of(tar());
    EXPECT_EQ(exported({"--evidence", "PO-1"}).status, EX_OK);
    EXPECT_TRUE(content_of(tar()) == bytes) << "the same evidence, the same bytes";
    struct stat found {};
    ASSERT_EQ(::stat(tar().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0600u);

    const fs::path folder = unpacked("PO-1");
    for (const char* page : {"README.en.md", "README.zh.md"}) {
        const line::Ended check = checked(folder, page);
        EXPECT_EQ(check.status, 0) << page << check.errors;
        EXPECT_THAT(check.out, StartsWith("ok: "));
        EXPECT_THAT(content_of(folder / page), HasSubstr("asked \\| by phone"));
    }
    std::size_t receipts = 0, originals = 0;
    for (const auto& each : fs::recursive_directory_iterator{folder / "archive/acme"}) {
        if (!each.is_regular_file()) continue;
        if (each.path().parent_path().filename() == "originals") {
            ++originals;
            EXPECT_EQ(content_of(each.path()), line::declaration("EV-1", "PO-1"));
        } else if (each.path().extension() == ".xml") {
            ++receipts;
            const fs::path box = line_->folder() / "spool/acme/InBox" / each.path().filename();
            EXPECT_EQ(content_of(each.path()), content_of(box));
            EXPECT_THAT(content_of(each.path()), HasSubstr("PO-1"));
        }
    }
    EXPECT_EQ(originals, 1u);
    EXPECT_EQ(told(ended).at("receipts").as_int64(), static_cast<std::int64_t>(receipts));
    EXPECT_GE(receipts, 4u);

    const json::object story = json::parse(content_of(folder / "messages.json")).as_object();
    EXPECT_EQ(story.at("message_id").as_string(), "EV-1");
    EXPECT_EQ(story.at("actions").as_array().size(), 2u);
    const json::array& tries = story.at("subjects").as_array().at(0).at("tries").as_array();
    ASSERT_FALSE(tries.empty());
    const std::string digest{tries[0].at("request_sha256").as_string()};
    EXPECT_THAT(content_of(folder / "README.en.md"), HasSubstr('`' + digest + '`'));

    const fs::path original = *fs::directory_iterator{folder / "archive/acme/2026/11/22/originals"};
    std::ofstream{original, std::ios::app} << ' ';
    EXPECT_THAT(checked(folder, "README.en.md").errors,
                AllOf(StartsWith("CHANGED: "), HasSubstr(original.filename().string())));
}

// On a copy elsewhere, and where permitd is stopped: what it could not be asked is told, on the
// page too.
TEST_F(Evidence, IsHadFromACopyWithoutADaemon) {
    const fs::path copy = line_->folder() / "copy";
    fs::copy(archive(), copy, fs::copy_options::recursive);
    const line::Ended ended = exported({"--evidence", "EV-2", "--archive", copy});
    EXPECT_EQ(ended.status, EX_OK) << ended.errors;
    EXPECT_THAT(missing(ended), HasSubstr("it was not asked, as an archive was named"));
    const fs::path folder = unpacked("EV-2");
    EXPECT_FALSE(fs::exists(folder / "messages.json"));
    EXPECT_THAT(content_of(folder / "README.en.md"), HasSubstr("- what permitd knows"));
    EXPECT_THAT(content_of(folder / "README.zh.md"), HasSubstr("因指定了归档，未询问"));
    fs::remove_all(copy);

    EXPECT_EQ(line_->stop(), 0);
    const line::Ended stopped = exported({"--evidence", "EV-2"});
    EXPECT_EQ(stopped.status, EX_OK) << stopped.errors;
    EXPECT_THAT(stopped.errors, HasSubstr("it does not answer"));
    EXPECT_THAT(missing(stopped), Not(HasSubstr("proof of")));
    EXPECT_EQ(checked(unpacked("EV-2"), "README.zh.md").status, 0);
    line_->start();
}

TEST_F(Evidence, SaysWhatIsWrongWithTheQuestion) {
    EXPECT_EQ(exported({}).status, EX_USAGE);
    EXPECT_EQ(exported({"--evidence", "../x"}).status, EX_USAGE);
    const line::Ended unknown = exported({"--evidence", "PO-404"});
    EXPECT_EQ(unknown.status, EX_NOINPUT);
    EXPECT_THAT(unknown.errors, HasSubstr("names PO-404"));
    EXPECT_EQ(exported({"--evidence", "PO-1", "--mailbox", "beta"}).status, EX_NOINPUT);
    std::ofstream{line_->folder() / "there.tar"} << "mine";
    EXPECT_EQ(
        line_->permitctl({"export", "--evidence", "PO-1", "-o", line_->folder() / "there.tar"})
            .status,
        EX_CANTCREAT);
    EXPECT_EQ(content_of(line_->folder() / "there.tar"), "mine");
    const fs::path copy = line_->folder() / "copies";
    fs::create_directory(copy);
    for (const char* mailbox : {"acme", "beta"})
        fs::copy(archive() / "acme", copy / mailbox, fs::copy_options::recursive);
    const line::Ended both = exported({"--evidence", "PO-1", "--archive", copy});
    EXPECT_EQ(both.status, EX_USAGE);
    EXPECT_THAT(both.errors, HasSubstr("several mailboxes (acme, beta)"));
    EXPECT_EQ(exported({"--evidence", "PO-1", "--archive", copy, "--mailbox", "beta"}).status,
              EX_OK);
}

}  // namespace
