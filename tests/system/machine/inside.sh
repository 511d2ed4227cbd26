#!/usr/bin/env bash
# What is tried under a real systemd, in the machine that make.sh makes (operations.md 4). Each line
# that begins with "-- " is a step; the last one is ALL OF IT or FAILED.
set -uo pipefail
export LC_ALL=C.UTF-8 SYSTEMD_COLORS=0 SYSTEMD_PAGER=

say() { printf -- '-- %s\n' "$*"; }
die() {
    printf 'FAILED: %s\n' "$*"
    systemctl status --no-pager -l permitd sandbox | head -60
    journalctl --no-pager -n 60 -u permitd
    exit 1
}
# within SECONDS COMMAND...: until it is true. The processor is emulated, on a host that may be busy.
within() {
    local until=$((SECONDS + 4 * $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < until)) || return 1
        sleep 0.2
    done
}
property() { systemctl show --property="$1" --value permitd; }
is_active() { [[ $(property ActiveState) == active && $(property SubState) == running ]]; }
receipt_of() { compgen -G "/var/spool/permitd/acme/InBox/*_$1_$2.xml"; }
status_has() { [[ $(property StatusText) == *"$1"* ]]; }
logged() { [[ -n $(journalctl -q --no-pager -u permitd "PERMITD_EVENT=$1" "${@:2}") ]]; }
drop() {
    sed "s/<MessageId>[^<]*/<MessageId>$1/; s/<ApplicationRef>[^<]*/<ApplicationRef>$1/" \
        /root/declaration.xml >/var/spool/permitd/acme/OutBox/.part
    mv /var/spool/permitd/acme/OutBox/.part "/var/spool/permitd/acme/OutBox/$1.xml"
}
key_and_certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$2" -keyout "/root/$1.key" \
        -out "/root/$1.pem" "${@:3}" 2>/dev/null
}

say "is installed, and neither enabled nor started"
[[ $(systemctl is-enabled permitd) == disabled ]] || die "$(systemctl is-enabled permitd)"
[[ $(property ActiveState) == inactive ]] || die "$(property ActiveState)"
# The pages are there; man(1) is not.
systemd-analyze verify --man=no permitd.service || die "verify"

say "is exposed at 1.2 at most"
systemd-analyze security --no-pager --threshold=12 permitd.service | tail -1 || die "more than 1.2"

say "a ministry on the loopback, by mutual TLS; keys as credentials"
key_and_certificate authority authority
for name in server client; do
    key_and_certificate "$name" 127.0.0.1 -CA /root/authority.pem -CAkey /root/authority.key \
        -addext 'subjectAltName=IP:127.0.0.1' -addext 'basicConstraints=critical,CA:FALSE'
done
install -m 600 /root/client.key /etc/permitd/secrets/client.key
install -m 600 <(head -c 32 /dev/urandom) /etc/permitd/secrets/state.key
install -m 644 /root/client.pem /root/authority.pem /etc/permitd/
systemd-run --quiet --unit=sandbox permit-sandbox --listen 127.0.0.1:8090 \
    --tls /root/server.pem,/root/server.key,/root/authority.pem
cat >/etc/permitd/permitd.yaml <<'END'
spool: /var/spool/permitd
state: /var/lib/permitd
state_key: credential:state.key
ministry:
  url: https://127.0.0.1:8090/mep/v1
  client_certificate: client.pem
  client_key: credential:client.key
  ca: authority.pem
  commit_lag: 200ms
intake: {settle: 200ms}
workers: {processes: 2}
mailboxes:
  - name: acme
    senders: [91110108MA0000015T, 91440300717850504F]
END
systemctl enable --now permitd || die "start"
is_active || die "is $(property ActiveState)"
[[ -n $(property StatusText) ]] || within 10 status_has "to send" || die "no status line"
systemctl status --no-pager permitd | grep -E 'Status|Active'

