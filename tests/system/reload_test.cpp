// Reload (operations.md 2): "SIGHUP reloads atomically: a bad file keeps the old configuration and
// says so; schemas, code lists and mapping tables reload too"; "a mailbox that was removed from the
// configuration keeps its InBox until its open applications end".
#include <gmock/gmock.h>
#include <signal.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string text_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::size_t count_of(const std::string& text, const std::string& word) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; ++at) ++count;
    return count;
}

const std::string beta = "  - name: beta\n    senders: [91110108MA0000015T]\n";

class Reload : public testing::Test {
protected:
    // A share of our own, whose files may be changed.
    Reload() {
        fs::create_directories(share());
        for (const char* each : {"xsd", "mapping", "config"})
            fs::copy(fs::path{PERMITD_SOURCE} / each, share() / each, fs::copy_options::recursive);
        configure("");
    }

    fs::path share() const { return line.folder() / "share"; }
    void configure(const std::string& mailboxes, const std::string& more = "") {
        line.setup.settings = mailboxes + "share: share\n" + more;
        line.write_config();
    }
    void put(const std::string& name, const std::string& text) const {
        std::ofstream{share() / name, std::ios::binary} << text;
    }
    void replace(const std::string& name, const std::string& old, const std::string& fresh) const {
        std::string text = text_of(share() / name);
        const std::size_t at = text.find(old);
        ASSERT_NE(at, std::string::npos) << name << ": " << old;
        put(name, text.replace(at, old.size(), fresh));
    }
    // What is told of a reload that is refused.
    std::string refused() {
        const line::Ended ended = line.permitctl({"reload", "--reason", "as asked"});
        EXPECT_EQ(ended.status, 78) << ended.out << ended.errors;
        return ended.errors;
    }
    void reload() {
        const line::Ended ended = line.permitctl({"reload", "--reason", "as asked"});
        EXPECT_EQ(ended.status, 0) << ended.errors << line.daemon().words();
        EXPECT_THAT(ended.out, HasSubstr("reloaded at 2026-"));
    }
    // The kinds of the receipts that a mailbox holds, once it holds so many outcomes.
    std::vector<std::string> kinds_in(const std::string& mailbox, std::size_t outcomes) const {
        std::vector<std::string> kinds;
        line::becomes_true(
            [&] {
                kinds.clear();
                for (const auto& each :
                     fs::directory_iterator{line.folder() / "spool" / mailbox / "InBox"}) {
                    const std::string name = each.path().filename();
                    const std::size_t begin = name.find('_') + 1;
                    kinds.push_back(name.substr(begin, name.find('_', begin) - begin));
                }
                const auto is_outcome = [](const std::string& kind) {
                    return kind == "approved" || kind == "rejected" || kind == "duplicate";
                };
                return static_cast<std::size_t>(std::ranges::count_if(kinds, is_outcome)) >=
                       outcomes;
            },
            line::patience);
        std::ranges::sort(kinds);
        return kinds;
    }
    void drop_in(const std::string& mailbox, const std::string& name,
                 const std::string& bytes) const {
        const fs::path outbox = line.folder() / "spool" / mailbox / "OutBox";
        std::ofstream{outbox / ('.' + name), std::ios::binary} << bytes;
        fs::rename(outbox / ('.' + name), outbox / name);
    }
    std::string outcome_of(const std::string& id) {
        std::string found;
        line::becomes_true(
            [&] {
                for (const std::string& each : line.kinds(id))
                    if (each == "approved" || each == "rejected") found = each;
                return !found.empty();
            },
            line::patience);
        return found;
    }
    std::string declare(const std::string& id) {
        line.drop(id + ".xml", line::declaration(id, id));
        return outcome_of(id);
    }

    line::Line line;
};

