// The scripts of spool/README.md, taken from the page and run against a running line: what an
// integrator copies works, under every shell, and bears to be run again after a crash.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::patience;
using testing::HasSubstr;

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const fs::path& file, const std::string& bytes) {
    std::ofstream{file, std::ios::binary} << bytes;
}

// Every block that begins with an interpreter and, behind "# ", the script's name; by that name.
std::map<std::string, std::string> scripts_of(const std::string& page) {
    std::map<std::string, std::string> found;
    const std::string begin = "\n#!", named = "\n# ", end = "\n```\n";
    for (std::size_t at = 0; (at = page.find(begin, at)) != page.npos; ++at) {
        const std::size_t name = page.find(named, at) + named.size();
        const std::size_t name_end = page.find_first_of(" \n", name);
        found[page.substr(name, name_end - name)] = page.substr(at + 1, page.find(end, at) - at);
    }
    return found;
}

class Examples : public testing::TestWithParam<const char*> {
protected:
    Examples() : line_({.scenario = "at-once.yaml"}) {
        scripts_ = scripts_of(content_of(PERMITD_SOURCE "/spool/README.md"));
        for (const auto& [name, text] : scripts_) write(line_.folder() / name, text);
        for (const fs::path& each : {todo_, sent_, read_}) fs::create_directory(each);
        line_.start_sandbox();
        line_.start();
    }
    fs::path box(const std::string& name) const { return line_.folder() / "spool/acme" / name; }

    // `name` is a script without its ending: "drop" is drop.sh or drop.py.
    line::Ended script(const std::string& name, std::vector<std::string> arguments) {
        const std::string interpreter = GetParam();
        const bool python = interpreter.ends_with("python3");
        const std::string file = name + (python ? ".py" : ".sh");
        EXPECT_TRUE(scripts_.contains(file)) << file;
        std::vector<std::string> command{interpreter, line_.folder() / file};
        if (python && name == "fetch") arguments.push_back(line_.folder() / "receipts.db");
        command.insert(command.end(), arguments.begin(), arguments.end());
        return line::run(command, {{"PATH", "/usr/bin:/bin"}}, line_.folder());
    }
    void drop_all() {
        std::vector<std::string> arguments{box("OutBox"), sent_};
        for (const auto& each : fs::directory_iterator{todo_}) arguments.push_back(each.path());
        const line::Ended ended = script("drop", arguments);
        EXPECT_EQ(ended.status, 0) << ended.out << ended.errors;
    }
    // What it printed.
    std::string fetch() {
        const line::Ended ended = script("fetch", {box("InBox"), read_});
        EXPECT_EQ(ended.status, 0) << ended.out << ended.errors;
        EXPECT_EQ(ended.errors, "");
        EXPECT_THAT(line_.names("InBox"), testing::IsEmpty());
        return ended.out;
    }
    std::vector<std::string> in(const fs::path& folder) const {
        std::vector<std::string> names;
        for (const auto& each : fs::directory_iterator{folder})
            names.push_back(each.path().filename());
        std::ranges::sort(names);
        return names;
    }

    line::Line line_;
    std::map<std::string, std::string> scripts_;
    const fs::path todo_ = line_.folder() / "todo", sent_ = line_.folder() / "sent",
                   read_ = line_.folder() / "read";
};

TEST_P(Examples, OfDroppingAndFetchingWorkAndBearToBeRunAgain) {
    write(todo_ / "a.xml", line::declaration("EX-1", "PO-1"));
    write(todo_ / "-b c'$(x).xml", line::declaration("EX-2", "PO-2"));
    write(todo_ / "wrong.xml", "<Message/>");
    drop_all();
    EXPECT_THAT(in(todo_), testing::IsEmpty());
    EXPECT_EQ(in(sent_).size(), 3u);
    ASSERT_TRUE(line_.settles(3, patience)) << line_.daemon().words();
    const std::size_t delivered = line_.names("InBox").size();
    const std::string told = fetch();
    EXPECT_EQ(std::ranges::count(told, '\n'), static_cast<std::ptrdiff_t>(delivered)) << told;
    for (const char* each : {"EX-1", "EX-2", "accepted", "approved", "rejected"})
        EXPECT_THAT(told, HasSubstr(each));
    EXPECT_EQ(in(read_).size(), delivered);
    EXPECT_EQ(fetch(), "");

    // Stopped between the rename and the note of it: dropped twice, declared once.
    fs::copy(sent_ / "a.xml", todo_ / "a.xml");
    drop_all();
    ASSERT_TRUE(line_.settles(1, patience)) << line_.daemon().words();
    EXPECT_THAT(fetch(), HasSubstr("duplicate"));
    EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);

    // A receipt that appears once more, as after a power loss, is taken away and not told.
    const std::string again = in(read_).front();
    fs::copy(read_ / again, box("InBox") / again);
    EXPECT_EQ(fetch(), "");
    EXPECT_EQ(line_.stop(), 0);
}

