#include "unit/daemon/config_keys.hpp"

namespace tests {

using permitd::Takes;

const char* const good_configuration = R"(spool: spool
state: state
state_key: state/key
ledger_key: state/ledger.pem
archive: spool/.archive
ministry:
  url: https://gateway.example/mep/v1
  client_certificate: client.pem
  client_key: client.key
  ca: ca.pem
  in_flight_max: 32
  time_max: 60s
  commit_lag: 5s
  query_lifetime: 10m
  retry:
    first: 15s
    max: 30m
    lifetime: 15d
    warn_after: 4h
  results:
    wait: 20s
    limit: 500
intake:
  settle: 2s
  rescan: 10s
  incomplete_after: 1h
  file_bytes_max: 16MiB
  batch_bytes_max: 256MiB
  batch_messages_max: 50000
  free_space_min: 10%
  backlog_max: 1000000
  inbox_max: 100000
control:
  socket: run/control
  group: permitd
  admin_group: permitd-admin
metrics:
  listen: 127.0.0.1:9464
  beyond_loopback: no
share: share
workers:
  processes: 2
  job_time_max: 10s
  memory_max: 512MiB
stop_within: 20s
boxes_keep: 90d
mailboxes:
  - name: acme
    senders: [91110108MA0000015T]
    completeness: rename
    dialect: kingdee
    receipts: all
    sftp:
      url: sftp://erp.example/edi
      user: edi
      key: acme.key
      known_hosts: known_hosts
      fingerprint: SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      every: 10s
      settle: 10s
      time_max: 30s
  - name: beta
    senders: [91310115MA1K00023E]
    group: edi-beta
)";
const std::set<std::string> elsewhere{"mailboxes.sftp.password"};

