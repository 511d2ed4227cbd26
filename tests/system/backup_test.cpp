// permitctl backup and restore with the real programs (operations.md 3: "consistent while running";
// 6: "tested by restoring under load and going on without loss or repetition").
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <set>

#include "base/hash.hpp"
#include "system/line.hpp"
#include "system/small_disk.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using line::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr milliseconds in_time{120'000};

std::string bytes_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const fs::path& file, const std::string& bytes) {
    std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
}

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

class BackupTest : public testing::Test {
protected:
    void begin(std::size_t messages) {
        line_.start_sandbox();
        line_.start();
        line::drop_numbered(line_, "BACK-", 0, messages);
        ASSERT_TRUE(line_.settles(messages, in_time)) << line_.daemon().words();
    }
    fs::path place(const std::string& name) const { return line_.folder() / name; }
    line::Ended back_up(const std::string& to) const {
        return line_.permitctl({"backup", place(to)});
    }
    line::Ended restore(const std::string& from) const {
        return line_.permitctl({"restore", "--force", place(from)});
    }
    bool has(const std::string& id, const std::string& kind) {
        const auto kinds = line_.kinds(id);
        return std::ranges::find(kinds, kind) != kinds.end();
    }
    bool all_have(const std::string& kind, std::size_t to) {
        for (std::size_t i = 0; i < to; ++i)
            if (!has(line::numbered("BACK-", i), kind)) return false;
        return true;
    }
    // Put in again whatever the state knows: what it does is answered by `duplicate`.
    void send_all_again(std::size_t to) {
        line::drop_numbered(line_, "BACK-", 0, to);
        ASSERT_TRUE(line::becomes_true(
            [&] { return all_have("approved", to) && line_.names("OutBox").empty(); }, in_time))
            << line_.permitctl({"status"}).out << line_.daemon().words();
    }

    line::Line line_;
};

// What was issued after the backup and what was under way when it was made: nothing of it is lost,
// and nothing is declared twice, nor sent again without asking (daemon/README.md, "A restored
// state"). The second time the state is a restored one already.
TEST_F(BackupTest, IsPutBackUnderLoadAndNothingIsLostOrRepeated) {
    constexpr std::size_t share = 24;
    line_.start_sandbox();
    line_.start();
    std::size_t sent = 0;
    for (const char* name : {"backup-1", "backup-2"}) {
        line::drop_numbered(line_, "BACK-", sent, sent + share);
        sent += share;
        const std::size_t some = line_.names("InBox").size() + 6;
        ASSERT_TRUE(
            line::becomes_true([&] { return line_.names("InBox").size() >= some; }, in_time));
        const line::Ended made = back_up(name);
        ASSERT_EQ(made.status, EX_OK) << made.out << made.errors;
        line::drop_numbered(line_, "BACK-", sent, sent + share);
        sent += share;
        ASSERT_TRUE(
            line::becomes_true([&] { return line_.names("InBox").size() >= some + 20; }, in_time));
        line_.kill_at_once();
        fs::remove_all(place("state"));
        const line::Ended put_back = restore(name);
        ASSERT_EQ(put_back.status, EX_OK) << put_back.out << put_back.errors;
        line_.start();
        EXPECT_THAT(line_.daemon().words(), HasSubstr("\"event\":\"state-restored\""));
        ASSERT_NO_FATAL_FAILURE(send_all_again(sent));
    }
    EXPECT_THAT(line_.unsound(), IsEmpty());
    EXPECT_EQ(line_.counter("messages", "declared"), sent);
    EXPECT_EQ(line_.counter("messages", "repeats"), 0u) << "sent again without asking";
    EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
    EXPECT_EQ(line_.stop(), 0);
    line_.start();
    EXPECT_FALSE(line_.status().contains("restored")) << "all is there again";
    EXPECT_EQ(line_.stop(), 0);
}

