# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell '## The gateway is down

The gateway cannot be reached: it is down, or the network to it is. Enterprises go on declaring.'
begin
open
stop_gateway
await 'cannot be reached' permitctl status
for each in PO-2026-1001 PO-2026-1002 PO-2026-1003; do
    declare_one "$each"
    soon receipt accepted "$each" || fail 'it was not taken' /srv/permitd.log
done
await 'WAITING' permitctl list
tell '**What you see.**'
show 'permitctl status'
seen 'cannot be reached' 'permitctl list'
show 'permitctl list'
seen PO-2026-1001 'The gateway cannot be reached'
show 'permitctl explain PO-2026-1001'
seen 'what to do'
show 'journalctl -u permitd -p warning'
seen endpoint-broken

tell '**What to do.** Nothing here: whatever waits is sent by itself once the gateway answers, and `/readyz` stays well,
because files are still taken in. See that the gateway can be reached from this host (`curl -v URL`). When it is back,
it is tried within a quarter of an hour at the latest; who does not want to wait says so.
`unchanged` are those whose turn had come already; the line is probed at once:'
start_gateway
show "permitctl flush --reason 'the gateway is back'"
soon receipt approved PO-2026-1003 || fail 'nothing was sent' /srv/permitd.log
await 'nothing waits' permitctl list
show 'permitctl status'
seen 'nothing: all is well'
