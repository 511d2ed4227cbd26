// Servers that stop, die, talk nonsense or break the rules: every call ends within its time, and
// nothing is believed (hardening.md 5.3: every operation has a hard limit; 5.4).
#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "unit/transfer/account.hpp"
#include "unit/transfer/raw_server.hpp"

namespace {

namespace fs = std::filesystem;
using account::refusal;
using account::word;
using base::Remedy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using transfer::Kind;
using transfer::Remote;
using transfer::RemoteEntry;

constexpr const char* too_late = "did not answer within 2000 ms";
constexpr std::size_t large = 32u << 20;  // more than all buffers on the way hold

// Within its time, told as what may pass by itself, and so is everything after it.
void expect_broken(Remote& remote, const std::function<std::string()>& call,
                   const std::string& why) {
    std::string told;
    EXPECT_LT(account::time_of([&] { told = call(); }), account::at_most);
    EXPECT_THAT(told, StartsWith("fault: sftp://127.0.0.1:"));
    EXPECT_THAT(told, HasSubstr(why));
    const auto again = remote.remove("anything");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.fault().remedy, Remedy::RetryLater);
}

std::string fetched(Remote& remote, const std::function<void()>& at_first_piece) {
    bool is_first = true;
    return word(remote.fetch("large", 1u << 30, [&](std::string_view) {
        if (std::exchange(is_first, false)) at_first_piece();
        return true;
    }));
}

class SftpTrouble : public testing::Test {
protected:
    void connect() { remote = account::connected_in_short_time(account::at(sshd)); }
    void TearDown() override { sshd.go_on(); }
    void put_large() const {
        std::ofstream{sshd.files() / "large"};
        fs::resize_file(sshd.files() / "large", large);
    }
    tests::Sshd sshd;
    std::unique_ptr<Remote> remote;
};

TEST_F(SftpTrouble, StoppedBeforeTheHandshake) {
    sshd.stop();
    transfer::Server at = account::at(sshd);
    at.time_max = account::short_time;
    base::Fault fault;
    EXPECT_LT(account::time_of([&] { fault = refusal(at); }), account::at_most);
    EXPECT_EQ(fault.remedy, Remedy::RetryLater);
    EXPECT_THAT(fault.text, HasSubstr(too_late));
}

TEST_F(SftpTrouble, StoppedWhileItListsAndAgainAtTheEnd) {
    for (int i = 0; i < 1000; ++i) std::ofstream{sshd.files() / std::to_string(i)};
    connect();
    const auto list = [&] {
        return word(remote->list("", [&](const auto&) {
            sshd.stop();
            return true;
        }));
    };
    expect_broken(*remote, list, too_late);
    EXPECT_LT(account::time_of([&] { remote.reset(); }), account::at_most);
}

TEST_F(SftpTrouble, StoppedInTheMiddleOfAFile) {
    put_large();
    connect();
    expect_broken(
        *remote, [&] { return fetched(*remote, [&] { sshd.stop(); }); }, too_late);
}

TEST_F(SftpTrouble, StoppedBetweenCallsAndAtTheEnd) {
    connect();
    sshd.stop();
    expect_broken(
        *remote, [&] { return word(remote->put("a", "b")); }, too_late);
    sshd.go_on();
    connect();
    sshd.stop();
    EXPECT_LT(account::time_of([&] { remote.reset(); }), account::at_most);
}

TEST_F(SftpTrouble, KilledInTheMiddleOfAFile) {
    put_large();
    remote = account::connected(account::at(sshd));
    expect_broken(
        *remote, [&] { return fetched(*remote, [&] { sshd.kill_sessions(); }); }, "");
    remote = account::connected(account::at(sshd));
    sshd.kill_all();
    expect_broken(
        *remote, [&] { return word(remote->remove("large")); }, "");
    const base::Fault fault = refusal(account::at(sshd));
    EXPECT_EQ(fault.remedy, Remedy::RetryLater);
    EXPECT_THAT(fault.text, HasSubstr("refused"));
}

