# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell '## A partner sends garbage

A program of the partner went wrong: what comes is no XML, is cut off, has a document type, or names of files that mean
nothing.'
begin
open
out=/var/spool/permitd/acme/OutBox
printf 'PK\003\004\000\000' >"$out/.a" && mv "$out/.a" "$out/export-1.xml"
head -c 700 "$samples/06-application-minimal.xml" >"$out/.b" && mv "$out/.b" "$out/export-2.xml"
printf '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>' >"$out/.c" && mv "$out/.c" "$out/export-3.xml"
printf 'hello' >"$out/.d" && mv "$out/.d" "$out/export-4.csv"
for each in export-1.xml SAMPLE-0006 export-3.xml; do
    await "$each" permitctl list --state REJECTED
done
await file-left-alone journalctl -u permitd -p warning
tell '**What you see.** Each file costs itself: it is in FailBox with a receipt that says what is wrong with it. Other files and
mailboxes go on.'
show 'permitctl status'
show 'permitctl list --state REJECTED'
seen XML-MALFORMED XML-DOCTYPE
show 'permitctl explain SAMPLE-0006'
show "grep -A 4 '<Problem' /var/spool/permitd/acme/FailBox/*/*_rejected_SAMPLE-0006.xml"
show 'journalctl -u permitd -p warning'
seen export-4.csv
show 'ls /var/spool/permitd/acme/OutBox /var/spool/permitd/acme/FailBox/*'

tell '**What to do.** Tell the partner; the receipts say line and column. What he will send can be tried without sending it:'
sed 's/SAMPLE-0006/PO-2026-5001/; s/PO-2026-0006/PO-2026-5001/' "$samples/06-application-minimal.xml" >/srv/export-5.xml
show 'permitctl validate /srv/export-5.xml && echo good'
seen good
rm "$out/export-4.csv"
cp /srv/export-5.xml "$out/.e" && mv "$out/.e" "$out/export-5.xml"
soon receipt approved PO-2026-5001 || fail 'the mended file did not get through' /srv/permitd.log
show 'permitctl explain PO-2026-5001 | head -3'
seen SETTLED
