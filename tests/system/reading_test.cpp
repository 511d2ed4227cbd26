// An archive read by people, on a copy and without a daemon: permitctl receipts, permitctl render
// (spool/README.md, "For auditors").
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <sstream>

#include "edi/csv.hpp"
#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using line::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr milliseconds in_time{60'000};

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<json::object> objects_in(const std::string& text) {
    std::vector<json::object> rows;
    std::istringstream in{text};
    for (std::string each; std::getline(in, each);) rows.push_back(json::parse(each).as_object());
    return rows;
}

std::string text_of(const json::object& row, const char* name) {
    return row.contains(name) ? std::string{row.at(name).as_string()} : std::string{};
}

// One archive for all of them: two applications that were approved and cleared, a file that was
// refused. What a test spoils it spoils in a copy of its own.
class Reading : public testing::Test {
protected:
    static void SetUpTestSuite() {
        line_ = new line::Line{{.scenario = "at-once.yaml"}};
        line_->start_sandbox();
        line_->start();
        line_->drop("one.xml", line::declaration("READ-1", "PO-1"));
        line_->drop("two.xml", line::declaration("READ-2", "PO-2"));
        ASSERT_TRUE(line_->settles(2, in_time)) << line_->daemon().words();
        line_->drop("bad.xml", line::sample("invalid/RULE-YEAR.xml"));
        ASSERT_TRUE(line_->settles(3, in_time)) << line_->daemon().words();
        ASSERT_EQ(line_->stop(), 0);
    }
    static void TearDownTestSuite() {
        delete line_;
        line_ = nullptr;
    }
    Reading() {
        fs::copy(line_->folder() / "spool/.archive", copy_, fs::copy_options::recursive);
        std::string day = line::Line::day;
        std::ranges::replace(day, '-', '/');
        shelf_ = copy_ / "acme" / day;
    }
    ~Reading() override { fs::remove_all(copy_); }

    // Without a configuration: the copy stands on an auditor's host.
    line::Ended ctl(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(),
                         {line_->program("permitctl"), "--config", "/nowhere/permitd.yaml"});
        return line::run(arguments, line_->environment(), line_->folder());
    }
    line::Ended listed(std::vector<std::string> arguments = {}) const {
        arguments.insert(arguments.begin(), {"receipts", "--archive", copy_});
        return ctl(std::move(arguments));
    }
    std::vector<std::string> numbers(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "--json");
        const line::Ended ended = listed(std::move(arguments));
        EXPECT_EQ(ended.status, EX_OK) << ended.errors;
        std::vector<std::string> found;
        for (const json::object& each : objects_in(ended.out))
            found.push_back(text_of(each, "number"));
        return found;
    }
    fs::path file_of(const std::string& kind) const {
        std::vector<fs::path> found;
        for (const auto& each : fs::directory_iterator{shelf_})
            if (each.path().filename().string().find('_' + kind + '_') != std::string::npos)
                found.push_back(each.path());
        std::ranges::sort(found);
        return found.at(0);
    }

    static line::Line* line_;
    const fs::path copy_ = line_->folder() / "copy";
    fs::path shelf_;
};
line::Line* Reading::line_ = nullptr;

// The archive and the InBox tell the same, receipt by receipt, in the order of issue.
TEST_F(Reading, ListsEveryReceiptInTheOrderOfIssue) {
    const line::Ended ended = listed({"--json"});
    EXPECT_EQ(ended.status, EX_OK) << ended.errors;
    EXPECT_EQ(ended.errors, "");
    const auto rows = objects_in(ended.out);
    std::vector<line::Receipt> issued = line_->receipts();
    std::ranges::sort(issued, {}, &line::Receipt::name);
    ASSERT_EQ(rows.size(), issued.size());
    ASSERT_GE(rows.size(), 9u);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const line::Receipt& receipt = issued[i];
        EXPECT_EQ(text_of(rows[i], "number"), receipt.name.substr(0, 12));
        EXPECT_EQ(text_of(rows[i], "kind"), receipt.kind());
        EXPECT_EQ(text_of(rows[i], "message_id"), receipt.message_id());
        EXPECT_EQ(text_of(rows[i], "reference"), receipt.root.text_at("Subject/ApplicationRef"));
        EXPECT_EQ(text_of(rows[i], "licence_no"), receipt.root.text_at("LicenceNo"));
        EXPECT_EQ(text_of(rows[i], "mailbox"), "acme");
        EXPECT_EQ(content_of(copy_ / text_of(rows[i], "file")), receipt.bytes);
    }
}