// No declaration is lost or judged twice.
TEST_F(Reload, EveryFileIsAnsweredOnceWhileItReloads) {
    constexpr std::size_t files = 100;
    configure("");
    line.start_sandbox();
    line.start();
    const std::string one = text_of(line.config());
    std::string other = one;
    other.insert(other.find("share:"), beta);
    other.replace(other.find("{first: 100ms"), 13, "{first: 200ms");
    std::atomic<bool> done = false;
    const pid_t daemon = line.daemon().pid();
    std::thread reloading{[&] {
        for (bool is_other = true; !done; is_other = !is_other) {
            std::ofstream{line.folder() / "fresh"} << (is_other ? other : one);
            fs::rename(line.folder() / "fresh", line.config());
            ::kill(daemon, SIGHUP);
            std::this_thread::sleep_for(milliseconds{100});
        }
    }};
    const auto reloads = [&] { return count_of(line.daemon().words(), "\"event\":\"reloaded\""); };
    for (std::size_t i = 0; i < files; i += 5) {
        line::drop_numbered(line, "R-", i, i + 5);
        const std::size_t before = reloads();
        EXPECT_TRUE(
            line::becomes_true([&] { return reloads() > before || i % 20 != 0; }, line::patience));
    }
    const bool settled = line.settles(files, line::patience);
    done = true;
    reloading.join();
    EXPECT_TRUE(settled) << line.outcomes() << line.daemon().words();
    EXPECT_GE(reloads(), 5u);
    EXPECT_THAT(line.daemon().words(), Not(HasSubstr("reload-refused")));
    EXPECT_EQ(line.outcomes(), files);
    for (std::size_t i = 0; i < files; ++i)
        EXPECT_EQ(outcome_of(line::numbered("R-", i)), "approved");
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_THAT(line.permitctl({"actions"}).out, testing::ContainsRegex("reload +.*SIGHUP"));
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.unsound(), IsEmpty());
}

// All errors at once, by the names of the files as the operator knows them.
TEST_F(Reload, WhatIsBadIsToldByTheNamesOfItsFiles) {
    line.start_sandbox();
    line.start();
    const std::string partner = text_of(share() / "mapping/partners/kingdee.yaml");
    const std::string problems = text_of(share() / "config/messages/problems.yaml");
    replace("mapping/partners/kingdee.yaml", "unknown: refuse", "unknown: perhaps");
    put("config/messages/problems.yaml", problems + "\nNOT-A-TEXT: []\n");
    EXPECT_THAT(refused(), AllOf(HasSubstr((share() / "mapping/partners/kingdee.yaml:").string()),
                                 HasSubstr((share() / "config/messages/problems.yaml:").string()),
                                 Not(HasSubstr("state/rules"))));
    put("mapping/partners/kingdee.yaml", partner);
    put("config/messages/problems.yaml", problems);

    const std::string countries = text_of(share() / "config/codes/countries.csv");
    put("config/codes/countries.csv", "code,name\nJPN");
    EXPECT_THAT(refused(), HasSubstr((share() / "config/codes/countries.csv").string()));
    put("config/codes/countries.csv", countries);

    const std::string schema = text_of(share() / "xsd/permitd-mep-1.xsd");
    put("xsd/permitd-mep-1.xsd", schema.substr(0, schema.size() / 2));
    EXPECT_THAT(refused(), HasSubstr("permitd-mep-1.xsd:"));
    // A worker that begins now reads what the others did, not what stands there.
    for (const pid_t each : line::children_of(line.daemon().pid())) ::kill(each, SIGKILL);
    EXPECT_EQ(declare("MEANWHILE"), "approved");
    put("xsd/permitd-mep-1.xsd", schema);
    reload();
    EXPECT_EQ(line.stop(), 0);
}

