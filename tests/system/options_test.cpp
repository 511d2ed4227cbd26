// The command line and the configuration (config/permitd.yaml): strict, told with file, line and
// column, ended with the statuses of sysexits.h.
#include <gmock/gmock.h>

#include <cstring>
#include <fstream>

#include "system/line.hpp"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

line::Ended permitd(const line::Line& line, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{line.program("permitd")};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return line::run(command, line.environment(), line.folder());
}

line::Ended check(const line::Line& line, const std::string& text) {
    std::ofstream{line.config()} << text;
    return permitd(line, {"--config", line.config(), "--check-config"});
}

// A good configuration of which one line may be another one.
std::string good_but(const std::string& old = "", const std::string& fresh = "") {
    std::string text =
        "spool: spool\n"
        "state: state\n"
        "archive: spool/.archive\n"
        "share: " PERMITD_SOURCE
        "\n"
        "ministry:\n"
        "  url: https://gateway.example/mep/v1\n"
        "  client_certificate: client.pem\n"
        "  client_key: client.key\n"
        "  ca: ca.pem\n"
        "  in_flight_max: 32\n"
        "  time_max: 60s\n"
        "  commit_lag: 5s\n"
        "  retry:\n"
        "    first: 15s\n"
        "    max: 30m\n"
        "    lifetime: 15d\n"
        "    warn_after: 4h\n"
        "  results:\n"
        "    wait: 20s\n"
        "    limit: 500\n"
        "intake:\n"
        "  settle: 2s\n"
        "  rescan: 10s\n"
        "  incomplete_after: 1h\n"
        "  file_bytes_max: 16MiB\n"
        "control:\n"
        "  socket: run/control\n"
        "workers:\n"
        "  processes: 2\n"
        "  job_time_max: 10s\n"
        "  memory_max: 512MiB\n"
        "stop_within: 20s\n"
        "mailboxes:\n"
        "  - name: acme\n"
        "    senders: [91110108MA0000015T]\n";
    if (!old.empty()) text.replace(text.find(old), old.size(), fresh);
    return text;
}

TEST(Options, AGoodConfigurationIsOne) {
    const line::Line line;
    const line::Ended ended = check(line, good_but());
    EXPECT_EQ(ended.status, 0) << ended.errors;
    EXPECT_THAT(ended.out, HasSubstr("permitd.yaml: no errors"));
}

// Operations 2: "Secrets come from files or systemd credentials (LoadCredential)".
TEST(Options, ACredentialIsTheFileThatSystemdGave) {
    const line::Line line;
    const std::filesystem::path given = line.folder() / "given";
    std::filesystem::create_directories(given);
    std::ofstream{given / "own.key"} << "x";
    std::ofstream{given / "secrets_client.key"} << "x";
    std::ofstream{line.config()} << good_but("client_key: client.key",
                                             "client_key: credential:client.key")
                                 << "state_key: credential:own.key\n";
    auto environment = line.environment();
    const auto told = [&] {
        return line::run({line.program("permitd"), "--config", line.config(), "--print-config"},
                         environment, line.folder());
    };
    environment["CREDENTIALS_DIRECTORY"] = given;
    EXPECT_THAT(told().out, HasSubstr("client_key: " + (given / "secrets_client.key").string()));
    EXPECT_THAT(told().out, HasSubstr("state_key: " + (given / "own.key").string()));
    // By hand, beside the service.
    environment.erase("CREDENTIALS_DIRECTORY");
    EXPECT_THAT(told().out,
                HasSubstr("client_key: /run/credentials/permitd.service/secrets_client.key"));
}

