#!/usr/bin/env bash
# incidents.sh BINARIES [--write|--check] [NAME…]: ten incidents, each caused for real and ended.
#
# Each of incidents/NN-name.sh is played on a permitd and a permit-sandbox of its own: it is caused,
# the screens that an operator looks at are shown, and it is ended by the commands that are shown.
# Exit status 0 only if each was seen on these screens and came to its end. Prints what
# systemd/incidents.md holds; --write writes it there, --check holds the page against what came: the
# same words, whatever the figures. NAME is a part of an incident's name.
#
# Wants root: files, network and processes are namespaces of its own, in which permitd has its usual
# places, ports and names, and outside of which nothing is touched. 77 where there are none.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
at_once=3 # a third of the time: they mostly wait

export LC_ALL=C.UTF-8
export TZ=CST-8 # China Standard Time, without asking for a zone's file
export NO_COLOR=1
patience=90 # seconds for whatever is waited for
samples=$checkout/tests/journeys/samples/valid
faketime=$(dpkg -L libfaketime | grep '/libfaketimeMT\.so\.1$')

# ---- a host of our own -------------------------------------------------------------------------

# What permitd uses of a host, in memory: /etc is a copy, the others begin empty.
make_host() {
    mount -t tmpfs none /mnt
    cp -a /etc /mnt/etc
    mount --bind /mnt/etc /etc
    for each in /dev/shm /run /srv /var/lib /var/spool; do mount -t tmpfs none "$each"; done
    mkdir -p /run/sshd /etc/permitd
    printf '127.0.0.1 localhost gateway.example erp.beta.example\n' >/etc/hosts
    printf 'order hosts\n' >/etc/host.conf
    hostname edi
    ip link set lo up
    make_certificates
}

# Both processes and the screens live on the day of the samples, from 09:30 on; waits and the times
# of files are real. What stands in the file is added to the time of day.
clock=/mnt/clock
on_that_day=(LD_PRELOAD="$faketime" FAKETIME_TIMESTAMP_FILE="$clock" FAKETIME_DONT_FAKE_MONOTONIC=1
    NO_FAKE_STAT=1 FAKETIME_NO_CACHE=1)
set_clock() { # WHEN
    printf '%+ds\n' $(($(date -d "$1" +%s) - $(date +%s))) >"$clock.new"
    mv "$clock.new" "$clock"
}

certificate() { # NAME ISSUER EXTENSIONS [FROM TO]
    local tls=/etc/permitd signer=(-CA "/etc/permitd/$2.pem" -CAkey "/etc/permitd/$2.key" -CAcreateserial)
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
        -keyout "$tls/$1.key" -out "$tls/$1.csr" 2>/dev/null
    [[ $1 != "$2" ]] || signer=(-signkey "$tls/$1.key")
    faketime -f "${4:-2026-11-22 08:30:00}" openssl x509 -req -in "$tls/$1.csr" "${signer[@]}" \
        -days "${5:-30}" -sha256 -extfile <(printf '%b' "$3") -out "$tls/$1.pem" 2>/dev/null
    rm "$tls/$1.csr"
}

make_certificates() {
    certificate ministry-ca ministry-ca 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' \
        '2026-01-01 00:00:00' 3650
    certificate gateway ministry-ca 'subjectAltName=DNS:gateway.example\nextendedKeyUsage=serverAuth\n'
    certificate client ministry-ca 'extendedKeyUsage=clientAuth\n'
}

# ---- the programs ------------------------------------------------------------------------------

start_gateway() {
    env "${on_that_day[@]}" setsid "$binaries/permit-sandbox" --listen 127.0.0.1:443 \
        --state /srv/ministry --scenario /srv/scenario.yaml \
        --tls /etc/permitd/gateway.pem,/etc/permitd/gateway.key,/etc/permitd/ministry-ca.pem \
        >/srv/gateway.log 2>&1 </dev/null &
    gateway=$!
    soon grep -q 'listening on' /srv/gateway.log || fail "the gateway did not start" /srv/gateway.log
}

stop_gateway() { end_of "$gateway"; }

end_of() { # PID
    kill -TERM "$1" 2>/dev/null || return 0
    wait "$1" 2>/dev/null || true
}