say "credentials are permitd's alone, and no key is in its state"
directory=/run/credentials/permitd.service
stat -c '%a %U %n' $directory $directory/*
runuser -u nobody -- cat $directory/secrets_client.key 2>/dev/null && die "anybody reads the key"
[[ ! -e /var/lib/permitd/state.key ]] || die "a key of its own was made"

say "boxes have their set-group-id bits within RestrictSUIDSGID"
modes=$(stat -c '%a %n' /var/spool/permitd/acme /var/spool/permitd/acme/*)
[[ $modes == *"2750 /var/spool/permitd/acme"*"2770 "*"InBox"*"3730 "*"OutBox"* ]] || die "$modes"

say "a declaration to its approval"
drop M-1
within 120 receipt_of approved M-1 || die "no approval: $(ls /var/spool/permitd/acme/*)"
receipt=$(basename "$(receipt_of approved M-1)")
line=$(journalctl -q --no-pager -o json -n 1 -u permitd PERMITD_EVENT=receipt-issued "PERMITD_RECEIPT=$receipt")
for field in '"PRIORITY":"6"' '"SYSLOG_IDENTIFIER":"permitd"' '"PERMITD_MAILBOX":"acme"' '"_SYSTEMD_UNIT":"permitd.service"'; do
    [[ $line == *"$field"* ]] || die "$field is not in $line"
done
journalctl -q --no-pager -x -u permitd PERMITD_EVENT=started | grep -q 'everything is open and recovered' ||
    die "the journal's catalogue does not know the event"

say "who is of the group may ask, who is not may not"
useradd --no-create-home --groups permitd asker
runuser -u asker -- permitctl status | head -3 || die "the group may not ask"
runuser -u nobody -- permitctl status >/dev/null 2>&1 && die "anybody may ask"

say "a status line that follows"
systemctl stop sandbox
drop M-2
within 60 status_has "1 to send" || within 30 status_has "1 in doubt" || die "$(property StatusText)"
property StatusText

say "kill -9, and it goes on where it was"
systemctl kill --signal=KILL --kill-whom=main permitd
came_back() { is_active && [[ $(property NRestarts) == 1 ]]; }
within 60 came_back || die "did not come back"
systemd-run --quiet --unit=sandbox-again permit-sandbox --listen 127.0.0.1:8090 \
    --tls /root/server.pem,/root/server.key,/root/authority.pem
within 180 receipt_of approved M-2 || die "M-2 is not approved: $(permitctl explain M-2)"

say "a stopped one is ended by the watchdog and started again"
mkdir -p /etc/systemd/system/permitd.service.d
printf '[Service]\nWatchdogSec=6s\n' >/etc/systemd/system/permitd.service.d/test.conf
systemctl daemon-reload
systemctl restart permitd || die "restart"
pid=$(property MainPID)
fed_since() { (($(property WatchdogTimestampMonotonic) > $1)); }
for ((meals = 0; meals < 5; meals++)); do
    within 20 fed_since "$(property WatchdogTimestampMonotonic)" || die "is not fed while it works"
done
[[ $(property MainPID) == "$pid" ]] || die "was not fed in time"
kill -STOP "$pid"
another() { is_active && [[ $(property MainPID) != "$pid" ]]; }
within 90 another || die "the watchdog did nothing"
journalctl -q --no-pager -u permitd | grep -i 'watchdog timeout' || die "nothing is said of the watchdog"
drop M-3
within 120 receipt_of approved M-3 || die "M-3 is not approved"

cp /etc/permitd/permitd.yaml /root/good.yaml
if permitctl --help | grep -q '^  config '; then
    say "a reload keeps the process, and a bad file changes nothing"
    pid=$(property MainPID)
    sed -i 's/settle: 200ms/settle: 300ms/' /etc/permitd/permitd.yaml
    systemctl reload permitd || die "reload"
    within 60 logged reloaded || die "did not reload"
    echo 'no_such_key: 1' >>/etc/permitd/permitd.yaml
    systemctl reload permitd || die "reload"
    within 60 logged reload-refused || die "took a bad file"
    cp /root/good.yaml /etc/permitd/permitd.yaml
    within 30 is_active || die "$(property ActiveState) after reloads"
    [[ $(property MainPID) == "$pid" ]] || die "another process"
fi

say "a wrong configuration stays down with 78"
echo 'no_such_key: 1' >>/etc/permitd/permitd.yaml
systemctl restart permitd 2>/dev/null && die "it starts"
[[ $(property ExecMainStatus) == 78 && $(property SubState) == failed ]] || die "$(property ExecMainStatus)"
cp /root/good.yaml /etc/permitd/permitd.yaml
systemctl reset-failed permitd
systemctl start permitd || die "start"

say "a stop is clean"
systemctl stop permitd
[[ $(property Result) == success && $(property ExecMainStatus) == 0 ]] || die "$(property Result)"
within 5 logged stopped || die "the end is not logged"

say "ALL OF IT"
