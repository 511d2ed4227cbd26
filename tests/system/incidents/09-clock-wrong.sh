# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell '## The clock is wrong

Somebody, or a wrong time server, moved the clock of the host by days.'
begin
open
declare_one PO-2026-9001
soon receipt approved PO-2026-9001 || fail 'the first one did not get through' /srv/permitd.log
set_clock '2026-11-29 09:30:00'
await clock-jumped journalctl -u permitd -p warning
tell '**What you see.**'
show 'permitctl status'
seen 'clock'
show 'journalctl -u permitd -p warning'
seen clock-jumped

tell '**What to do.** Set the clock right (`timedatectl`, `chronyc makestep`). Nothing waits longer or shorter for it, and until the clock was
steady for five minutes no licence expires, no lifetime ends and nothing is swept. A clock that is wrong for longer is
believed: then licences end too early or too late in the receipts.'
set_clock '2026-11-22 09:30:00'
await 'seconds=-' journalctl -u permitd -p warning
show 'journalctl -u permitd -p warning'
declare_one PO-2026-9002
soon receipt approved PO-2026-9002 || fail 'it did not go on' /srv/permitd.log
show 'permitctl status'
seen 'was moved back by 7d'
tell 'Five minutes later:'
patience=600
await 'all is well' permitctl status
show 'permitctl status'