# What an operator calls; the journal's own place is our log.
systemctl() { # start|stop|restart permitd
    case $1 in
        start)
            env "${on_that_day[@]}" setsid "$binaries/permitd" --config /etc/permitd/permitd.yaml \
                >/dev/null 2>>/srv/permitd.log </dev/null &
            daemon=$!
            until permitctl status >/dev/null 2>&1; do
                kill -0 "$daemon" 2>/dev/null || {
                    wait "$daemon" || printf 'permitd.service: Main process exited, status=%d\n' $?
                    return 1
                }
                sleep 0.1
            done
            ;;
        stop) end_of "$daemon" ;;
        restart)
            systemctl stop
            systemctl start
            ;;
    esac
}

permitctl() { env "${on_that_day[@]}" "$binaries/permitctl" "$@"; }

# As `journalctl -u permitd` says it; -p warning leaves out what is only for information.
journalctl() {
    local least=info
    [[ " $* " != *" -p warning "* ]] || least=warning
    tail -n +"$((logged + 1))" /srv/permitd.log | python3 -c '
import json, sys, datetime
least = sys.argv[1]
for line in sys.stdin:
    try:
        entry = json.loads(line)
    except ValueError:
        continue
    if least == "warning" and entry["level"] == "info":
        continue
    at = datetime.datetime.fromisoformat(entry.pop("time"))
    entry.pop("level")
    text = entry.pop("event")
    for name, value in entry.items():
        plain = str(value) and all(" " < c <= "~" and c not in "\"=\\" for c in str(value))
        text += " %s=%s" % (name, value if plain else json.dumps(value, ensure_ascii=False))
    print(at.strftime("%b %d %H:%M:%S"), "edi permitd[7]:", text)
' "$least"
}

# ---- one incident ------------------------------------------------------------------------------

write_config() {
    cat >/etc/permitd/permitd.yaml <<END
spool: /var/spool/permitd
state: /var/lib/permitd
share: ${share:-$checkout}
ministry:
  url: https://gateway.example/mep/v1
  client_certificate: /etc/permitd/client.pem
  client_key: /etc/permitd/client.key
  ca: /etc/permitd/ministry-ca.pem
  retry: {first: 1s, max: 2s}
  results: {wait: 2s}
intake: {file_bytes_max: 1MiB}
mailboxes:
  - name: acme
    senders: [91110108MA0000015T, 91440300717850504F]${more_mailboxes-}
END
}

