// Least privilege: who may read and write what permitd makes. After a rich story each file and
// directory is held against the table; each row is met, and nothing is there that no row is about.
// Whatever umask permitd was started with.
#include <fnmatch.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "system/line.hpp"
#include "zips.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::patience;

enum class Umask { PassedBy, Counts };
enum class Group { Own, OfTheMailbox };

struct Row {
    const char* pattern;  // of a path; a star ends at a slash
    mode_t mode;          // with the kind
    Group group = Group::Own;
    Umask umask = Umask::PassedBy;
};

constexpr mode_t directory = S_IFDIR, file = S_IFREG, box_mode = directory | 02770;

constexpr Row table[] = {
    {"spool/.spool-id", file | 0640},
    {"spool/.archive", directory | 0750},
    {"spool/.archive/*", directory | 0750},
    {"spool/.archive/*/[0-9][0-9][0-9][0-9]", directory | 0750},
    {"spool/.archive/*/*/[0-9][0-9]", directory | 0750},
    {"spool/.archive/*/*/*/[0-9][0-9]", directory | 0750},
    {"spool/.archive/keys/*.pub.pem", file | 0444},
    {"spool/.archive/*/checkpoint", file | 0444},
    {"spool/.archive/*/*/*/*/SHA256SUMS", file | 0644},
    {"spool/.archive/*/*/*/*/*_*.xml", file | 0444},
    {"spool/.archive/*/*/*/*/*_document_*.pdf", file | 0444},
    {"spool/.archive/*/*/*/*/originals", directory | 0750},
    {"spool/.archive/*/*/*/*/originals/*.xml", file | 0444},
    {"spool/acme", directory | 02750, Group::OfTheMailbox},
    {"spool/acme/OutBox", directory | 03730, Group::OfTheMailbox},
    {"spool/acme/InBox", box_mode, Group::OfTheMailbox},
    {"spool/acme/SentBox", box_mode, Group::OfTheMailbox},
    {"spool/acme/FailBox", box_mode, Group::OfTheMailbox},
    {"spool/acme/SentBox/[0-9]*-[0-9]*-[0-9]*", directory | 02750, Group::OfTheMailbox},
    {"spool/acme/FailBox/[0-9]*-[0-9]*-[0-9]*", directory | 02750, Group::OfTheMailbox},
    // Links to the archive's files: the directory decides who reaches them.
    {"spool/acme/InBox/*_*.xml", file | 0444},
    {"spool/acme/InBox/*_document_*.pdf", file | 0444},
    {"spool/acme/SentBox/*/*", file | 0444},
    {"spool/acme/FailBox/*/*", file | 0444},
    // The queue between a server and the line, and the notes of its courier.
    {"spool/beta", directory | 02750},
    {"spool/beta/OutBox", directory | 03730},
    {"spool/beta/InBox", box_mode},
    {"spool/beta/SentBox", box_mode},
    {"spool/beta/FailBox", box_mode},
    {"spool/beta/.courier", directory | 0700},
    {"state/spool-id", file | 0600},
    {"state", directory | 0700},
    {"state/state.key", file | 0600},
    {"state/ledger.key", file | 0600},
    {"state/batches", directory | 0700},
    {"state/batches/*", file | 0600},
    {"state/restored", file | 0640, Group::Own, Umask::Counts},
    {"state/rules", directory | 0700},
    {"state/rules/1", directory | 0700},
    {"state/rules/1/*", directory | 0700},
    {"state/rules/1/config/*", directory | 0700},
    {"state/rules/1/mapping/partners", directory | 0700},
    {"state/rules/1/mapping/sha*", directory | 0700},
    {"state/rules/1/*/*", file | 0600},
    {"state/rules/1/*/*/*", file | 0600},
    {"state/store", directory | 0750},
    {"state/store/made", file | 0640},
    {"state/store/holder", file | 0640, Group::Own, Umask::Counts},
    {"state/store/manifest-sum", file | 0640, Group::Own, Umask::Counts},
    // RocksDB's: nobody else comes through `state`.
    {"state/store/*", file | 0644, Group::Own, Umask::Counts},
    {"run", directory | 0755},
    {"run/control", S_IFSOCK | 0660},
    {"run/poisoned", file | 0644, Group::Own, Umask::Counts},
};

// A group that the mailbox may be given to: any that is not root's, else our own.
const ::group& group_of_mailbox() {
    const ::group* const found = ::geteuid() == 0 ? ::getgrnam("users") : ::getgrgid(::getegid());
    if (!found) throw std::runtime_error{"this host has no group to test with"};
    return *found;
}

class Modes : public testing::TestWithParam<mode_t> {
protected:
    Modes() {
        fs::remove_all(line_.folder() / "spool/acme");
        line_.setup.settings = "    group: " + std::string{group_of_mailbox().gr_name} +
                               "\n  - name: beta\n    senders: [91310115MA1K00023E]\n    sftp: "
                               "{url: 'sftp://127.0.0.1:1/', user: nobody, key: key, "
                               "known_hosts: known_hosts}\n"
                               "workers: {processes: 2}\n";
        std::ofstream{line_.folder() / "known_hosts"} << '\n';
        std::ofstream{line_.folder() / "key"} << '\n';
        fs::permissions(line_.folder() / "key", fs::perms{0600});
        char octal[8];
        std::snprintf(octal, sizeof octal, "%04o", GetParam());
        line_.setup.before = {"/bin/sh", "-c", std::string{"umask "} + octal + "; exec \"$@\"",
                              "sh"};
    }

