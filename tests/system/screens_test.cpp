// What permitctl shows of the ministry's screens and of what is stuck, with the real daemon
// (operations.md 3).
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using line::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* fields_page = PERMITD_SOURCE "/systemd/README.md";

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string each; std::getline(in, each);) lines.push_back(each);
    return lines;
}

std::vector<json::object> rows_of(const std::string& text) {
    std::vector<json::object> rows;
    for (const std::string& each : lines_of(text)) rows.push_back(json::parse(each).as_object());
    return rows;
}

std::string text_of(const json::object& row, const char* name) {
    return std::string{row.at(name).as_string()};
}

// One daemon for all of them: an application that was approved and cleared, one that was rejected.
class Screens : public testing::Test {
protected:
    static void SetUpTestSuite() {
        line_ = new line::Line{{.scenario = "at-once.yaml"}};
        line_->start_sandbox();
        line_->start();
        // An operator's day in small, so that there is a journal.
        told({"pause", "dispatch", "--reason", "maintenance"});
        line_->drop("good.xml", line::declaration("SCR-1", "PO-1"));
        ASSERT_TRUE(line::becomes_true(
            [] {
                return line_->permitctl({"hold", "SCR-1", "--reason", "look"}).status == 0;
            },
            line::patience));
        told({"release", "SCR-1", "--reason", "looked at"});
        told({"resume", "dispatch", "--reason", "done"});
        ASSERT_TRUE(line_->settles(1, milliseconds{60'000})) << line_->daemon().words();
        line_->drop("bad.xml", line::sample("invalid/RULE-YEAR.xml"));
        ASSERT_TRUE(line_->settles(2, milliseconds{60'000})) << line_->daemon().words();
        ASSERT_TRUE(line::becomes_true(
            [] {
                return told({"--json", "applications"}).find("APPROVED") != std::string::npos &&
                       !rows_of(told({"--json", "customs", "--state", "RECEIVED"})).empty() &&
                       told({"--json", "clearances", licence()}).find("declaration_no") !=
                           std::string::npos;
            },
            line::patience));
    }
    static void TearDownTestSuite() {
        EXPECT_EQ(line_->stop(), 0);
        delete line_;
        line_ = nullptr;
    }

    static std::string told(std::vector<std::string> arguments) {
        return line_->permitctl(std::move(arguments)).out;
    }
    static std::string licence() {
        return text_of(rows_of(told({"--json", "applications"})).at(0), "licence_no");
    }
    static line::Ended in_shell(const std::string& command) {
        return line::run({"/bin/sh", "-c",
                          "ctl() { " + line_->program("permitctl") + " --config " +
                              line_->config().string() + " \"$@\"; }; " + command},
                         line_->environment(), line_->folder());
    }

    static line::Line* line_;
};
line::Line* Screens::line_ = nullptr;

// The same rows as the messages' (messages.md 3.3, user manual 3 to 7), with the same conditions.
TEST_F(Screens, ListsWhatAnEnterpriseSees) {
    const auto rows = rows_of(told({"--json", "applications"}));
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(text_of(rows[0], "application_ref"), "PO-1");
    EXPECT_EQ(text_of(rows[0], "state"), "APPROVED");
    for (const std::vector<std::string>& found :
         std::vector<std::vector<std::string>>{{"--state", "APPROVED,DRAFT"},
                                               {"--mailbox", "acme"},
                                               {"--sender", "91110108MA0000015T"},
                                               {"--from", "2026-11-22", "--to", "2026-11-22"},
                                               {"--reference", "PO-1"},
                                               {"--licence", licence()}}) {
        std::vector<std::string> asked{"--json", "applications"};
        asked.insert(asked.end(), found.begin(), found.end());
        EXPECT_EQ(rows_of(told(asked)).size(), 1u) << found.at(0);
    }
    for (const std::vector<std::string>& none :
         std::vector<std::vector<std::string>>{{"--state", "DRAFT"},
                                               {"--to", "2026-11-21"},
                                               {"--reference", "PO-2"},
                                               {"--commodity", "0000"},
                                               {"--page", "2"}}) {
        std::vector<std::string> asked{"--json", "applications"};
        asked.insert(asked.end(), none.begin(), none.end());
        EXPECT_EQ(told(asked), "") << none.at(0);
    }
    EXPECT_EQ(rows_of(told({"--json", "customs", "--reference", "PO-1"})).size(), 1u);
    const auto balance = rows_of(told({"--json", "balance", licence()})).at(0);
    EXPECT_EQ(balance.at("clearances").as_array().size(), 1u);
    EXPECT_EQ(text_of(balance, "quantity_left"), "0");
    EXPECT_EQ(rows_of(told({"--json", "clearances", licence()})).size(), 1u);
}

// Pages follow each other without a gap, and the last one says that it is (hardening: bounded).
TEST_F(Screens, PagesHaveNoGaps) {
    std::vector<std::string> codes;
    for (int page = 1;; ++page) {
        const auto rows = rows_of(
            told({"--json", "commodities", "--limit", "50", "--page", std::to_string(page)}));
        if (rows.empty()) break;
        EXPECT_LE(rows.size(), 50u);
        for (const json::object& each : rows) codes.push_back(text_of(each, "commodity_code"));
    }
    EXPECT_GT(codes.size(), 100u);
    EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end()));
    EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), codes.size());
    EXPECT_THAT(told({"commodities", "--limit", "2"}), HasSubstr("--page 2"));
    EXPECT_EQ(rows_of(told({"--json", "commodities", "--name", "汽轮机", "--code", "8406"})).size(),
              rows_of(told({"--json", "codes", "commodities", "汽轮机"})).size());
}

// Exit codes by sysexits, with what is wrong and what to do.
TEST_F(Screens, SaysWhatIsWrongWithAQuestion) {
    const auto wrong = [](std::vector<std::string> arguments, int status, const char* text) {
        const line::Ended ended = line_->permitctl(std::move(arguments));
        EXPECT_EQ(ended.status, status) << ended.errors;
        EXPECT_THAT(ended.errors, HasSubstr(text));
        EXPECT_EQ(ended.out, "");
    };
    wrong({"applications", "--state", "LOST"}, 64, "TRANSFER_FAILED");
    wrong({"applications", "--from", "yesterday"}, 64, "created_from wants a day");
    wrong({"applications", "--sender", "acme"}, 64, "USCC");
    wrong({"applications", "--mailbox", "nobody"}, 64, "there is no mailbox nobody");
    wrong({"customs", "--state", "APPROVED"}, 64, "NOT_SENT");
    wrong({"balance", "26-XX-000000"}, 66, "there is no licence 26-XX-000000");
    wrong({"list", "--state", "LOST"}, 64, "IN_DOUBT");
    wrong({"show", "ALL"}, 64, "ALL wants a --state");
    wrong({"print", "PO-9", "-o", "/nowhere/form.pdf"}, 66, "there is no application PO-9");
    wrong({"validate", "--mailbox", "nobody", line_->config()}, 66, "there is no mailbox nobody");
    wrong({"codes", "no-such-list"}, 66, "permitctl codes names them");
    wrong({"codes", "countries", "Atlantis"}, 66, "Atlantis");
}

// The form comes through the daemon, into a file of the asker's alone that is never overwritten
// unasked.
TEST_F(Screens, PrintsIntoAFileOfItsOwn) {
    const std::string file = line_->folder() / "form.pdf";
    const line::Ended first = line_->permitctl({"print", "PO-1", licence(), "-o", file});
    ASSERT_EQ(first.status, 0) << first.errors;
    const std::string form = content_of(file);
    EXPECT_EQ(form.substr(0, 5), "%PDF-");
    struct stat found {};
    ASSERT_EQ(::stat(file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0600u);
    const line::Ended again = line_->permitctl({"print", "PO-1", "-o", file});
    EXPECT_EQ(again.status, 73);
    EXPECT_THAT(again.errors, HasSubstr("--force"));
    EXPECT_EQ(content_of(file), form);
    ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
    EXPECT_EQ(line_->permitctl({"print", "PO-1", "-o", file, "--force"}).status, 0);
    EXPECT_LT(content_of(file).size(), form.size());  // one form instead of two
    ASSERT_EQ(::stat(file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0600u);
    const std::string link = line_->folder() / "link.pdf";
    fs::create_symlink(line_->folder() / "elsewhere", link);
    EXPECT_EQ(line_->permitctl({"print", "PO-1", "-o", link, "--force"}).status, 74);
    EXPECT_FALSE(fs::exists(line_->folder() / "elsewhere"));
}

// With --mailbox the daemon judges against what it holds, and keeps nothing.
TEST_F(Screens, JudgesAsIfItWereDropped) {
    const auto judged = [](const std::string& bytes) {
        const fs::path file = line_->folder() / "judged.xml";
        std::ofstream{file} << bytes;
        return line_->permitctl({"validate", "--mailbox", "acme", file});
    };
    const line::Ended good = judged(line::declaration("SCR-9", "PO-9"));
    EXPECT_EQ(good.status, 0) << good.out << good.errors;
    EXPECT_THAT(good.out, HasSubstr("would be answered: accepted PO-9"));
    const line::Ended state = judged(line::declaration("SCR-9", "PO-1"));
    EXPECT_EQ(state.status, 65);
    EXPECT_THAT(state.out, testing::ContainsRegex("judged.xml:[0-9]+:[0-9]+: error FLOW-STATE: "));
    EXPECT_THAT(judged(line::declaration("SCR-1", "PO-1")).out,
                HasSubstr("would be answered: duplicate"));
    EXPECT_THAT(judged(line::declaration("SCR-1", "PO-2")).out, HasSubstr("DUP-MESSAGE-ID"));
    EXPECT_THAT(judged(line::sample("invalid/AUTH-SENDER.xml")).out, HasSubstr("AUTH-SENDER"));
    // Foreign bytes: a finding, never the daemon's end.
    const line::Ended hostile = judged(line::sample("invalid/XML-DOCTYPE.xml"));
    EXPECT_EQ(hostile.status, 65);
    EXPECT_THAT(hostile.out, HasSubstr("XML-DOCTYPE"));
    EXPECT_THAT(judged("<Message").out, HasSubstr("XML-MALFORMED"));
    const line::Ended batch = judged(line::sample("valid/21-batch.xml"));
    EXPECT_EQ(batch.status, 65);
    EXPECT_THAT(batch.errors, HasSubstr("leave --mailbox out"));
    EXPECT_EQ(line_->permitctl({"show", "SCR-9"}).status, 66);
    EXPECT_EQ(line_->status().at("receipts_waiting").as_int64(), 0);
}

// Ids from arguments, from standard input, all of a state.
TEST_F(Screens, TakesIdsFromWhereverTheyCome) {
    EXPECT_THAT(in_shell("echo 'SCR-1 and more' | ctl show -").out, HasSubstr("PO-1"));
    const line::Ended all = in_shell("ctl --json explain ALL --state SETTLED");
    EXPECT_EQ(rows_of(all.out).size(), 1u);
    const auto rejected = rows_of(in_shell("ctl --json show ALL --state REJECTED").out);
    ASSERT_EQ(rejected.size(), 1u);
    EXPECT_EQ(text_of(rejected[0], "state"), "REJECTED");
    const line::Ended partly = in_shell("printf 'NO-SUCH\\nSCR-1\\n' | ctl show -");
    EXPECT_EQ(partly.status, 66);
    EXPECT_THAT(partly.out, HasSubstr("SCR-1"));
}

std::set<std::string> names_in(const std::string& cell) {
    std::set<std::string> names;
    std::istringstream in{cell};
    for (std::string each; in >> each;) names.insert(each.substr(1, each.size() - 2));
    return names;
}

// The objects at a path such as subjects/tries.
std::vector<json::object> at_path(const std::vector<json::object>& rows, const std::string& path) {
    std::vector<json::object> found = rows;
    std::istringstream in{path};
    for (std::string name; std::getline(in, name, '/');) {
        std::vector<json::object> deeper;
        for (const json::object& each : found)
            if (each.contains(name))
                for (const json::value& one : each.at(name).as_array())
                    deeper.push_back(one.as_object());
        found = std::move(deeper);
    }
    return found;
}

// systemd/README.md, "What permitctl says": each command's fields are those that come.
TEST_F(Screens, SaysTheFieldsThatAreDocumented) {
    const std::string receipt = line_->folder() / "spool/acme/InBox" / line_->names("InBox").at(0);
    const std::map<std::string, std::vector<std::string>> commands{
        {"list", {"list", "--state", "ALL"}},
        {"explain", {"explain", "ALL", "--state", "SETTLED"}},
        {"actions", {"actions", "--limit", "9"}},
        {"balance", {"balance", licence()}},
        {"hold", {"hold", "SCR-1", "--reason", "too late"}},
        {"resume", {"resume", "results", "--reason", "nothing is paused"}},
        {"clearances", {"clearances", licence()}},
        {"print", {"print", "PO-1", "--force", "-o", line_->folder() / "fields.pdf"}},
        {"export",
         {"export", "--evidence", "PO-1", "--force", "--archive",
          line_->folder() / "spool/.archive", "-o", line_->folder() / "fields.tar"}},
        {"render", {"render", receipt, "--force", "-o", line_->folder()}},
        {"validate", {"validate", PERMITD_SOURCE "/tests/journeys/samples/invalid/RULE-YEAR.xml"}}};
    const std::string page = content_of(fields_page);
    const auto from = page.find("<!-- begin of fields"), to = page.find("<!-- end of fields");
    ASSERT_NE(to, std::string::npos);
    std::size_t held = 0;
    for (const std::string& each : lines_of(page.substr(from, to - from))) {
        std::smatch cells;
        static const std::regex row{
            "\\| `([a-z]+)` \\| `?([a-z/]*)`? ?\\| ?([^|]*)\\| ?([^|]*)\\|"};
        if (!std::regex_match(each, cells, row)) continue;
        SCOPED_TRACE(each.substr(0, 60));
        const auto command = commands.find(cells[1]);
        std::vector<std::string> asked{"--json"};
        if (command == commands.end())
            asked.push_back(cells[1]);
        else
            asked.insert(asked.end(), command->second.begin(), command->second.end());
        if (cells[1] == "explain" && cells[2] == "findings") asked.back() = "REJECTED";
        const auto rows = at_path(rows_of(told(asked)), cells[2]);
        EXPECT_FALSE(rows.empty());
        const std::set<std::string> always = names_in(cells[3]), perhaps = names_in(cells[4]);
        for (const json::object& one : rows) {
            for (const std::string& name : always) EXPECT_TRUE(one.contains(name)) << name;
            for (const auto& [name, value] : one) {
                const std::string known{name};
                EXPECT_TRUE(always.contains(known) || perhaps.contains(known)) << known;
            }
        }
        ++held;
    }
    EXPECT_GE(held, 25u);
}

TEST_F(Screens, IsInColourWhereThatIsWanted) {
    EXPECT_THAT(told({"--color", "always", "list", "--state", "ALL"}),
                HasSubstr("\x1b[31mREJECTED"));
    EXPECT_THAT(told({"list", "--state", "ALL"}), Not(HasSubstr("\x1b")));
    EXPECT_EQ(line_->permitctl({"--color", "often", "status"}).status, 64);
    EXPECT_EQ(line_->permitctl({"--lang", "de", "status"}).status, 64);
    EXPECT_THAT(in_shell("LC_ALL=zh_CN.UTF-8 ctl status").out, HasSubstr("待处理"));
    EXPECT_THAT(in_shell("LC_ALL= LC_MESSAGES= LANG=zh_CN ctl --lang en status").out,
                HasSubstr("to do"));
}

// Every command says by an example how it is used.
TEST_F(Screens, HelpHasAnExample) {
    for (const char* command : {"status", "list", "show", "explain", "mailboxes", "applications",
                                "commodities", "customs", "balance", "clearances", "print", "codes",
                                "schemas", "validate", "receipts", "render", "export"}) {
        const line::Ended help = line_->permitctl({command, "--help"});
        EXPECT_EQ(help.status, 0) << command;
        EXPECT_THAT(help.out, testing::ContainsRegex("Examples?:")) << command;
    }
}

// An operator who has never seen permitd: status names the trouble and the next command, list the
// message, its reason and the remedy, explain the whole story (operations.md 3).
TEST(StuckMessage, IsFoundWithItsReasonAndRemedy) {
    line::Line line;
    line.start_sandbox();
    line.end_sandbox();  // its port is known, and nobody listens there
    line.start();
    line.drop("stuck.xml", line::declaration("STUCK-1", "PO-1"));
    ASSERT_TRUE(line::becomes_true(
        [&] {
            return line.permitctl({"--json", "list"}).out.find("last_error") != std::string::npos;
        },
        line::patience))
        << line.daemon().words();
    EXPECT_THAT(line.permitctl({"status"}).out, HasSubstr("WAITING 1"));
    const std::string list = line.permitctl({"list"}).out;
    EXPECT_THAT(list, AllOf(HasSubstr("STUCK-1"), HasSubstr("PO-1"), HasSubstr("WAITING"),
                            HasSubstr("What to do"), HasSubstr("look at the network")));
    EXPECT_THAT(line.permitctl({"explain", "STUCK-1"}).out,
                AllOf(testing::ContainsRegex("reason +[^\n]*onnect"),
                      testing::ContainsRegex("what to do +[^\n]*network"), HasSubstr("ATTEMPT")));
    EXPECT_THAT(line.permitctl({"--lang", "zh", "explain", "STUCK-1"}).out, HasSubstr("网络"));
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