// Operations: "--check-config prints all errors (file:line:column: …, exit 78)".
TEST(Options, EachKeyThatIsWrongIsToldWithItsPlace) {
    struct Row {
        const char *old, *fresh, *place, *text;
    };
    const Row rows[] = {
        {"spool: spool\n", "", ":1:1: ", "key 'spool' is missing"},
        {"state: state\n", "", ":1:1: ", "key 'state' is missing"},
        {"spool: spool\n", "spool: [a]\n", ":1:8: ", "a value is expected"},
        {"archive: spool/.archive", "archive: {}", ":3:10: ", "a value is expected"},
        {"share: ", "shared: ", ":4:1: ", "unknown key 'shared'"},
        {"  url: https://gateway.example/mep/v1\n", "", ":6:3: ", "key 'url' is missing"},
        {"https://gateway", "http://gateway", ":6:8: ", "plain http is allowed to loopback only"},
        {"https://gateway", "ftp://gateway", ":6:8: ", "only https is spoken"},
        {"client_certificate:", "client_cert:", ":7:3: ", "unknown key 'client_cert'"},
        {"client_key: client.key", "client_key: [x]", ":8:15: ", "a value is expected"},
        {"in_flight_max: 32", "in_flight_max: 0", ":10:18: ", "from 1 to 1024"},
        {"in_flight_max: 32", "in_flight_max: \"32\"", ":10:18: ", "a whole number"},
        {"time_max: 60s", "time_max: 60", ":11:13: ", "a duration such as"},
        {"time_max: 60s", "time_max: 99ms", ":11:13: ", "at least 100ms"},
        {"commit_lag: 5s", "commit_lag: -5s", ":12:15: ", "a duration such as"},
        {"first: 15s", "first: 0s", ":14:12: ", "at least 1ms"},
        {"max: 30m", "max: 14s", ":15:10: ", "at least 15s"},
        {"lifetime: 15d", "lifetime: 59m", ":16:15: ", "at least 1h"},
        {"warn_after: 4h", "warn_after: soon", ":17:17: ", "a duration such as"},
        {"wait: 20s", "wait: 31s", ":19:11: ", "at most 30s"},
        {"limit: 500", "limit: 501", ":20:12: ", "from 1 to 500"},
        {"settle: 2s", "settle: 2 s", ":22:11: ", "a duration such as"},
        {"rescan: 10s", "rescan: 1ms", ":23:11: ", "at least 100ms"},
        {"incomplete_after: 1h", "incomplete_after: 1w", ":24:21: ", "a duration such as"},
        {"file_bytes_max: 16MiB", "file_bytes_max: 16MB", ":25:19: ", "a size such as"},
        {"file_bytes_max: 16MiB", "file_bytes_max: 1023", ":25:19: ", "at least 1024"},
        {"socket: run/control", "sockets: run/control", ":27:3: ", "unknown key 'sockets'"},
        {"processes: 2", "processes: 257", ":29:14: ", "from 1 to 256"},
        {"job_time_max: 10s", "job_time_max: 1ms", ":30:17: ", "at least 100ms"},
        {"memory_max: 512MiB", "memory_max: 63MiB", ":31:15: ", "at least 67108864"},
        {"stop_within: 20s", "stop_within: yes", ":32:14: ", "a duration such as"},
        {"name: acme", "name: ACME", ":34:11: ", "a mailbox name"},
        {"name: acme", "name: ../acme", ":34:11: ", "a mailbox name"},
        {"- name: acme\n    senders", "- senders", ":34:5: ", "key 'name' is missing"},
        {"91110108MA0000015T", "91110108", ":35:15: ", "18 characters"},
        {"[91110108MA0000015T]", "[]", ":35:14: ", "at least one sender"},
        {"    senders: [91110108MA0000015T]\n", "", ":34:5: ", "key 'senders' is missing"},
        {"  settle: 2s\n", "  free_space_min: 10\n", ":22:19: ", "a share such as 10%"},
        {"  settle: 2s\n", "  backlog_max: 0\n", ":22:16: ", "from 1 to 1000000000"},
        {"  settle: 2s\n", "  inbox_max: many\n", ":22:14: ", "from 1 to 1000000000"},
        {"stop_within: 20s\n", "boxes_keep: 23h\n", ":32:13: ", "at least 1d"},
        {"stop_within: 20s\n", "boxes_keep: 90\n", ":32:13: ", "a duration such as"},
        {"state: state\n", "state: state\nstate: again\n", ":3:1: ", "state"},
        {"state: state\n", "state: [\n", ":", "permitd.yaml"},
    };
    const line::Line line;
    for (const Row& row : rows) {
        const line::Ended ended = check(line, good_but(row.old, row.fresh));
        SCOPED_TRACE(std::string{row.fresh} + "\n" + ended.errors);
        EXPECT_EQ(ended.status, 78);
        EXPECT_THAT(ended.errors, StartsWith(line.config().string() + row.place));
        EXPECT_THAT(ended.errors, HasSubstr(row.text));
    }
}