TEST_F(Reading, FindsReceiptsByWhatTheyName) {
    const auto all = numbers({});
    const auto of_one = numbers({"--reference", "PO-1"});
    EXPECT_GE(of_one.size(), 4u);
    EXPECT_LT(of_one.size(), all.size());
    EXPECT_THAT(numbers({"--message", "READ-1"}), testing::IsSubsetOf(of_one));
    const auto approved = objects_in(listed({"--json", "--kind", "approved"}).out);
    ASSERT_EQ(approved.size(), 2u);
    std::string licence = text_of(approved[0], "licence_no");
    const auto of_licence = numbers({"--licence", licence});
    EXPECT_THAT(of_licence, Not(IsEmpty()));
    std::erase(licence, '-');
    EXPECT_EQ(numbers({"--licence", licence, "--reference", text_of(approved[0], "reference")}),
              of_licence);
    EXPECT_EQ(numbers({"--from", line::Line::day, "--to", line::Line::day}), all);
    EXPECT_THAT(numbers({"--from", "2026-11-23"}), IsEmpty());
    EXPECT_THAT(numbers({"--to", "2026-11-21"}), IsEmpty());
    EXPECT_EQ(numbers({"--mailbox", "acme"}), all);
    EXPECT_EQ(numbers({"--kind", "approved,rejected"}).size(), 3u);
}

TEST_F(Reading, IsATableForPeopleAndCsvForSpreadsheets) {
    const line::Ended english = listed({"--lang", "en"});
    EXPECT_THAT(english.out, AllOf(HasSubstr("RECEIPT"), HasSubstr("000000000001"),
                                   HasSubstr("approved"), HasSubstr("RULE-YEAR")));
    EXPECT_THAT(
        listed({"--lang", "zh"}).out,
        AllOf(HasSubstr("许可证号"), HasSubstr("approved 审批通过"), HasSubstr("审批意见")));
    EXPECT_EQ(listed({"--lang", "en", "--reference", "PO-404"}).out, "nothing there\n");
    const line::Ended csv = listed({"--lang", "zh", "--csv"});
    const auto rows = edi::parse_csv(csv.out);
    ASSERT_TRUE(rows) << rows.fault().text;
    EXPECT_THAT(rows->front().cells, ElementsAre("签发时间", "回执", "邮箱", "种类", "报文",
                                                 "申请参考号", "许可证号", "内容", "文件"));
    EXPECT_EQ(rows->size(), numbers({}).size() + 1);
    EXPECT_EQ(std::ranges::count(csv.out, '\r'), static_cast<long>(rows->size()));
    for (const edi::CsvRow& each : *rows) EXPECT_EQ(each.cells.size(), 9u);
    EXPECT_THAT(csv.out, Not(HasSubstr("'")));
    std::ofstream{shelf_ / "000000000999_done_X.xml"}
        << "<Receipt xmlns='urn:permitd:mep:1' number='000000000999' kind='done'><InReplyTo>"
           "<MessageId>=1+1</MessageId></InReplyTo></Receipt>";
    EXPECT_THAT(listed({"--csv", "--kind", "done"}).out, HasSubstr(",done,'=1+1,,"));
}

// Damage is told, hides nothing else, and is known by the exit status.
TEST_F(Reading, TellsWhatIsDamagedOrNobodysAndGoesOn) {
    const std::size_t all = numbers({}).size();
    const fs::path torn = file_of("submitted"), swapped = file_of("approved"),
                   other = file_of("customs-transfer"), link = file_of("accepted");
    fs::resize_file(torn, fs::file_size(torn) / 2);
    fs::remove(swapped);
    fs::copy_file(other, swapped);
    fs::remove(link);
    fs::create_symlink("/etc/passwd", link);
    std::ofstream{shelf_ / "notes.txt"} << "seen";
    const fs::path not_ours = shelf_ / "000000000999_done_X.xml";
    std::ofstream{not_ours} << "<Receipt number='000000000999' kind='done'/>";
    const line::Ended ended = listed({"--json"});
    EXPECT_EQ(ended.status, EX_DATAERR);
    EXPECT_EQ(objects_in(ended.out).size(), all - 3);
    for (const auto& [file, wrong] : std::vector<std::pair<fs::path, const char*>>{
             {torn, "is damaged: it ends in its midst"},
             {swapped, "is not the receipt that its name says"},
             {link, "is no regular file"},
             {shelf_ / "notes.txt", "is nothing that permitd puts there"},
             {not_ours, "is no receipt"}})
        EXPECT_THAT(ended.errors, HasSubstr(file.string() + ' ' + wrong));
    EXPECT_EQ(std::ranges::count(ended.errors, '\n'), 5);
    EXPECT_THAT(ctl({"--lang", "zh", "receipts", "--archive", copy_}).errors,
                HasSubstr("已损坏：内容中途结束"));
}