// A server that does one thing wrong; what that can be stands in tests/odd_sftp.cpp.
class SftpRules : public testing::Test {
protected:
    static void SetUpTestSuite() {
        std::string pattern = fs::temp_directory_path() / "permitd-odd-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        fs::permissions(folder_, fs::perms{0755});
        sshd_ = new tests::Sshd{
            {.config = "ForceCommand " PERMITD_ODD_SFTP " " + folder_.string() + "\n"}};
    }
    static void TearDownTestSuite() {
        delete sshd_;
        sshd_ = nullptr;
        fs::remove_all(folder_);
    }
    void SetUp() override { fs::remove(silence()); }

    static std::unique_ptr<Remote> connected(const std::string& what) {
        std::ofstream{folder_ / "what"} << what;
        return account::connected(account::at(*sshd_));
    }
    static std::unique_ptr<Remote> connected_in_short_time(const std::string& what) {
        std::ofstream{folder_ / "what"} << what;
        return account::connected_in_short_time(account::at(*sshd_));
    }
    static fs::path silence() { return folder_ / "silent"; }
    static const tests::Sshd& sshd() { return *sshd_; }
    static const fs::path& folder() { return folder_; }
    static std::vector<RemoteEntry> listed(const std::string& what) {
        std::vector<RemoteEntry> found;
        EXPECT_EQ(word(connected(what)->list("",
                                             [&](const RemoteEntry& entry) {
                                                 found.push_back(entry);
                                                 return true;
                                             })),
                  "done");
        return found;
    }

private:
    static fs::path folder_;
    static tests::Sshd* sshd_;
};
fs::path SftpRules::folder_;
tests::Sshd* SftpRules::sshd_ = nullptr;

TEST_F(SftpRules, SilenceInTheMiddleOfAPut) {
    const auto remote = connected_in_short_time("silent-in-put");
    const std::string bytes(large, 'x');
    expect_broken(
        *remote, [&] { return word(remote->put("a", bytes)); }, too_late);
}

TEST_F(SftpRules, DeathInTheMiddleOfAPut) {
    const auto remote = connected("silent-in-put");
    const std::string bytes(large, 'x');
    std::thread killer{[&] {
        EXPECT_TRUE(line::becomes_true([] { return fs::exists(silence()); }, account::patience));
        sshd().kill_sessions();
    }};
    expect_broken(
        *remote, [&] { return word(remote->put("a", bytes)); }, "");
    killer.join();
}

TEST_F(SftpRules, SilenceWhenAFileIsClosed) {
    auto remote = connected_in_short_time("silent-at-close");
    expect_broken(
        *remote, [&] { return word(remote->put("a", "b")); }, too_late);
    remote = connected_in_short_time("silent-at-close");
    expect_broken(
        *remote, [&] { return fetched(*remote, [] {}); }, too_late);
}

TEST_F(SftpRules, AProgramThatEndsIsNotWaitedFor) {
    const auto remote = connected("ends");
    expect_broken(
        *remote, [&] { return fetched(*remote, [] {}); }, "its SFTP ended");
}

TEST_F(SftpRules, AByteNowAndThenStretchesNothing) {
    const auto remote = connected_in_short_time("drips");
    expect_broken(
        *remote, [&] { return fetched(*remote, [] {}); }, too_late);
}

// What is there of it is gone on with, on the same connection.
TEST_F(SftpRules, AnEndlessListingIsCut) {
    const auto remote = connected_in_short_time("endless-listing");
    std::size_t count = 0;
    EXPECT_EQ(word(remote->list("", [&](const auto&) { return ++count > 0; })), "cut");
    EXPECT_GT(count, 0U);
    EXPECT_EQ(word(remote->remove("a")), "done");
}