// Files that belong to a receipt go with it.
TEST_P(Examples, OfFetchingTakeEnclosuresAlong) {
    line_.drop("a.xml", line::declaration("EX-1", "PO-2026-0006"));
    ASSERT_TRUE(line_.settles(1, patience)) << line_.daemon().words();
    line_.drop("print.xml",
               "<Message xmlns='urn:permitd:mep:1'><Header><MessageId>EX-2</MessageId>"
               "<Sender>91110108MA0000015T</Sender><CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt>"
               "</Header><ApplicationPrint><ApplicationRef>PO-2026-0006</ApplicationRef>"
               "</ApplicationPrint></Message>");
    ASSERT_TRUE(line::becomes_true(
        [&] {
            return std::ranges::any_of(line_.names("InBox"), [](const std::string& name) {
                return name.ends_with("_document_EX-2.xml");
            });
        },
        patience))
        << line_.daemon().words();
    EXPECT_THAT(fetch(), HasSubstr("document"));
    EXPECT_THAT(in(read_), testing::Contains(testing::EndsWith(".pdf")));
    EXPECT_EQ(line_.stop(), 0);
}

// A name that waits still is not written over.
TEST_P(Examples, OfDroppingReplaceNothing) {
    EXPECT_EQ(line_.stop(), 0);
    write(box("OutBox") / "a.xml", "the first");
    write(todo_ / "a.xml", "the second");
    drop_all();
    EXPECT_EQ(content_of(box("OutBox") / "a.xml"), "the first");
    EXPECT_EQ(in(todo_), std::vector<std::string>{"a.xml"});
    EXPECT_EQ(line_.names("OutBox"), std::vector<std::string>{"a.xml"});
}

INSTANTIATE_TEST_SUITE_P(Interpreters, Examples,
                         testing::Values("/bin/dash", "/bin/bash", "/usr/bin/python3"),
                         [](const auto& row) { return fs::path{row.param}.filename().string(); });

// A mailbox that demands a proof beside each file takes what the script leaves.
class ProvedExample : public testing::TestWithParam<const char*> {};

TEST_P(ProvedExample, IsTaken) {
    const auto scripts = scripts_of(content_of(PERMITD_SOURCE "/spool/README.md"));
    const std::string proof = GetParam();
    line::Line line{{.settings = "    completeness: " + proof + "\n"}};
    line.start_sandbox();
    line.start();
    const fs::path outbox = line.folder() / "spool/acme/OutBox", file = line.folder() / "a.xml";
    write(line.folder() / "drop-proved.sh", scripts.at("drop-proved.sh"));
    write(file, line::declaration("EX-1", "PO-1"));
    const line::Ended ended =
        line::run({"/bin/dash", line.folder() / "drop-proved.sh", outbox, file},
                  {{"PATH", "/usr/bin:/bin"}, {"PROOF", proof}}, line.folder());
    EXPECT_EQ(ended.status, 0) << ended.errors;
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_THAT(line.kinds("EX-1"), testing::Contains("approved"));
    EXPECT_EQ(line.stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Proofs, ProvedExample, testing::Values("marker", "digest"),
                         [](const auto& row) { return std::string{row.param}; });

TEST(ZipExample, IsTaken) {
    const auto scripts = scripts_of(content_of(PERMITD_SOURCE "/spool/README.md"));
    line::Line line;
    line.start_sandbox();
    line.start();
    write(line.folder() / "zip-and-drop.py", scripts.at("zip-and-drop.py"));
    write(line.folder() / "a.xml", line::declaration("EX-1", "PO-1"));
    const line::Ended ended =
        line::run({"/usr/bin/python3", line.folder() / "zip-and-drop.py",
                   line.folder() / "spool/acme/OutBox", line.folder() / "a.xml"},
                  {{"PATH", "/usr/bin:/bin"}}, line.folder());
    EXPECT_EQ(ended.status, 0) << ended.errors;
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_THAT(line.kinds("EX-1"), testing::Contains("approved"));
    EXPECT_EQ(line.stop(), 0);
}

TEST(AuditorsExample, ChecksTheLedger) {
    const auto scripts = scripts_of(content_of(PERMITD_SOURCE "/spool/README.md"));
    line::Line line;
    line.start_sandbox();
    line.start();
    line.drop("a.xml", line::declaration("EX-1", "PO-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
    write(line.folder() / "audit.sh", scripts.at("audit.sh"));
    const fs::path archive = line.folder() / "spool/.archive";
    const fs::path key = *fs::directory_iterator{archive / "keys"};
    const std::vector<std::string> command{"/bin/dash", line.folder() / "audit.sh", archive, "acme",
                                           key};
    const line::Environment environment{{"PATH", "/usr/bin:/bin"}};
    const line::Ended good = line::run(command, environment, line.folder());
    EXPECT_EQ(good.status, 0) << good.errors;
    EXPECT_THAT(good.out, testing::StartsWith("ok: "));
    for (const auto& each : fs::recursive_directory_iterator{archive})
        if (each.path().parent_path().filename() == "originals") {
            ::chmod(each.path().c_str(), 0644);
            write(each.path(), "changed");
        }
    const line::Ended bad = line::run(command, environment, line.folder());
    EXPECT_EQ(bad.status, 1);
    EXPECT_THAT(bad.errors, HasSubstr("CHANGED OR REMOVED"));
}

}  // namespace