// A mailbox's own keys, in a configuration that is good without them.
TEST(Options, EachKeyOfAMailboxThatIsWrongIsToldWithItsPlace) {
    const std::string sftp =
        "    sftp:\n      url: sftp://erp.example/edi\n      user: edi\n      key: edi.key\n";
    const std::string known = sftp + "      known_hosts: known_hosts\n";
    struct Row {
        std::string lines;
        const char *place, *text;
    };
    const Row rows[] = {
        {"    completeness: sometimes\n", ":36:19: ", "one of rename, marker, digest"},
        {"    completeness: [marker]\n", ":36:19: ", "a value is expected"},
        {"    group: [edi]\n", ":36:12: ", "a value is expected"},
        {"    dialect: ../kingdee\n", ":36:14: ", "a dialect is named by"},
        {"    dialect: nowhere\n",
         ":36:14: ", "mailbox acme: dialect 'nowhere' has no table: there is"},
        {"    receipts: none\n", ":36:15: ", "one of all, outcomes"},
        {"    sftp: sftp://erp.example/edi\n", ":36:11: ", "a map is expected"},
        {"    sftp: {user: edi, key: k, known_hosts: h}\n", ":36:11: ", "key 'url' is missing"},
        {sftp, ":37:7: ", "name known_hosts or a fingerprint"},
        {sftp + "      fingerprint: MD5:00\n", ":40:20: ", "as ssh-keygen -l shows it"},
        {known + "      password: edi.password\n", ":37:7: ", "either a key or a password"},
        {known + "      every: 1ms\n", ":41:14: ", "at least 100ms"},
        {known + "      settle: 10\n", ":41:15: ", "a duration such as"},
        {known + "      time_max: 1ms\n", ":41:17: ", "at least 100ms"},
        {known + "      passphrase: secret\n", ":41:7: ", "unknown key 'passphrase'"},
        {known + "    group: edi\n", ":41:12: ", "no group here"},
    };
    const line::Line line;
    for (const Row& row : rows) {
        const line::Ended ended = check(line, good_but() + row.lines);
        SCOPED_TRACE(row.lines + "\n" + ended.errors);
        EXPECT_EQ(ended.status, 78);
        EXPECT_THAT(ended.errors, StartsWith(line.config().string() + row.place));
        EXPECT_THAT(ended.errors, HasSubstr(row.text));
    }
    const struct {
        const char *url, *text;
    } urls[] = {{"https://erp.example/edi", "sftp"},
                {"sftp://edi:secret@erp.example/edi", "password"},
                {"sftp://erp.example:0/edi", "port"}};
    for (const auto& [url, text] : urls) {
        std::string lines = known;
        lines.replace(lines.find("sftp://"), std::strlen("sftp://erp.example/edi"), url);
        const line::Ended ended = check(line, good_but() + lines);
        SCOPED_TRACE(lines + "\n" + ended.errors);
        EXPECT_EQ(ended.status, 78);
        EXPECT_THAT(ended.errors, StartsWith(line.config().string() + ":37:12: "));
        EXPECT_THAT(ended.errors, HasSubstr(text));
    }
}

TEST(Options, SeveralErrorsAreToldAtOnce) {
    const line::Line line;
    const line::Ended ended = check(line, "spool: a\ncolour: red\nstop_within: 5\n");
    EXPECT_EQ(ended.status, 78);
    for (const char* each :
         {"key 'state'", "key 'mailboxes'", "key 'ministry'", ":2:1: unknown key", ":3:14: "})
        EXPECT_THAT(ended.errors, HasSubstr(each));
}

TEST(Options, AConfigurationThatIsNotThereIsNamed) {
    const line::Line line;
    for (const char* option : {"--check-config", "--print-config"}) {
        const line::Ended ended = permitd(line, {"--config", "/nowhere/permitd.yaml", option});
        EXPECT_EQ(ended.status, 78);
        EXPECT_THAT(ended.errors, HasSubstr("/nowhere/permitd.yaml"));
    }
}

