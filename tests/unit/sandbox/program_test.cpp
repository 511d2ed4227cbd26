// The real permit-sandbox: tells where it listens, forgets nothing over kill -9, ends on SIGTERM.
#include <fcntl.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "running_server.hpp"
#include "unit/http/test_ca.hpp"
#include "unit/http/wire_client.hpp"
#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace wire_client;
using testing::HasSubstr;

class Program {
public:
    explicit Program(std::vector<std::string> arguments) {
        const auto self = std::filesystem::read_symlink("/proc/self/exe");
        arguments.insert(arguments.begin(), (self.parent_path() / "permit-sandbox").string());
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
        pid_ = fork();
        if (pid_ == 0) {
            dup2(ends[1], 1);
            dup2(ends[1], 2);
            std::vector<char*> argv;
            for (std::string& argument : arguments) argv.push_back(argument.data());
            argv.push_back(nullptr);
            execv(argv[0], argv.data());
            _exit(127);
        }
        close(ends[1]);
        output_ = fdopen(ends[0], "r");
        char line[4096];
        while (fgets(line, sizeof line, output_)) {
            said_ += line;
            if (std::string(line).find("listening on ") == 0) break;
        }
    }
    ~Program() {
        if (pid_ > 0) end(SIGKILL);
        fclose(output_);
    }
    std::string address() const {
        const std::size_t at = said_.rfind("listening on ");
        return at == std::string::npos ? "" : said_.substr(at + 13, said_.find('\n', at) - at - 13);
    }
    const std::string& said() const { return said_; }
    // Its exit status, or minus the signal that ended it.
    int end(int signal) {
        if (signal != 0) kill(pid_, signal);
        int status = 0;
        waitpid(std::exchange(pid_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    pid_t pid_ = -1;
    FILE* output_ = nullptr;
    std::string said_;
};

std::string wire_of(const http::Request& request) {
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: t\r\n";
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    return text + "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" +
           request.body;
}

TEST(Program, KnowsAgainAfterKillWhatItAnswered) {
    const Scratch scratch;
    const std::vector<std::string> arguments = {"--listen", "127.0.0.1:0", "--state",
                                                scratch / "state"};
    std::string answers[3], page;
    {
        Program program(arguments);
        WireClient client(program.address());
        for (int i = 0; i < 3; ++i) {
            const Draft draft{.ref = "PO-" + std::to_string(i)};
            answers[i] = body_of(client.ask(wire_of(post(key(i), application(key(i), draft)))));
            EXPECT_THAT(answers[i], HasSubstr("mepAck"));
        }
        page = body_of(client.ask(get("/mep/v1/results?after=0&limit=4")));
        EXPECT_EQ(program.end(SIGKILL), -SIGKILL);
    }
    std::ofstream(scratch / "state", std::ios::app) << "deadbeef torn";
    Program program(arguments);
    WireClient client(program.address());
    EXPECT_EQ(body_of(client.ask(get("/mep/v1/results?after=0&limit=4"))), page);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(body_of(client.ask(get("/mep/v1/messages/" + key(i)))), answers[i]);
    EXPECT_EQ(body_of(client.ask(wire_of(post(key(1), application(key(1), {.ref = "PO-1"}))))),
              answers[1]);
    const std::string counters = body_of(client.ask(get("/sandbox/counters")));
    EXPECT_THAT(counters, HasSubstr("\"declared\": 3, \"applications\": 3, \"repeats\": 1"));
    const Program second(arguments);
    EXPECT_THAT(second.said(), HasSubstr("another permit-sandbox uses the state file"));
}

TEST(Program, LongPollOverTheWireAndCleanEnd) {
    const Scratch scratch;
    std::ofstream(scratch / "s.yaml") << "scenario: s\notherwise: {delay: 30s}\n";
    Program program(
        {"--listen", "127.0.0.1:0", "--scenario", scratch / "s.yaml", "--clock-speed", "100"});
    WireClient poller(program.address()), sender(program.address());
    poller.send(get("/mep/v1/results?after=0&wait=30"));
    EXPECT_EQ(status_of(sender.ask(wire_of(post(key(1), application(key(1)))))), 202);
    EXPECT_THAT(poller.receive(), HasSubstr("approved"));
    const std::string page = body_of(sender.ask(get("/mep/v1/results?after=0&wait=30")));
    const std::size_t at = page.find("cursor=\"") + 8;
    const std::string cursor = page.substr(at, page.find('"', at) - at);
    // One who waits when the sandbox is told to end gets an empty page.
    poller.send(get("/mep/v1/results?wait=30&after=" + cursor));
    while (body_of(sender.ask(get("/sandbox/counters"))).find("/mep/v1/results\": 3") ==
           std::string::npos) {
    }
    EXPECT_EQ(program.end(SIGTERM), 0);
    EXPECT_THAT(poller.receive(), HasSubstr("mepResults"));
}

TEST(Program, QuestionsOverTheWireAndACatalogueBesideTheScenario) {
    const Scratch scratch;
    std::ofstream(scratch / "s.yaml") << "scenario: s\ncatalogue: own.csv\n";
    std::ofstream(scratch / "own.csv")
        << "code,name_zh,unit,supervision,issuing_tier,valid_from,valid_to\n"
           "8406811000,汽轮机,001,O,local,2031-01-01,2031-12-31\n";
    const Program program({"--listen", "127.0.0.1:0", "--scenario", scratch / "s.yaml"});
    WireClient client(program.address());
    EXPECT_THAT(body_of(client.ask(get("/mep/v1/catalogue/2031"))), HasSubstr("8406811000"));
    EXPECT_EQ(status_of(client.ask(get("/mep/v1/catalogue/2026"))), 404);
    EXPECT_THAT(
        client.ask(wire_of(query("registrationStatus", "tradeScCode", "91110108MA0000015T"))),
        HasSubstr("<state>none</state>"));
}

TEST(Program, MutualTlsNullAndHelp) {
    const Scratch scratch;
    const TestCa ca(scratch / "ca");
    const Certificate own = ca.issue("server");
    Program program({"--listen", "127.0.0.1:0", "--null", "--tls",
                     own.certificate + "," + own.key + "," + ca.certificate()});
    WireClient client(program.address());
    ASSERT_TRUE(client.start_tls(ca.issue("client")));
    EXPECT_THAT(client.ask(wire_of(post(key(1), "anything"))), HasSubstr("mepAck"));
    WireClient stranger(program.address());
    stranger.start_tls({});
    EXPECT_EQ(stranger.ask(get("/mep/v1/status")), "");
    Program help({"--help"});
    EXPECT_THAT(help.said(), HasSubstr("shuffle-results"));
    EXPECT_EQ(help.end(0), 0);
    EXPECT_EQ(Program({"--fault", "nonsense"}).end(0), 64);
    EXPECT_EQ(Program({"--scenario", "/no/such.yaml"}).end(0), 78);
}

}  // namespace
