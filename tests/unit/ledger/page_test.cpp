// The check that stands in spool/README.md, run as an auditor runs it.
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/log.hpp"
#include "unit/ledger/ledger_world.hpp"

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using tests::LedgerWorld;

std::string script() {
    std::ifstream in{PERMITD_SOURCE "/spool/README.md"};
    const std::string page{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t name = page.find("# audit.sh ARCHIVE");
    const std::size_t begin = page.rfind("```sh\n", name) + 6;
    return page.substr(begin, page.find("```", begin) - begin);
}

struct AuditorsPage : testing::Test {
    AuditorsPage() {
        base::set_log_sink([](std::string_view) {});
        world.spool.put("audit.sh", script());
        world.spool.put("key.pem", world.key().pem());
        for (int i = 0; i < 3; ++i) {
            const auto number = static_cast<std::uint64_t>(2 * i + 1);
            const std::string day = base::iso(base::day_of(world.clock.now()));
            EXPECT_EQ(world.add({world.original("acme", number, day, "<a/>" + day),
                                 world.receipt("acme", number, day),
                                 world.receipt("acme", number + 1, day)}),
                      "");
            world.ledger->sign_all_heads();
            world.clock.advance(std::chrono::hours{24});
        }
    }
    ~AuditorsPage() override { base::set_log_sink({}); }
    // What it says, and "0" or "1" in front.
    std::string check() const {
        const std::string root = world.spool.root;
        const int status = std::system(("sh " + root + "/audit.sh " + root + "/archive acme " +
                                        root + "/key.pem > " + root + "/said 2>&1")
                                           .c_str());
        return std::to_string(WEXITSTATUS(status)) + ' ' + world.spool.content("said");
    }
    void put(const std::string& place, const std::string& bytes) const {
        fs::remove(world.spool.at(place));
        world.spool.put(place, bytes);
    }
    static std::string at(const std::string& day, const std::string& file) {
        return "archive/acme/2026/11/" + day + '/' + file;
    }
    LedgerWorld world;
};

TEST_F(AuditorsPage, PassesWhatIsAsItWas) {
    EXPECT_THAT(check(), testing::StartsWith("0 ok: 9 files; head "));
}

TEST_F(AuditorsPage, TellsWhatIsNot) {
    const auto files = world.spool.files("archive");
    const auto after = [&](const std::function<void()>& harm) {
        harm();
        const std::string said = check();
        fs::remove_all(world.spool.at("archive/acme"));
        for (const auto& [place, bytes] : files) {
            fs::create_directories(world.spool.at("archive/" + place).parent_path());
            put("archive/" + place, bytes);
        }
        return said;
    };
    const std::string receipt = LedgerWorld::name_of(3);
    EXPECT_THAT(after([&] { put(at("23", receipt), "x"); }), HasSubstr("1 "));
    EXPECT_THAT(after([&] { fs::remove(world.spool.at(at("23", receipt))); }),
                HasSubstr("CHANGED OR REMOVED"));
    EXPECT_THAT(after([&] { put(at("22", "added.xml"), "x"); }), HasSubstr("UNLISTED"));
    EXPECT_THAT(after([&] { fs::remove_all(world.spool.at(at("23", ""))); }),
                HasSubstr("BROKEN CHAIN"));
    EXPECT_THAT(after([&] { put(at("22", "SHA256SUMS.sig"), std::string(64, 'x')); }),
                HasSubstr("BAD SIGNATURE"));
    EXPECT_THAT(after([&] {
                    const std::string list = world.spool.content(at("24", "SHA256SUMS"));
                    put(at("24", "SHA256SUMS"),
                        list.substr(0, list.rfind('\n', list.size() - 2) + 1));
                    fs::remove(world.spool.at(at("24", LedgerWorld::name_of(6))));
                }),
                HasSubstr("CUT OR CHANGED"));
    ASSERT_TRUE(base::SigningKey::make(world.spool.at("other")));
    const auto other = base::SigningKey::open(world.spool.at("other"));
    put("key.pem", other->verifying().pem());
    EXPECT_THAT(check(), HasSubstr("BAD SIGNATURE"));
    put("key.pem", world.key().pem());
    EXPECT_THAT(check(), testing::StartsWith("0 "));
}

}  // namespace
