#!/usr/bin/env bash
# demo.sh BINARIES [--keep]: the whole line on this machine, with real files, processes and TLS.
#
# Starts permit-sandbox and permitd on build/demo/, drops every sample in the order that
# tests/journeys/samples/README.md names, shows files, states and receipts until every file has all
# its outcomes, and stops both. Exit status 0 only if that came true.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
binaries=$(cd "$1" && pwd)
keep=${2-}
[[ -z $keep || $keep == --keep ]] || {
    echo "demo: unknown option $keep" >&2
    exit 64
}
samples=$checkout/tests/journeys/samples
scenario=$checkout/tests/journeys/scenarios/manual.yaml
here=$checkout/build/demo
mailbox=$here/spool/acme
config=$here/permitd.yaml
socket=$here/run/control
((${#socket} < 100)) || socket=$(mktemp -d /tmp/permitd-demo.XXXXXX)/control # a Unix socket's limit
outcomes_within=50                                                   # seconds
quiet_for=3 # seconds without a new receipt, once every outcome is there

export LC_ALL=C.UTF-8
export TZ=CST-8 # China Standard Time, without asking for a zone's file

say() { printf '%s\n' "$*"; }
title() { [[ -t 1 ]] && printf '\n\033[1m%s\033[0m\n' "$*" || printf '\n%s\n' "$*"; }

# ---- two processes, and their end --------------------------------------------------------------

pids=()
alive() { kill -0 "$1" 2>/dev/null; }
going_on() { alive "$1" && ((SECONDS < $2)); } # PID DEADLINE

stop_all() {
    local pid
    for pid in "${pids[@]}"; do
        ! alive "$pid" || kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
}

fail() {
    printf 'demo: %s\n' "$1" >&2
    shift
    local log
    for log in "$@"; do
        printf -- '--- the end of %s\n' "$log" >&2
        tail -n 20 "$log" >&2 || true
    done
    exit 1
}

# The samples are of one November day: both processes live on it, so that nothing depends on when
# the demo is run. Waits and the times of files are real.
that_day=(FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
    LD_PRELOAD="$(dpkg -L libfaketime | grep '/libfaketimeMT\.so\.1$')")
to_that_day=$(($(date -d '2026-11-22 09:30:00' +%s) - $(date +%s))) # seconds
that_day+=("FAKETIME=$(printf '%+ds' "$to_that_day")")
an_hour_before="FAKETIME=$(printf '%+ds' $((to_that_day - 3600)))"

start() { # NAME COMMAND…: in the background, output to NAME.log
    local name=$1
    shift
    : >"$here/$name.log"
    env "${that_day[@]}" setsid "$@" >"$here/$name.log" 2>&1 </dev/null &
    pids+=($!)
    echo "${pids[*]}" >"$here/pids"
}

# ---- certificates ------------------------------------------------------------------------------

certificate() { # NAME ISSUER EXTENSIONS
    local tls=$here/tls
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
        -keyout "$tls/$1.key" -out "$tls/$1.csr" 2>>"$tls/log"
    local signer=(-CA "$tls/$2.pem" -CAkey "$tls/$2.key" -CAcreateserial)
    [[ $1 != "$2" ]] || signer=(-signkey "$tls/$1.key")
    # An hour old, lest a second's difference make it one of the future.
    env "${that_day[@]}" "$an_hour_before" openssl x509 -req -in "$tls/$1.csr" "${signer[@]}" -days 30 \
        -sha256 -extfile <(printf '%b' "$3") -out "$tls/$1.pem" 2>>"$tls/log"
}

make_certificates() {
    mkdir -p "$here/tls"
    certificate demo-ca demo-ca 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n'
    certificate ministry demo-ca 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'
    certificate permitd demo-ca 'extendedKeyUsage=clientAuth\n'
}

# ---- the stage ---------------------------------------------------------------------------------

start_sandbox() {
    start sandbox "$binaries/permit-sandbox" --listen 127.0.0.1:0 --scenario "$scenario" \
        --tls "$here/tls/ministry.pem,$here/tls/ministry.key,$here/tls/demo-ca.pem"
    local pid=${pids[-1]} deadline=$((SECONDS + 10))
    until [[ $(<"$here/sandbox.log") =~ listening\ on\ [^[:space:]]*:([0-9]+) ]]; do
        going_on "$pid" "$deadline" || fail "the sandbox did not start" "$here/sandbox.log"
        sleep 0.1
    done
    port=${BASH_REMATCH[1]}
}

write_config() {
    cat >"$config" <<END
spool: $here/spool
state: $here/state
ministry:
  url: https://127.0.0.1:$port/mep/v1
  client_certificate: $here/tls/permitd.pem
  client_key: $here/tls/permitd.key
  ca: $here/tls/demo-ca.pem
control:
  socket: $socket
metrics:
  listen: "off"
mailboxes:
  - name: acme
    senders: [91110108MA0000015T, 91440300717850504F]
END
}

permitctl() { env "${that_day[@]}" "$binaries/permitctl" --config "$config" "$@"; }

start_permitd() {
    start permitd "$binaries/permitd" --config "$config"
    daemon=${pids[-1]}
    local deadline=$((SECONDS + 20))
    until permitctl status >/dev/null 2>&1; do
        going_on "$daemon" "$deadline" || fail "permitd did not start" "$here/permitd.log"
        sleep 0.1
    done
}

# ---- what is dropped, and when -----------------------------------------------------------------

# What must be known before a sample is dropped: an application's state, its customs transfer, or
# that a file has its outcome.
declare -A before=(
    [08a-attachment-add.xml]="PO-2026-0005 DRAFT"
    [09-submit-drafts.xml]="08a-attachment-add.xml done"
    [10-withdraw.xml]="PO-2026-0006 UNDER_REVIEW"
    [11-copy.xml]="PO-2026-0003 APPROVED"
    [12-delete.xml]="PO-2026-0011 DRAFT"
    [13-print.xml]="PO-2026-0003/transfer RECEIVED")
declare -A known=()

# Those that fail by the state of an application need the valid ones first.
paths=("$samples"/valid/*.xml "$samples"/invalid/*.xml)
files=("${paths[@]##*/}")                               # names in the order of dropping

# How many outcomes a file has: one for each application that it commands, one for each message of
# a batch and one for the batch.
outcomes_of() { # PATH
    local -a things=()
    if grep -qaE '<(ApplicationSubmit|ApplicationDelete|ApplicationWithdraw)>' "$1"; then
        mapfile -t things < <(grep -o '<ApplicationRef>' "$1")
    elif grep -qa '<Batch ' "$1"; then
        mapfile -t things < <(grep -oE '<(Batch |Message>)' "$1")
    fi
    echo $((${#things[@]} ? ${#things[@]} : 1))
}

drop() { # PATH: copied aside and renamed, complete the moment it appears
    local name=${1##*/}
    cp "$1" "$mailbox/OutBox/.$name.coming"
    mv "$mailbox/OutBox/.$name.coming" "$mailbox/OutBox/$name"
}

# ---- the table ---------------------------------------------------------------------------------

declare -A state wanted outcomes kinds times problems # of a file, by its name
declare -A receipt_seen=()                            # by the receipt's name
receipts=0 last_receipt_at=0 shown_lines=0

for path in "${paths[@]}"; do
    wanted[${path##*/}]=$(outcomes_of "$path") outcomes[${path##*/}]=0
done

live() { # Whether a table can be drawn over and over again.
    [[ -t 1 && ${TERM-dumb} != dumb ]] || return 1
    local rows _columns
    read -r rows _columns < <(stty size </dev/tty 2>/dev/null || echo 0 0)
    ((rows > ${#files[@]} + 4))
}

kinds_of() { # FILE: "accepted submitted clearance x2: CODE"
    local kind line=""
    for kind in ${kinds[$1]-}; do
        line+="${line:+ }$kind"
        ((${times["$1 $kind"]} == 1)) || line+=" x${times["$1 $kind"]}"
    done
    printf '%s' "$line${problems[$1]:+: ${problems[$1]}}"
}

read_receipt() { # PATH
    local bytes file kind code reference=""
    bytes=$(<"$1")
    [[ $bytes =~ \<File\ name=\"([^\"]*)\" ]] || return 0
    file=${BASH_REMATCH[1]}
    [[ -n ${wanted[$file]-} ]] || return 0
    [[ $bytes =~ \ kind=\"([a-z-]+)\" ]] && kind=${BASH_REMATCH[1]}
    [[ " ${kinds[$file]-} " == *" $kind "* ]] || kinds[$file]+=" $kind"
    times["$file $kind"]=$((${times["$file $kind"]:-0} + 1))
    [[ $bytes =~ \<ApplicationRef\>([^\<]+) ]] && reference=${BASH_REMATCH[1]}
    if [[ $bytes =~ \<State\ code=\"([A-Z_]+)\" ]]; then
        state[$file]=${BASH_REMATCH[1]} known[${reference:-$file}]=${BASH_REMATCH[1]}
    fi
    [[ $bytes =~ \<Transfer\ code=\"([A-Z_]+)\" ]] && known[$reference/transfer]=${BASH_REMATCH[1]}
    if [[ $bytes =~ \ stage=\"outcome\" ]]; then
        outcomes[$file]=$((${outcomes[$file]} + 1)) known[$file]=$kind
        while [[ $bytes =~ \<Problem\ code=\"([A-Z-]+)\"\ severity=\"error\" ]]; do
            code=${BASH_REMATCH[1]}
            [[ " ${problems[$file]-} " == *" $code "* ]] || problems[$file]+="${problems[$file]:+ }$code"
            bytes=${bytes#*"<Problem code=\"$code\""}
        done
    fi
    live || printf '  %-52s %s%s\n' "${1##*/}" "$file" "${problems[$file]:+: ${problems[$file]}}"
}

look() { # Reads the receipts that are new.
    local path name
    for path in "$mailbox"/InBox/*.xml; do
        name=${path##*/}
        [[ -e $path && -z ${receipt_seen[$name]-} ]] || continue
        receipt_seen[$name]=1
        receipts=$((receipts + 1)) last_receipt_at=$SECONDS
        read_receipt "$path"
    done
}

table() { # COLUMNS
    local name line
    printf '%-40s %-13s %-8s %s\n' FILE STATE OUTCOMES RECEIPTS
    for name in "${files[@]}"; do
        printf -v line '%-40s %-13s %-8s %s' "$name" "${state[$name]:--}" \
            "${outcomes[$name]}/${wanted[$name]}" "$(kinds_of "$name")"
        printf '%s\n' "${line:0:$1}"
    done
    printf '%d receipts for %d files, %d s\n' "$receipts" "${#files[@]}" "$SECONDS"
}

draw() {
    live || return 0
    local _rows columns
    read -r _rows columns < <(stty size </dev/tty)
    ((shown_lines == 0)) || printf '\033[%dA' "$shown_lines"
    table $((columns - 1)) | sed $'s/^/\033[K/'
    shown_lines=$((${#files[@]} + 2))
}

missing() {
    local name
    for name in "${files[@]}"; do
        ((${outcomes[$name]} >= ${wanted[$name]})) || printf '%s ' "$name"
    done
}

look_on() { # DEADLINE: a moment of watching; false when it is too late
    look
    draw
    alive "$daemon" || fail "permitd ended by itself" "$here/permitd.log"
    ((SECONDS < $1)) || return 1
    sleep 0.2
}

drop_all() {
    local path name thing value
    for path in "${paths[@]}"; do
        name=${path##*/}
        read -r thing value <<<"${before[$name]-}" || true
        until [[ -z $thing || ${known[$thing]-} == "$value" ]]; do
            look_on "$outcomes_within" || fail "$thing is not $value, $name waits" "$here/permitd.log"
        done
        drop "$path"
        look
        draw
    done
}

watch_until_done() {
    until [[ -z $(missing) ]] && ((SECONDS - last_receipt_at >= quiet_for)); do
        look_on "$outcomes_within" || return 0
    done
}

# ---- afterwards --------------------------------------------------------------------------------

show_first() { # KIND [MESSAGE]
    local receipt
    receipt=$(find "$mailbox/InBox" -name "*_$1_${2-}*.xml" | sort | head -n 1)
    [[ -n $receipt ]] || fail "there is no receipt $1 ${2-}" "$here/permitd.log"
    title "${receipt##*/}"
    cat "$receipt"
}

show_where_to_look() {
    title "Where to look"
    printf '  %-44s %s\n' "$mailbox/InBox" "$receipts receipts" \
        "$mailbox/SentBox" "originals that were accepted" \
        "$mailbox/FailBox" "originals that were rejected, each with the receipt that says why" \
        "$here/spool/.archive" "every receipt and original, for auditors" \
        "$here/permitd.log" "the log, one event a line"
    show_first approved
    show_first answer SAMPLE-0017
    local form
    form=$(find "$mailbox/InBox" -name '*_document_SAMPLE-0013*.pdf' | sort | head -n 1)
    [[ -n $form ]] || fail "the print of 13-print.xml has no PDF" "$here/permitd.log"
    title "The application forms that 13-print.xml asked for: $form"
    ! command -v pdftotext >/dev/null || pdftotext -layout "$form" - | grep -v '^ *$' | head -n 12 || true
    title "permitctl --config $config status"
    permitctl status || fail "permitctl status failed" "$here/permitd.log"
    title "permitctl --config $config explain SAMPLE-0004"
    permitctl explain SAMPLE-0004 || fail "permitctl explain failed" "$here/permitd.log"
}

stop_cleanly() {
    local status=0
    kill -TERM "$daemon"
    wait "$daemon" || status=$?
    ((status == 0)) || fail "permitd ended with $status instead of 0" "$here/permitd.log"
    stop_all
    pids=()
}

mkdir -p "$checkout/build"
# Held by the two processes as well, so that a kept demo is not trodden on.
exec 9>"$checkout/build/demo.lock"
flock --nonblock 9 || fail "another demo is running here: kill $(cat "$here/pids" 2>/dev/null)"
rm -rf "$here"
mkdir -p "$here/run" "$here/spool"
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

make_certificates
start_sandbox
write_config
start_permitd
say "The ministry's stand-in listens on https://127.0.0.1:$port, permitd watches $mailbox/OutBox."

title "${#files[@]} files are dropped; receipts come in"
SECONDS=0
drop_all
watch_until_done
without=$(missing)
[[ -z $without ]] || fail "no outcome within $outcomes_within s: $without" "$here/permitd.log"
live || { title "Every file" && table 200; }
say "Every file has its outcomes: ${#files[@]} files, $receipts receipts, $SECONDS s."
show_where_to_look

if [[ $keep == --keep ]]; then
    title "Both are left running. Drop files into $mailbox/OutBox."
    say "  to stop them: kill ${pids[*]}"
    pids=()
else
    stop_cleanly
    title "permitd and the sandbox have stopped cleanly; the files stay in $here."
fi
