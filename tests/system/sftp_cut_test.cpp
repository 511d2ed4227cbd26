// Remote mailboxes whose server or courier ends in the middle of something, or is slow
// (hardening.md 5.4: "SIGKILL server; SIGSTOP server"): nothing is lost, nothing comes twice,
// nobody else waits.
#include <signal.h>

#include <fstream>
#include <thread>

#include "edi/receipt.hpp"
#include "system/remote_line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::plenty;
using testing::HasSubstr;
using testing::SizeIs;

class Cut : public line::RemoteLine {
protected:
    // So large that it is seen on its way.
    static constexpr std::size_t large = 12u << 20;
    // A machine may be too busy to see one.
    static constexpr std::size_t tries = 20;

    static std::uintmax_t size_of(const fs::path& file) {
        std::error_code gone;
        const auto size = fs::file_size(file, gone);
        return gone ? 0 : size;
    }
    // Kills the server's sessions as soon as a file has some of its bytes. False when it had them
    // all, or its name, before that.
    bool cut_while_it_grows(const fs::path& part, const fs::path& whole) {
        for (const auto until = std::chrono::steady_clock::now() + plenty;;) {
            if (std::chrono::steady_clock::now() > until) return false;
            if (fs::exists(whole)) return false;
            if (size_of(part) > 0) break;
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
        sshd.stop();
        const auto had = size_of(part);
        const bool in_the_middle = had > 0 && had < large && !fs::exists(whole);
        sshd.kill_sessions();
        sshd.go_on();
        return in_the_middle;
    }
};

TEST_F(Cut, InTheMiddleOfAFetchCostsNothing) {
    line.start();
    std::size_t files = 0;
    for (bool cut = false; !cut; ++files) {
        ASSERT_LT(files, tries) << "no fetch was seen on its way";
        ASSERT_TRUE(becomes("connected")) << line.daemon().words();
        const std::string id = line::numbered("BETA-", files);
        std::string text = declaration(id);
        text.insert(text.find("<Message"), "<!--" + std::string(large - text.size(), 'x') + "-->");
        drop(id + ".xml", text);
        cut = cut_while_it_grows(here() / "OutBox" / (".courier-" + id + ".xml.part"),
                                 here() / ".courier" / (id + ".xml~note"));
        if (cut) {
            EXPECT_THAT(names("OutBox"), testing::Contains(id + ".xml"));
        }
        ASSERT_TRUE(all_done(files + 1)) << line.daemon().words();
    }
    expect_once(files);
    for (const std::string& each : local("OutBox")) ADD_FAILURE() << each;
}

TEST_F(Cut, InTheMiddleOfAnUploadShowsNoPartOfIt) {
    line.start();
    std::size_t files = 0;
    for (bool cut = false; !cut; ++files) {
        ASSERT_LT(files, tries) << "no upload was seen on its way";
        ASSERT_TRUE(becomes("connected")) << line.daemon().words();
        const std::string name = edi::twelve_digits(files + 1) + "_accepted_X.xml";
        const std::string bytes(large, static_cast<char>('a' + files));
        std::ofstream{here() / "InBox" / ('.' + name), std::ios::binary} << bytes;
        fs::rename(here() / "InBox" / ('.' + name), here() / "InBox" / name);
        const fs::path whole = there() / "InBox" / name;
        cut = cut_while_it_grows(there() / "InBox" / (".permitd-" + name + ".part"), whole);
        if (cut) {
            EXPECT_TRUE(fs::exists(here() / "InBox" / name));
        }
        ASSERT_TRUE(line::becomes_true(
            [&] {
                // From the first moment its name is seen it is whole.
                if (fs::exists(whole)) {
                    EXPECT_EQ(fs::file_size(whole), large);
                }
                return fs::exists(whole) && !fs::exists(here() / "InBox" / name);
            },
            plenty))
            << line.daemon().words();
        std::ifstream in{whole, std::ios::binary};
        EXPECT_TRUE((std::string{std::istreambuf_iterator<char>{in}, {}} == bytes)) << name;
        EXPECT_THAT(names("InBox"), SizeIs(files + 1));  // no torso beside it
    }
}

// Again and again, wherever it is.
TEST_F(Cut, AnywhereLosesNothing) {
    constexpr std::size_t files = 40;
    line.start();
    for (std::size_t i = 0; i < 8; ++i) {
        drop_declarations(i * files / 8, (i + 1) * files / 8);
        const std::size_t before = names("InBox").size();
        line::becomes_true([&] { return names("InBox").size() > before; }, milliseconds{5'000});
        if (i % 4 == 3) {
            sshd.kill_all();
            sshd.start();
        } else {
            sshd.kill_sessions();
        }
    }
    ASSERT_TRUE(all_done(files)) << line.daemon().words();
    expect_once(files);
}

// Its memory holds nothing that matters.
TEST_F(Cut, OfTheCourierLosesNothing) {
    constexpr std::size_t files = 20;
    line.start();
    for (std::size_t i = 0; i < 4; ++i) {
        drop_declarations(i * files / 4, (i + 1) * files / 4);
        const std::size_t before = boxed();
        line::becomes_true([&] { return boxed() > before; }, milliseconds{5'000});
        if (const pid_t pid = courier(); pid > 0) ::kill(pid, SIGKILL);
    }
    ASSERT_TRUE(all_done(files)) << line.daemon().words();
    expect_once(files);
    EXPECT_THAT(line.daemon().words(), HasSubstr("courier-lost"));
}

// One that works a moment and then stands still, while its neighbour is served each time; in the
// end what it has is served too.
TEST_F(Cut, ShortByASlowServerHoldsUpNobodyElse) {
    constexpr std::size_t rounds = 5;
    line.start();
    ASSERT_TRUE(becomes("connected")) << line.daemon().words();
    for (std::size_t i = 0; i < rounds; ++i) {
        drop_declarations(4 * i, 4 * (i + 1));
        const std::size_t before = names("InBox").size();
        ASSERT_TRUE(line::becomes_true([&] { return names("InBox").size() > before; }, plenty))
            << line.daemon().words();
        sshd.stop();
        expect_acme_is_served("ACME-" + std::to_string(i));
        sshd.go_on();
    }
    sshd.stop();
    ASSERT_TRUE(becomes("waiting")) << line.daemon().words();
    expect_acme_is_served("ACME-LAST");
    sshd.go_on();
    ASSERT_TRUE(all_done(4 * rounds)) << line.daemon().words();
    expect_once(4 * rounds);
}

}  // namespace