// Nothing half: a file with an error, or with a key that wants a restart, changes nothing else.
TEST_F(Reload, AConfigurationThatIsRefusedChangesNothing) {
    line.start_sandbox();
    line.start();
    configure("", "colour: red\nstop_within: 5\n");
    EXPECT_THAT(refused(),
                AllOf(HasSubstr(line.config().string() + ":"), HasSubstr("unknown key 'colour'"),
                      HasSubstr("a duration such as")));
    const line::Ended unreadable = line.permitctl({"config", "diff"});
    EXPECT_EQ(unreadable.status, 78);
    EXPECT_THAT(unreadable.errors, HasSubstr("unknown key 'colour'"));
    line.setup.ministry = "  ca: nowhere.pem\n";
    configure("");
    EXPECT_THAT(refused(), HasSubstr("nowhere.pem"));
    line.setup.ministry = "";
    configure("", "boxes_keep: 7d\nstate_key: other.key\n");
    const std::string told = refused();
    EXPECT_THAT(told, HasSubstr("needs a restart: state_key (running: "));
    EXPECT_THAT(told, Not(HasSubstr("boxes_keep")));
    const line::Ended differs = line.permitctl({"config", "diff"});
    EXPECT_EQ(differs.status, 0) << differs.errors;
    EXPECT_THAT(differs.out, testing::ContainsRegex("boxes_keep +90d +7d +a reload"));
    EXPECT_THAT(differs.out, testing::ContainsRegex("state_key .*other.key +a restart"));

    EXPECT_THAT(line.permitctl({"status"}).out,
                AllOf(HasSubstr("a reload was refused"), HasSubstr("state_key")));
    EXPECT_EQ(line.status().at("reloads").to_number<int>(), 0);
    EXPECT_EQ(line.status().at("reloads_refused").to_number<int>(), 3);
    EXPECT_EQ(count_of(line.daemon().words(), "\"event\":\"reload-refused\""), 3u);
    EXPECT_EQ(declare("MEANWHILE"), "approved");
    configure("", "boxes_keep: 7d\n");
    reload();
    // What was refused changed nothing, and is no entry in the journal.
    const std::string journal = line.permitctl({"actions"}).out;
    EXPECT_EQ(count_of(journal, "as asked"), 1u) << journal;
    EXPECT_EQ(line.permitctl({"reload"}).status, 64);
    EXPECT_THAT(line.permitctl({"config", "diff"}).out, HasSubstr("nothing differs"));
    EXPECT_THAT(line.permitctl({"status"}).out, HasSubstr("reloaded at 2026-"));
    EXPECT_EQ(line.stop(), 0);
}

// The next file is held to what was read last.
TEST_F(Reload, SchemaListsTextsAndTablesCountFromTheNextFileOn) {
    configure(beta);
    line.start_sandbox();
    line.start();
    ASSERT_EQ(declare("SCHEMA-BEFORE"), "approved");

    // Without Japan nobody trades with it.
    const std::string countries = text_of(share() / "config/codes/countries.csv");
    const std::size_t japan = countries.find("JPN,");
    std::string without = countries;
    without.erase(japan, countries.find('\n', japan) + 1 - japan);
    put("config/codes/countries.csv", without);
    EXPECT_EQ(declare("LIST-1"), "approved");
    reload();
    EXPECT_EQ(declare("LIST-2"), "rejected");
    put("config/codes/countries.csv", countries);

    replace("config/messages/problems.yaml",
            "The year {value} cannot be applied for; it is {year} now",
            "No longer the year {value}; it is {year} now");
    reload();
    EXPECT_EQ(declare("LIST-3"), "approved");
    line.drop("year.xml", line::sample("invalid/RULE-YEAR.xml"));
    ASSERT_TRUE(line::becomes_true(
        [&] {
            return std::ranges::any_of(line.receipts(), [](const line::Receipt& each) {
                return each.bytes.find("No longer the year") != std::string::npos;
            });
        },
        line::patience));

    // An id may have nine characters.
    const std::string types = text_of(share() / "xsd/permitd-mep-1-types.xsd");
    replace("xsd/permitd-mep-1-types.xsd", "[A-Za-z0-9.\\-]{0,63}", "[A-Za-z0-9.\\-]{0,8}");
    reload();
    line.drop("schema.xml", line::declaration("SCHEMA-LONG", "SCHEMA-LONG"));
    ASSERT_TRUE(line::becomes_true(
        [&] {
            return std::ranges::any_of(line.receipts(), [](const line::Receipt& each) {
                return each.file() == "schema.xml" && each.kind() == "rejected";
            });
        },
        line::patience));
    put("xsd/permitd-mep-1-types.xsd", types);

    const std::string kingdee = line::sample("partners/kingdee-good.xml");
    drop_in("beta", "first.xml", kingdee);
    EXPECT_THAT(kinds_in("beta", 1), ElementsAre("rejected"));
    configure(beta + "    dialect: kingdee\n");
    reload();
    drop_in("beta", "second.xml", kingdee);
    EXPECT_THAT(kinds_in("beta", 2), AllOf(Contains("approved"), Contains("rejected")));
    replace("mapping/partners/kingdee.yaml", "    单据日期?:\n", "");
    replace("mapping/partners/kingdee.yaml",
            "  - drop 单据日期: the application has no date of its own\n", "");
    reload();
    drop_in("beta", "third.xml", kingdee);
    EXPECT_THAT(kinds_in("beta", 3), AllOf(Contains("approved"), Contains("rejected").Times(2)));
    EXPECT_EQ(line.stop(), 0);
}