const std::vector<Key> keys{
    {"spool", Form::Text, Needed::Yes, Takes::Restart},
    {"state", Form::Text, Needed::Yes, Takes::Restart},
    {"state_key", Form::Text, Needed::No, Takes::Restart},
    {"ledger_key", Form::Text, Needed::No, Takes::Restart},
    {"archive", Form::Text, Needed::No, Takes::Restart},
    {"ministry.url",
     Form::Text,
     Needed::Yes,
     Takes::Restart,
     {{"http://gateway.example/", "plain http is allowed to loopback only"},
      {"ftp://gateway.example/", "only https is spoken"},
      {"https://me@gateway.example/", "a user or a fragment has no place"},
      {"'https://'", "this is not a URL"}}},
    {"ministry.client_certificate"},
    {"ministry.client_key"},
    {"ministry.ca"},
    {"ministry.in_flight_max",
     Form::Number,
     Needed::No,
     Takes::Reload,
     {{"0", "from 1 to 1024"}, {"1025", "from 1 to 1024"}}},
    {"ministry.time_max", Form::Duration, Needed::No, Takes::Reload, {{"99ms", "at least 100ms"}}},
    {"ministry.commit_lag", Form::Duration},
    {"ministry.query_lifetime",
     Form::Duration,
     Needed::No,
     Takes::Reload,
     {{"0s", "at least 1ms"}}},
    {"ministry.retry.first", Form::Duration, Needed::No, Takes::Reload, {{"0s", "at least 1ms"}}},
    {"ministry.retry.max", Form::Duration, Needed::No, Takes::Reload, {{"14s", "at least 15s"}}},
    {"ministry.retry.lifetime",
     Form::Duration,
     Needed::No,
     Takes::Reload,
     {{"59m", "at least 1h"}}},
    {"ministry.retry.warn_after",
     Form::Duration,
     Needed::No,
     Takes::Reload,
     {{"0s", "at least 1ms"}}},
    {"ministry.results.wait", Form::Duration, Needed::No, Takes::Reload, {{"31s", "at most 30s"}}},
    {"ministry.results.limit",
     Form::Number,
     Needed::No,
     Takes::Reload,
     {{"0", "from 1 to 500"}, {"501", "from 1 to 500"}}},
    {"intake.settle", Form::Duration},
    {"intake.rescan", Form::Duration, Needed::No, Takes::Reload, {{"99ms", "at least 100ms"}}},
    {"intake.incomplete_after", Form::Duration},
    {"intake.file_bytes_max", Form::Size, Needed::No, Takes::Reload, {{"1023", "at least 1024"}}},
    {"intake.batch_bytes_max",
     Form::Size,
     Needed::No,
     Takes::Reload,
     {{"15MiB", "at least 16777216"}}},
    {"intake.batch_messages_max",
     Form::Number,
     Needed::No,
     Takes::Reload,
     {{"0", "from 1 to 50000"}, {"50001", "from 1 to 50000"}}},
    {"intake.free_space_min", Form::Share, Needed::No, Takes::Reload, {{"91%", "at most 90%"}}},
    {"intake.backlog_max",
     Form::Number,
     Needed::No,
     Takes::Reload,
     {{"0", "from 1 to 1000000000"}, {"1000000001", "from 1 to 1000000000"}}},
    {"intake.inbox_max",
     Form::Number,
     Needed::No,
     Takes::Reload,
     {{"0", "from 1 to 1000000000"}, {"1000000001", "from 1 to 1000000000"}}},
    {"control.socket", Form::Text, Needed::No, Takes::Restart},
    {"control.group", Form::Text, Needed::No, Takes::Restart},
    {"control.admin_group", Form::Text, Needed::No, Takes::Restart},
    {"metrics.listen",
     Form::Text,
     Needed::No,
     Takes::Restart,
     {{"0.0.0.0:9464", "other hosts can reach 0.0.0.0"},
      {"'[::]:9464'", "other hosts can reach ::"},
      {"127.0.0.1", "it must read ADDRESS:PORT"}}},
    {"metrics.beyond_loopback",
     Form::Word,
     Needed::No,
     Takes::Restart,
     {{"perhaps", "one of no, yes is expected, not 'perhaps'"}}},
    {"share"},
    {"workers.processes",
     Form::Number,
     Needed::No,
     Takes::Reload,
     {{"0", "from 1 to 256"}, {"257", "from 1 to 256"}}},
    {"workers.job_time_max",
     Form::Duration,
     Needed::No,
     Takes::Reload,
     {{"99ms", "at least 100ms"}}},
    {"workers.memory_max", Form::Size, Needed::No, Takes::Reload, {{"63MiB", "at least 67108864"}}},
    {"stop_within", Form::Duration},
    {"boxes_keep", Form::Duration, Needed::No, Takes::Reload, {{"23h", "at least 1d"}}},
    {"mailboxes.name",
     Form::Text,
     Needed::Yes,
     Takes::Reload,
     {{"ACME", "a mailbox name is 1 to 64 of a-z 0-9 and -"},
      {"../acme", "a mailbox name is"},
      {"-acme", "a mailbox name is"},
      {"keys", "the archive keeps its keys under this name"},
      {std::string(65, 'a'), "a mailbox name is"}}},
    {"mailboxes.senders",
     Form::Word,
     Needed::Yes,
     Takes::Reload,
     {{"91110108MA0000015T", "a list is expected"},
      {"[]", "name at least one sender"},
      {"[91110108]", "of 18 characters", 1},
      {"[91110108MA0000015T, {}]", "a value is expected", 21}}},
    {"mailboxes.completeness",
     Form::Word,
     Needed::No,
     Takes::Reload,
     {{"sometimes", "one of rename, marker, digest is expected, not 'sometimes'"}}},
    {"mailboxes.group", Form::Text, Needed::No, Takes::Restart},
    {"mailboxes.dialect",
     Form::Text,
     Needed::No,
     Takes::Reload,
     {{"../kingdee", "a dialect is named by 1 to 64 of a-z 0-9 and -"}}},
    {"mailboxes.receipts",
     Form::Word,
     Needed::No,
     Takes::Reload,
     {{"none", "one of all, outcomes is expected, not 'none'"}}},
    {"mailboxes.sftp.url",
     Form::Text,
     Needed::Yes,
     Takes::Reload,
     {{"https://erp.example/edi", "sftp"},
      {"sftp://edi:secret@erp.example/edi", "password"},
      {"sftp://erp.example:0/edi", "port"}}},
    {"mailboxes.sftp.user", Form::Text, Needed::Yes},
    {"mailboxes.sftp.key"},
    {"mailboxes.sftp.password"},
    {"mailboxes.sftp.known_hosts"},
    {"mailboxes.sftp.fingerprint",
     Form::Text,
     Needed::No,
     Takes::Reload,
     {{"MD5:00", "as ssh-keygen -l shows it"}}},
    {"mailboxes.sftp.every",
     Form::Duration,
     Needed::No,
     Takes::Reload,
     {{"99ms", "at least 100ms"}}},
    {"mailboxes.sftp.settle", Form::Duration},
    {"mailboxes.sftp.time_max",
     Form::Duration,
     Needed::No,
     Takes::Reload,
     {{"99ms", "at least 100ms"}}},
};
const std::vector<std::string> sections{"ministry", "ministry.retry", "ministry.results",
                                        "intake",   "control",        "metrics",
                                        "workers",  "mailboxes",      "mailboxes.sftp"};

std::vector<Wrong> wrong_forms(Form form) {
    switch (form) {
        case Form::Text: return {{"[a]", "a value is expected"}, {"{}", "a value is expected"}};
        case Form::Duration:
            return {{"10", "a duration such as 500ms, 15s, 30m, 4h or 5d is expected, not '10'"},
                    {"1w", "a duration such as"},
                    {"-5s", "a duration such as"},
                    {"5 s", "a duration such as"},
                    {"soon", "a duration such as"},
                    {"[5s]", "a duration such as"},
                    {"99999999d", "a duration such as"}};
        case Form::Size:
            return {{"16MB", "a size such as 512, 4KiB or 16MiB is expected, not '16MB'"},
                    {"-1", "a size such as"},
                    {"1.5MiB", "a size such as"},
                    {"{}", "a size such as"}};
        case Form::Share:
            return {{"10", "a share such as 10% is expected, not '10'"},
                    {"101%", "a share such as"},
                    {"[10%]", "a share such as"}};
        case Form::Number:
            return {
                {"many", "a whole number from"}, {"\"32\"", "a whole number from"},
                {"1.5", "a whole number from"},  {"-1", "a whole number from"},
                {"[1]", "a whole number from"},  {"99999999999999999999", "a whole number from"}};
        case Form::Word: return {{"{}", "is expected"}};
    }
    return {};
}

}  // namespace tests
