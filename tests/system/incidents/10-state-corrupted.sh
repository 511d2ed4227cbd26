# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell '## The state is corrupted

A disk, or a hand, changed a file of the state. permitd does not start on it. There is a backup of this morning.'
begin
open
declare_one PO-2026-0101
soon receipt approved PO-2026-0101 || fail 'the first one did not get through' /srv/permitd.log
permitctl backup /srv/backup >/dev/null
declare_one PO-2026-0102
soon receipt approved PO-2026-0102 || fail 'the second one did not get through' /srv/permitd.log
systemctl stop permitd
logged=$(wc -l </srv/permitd.log)
for each in /var/lib/permitd/store/MANIFEST-*; do printf 'x' | dd of="$each" bs=1 seek=100 conv=notrunc status=none; done
tell '**What you see.**'
show 'systemctl start permitd'
seen 'status=78'
show 'permitctl status'
show 'journalctl -u permitd -p warning'
seen damaged

tell '**What to do.** Put the backup back. What there was is kept beside it.'
show 'permitctl restore --force /srv/backup'
seen restored
show 'systemctl start permitd'
await restored permitctl status
show 'permitctl status'
seen 'Have the enterprises send again'
show 'cat /var/lib/permitd/restored'
tell 'permitd asked the ministry for what it said meanwhile, and goes on. What was accepted after the backup and is not in it is listed:
have it sent again, unchanged. Its file is in SentBox, under the number of its receipt. It is not declared a second time: the ministry is asked
for it first.'
show 'ls /var/spool/permitd/acme/SentBox/*'
declare_one PO-2026-0102
soon says PO-2026-0102 permitctl list --state SETTLED || fail 'it was not taken again' /srv/permitd.log
show 'permitctl explain PO-2026-0102'
systemctl restart permitd
await 'all is well' permitctl status
show 'permitctl status'
seen 'nothing: all is well'