TEST(Options, PrintConfigTellsEffectiveValuesAndWhereEachCameFrom) {
    const line::Line line;
    line.write_config();
    const line::Ended ended = permitd(line, {"--config", line.config(), "--print-config"});
    EXPECT_EQ(ended.status, 0) << ended.errors;
    const std::string folder = line.folder().string(), file = line.config().string();
    EXPECT_THAT(ended.out, HasSubstr("spool: " + folder + "/spool   # " + file + ":1:8\n"));
    EXPECT_THAT(ended.out, HasSubstr("archive: " + folder + "/spool/.archive   # default\n"));
    EXPECT_THAT(ended.out, HasSubstr("ministry.retry.lifetime: 15d   # default\n"));
    EXPECT_THAT(ended.out, HasSubstr("ministry.commit_lag: 200ms   # " + file + ":5:15\n"));
    EXPECT_THAT(ended.out, HasSubstr("mailboxes.acme.senders: [91110108MA0000015T, "));
    EXPECT_THAT(ended.out, HasSubstr("intake.free_space_min: 10%   # default\n"));
    EXPECT_THAT(ended.out, HasSubstr("mailboxes.acme.completeness: rename   # default\n"));
}

// Operations: "effective values and where each came from", of every key that a mailbox may have.
TEST(Options, PrintConfigTellsTheKeysOfAMailbox) {
    const line::Line line;
    const std::string fingerprint = "SHA256:" + std::string(43, 'A');
    std::ofstream{line.config()} << good_but() +
                                        "    completeness: digest\n"
                                        "    dialect: kingdee\n"
                                        "    receipts: outcomes\n"
                                        "    sftp:\n"
                                        "      url: sftp://erp.example:2222/edi\n"
                                        "      user: edi\n"
                                        "      password: secrets/edi\n"
                                        "      fingerprint: " +
                                        fingerprint +
                                        "\n      every: 1m\n"
                                        "  - name: beta\n"
                                        "    senders: [91310115MA1K00023E]\n"
                                        "    group: edi\n";
    const line::Ended ended = permitd(line, {"--config", line.config(), "--print-config"});
    EXPECT_EQ(ended.status, 0) << ended.errors;
    const std::string folder = line.folder().string(), file = line.config().string();
    for (const std::string& each :
         {"completeness: digest   # " + file + ":36:19\n", std::string{"dialect: kingdee "},
          std::string{"receipts: outcomes "}, std::string{"sftp.url: sftp://erp.example:2222/edi "},
          std::string{"sftp.user: edi "}, "sftp.password: " + folder + "/secrets/edi ",
          "sftp.fingerprint: " + fingerprint, std::string{"sftp.every: 1m "},
          std::string{"sftp.settle: 10s   # default\n"},
          std::string{"sftp.time_max: 30s   # default\n"}})
        EXPECT_THAT(ended.out, HasSubstr("mailboxes.acme." + each));
    EXPECT_THAT(ended.out, HasSubstr("mailboxes.beta.group: edi "));
}

TEST(Options, TheShippedConfigurationIsGood) {
    const line::Line line;
    const line::Ended ended =
        permitd(line, {"--config", PERMITD_SOURCE "/config/permitd.yaml", "--check-config"});
    EXPECT_EQ(ended.status, 0) << ended.errors;
}

TEST(Options, VersionAndUsage) {
    const line::Line line;
    for (const char* name : {"permitd", "permitctl", "permit-sandbox"}) {
        const auto told = [&](const char* option) {
            return line::run({line.program(name), option}, line.environment(), line.folder());
        };
        SCOPED_TRACE(name);
        EXPECT_EQ(told("--version").status, 0);
        EXPECT_THAT(told("--version").out, testing::MatchesRegex(std::string{name} + " [0-9.]+\n"));
        EXPECT_EQ(told("--help").status, 0);
        EXPECT_EQ(told("--frobnicate").status, 64);
        EXPECT_THAT(told("--frobnicate").errors, testing::Not(testing::IsEmpty()));
    }
}

}  // namespace
