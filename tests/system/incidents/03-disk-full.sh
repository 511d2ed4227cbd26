# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell '## The disk is full

Something filled the file system of the spool. permitd stops taking files in before it is full.'
begin
mount -t tmpfs -o size=160m none /var/spool/permitd
open
fallocate -l 100M /var/spool/permitd/dump.tar
await 'free-space' journalctl -u permitd -p warning
await 'held' permitctl status
declare_one PO-2026-3001
tell '**What you see.**'
show 'permitctl status'
seen held /var/spool/permitd 'make room'
show 'permitctl mailboxes'
show 'curl -s http://127.0.0.1:9464/readyz'
seen '[-] admission'
show 'journalctl -u permitd -p warning'
seen intake-held
show 'ls /var/spool/permitd/acme/OutBox'
seen PO-2026-3001.xml

tell '**What to do.** Make room at the place that is named. Files wait in the OutBoxes meanwhile; permitd looks every second
and goes on by itself.'
show 'du -xsh /var/spool/permitd/* | sort -h'
show 'rm /var/spool/permitd/dump.tar'
soon receipt approved PO-2026-3001 || fail 'the intake did not go on' /srv/permitd.log
await 'all is well' permitctl status
show 'curl -s http://127.0.0.1:9464/readyz'
show 'permitctl status'
seen 'nothing: all is well'