begin() { # everything but the certificates as on the first day
    rm -rf /srv/* /var/lib/permitd /var/spool/permitd /run/permitd
    mkdir -p /var/lib/permitd /var/spool/permitd /run/permitd
    : >/srv/permitd.log
    logged=0
    set_clock '2026-11-22 09:30:00'
    printf 'scenario: calm\notherwise: {decision: approved, delay: 1s, transfer: {outcome: none}}\n' >/srv/scenario.yaml
}

open() {
    write_config
    start_gateway
    systemctl start || fail "permitd did not start" /srv/permitd.log
    logged=$(wc -l </srv/permitd.log)
}

drop() { # SAMPLE NAME [SED…]: changed, aside, then renamed: complete the moment it appears
    local out=/var/spool/permitd/acme/OutBox name=$2
    sed "${@:3}" "$samples/$1" >"$out/.$name"
    mv "$out/.$name" "$out/$name"
}

# An application under a reference of its own.
declare_one() { # REFERENCE [SED…]
    drop 06-application-minimal.xml "$1.xml" -e "s/SAMPLE-0006/$1/; s/PO-2026-0006/$1/" "${@:2}"
}

soon() { # COMMAND…: until it holds
    local until=$((SECONDS + patience))
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < until)) || return 1
        sleep 0.2
    done
}

receipt() { # KIND [MESSAGE]: is there one?
    compgen -G "/var/spool/permitd/acme/InBox/*_$1_${2-}*" >/dev/null
}

says() { # TEXT COMMAND…: does its output hold that?
    local text=$1 out
    shift
    out=$("$@" 2>&1 || true)
    [[ $out == *"$text"* ]]
}

await() { # TEXT COMMAND…
    soon says "$@" || fail "'$1' never stood in: ${*:2}" /srv/permitd.log
}

fail() { # WORDS [LOG]
    printf 'incidents: %s: %s\n' "${name-}" "$1" >&2
    [[ -z ${2-} ]] || tail -n 20 "$2" >&2
    permitctl status >&2 || true
    exit 1
}

# ---- what is printed ---------------------------------------------------------------------------

tell() { printf '\n%s\n' "$*"; }

# A command and what it says; TEXTs of `seen` must stand in it.
show() { # COMMAND
    printf '\n```\n$ %s\n' "$1"
    eval "$1" >/srv/screen 2>&1 || true # not in a subshell: it may start a program that is ours
    screen=$(</srv/screen)
    printf '%s```\n' "${screen:+$screen$'\n'}"
}

# The same, as soon as that text stands in it: what is tried anew now and then is one thing or another.
show_with() { # TEXT COMMAND
    local until=$((SECONDS + patience))
    until eval "$2" >/srv/screen 2>&1 && grep -qF -- "$1" /srv/screen; do
        ((SECONDS < until)) || fail "'$1' never stood in: $2" /srv/permitd.log
    done
    screen=$(</srv/screen)
    printf '\n```\n$ ''%s\n%s\n```\n' "$2" "$screen"
}

seen() { # TEXT…: in the screen before
    local text
    for text in "$@"; do
        [[ $screen == *"$text"* ]] || {
            printf '%s\n' "$screen" >&2
            fail "the screen does not say '$text'"
        }
    done
}

# What is another one each time: ids of processes, digests, keys, and the minute of the day.
constant() {
    sed -E -e "s#${share:-$checkout}#/usr/share/permitd#g" \
        -e 's/\b[0-9a-f]{64}\b/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/g' \
        -e 's/\b[a-z2-7]{52}\b/abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst/g' \
        -e 's/:[0-9]{2}:[0-9]{2}\.[0-9]{3}\+/:30:00.000+/g; s/(before-[0-9]+T[0-9]{2})[0-9]{4}\.[0-9]{3}/\13000.000/g' \
        -e 's/\bpid [0-9]+/pid 7/g; s/process [0-9]+/process 7/g' \
        -e 's/([0-9]{2}):[0-9]{2}:[0-9]{2}( |Z|\.[0-9]+Z|$)/\1:30:00\2/g; s/:00\.[0-9]+Z/:00Z/g'
}

play() { # FILE DIRECTORY
    name=$(basename "$1" .sh)
    printf 'incidents: %s\n' "$name" >&2
    make_host
    # shellcheck source=/dev/null
    . "$1" >/mnt/page
    constant </mnt/page >"$2/$name.md"
}

# ---- all of them -------------------------------------------------------------------------------

# All of a page but its figures and the spaces that align them.
shape_of() { sed -E 's/cursor=""/cursor=N/; s/[0-9]+/N/g; s/\bN[smhd]\b/N/g; s/ +/ /g; s/ $//' "$1"; }

introduction() {
    cat <<'END'
# Ten incidents

Each of these was caused for real, on a permitd with one mailbox or two, and looks as it looks here: `./dev incidents`
causes them anew and holds this page against what is seen, `./dev incidents --write` writes it. Minutes, process
ids, keys and digests are made the same each time.

The way is always the same: `permitctl status` says at its end, after `to do`, what wants somebody. `permitctl list` names the
messages that wait, and what to do about each kind. `permitctl explain` with any number of a message tells its whole story, and
`journalctl -u permitd -x` what each line of the log means and asks for.
END
}

# A host of its own for each.
host_of_its_own() { unshare --mount --uts --net --pid --fork --mount-proc --kill-child "$@"; }

main() { # [--write|--check] [NAME…]
    local page=$checkout/systemd/incidents.md mode='' files=() file wanted
    [[ ${1-} != --write && ${1-} != --check ]] || {
        mode=$1
        shift
    }
    host_of_its_own true 2>/dev/null || {
        echo 'incidents: no namespaces of their own are to be had here' >&2
        exit 77
    }
    for file in "$checkout"/tests/system/incidents/*.sh; do
        (($# > 0)) || files+=("$file")
        for wanted in "$@"; do [[ ${file##*/} != *"$wanted"* ]] || files+=("$file"); done
    done
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    export -f host_of_its_own
    # shellcheck disable=SC2016 # of the shell that is started
    printf '%s\0' "${files[@]}" | xargs -0 -P "$at_once" -I FILE \
        bash -c 'host_of_its_own "$@"' - "$0" "$binaries" --inside FILE "$scratch" ||
        { echo 'incidents: not all were seen, or came to their end' >&2 && exit 1; }
    case $mode in
        --write) { introduction && cat "$scratch"/*.md; } >"$page" ;;
        --check)
            { introduction && cat "$scratch"/*.md; } >"$scratch/page"
            diff -u --label systemd/incidents.md --label 'what was seen' \
                <(shape_of "$page") <(shape_of "$scratch/page") || exit 1
            ;;
        *) cat "$scratch"/*.md ;;
    esac
}

binaries=$(cd "$1" && pwd)
shift
case ${1-} in
    --inside) play "$2" "$3" ;;
    *) main "$@" ;;
esac