TEST_F(BackupTest, IsPrivateWholeAndReadableByCoreutils) {
    ASSERT_NO_FATAL_FAILURE(begin(3));
    const line::Ended made = line_.permitctl({"--json", "backup", place("backup")});
    ASSERT_EQ(made.status, EX_OK) << made.errors;
    const json::object told = json::parse(made.out).as_object();
    const std::size_t issued = line_.receipts().size();
    EXPECT_EQ(told.at("receipts_issued").to_number<std::size_t>(), issued);
    EXPECT_EQ(told.at("archive").as_string(), place("spool/.archive").string());
    EXPECT_EQ(mode_of(place("backup")), 0700u);
    EXPECT_EQ(mode_of(place("backup/state.key")), 0600u);
    EXPECT_EQ(bytes_of(place("backup/spool-id")), bytes_of(place("spool/.spool-id")));
    EXPECT_FALSE(fs::exists(place("state/snapshot"))) << "it would keep room";
    const line::Ended checked =
        line::run({"/bin/sh", "-c",
                   "cd " + place("backup").string() + " && sha256sum --strict -c SHA256SUMS"},
                  {{"PATH", "/usr/bin:/bin"}}, line_.folder());
    EXPECT_EQ(checked.status, 0) << checked.out << checked.errors;
    EXPECT_THAT(checked.out, HasSubstr("backup.json: OK"));

    // Nothing was issued since, yet something may have been sent: it is a restored state.
    ASSERT_EQ(line_.stop(), 0);
    const line::Ended kept = line_.permitctl({"restore", place("backup")});
    EXPECT_EQ(kept.status, EX_USAGE) << kept.out;
    EXPECT_THAT(kept.errors, HasSubstr("--force"));
    EXPECT_THAT(line_.permitctl({"--lang", "zh", "restore", place("backup")}).errors,
                HasSubstr("中已有状态"));
    const line::Ended put_back = restore("backup");
    ASSERT_EQ(put_back.status, EX_OK) << put_back.errors;
    EXPECT_THAT(put_back.out, HasSubstr("/before-"));
    EXPECT_EQ(mode_of(place("state/state.key")), 0600u);
    EXPECT_EQ(mode_of(place("state/ledger.key")), 0600u);
    line_.start();
    EXPECT_THAT(line_.daemon().words(), HasSubstr("\"event\":\"state-restored\""));
    EXPECT_EQ(line_.status().at("receipts_issued").to_number<std::size_t>(), issued);
    EXPECT_THAT(line_.unsound(), IsEmpty());
    EXPECT_EQ(line_.stop(), 0);
}

// Each is refused before anything of the state is touched.
TEST_F(BackupTest, ThatIsTornOrChangedIsRefusedByTheNameOfTheFile) {
    ASSERT_NO_FATAL_FAILURE(begin(2));
    ASSERT_EQ(back_up("backup").status, EX_OK);
    const line::Ended while_it_runs = restore("backup");
    EXPECT_EQ(while_it_runs.status, EX_TEMPFAIL) << while_it_runs.out;
    EXPECT_THAT(while_it_runs.errors, HasSubstr(std::to_string(line_.daemon().pid())));
    ASSERT_EQ(line_.stop(), 0);
    const auto refused = [&](int status, const std::string& name,
                             const std::function<void(const fs::path&)>& harm) {
        fs::remove_all(place("harmed"));
        fs::copy(place("backup"), place("harmed"), fs::copy_options::recursive);
        harm(place("harmed"));
        const line::Ended told = restore("harmed");
        EXPECT_EQ(told.status, status) << name << told.out;
        EXPECT_THAT(told.errors, HasSubstr(name));
    };
    for (const auto& each : fs::directory_iterator{place("backup/store")}) {
        const std::string name = "store/" + each.path().filename().string();
        refused(EX_DATAERR, name, [&](const fs::path& in) {
            std::string bytes = bytes_of(in / name);
            bytes.empty() ? bytes = "x" : bytes.erase(bytes.size() - 1);
            write(in / name, bytes);
        });
    }
    refused(EX_DATAERR, "state.key is missing",
            [](const fs::path& in) { fs::remove(in / "state.key"); });
    refused(EX_DATAERR, "SHA256SUMS", [](const fs::path& in) { fs::remove(in / "SHA256SUMS"); });
    refused(EX_DATAERR, "SHA256SUMS", [](const fs::path& in) {
        const std::string sums = bytes_of(in / "SHA256SUMS");
        write(in / "SHA256SUMS", sums.substr(0, sums.size() - 1));
    });
    refused(EX_DATAERR, "backup.json", [](const fs::path& in) {
        std::string facts = bytes_of(in / "backup.json");
        write(in / "backup.json", facts.replace(facts.find("\"files\":") + 8, 1, "9"));
    });
    refused(EX_CONFIG, "install that version", [](const fs::path& in) {
        json::object facts = json::parse(bytes_of(in / "backup.json")).as_object();
        facts["record_format"] = 1'000;
        write(in / "backup.json", json::serialize(facts) + '\n');
        std::string sums = bytes_of(in / "SHA256SUMS");
        const std::size_t at = sums.rfind('\n', sums.size() - 2) + 1;
        write(in / "SHA256SUMS", sums.substr(0, at) +
                                     base::sha256_hex(bytes_of(in / "backup.json")) +
                                     "  backup.json\n");
    });
    const line::Ended absent = restore("absent");
    EXPECT_EQ(absent.status, EX_NOINPUT) << absent.errors;
    line_.start();
    EXPECT_FALSE(line_.status().contains("restored")) << "the state is as it was";
    EXPECT_EQ(line_.stop(), 0);
}