TEST_F(Reading, SaysWhatIsWrongWithTheQuestion) {
    const auto wrong = [&](std::vector<std::string> arguments, int status, const char* text) {
        const line::Ended ended = ctl(std::move(arguments));
        EXPECT_EQ(ended.status, status) << ended.errors;
        EXPECT_THAT(ended.errors, HasSubstr(text));
        EXPECT_EQ(ended.out, "");
    };
    wrong({"receipts"}, EX_CONFIG, "--archive DIR");
    wrong({"receipts", "--archive", "/nowhere"}, EX_NOINPUT, "/nowhere is no directory");
    wrong({"receipts", "--archive", copy_, "--mailbox", "beta"}, EX_NOINPUT, "it has: acme");
    wrong({"receipts", "--archive", copy_, "--from", "2026-02-30"}, EX_USAGE, "is no day");
    wrong({"receipts", "--archive", copy_, "--from", "2026-2-3"}, EX_USAGE, "is no day");
    wrong({"receipts", "--archive", copy_, "--from", "2026-11-23", "--to", "2026-11-22"}, EX_USAGE,
          "before --from");
    wrong({"receipts", "--archive", copy_, "--kind", "lost"}, EX_USAGE, "lost");
    wrong({"--json", "receipts", "--archive", copy_, "--csv"}, EX_USAGE, "either --csv or --json");
}

// A page is well-formed, has no script, and stands in a file of the asker's alone that is not
// overwritten unasked.
TEST_F(Reading, MakesPagesOfReceipts) {
    const fs::path pages = line_->folder() / "pages";
    fs::create_directory(pages);
    std::vector<std::string> arguments{"--lang", "zh", "render", "-o", pages};
    for (const auto& each : fs::directory_iterator{shelf_})
        if (each.is_regular_file() && each.path().extension() == ".xml")
            arguments.push_back(each.path());
    const line::Ended made = ctl(arguments);
    EXPECT_EQ(made.status, EX_OK) << made.errors;
    EXPECT_EQ(static_cast<std::size_t>(std::distance(fs::directory_iterator{pages}, {})),
              numbers({}).size());
    for (const auto& each : fs::directory_iterator{pages}) {
        struct stat found {};
        ASSERT_EQ(::stat(each.path().c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 07777, 0600u);
        const line::Ended looked =
            line::run({"/usr/bin/xmllint", "--nonet", "--noout", each.path()},
                      {{"PATH", "/usr/bin:/bin"}}, line_->folder());
        EXPECT_EQ(looked.status, 0) << looked.errors;
        EXPECT_THAT(content_of(each.path()), Not(HasSubstr("<script")));
    }
    const fs::path approved = file_of("approved");
    const std::string page = content_of(pages / (approved.stem().string() + ".html"));
    EXPECT_THAT(page, AllOf(HasSubstr("审批意见"), HasSubstr("SHA-256")));
    EXPECT_EQ(ctl({"--lang", "zh", "render", approved}).out, page);
    EXPECT_EQ(ctl(arguments).status, EX_CANTCREAT);
    arguments.emplace_back("--force");
    EXPECT_EQ(ctl(arguments).status, EX_OK);
    fs::remove_all(pages);
}

TEST_F(Reading, MakesNoPageOfWhatIsNoReceipt) {
    const fs::path file = copy_ / "made.xml";
    const auto wrong = [&](const std::string& bytes, const char* text) {
        std::ofstream{file, std::ios::trunc} << bytes;
        const line::Ended ended = ctl({"render", file});
        EXPECT_EQ(ended.status, EX_DATAERR);
        EXPECT_EQ(ended.out, "");
        EXPECT_THAT(ended.errors, HasSubstr(text));
    };
    wrong(line::declaration("READ-9", "PO-9"), "is no receipt: its root is Message");
    wrong("<!DOCTYPE a [<!ENTITY x SYSTEM '/etc/passwd'>]><Receipt>&x;</Receipt>", "XML-DOCTYPE");
    wrong("", "is damaged");
    EXPECT_EQ(ctl({"render", "/nowhere/a.xml"}).status, EX_NOINPUT);
    EXPECT_EQ(ctl({"render", file, file}).status, EX_USAGE);
    EXPECT_EQ(ctl({"render", file, "-o", "/nowhere"}).status, EX_NOINPUT);
}

}  // namespace