// Four answers and more, each within the time of a call, which all together are not.
TEST_F(SftpRules, AFileThatMovesMayTakeLongerThanACall) {
    std::ofstream{folder() / "what"} << "slow";
    transfer::Server at = account::at(sshd());
    at.time_max = account::short_time;
    at.bytes_a_second_min = 1'000;
    const auto remote = account::connected_in_short_time(at);
    int moved = 0;
    remote->on_progress([&] { ++moved; });
    std::size_t size = 0;
    const auto time = account::time_of([&] {
        EXPECT_EQ(word(remote->fetch("a", 1u << 30,
                                     [&](std::string_view piece) {
                                         size += piece.size();
                                         return true;
                                     })),
                  "done");
    });
    EXPECT_EQ(size, 100'000u);
    EXPECT_GT(time, account::short_time);
    EXPECT_GT(moved, 1);
    moved = 0;
    const std::string bytes(200'000, 'x');
    EXPECT_EQ(word(remote->put("a", bytes)), "done");
    EXPECT_GT(moved, 1);
}

TEST_F(SftpRules, WhatNobodyAskedForIsNotKept) {
    const auto remote = connected("floods");
    const std::uint64_t kib_before = line::kib_of(::getpid(), "VmHWM");
    const auto list = [&] { return word(remote->list("", [](const auto&) { return true; })); };
    expect_broken(*remote, list, "sends more than it was asked for");
    EXPECT_LT(line::kib_of(::getpid(), "VmHWM"), kib_before + 64 * 1024);
}

TEST_F(SftpRules, AListingThatCountsWrongIsNotBelieved) {
    const auto remote = connected("counts-wrong");
    const auto list = [&] { return word(remote->list("", [](const auto&) { return true; })); };
    expect_broken(*remote, list, "broke the rules");
}

TEST_F(SftpRules, NamesThatAreNoneAreNotGivenOut) {
    EXPECT_THAT(listed("bad-names"), ElementsAre(RemoteEntry{"good.xml", Kind::File, 100'000, {}}));
}

TEST_F(SftpRules, WhatIsNotToldIsUnknown) {
    EXPECT_THAT(listed("no-attributes"), ElementsAre(RemoteEntry{"one"}));
    EXPECT_THAT(listed("bare-modes"), ElementsAre(RemoteEntry{"one"}));
    const auto entry = connected("bare-modes")->look("box/one");
    ASSERT_TRUE(entry);
    EXPECT_EQ(*entry, RemoteEntry{"one"});
}

TEST_F(SftpRules, FilesThatChangeUnderWay) {
    for (const auto& [what, told, size] :
         std::initializer_list<std::tuple<std::string, std::string, std::size_t>>{
             {"grows", "changed", 150'000},
             {"shrinks", "changed", 50'000},
             {"small-answers", "done", 100'000},
             {"no-attributes", "done", 100'000}}) {
        const auto remote = connected(what);
        std::string bytes;
        EXPECT_EQ(word(remote->fetch("a", 1u << 30,
                                     [&](std::string_view piece) {
                                         bytes += piece;
                                         return true;
                                     })),
                  told)
            << what;
        ASSERT_EQ(bytes.size(), size) << what;
        for (std::size_t i = 0; i < size; ++i)
            ASSERT_EQ(bytes[i], static_cast<char>('a' + i % 26)) << what << " " << i;
        EXPECT_EQ(word(remote->remove("a")), "done") << what;
    }
}

// draft-ietf-secsh-filexfer-13 section 9.1; OpenSSH knows only the first nine.
TEST_F(SftpRules, EveryStatusHasItsWord) {
    auto remote = connected("says-as-told");
    for (const auto& [status, told] :
         std::initializer_list<std::pair<int, const char*>>{{1, "failed"},
                                                            {2, "missing"},
                                                            {3, "refused"},
                                                            {4, "failed"},
                                                            {8, "refused"},
                                                            {10, "missing"},
                                                            {11, "exists"},
                                                            {12, "refused"},
                                                            {14, "full"},
                                                            {15, "full"},
                                                            {20, "refused"},
                                                            {99, "failed"}}) {
        const std::string path = std::to_string(status);
        EXPECT_EQ(word(remote->rename(path, "b")), told) << status;
        EXPECT_EQ(word(remote->remove(path)), told) << status;
        EXPECT_EQ(word(remote->make_directory(path)), told) << status;
    }
    for (const char* lost : {"6", "7"}) {
        remote = connected("says-as-told");
        expect_broken(
            *remote, [&] { return word(remote->remove(lost)); }, "");
    }
}

TEST_F(SftpRules, AServerMaySayThatItIsFullAndNotKnowHowToSync) {
    EXPECT_EQ(word(connected("full")->put("a", std::string(100'000, 'x'))), "full");
    EXPECT_EQ(word(connected("well-behaved")->put("a", "x")), "done");
}

base::Fault refusal_of(const raw::Server::Serve& serve) {
    raw::Server server{serve};
    transfer::Server at;
    at.host = "127.0.0.1";
    at.port = static_cast<std::uint16_t>(server.port());
    at.user = "edi";
    at.key_file = "/not/read/before/the/host/is/known";
    at.fingerprint = "SHA256:" + std::string(43, 'A');
    at.time_max = std::chrono::milliseconds{500};
    base::Fault fault;
    EXPECT_LT(account::time_of([&] { fault = refusal(at); }), account::at_most);
    EXPECT_EQ(fault.remedy, Remedy::RetryLater) << fault.text;
    return fault;
}

void write_for_ever(raw::Peer& peer, const std::string& bytes) {
    while (peer.write(bytes)) continue;
}

TEST(SftpNonsense, AnEndlessBanner) {
    const std::string lines = "welcome to the server\r\n";
    std::string many;
    for (int i = 0; i < 1000; ++i) many += lines;
    refusal_of([&](raw::Peer& peer, int) { write_for_ever(peer, many); });
    refusal_of([](raw::Peer& peer, int) { write_for_ever(peer, std::string(65536, 'x')); });
    refusal_of([](raw::Peer& peer, int) { write_for_ever(peer, std::string(65536, '\0')); });
    refusal_of([](raw::Peer& peer, int) { write_for_ever(peer, std::string(65536, '\n')); });
}

TEST(SftpNonsense, NoiseBehindTheBanner) {
    for (const char byte : {'\0', '\xff', 'a', '\x14'})
        refusal_of([byte](raw::Peer& peer, int) {
            peer.write("SSH-2.0-noise\r\n");
            write_for_ever(peer, std::string(65536, byte));
        });
}

TEST(SftpNonsense, ABannerAByteAtATime) {
    const auto fault = refusal_of([](raw::Peer& peer, int) {
        while (peer.write("x")) std::this_thread::sleep_for(std::chrono::milliseconds{20});
    });
    EXPECT_THAT(fault.text, HasSubstr("did not answer within 500 ms"));
}

TEST(SftpNonsense, SilenceAndAnEarlyEnd) {
    EXPECT_THAT(refusal_of([](raw::Peer& peer, int) { peer.wait_closed(); }).text,
                HasSubstr("did not answer within 500 ms"));
    EXPECT_THAT(refusal_of([](raw::Peer& peer, int) {
                    peer.write("SSH-2.0-x\r\n");
                    peer.wait_closed();
                }).text,
                HasSubstr("did not answer within 500 ms"));
    refusal_of([](raw::Peer& peer, int) { peer.write("SSH-2.0-x\r\n"); });
    refusal_of([](raw::Peer& peer, int) { peer.reset(); });
    refusal_of([](raw::Peer& peer, int) { peer.answer(400, "this is HTTP"); });
}

TEST(SftpNonsense, AHostThatIsNotThere) {
    transfer::Server at;
    at.host = "nowhere.invalid";
    at.user = "edi";
    at.key_file = "/not/read";
    at.fingerprint = "SHA256:" + std::string(43, 'A');
    EXPECT_THAT(refusal(at).text, HasSubstr("nowhere.invalid:22: the name of the host"));
}

}  // namespace