TEST_F(BackupTest, ThatCannotBeMadeIsToldAndLeavesNothing) {
    ASSERT_NO_FATAL_FAILURE(begin(1));
    fs::create_directories(place("full"));
    write(place("full/file"), "mine");
    const line::Ended full = back_up("full");
    EXPECT_EQ(full.status, EX_USAGE);
    EXPECT_THAT(full.errors, HasSubstr("not empty"));
    EXPECT_EQ(bytes_of(place("full/file")), "mine");
    EXPECT_EQ(back_up("no/such/place").status, EX_NOINPUT);

    const line::Ended stranger = line::run(
        {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
         line_.program("permitctl"), "--config", line_.config(), "backup", "/root/backup"},
        {{"PATH", "/usr/bin:/bin"}}, line_.folder());
    EXPECT_EQ(stranger.status, EX_NOPERM) << stranger.errors;

    fs::create_directories(place("disk"));
    const line::SmallDisk disk{place("disk"), "size=64k"};
    if (disk.is_mounted()) {
        const line::Ended no_room = back_up("disk/backup");
        EXPECT_EQ(no_room.status, EX_TEMPFAIL) << no_room.out;
        EXPECT_THAT(no_room.errors, HasSubstr("No space left"));
        EXPECT_FALSE(fs::exists(place("disk/backup")));
    }
    // What nobody copies from any more, another backup removes.
    fs::create_directories(place("state/snapshot/store"));
    EXPECT_EQ(back_up("backup").status, EX_OK);
    EXPECT_FALSE(fs::exists(place("state/snapshot")));
    ASSERT_EQ(line_.stop(), 0);
    const line::Ended no_daemon = back_up("another");
    EXPECT_EQ(no_daemon.status, EX_UNAVAILABLE);
    EXPECT_FALSE(fs::exists(place("another")));
}

// A restore that was cut off: neither the old state nor the new one is there.
TEST_F(BackupTest, ThatWasHalfPutBackKeepsPermitdFromStarting) {
    ASSERT_NO_FATAL_FAILURE(begin(1));
    ASSERT_EQ(back_up("backup").status, EX_OK);
    ASSERT_EQ(line_.stop(), 0);
    fs::create_directories(place("state/restoring/store"));
    line::Program& refused = line_.launch();
    EXPECT_EQ(refused.ended(in_time), EX_CONFIG);
    EXPECT_THAT(refused.words(), HasSubstr("run permitctl restore again"));
    EXPECT_EQ(restore("backup").status, EX_OK);
    line_.start();
    EXPECT_EQ(line_.stop(), 0);
}

}  // namespace