    // Every name beneath one of ours is held against the table.
    void walk(const char* beneath) {
        const fs::path root = line_.folder();
        std::vector<fs::path> all;
        if (std::string_view{beneath} != "spool") all.push_back(root / beneath);
        for (const auto& each : fs::recursive_directory_iterator{root / beneath})
            all.push_back(each.path());
        for (const fs::path& each : all) compare(each, each.lexically_relative(root));
    }
    void compare(const fs::path& path, const std::string& name) {
        struct stat about {};
        ASSERT_EQ(::lstat(path.c_str(), &about), 0) << name;
        const auto* const row = std::ranges::find_if(table, [&](const Row& each) {
            return ::fnmatch(each.pattern, name.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
        });
        if (row == std::end(table)) {
            ADD_FAILURE() << name << " is in no row of the table";
            return;
        }
        met_.insert(row->pattern);
        const mode_t hidden = row->umask == Umask::Counts ? GetParam() : 0;
        EXPECT_EQ(about.st_mode, row->mode & ~hidden) << name << std::oct << ' ' << about.st_mode;
        EXPECT_EQ(about.st_uid, ::geteuid()) << name;
        const gid_t group = row->group == Group::Own ? ::getegid() : group_of_mailbox().gr_gid;
        EXPECT_EQ(about.st_gid, group) << name;
    }

    void drop_story();
    void expect_working_copies();

    line::Line line_{{.program = "hooked-permitd"}};
    std::set<std::string> met_;
};

// Outcomes: 3 + 1 approved, a print, two refused, one harmful, a batch of five.
constexpr std::size_t outcomes = 4 + 1 + 2 + 1 + 6;

void Modes::drop_story() {
    line_.drop("3.xml", line::sample("valid/03-application-single-machine.xml"));
    line_.drop("4.xml", line::sample("valid/04-application-multi-batch.xml"));
    line_.drop("6.xml", line::declaration("M-6", "M-6"));
    line_.drop("zip.zip",
               tests::zip_of({{.name = "zip.xml", .packed = line::declaration("M-ZIP", "M-ZIP")}}));
    ASSERT_TRUE(line_.settles(4, patience)) << line_.daemon().words();
    line_.drop("13.xml", line::sample("valid/13-print.xml"));
    line_.drop("alien.xml", "<alien/>");
    line_.drop("torn.xml", "<Message></");
    line_.drop("harm.xml", line::declaration("M-HARM", "M-HARM", "<?permitd-test crash?>"));
    line_.drop("21.xml", line::sample("valid/21-batch.xml"));
    ASSERT_TRUE(line_.settles(outcomes, patience)) << line_.outcomes() << line_.daemon().words();
}

// While a large batch is being taken, there is a copy to work from.
void Modes::expect_working_copies() {
    std::string batch = line::sample("valid/21-batch.xml");
    const std::size_t begin = batch.find("<Message>\n"), end = batch.find("</Batch>");
    const std::string five = batch.substr(begin, end - begin);
    for (int i = 0; i < 200; ++i) batch.insert(end, five);
    line_.drop("many.xml", batch);
    const fs::path copies = line_.folder() / "state/batches";
    ASSERT_TRUE(line::becomes_true([&] { return !fs::is_empty(copies); }, patience))
        << line_.daemon().words();
    ::kill(line_.daemon().pid(), SIGSTOP);
    walk("state/batches");
    ::kill(line_.daemon().pid(), SIGCONT);
}

TEST_P(Modes, OfWhatIsMadeAreThoseOfTheTable) {
    line_.start_sandbox();
    line_.start();
    ASSERT_NO_FATAL_FAILURE(drop_story());
    for (const char* beneath : {"spool", "state", "run"}) walk(beneath);
    ASSERT_NO_FATAL_FAILURE(expect_working_copies());
    line_.kill_at_once();

    // A lost state leaves a list of what was forgotten, and a failed sync its mark.
    fs::copy_file(line_.folder() / "state/ledger.key", line_.folder() / "ledger.key");
    fs::remove_all(line_.folder() / "state");
    fs::create_directory(line_.folder() / "state");
    fs::permissions(line_.folder() / "state", fs::perms::owner_all);
    fs::rename(line_.folder() / "ledger.key", line_.folder() / "state/ledger.key");
    line_.start();
    std::ofstream{line_.folder() / "disk-fails"} << '\n';
    line_.drop("last.xml", line::declaration("M-LAST", "M-LAST"));
    ASSERT_EQ(line_.daemon().ended(patience), 74) << line_.daemon().words();
    for (const char* beneath : {"state", "run"}) walk(beneath);

    for (const Row& each : table)
        EXPECT_TRUE(met_.contains(each.pattern)) << each.pattern << " was never met";
}

INSTANTIATE_TEST_SUITE_P(Umask, Modes, testing::Values(0, 077), [](const auto& umask) {
    return umask.param == 0 ? "of_nothing" : "of_all_others";
});

}  // namespace