TEST_F(Reload, MailboxesComeAndGo) {
    line.setup.scenario = "everyday.yaml";
    line.start_sandbox();
    line.start();
    EXPECT_FALSE(fs::exists(line.folder() / "spool/beta"));
    configure(beta);
    reload();
    drop_in("beta", "a.xml", line::declaration("BETA-1", "BETA-1"));
    EXPECT_THAT(kinds_in("beta", 1), Contains("approved"));
    EXPECT_THAT(line.permitctl({"mailboxes"}).out, HasSubstr("beta"));

    // Removed while the ministry reviews: what was promised still comes, and nothing more is taken.
    drop_in("beta", "b.xml", line::declaration("BETA-2", "BETA-2"));
    ASSERT_TRUE(line::becomes_true(
        [&] {
            return line.permitctl({"show", "BETA-2"}).status == 0;
        },
        line::patience));
    configure("");
    reload();
    drop_in("beta", "c.xml", line::declaration("BETA-3", "BETA-3"));
    EXPECT_EQ(std::ranges::count(kinds_in("beta", 2), "approved"), 2);
    EXPECT_THAT(line.permitctl({"mailboxes"}).out, Not(HasSubstr("beta")));
    EXPECT_EQ(declare("ACME-1"), "approved");
    EXPECT_TRUE(fs::exists(line.folder() / "spool/beta/OutBox/c.xml"));

    // Back again, with outcomes only, and another mailbox may no longer speak for that enterprise.
    configure(beta + "    receipts: outcomes\n");
    reload();
    const std::vector<std::string> kinds = kinds_in("beta", 3);
    EXPECT_EQ(std::ranges::count(kinds, "approved"), 3);
    EXPECT_EQ(std::ranges::count(kinds, "accepted"), 2);
    std::string text = text_of(line.config());
    text.replace(text.find("[91110108MA0000015T, "), 21, "[");
    std::ofstream{line.config()} << text;
    reload();
    EXPECT_EQ(declare("ACME-2"), "rejected");
    EXPECT_EQ(line.stop(), 0);
}

// "+ works without a daemon"; exit 78.
TEST_F(Reload, ConfigCheckTellsAllWithoutADaemon) {
    EXPECT_EQ(line.permitctl({"config", "check"}).status, 0);
    EXPECT_EQ(line.permitctl({"reload", "--reason", "as asked"}).status, 69);
    EXPECT_EQ(line.permitctl({"config", "diff"}).status, 69);
    const fs::path other = line.folder() / "other.yaml";
    std::ofstream{other} << "spool: a\nstat: b\n";
    const line::Ended ended = line.permitctl({"config", "check", other});
    EXPECT_EQ(ended.status, 78);
    EXPECT_THAT(ended.errors, AllOf(HasSubstr("unknown key 'stat': did you mean 'state'?"),
                                    HasSubstr("key 'ministry' is missing")));
    put("config/codes/countries.csv", "code");
    EXPECT_EQ(line.permitctl({"config", "check"}).status, 78);
}

}  // namespace
