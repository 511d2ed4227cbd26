// What operators change on a running daemon, and who may (operations.md 3).
#include <gmock/gmock.h>
#include <grp.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <sstream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::patience;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<boost::json::object> rows_of(const std::string& lines) {
    std::vector<boost::json::object> rows;
    std::istringstream in{lines};
    for (std::string each; std::getline(in, each);)
        rows.push_back(boost::json::parse(each).as_object());
    return rows;
}

std::string state_of(const line::Line& line, const std::string& id) {
    const auto shown = line.permitctl({"--json", "show", id});
    if (shown.status != 0) return "nothing";
    return std::string{boost::json::parse(shown.out).at("state").as_string()};
}

void hold_two(line::Line& line) {
    EXPECT_EQ(line.permitctl({"hold", "A"}).status, 64) << "a change wants a reason";
    EXPECT_EQ(line.permitctl({"hold", "--reason", "x"}).status, 64);
    const auto held = line.permitctl({"hold", "A", "REF-B", "NOBODY", "--reason", "wrong data"});
    EXPECT_EQ(held.status, 66) << held.out;
    EXPECT_THAT(held.errors, HasSubstr("NOBODY"));
    EXPECT_THAT(held.out, AllOf(HasSubstr("REF-A  done"), HasSubstr("REF-B  done"),
                                HasSubstr("2 done, 1 unknown")));
    const auto again =
        line::run({"/bin/sh", "-c",
                   "printf 'A and more\\n\\nREF-B\\n' | " + line.program("permitctl") +
                       " --config " + line.config().string() + " --json hold - --reason again"},
                  line.environment(), line.folder());
    EXPECT_EQ(again.status, 0) << again.errors;
    std::vector<std::string> results;
    for (const auto& each : rows_of(again.out)) results.emplace_back(each.at("result").as_string());
    EXPECT_THAT(results, ElementsAre("unchanged", "unchanged"));
    EXPECT_EQ(state_of(line, "A"), "HELD");
    EXPECT_THAT(line.permitctl({"list"}).out,
                AllOf(HasSubstr("on hold"), HasSubstr("permitctl release")));
    EXPECT_THAT(line.permitctl({"--lang", "zh", "hold", "REF-B", "--reason", "again"}).out,
                HasSubstr("此前已扣留"));
}

void give_up_and_requeue(line::Line& line) {
    const auto given_up = line.permitctl({"give-up", "C", "--reason", "on the phone"});
    EXPECT_EQ(given_up.status, 0) << given_up.out << given_up.errors;
    EXPECT_EQ(state_of(line, "C"), "SETTLED");
    EXPECT_EQ(line.permitctl({"give-up", "C", "--reason", "again"}).status, 65);
    EXPECT_EQ(line.permitctl({"give-up", "ALL", "--reason", "x"}).status, 64);
    const auto requeued = line.permitctl({"requeue", "D", "--reason", "new tables"});
    EXPECT_EQ(requeued.status, 0) << requeued.out << requeued.errors;
    EXPECT_THAT(requeued.out, HasSubstr("judged and mapped again"));
}

void kill_and_go_on(line::Line& line) {
    // All of it outlives a kill, and the journal too.
    line.kill_at_once();
    line.start_sandbox();
    line.start();
    EXPECT_EQ(state_of(line, "A"), "HELD");
    const auto flushed = line.permitctl({"flush", "--reason", "gateway is back"});
    EXPECT_EQ(flushed.status, 0) << "of all, what is on hold is not meant: " << flushed.out;
    EXPECT_EQ(line.permitctl({"flush", "A", "--reason", "gateway is back"}).status, 65);
    ASSERT_TRUE(line.settles(3, patience)) << line.daemon().words();  // bad, C, D
    EXPECT_THAT(line.kinds("D"), testing::Contains("approved"));
    EXPECT_EQ(line.counter("messages", "declared"), 1u);
    const auto all = line.permitctl({"--json", "release", "ALL", "--reason", "data is right"});
    EXPECT_EQ(all.status, 0) << all.errors;
    EXPECT_EQ(rows_of(all.out).size(), 2u);
    ASSERT_TRUE(line.settles(5, patience)) << line.daemon().words();
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
}

void look_at_the_journal(line::Line& line) {
    const auto told = line.permitctl({"explain", "A"});
    EXPECT_THAT(told.out, AllOf(HasSubstr("wrong data"), HasSubstr("data is right")));
    const auto actions = rows_of(line.permitctl({"--json", "actions"}).out);
    std::vector<std::string> commands;
    for (const auto& each : actions) commands.emplace_back(each.at("command").as_string());
    EXPECT_THAT(commands, testing::IsSupersetOf({"hold", "give-up", "requeue", "release"}));
    EXPECT_EQ(actions.front().at("action").as_int64(), 1);
    EXPECT_EQ(rows_of(line.permitctl({"--json", "actions", "--limit", "1"}).out).size(), 1u);
    for (const line::Receipt& each : line.receipts()) {
        if (each.kind() != "undeliverable") continue;
        EXPECT_THAT(each.bytes, HasSubstr("<GivenUpBy>operator</GivenUpBy>"));
    }
}

// One daemon for the day of an operator: the ministry is away, then it is there again.
TEST(Operator, HoldsReleasesFlushesAndGivesUp) {
    line::Line line;
    line.start_sandbox();
    line.end_sandbox();
    line.start();
    line.drop("bad.xml", line::sample("invalid/RULE-YEAR.xml"));
    for (const char* id : {"A", "B", "C", "D"})
        line.drop(std::string{id} + ".xml", line::declaration(id, "REF-" + std::string{id}));
    const auto tried = [&] {
        const auto all = rows_of(line.permitctl({"--json", "list", "--state", "WAITING"}).out);
        return all.size() == 4 && std::ranges::all_of(all, [](const auto& each) {
                   return each.contains("last_error");
               });
    };
    ASSERT_TRUE(line::becomes_true(tried, patience)) << line.daemon().words();
    hold_two(line);
    give_up_and_requeue(line);
    kill_and_go_on(line);
    look_at_the_journal(line);
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.unsound(), IsEmpty());
}

// "Ids from standard input with -, all of a state with ALL": a thousand in pieces; and dispatch
// paused over a restart.
TEST(Operator, PausesTheDispatchAndChangesManyAtOnce) {
    line::Line line;
    line.start_sandbox();
    line.start();
    ASSERT_EQ(line.permitctl({"pause", "dispatch", "--reason", "maintenance"}).status, 0);
    constexpr std::size_t many = 600;
    line::drop_numbered(line, "N", 0, many);
    const auto waiting = [&] {
        const auto status = line.status();
        const auto* messages = status.if_contains("messages");
        const auto* count = messages ? messages->as_object().if_contains("WAITING") : nullptr;
        return count && count->to_number<std::uint64_t>() == many;
    };
    ASSERT_TRUE(line::becomes_true(waiting, patience)) << line.daemon().words();
    EXPECT_THAT(line.permitctl({"status"}).out,
                AllOf(testing::ContainsRegex("dispatch +paused"), HasSubstr("maintenance")));
    const auto held = line.permitctl({"hold", "ALL", "--mailbox", "acme", "--reason", "many"});
    EXPECT_EQ(held.status, 0) << held.errors;
    EXPECT_THAT(held.out, HasSubstr("hold: 600 done"));
    EXPECT_THAT(line.permitctl({"hold", "ALL", "--mailbox", "nobody", "--reason", "none"}).out,
                HasSubstr("nothing to do"));
    EXPECT_EQ(line.stop(), 0);
    line.start();
    EXPECT_THAT(line.permitctl({"status"}).out, testing::ContainsRegex("dispatch +paused"));
    EXPECT_EQ(line.counter("messages", "declared"), 0u);
    EXPECT_EQ(line.permitctl({"release", "ALL", "--state", "HELD", "--reason", "go"}).status, 0);
    EXPECT_EQ(line.permitctl({"resume", "dispatch", "--reason", "done"}).status, 0);
    ASSERT_TRUE(line.settles(many, patience)) << line.daemon().words();
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_EQ(line.counter("messages", "declared"), many);
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.daemon().words(), AllOf(HasSubstr("operator-action"), HasSubstr("resumed")));
}

// "Group permitd may read, group permitd-admin may change"; supplementary groups count.
TEST(Operator, GroupsSayWhoMayReadAndWhoMayChange) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    const group* const readers = ::getgrnam("games");
    const unsigned of_readers = readers ? readers->gr_gid : 0;
    const group* const admins = ::getgrnam("mail");
    if (!of_readers || !admins) GTEST_SKIP() << "the host lacks Debian's groups";
    const unsigned of_admins = admins->gr_gid;
    line::Line line{{.control = ", group: games, admin_group: mail"}};
    line.start_sandbox();
    line.start();
    fs::permissions(line.folder(), fs::perms{0755});
    const auto as_nobody = [&](const std::string& groups, std::vector<std::string> words) {
        std::vector<std::string> command{"/usr/bin/setpriv", "--reuid=65534", "--regid=65534"};
        command.push_back(groups.empty() ? "--clear-groups" : "--groups=" + groups);
        command.insert(command.end(), {line.program("permitctl"), "--socket",
                                       (line.folder() / "run/control").string()});
        command.insert(command.end(), words.begin(), words.end());
        return line::run(command, line.environment(), line.folder());
    };
    const std::vector<std::string> change{"pause", "results", "--reason", "a test"};
    EXPECT_EQ(as_nobody("", {"status"}).status, 77);
    const auto stranger = as_nobody("", change);
    EXPECT_EQ(stranger.status, 77) << stranger.errors;
    EXPECT_THAT(stranger.errors, HasSubstr("permitd-admin"));
    const std::string reader = "1," + std::to_string(of_readers);
    EXPECT_EQ(as_nobody(reader, {"status"}).status, 0);
    const auto refused = as_nobody(reader, change);
    EXPECT_EQ(refused.status, 77) << refused.errors;
    EXPECT_THAT(refused.errors, HasSubstr("group mail"));
    const auto allowed = as_nobody("1," + std::to_string(of_admins), change);
    EXPECT_EQ(allowed.status, 0) << allowed.errors;
    const auto actions = rows_of(line.permitctl({"--json", "actions"}).out);
    ASSERT_EQ(actions.size(), 1u);
    EXPECT_EQ(actions[0].at("uid").as_int64(), 65534);
    EXPECT_EQ(actions[0].at("user").as_string(), "nobody");
    EXPECT_EQ(line.stop(), 0);
}

TEST(Operator, EachCommandHelpsWithAnExample) {
    const line::Line line;
    for (const std::string command :
         {"flush", "hold", "release", "requeue", "give-up", "pause", "resume", "actions"}) {
        const auto help = line.permitctl({command, "--help"});
        EXPECT_EQ(help.status, 0) << command;
        EXPECT_THAT(help.out, HasSubstr("\n  permitctl " + command)) << command;
    }
    line.write_config();
    EXPECT_EQ(line.permitctl({"hold", "A", "--reason", "x"}).status, 69);
}

}  // namespace
