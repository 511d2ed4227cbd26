# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell '## A partner uses ids twice

The counter of a partner began anew: its messages bear ids that were used before.'
begin
open
declare_one PO-2026-8001
soon receipt approved PO-2026-8001 || fail 'the first one did not get through' /srv/permitd.log
logged=$(wc -l </srv/permitd.log)
declare_one PO-2026-8001
soon receipt duplicate PO-2026-8001 || fail 'it was not seen as a duplicate' /srv/permitd.log
drop 06-application-minimal.xml second.xml -e 's/SAMPLE-0006/PO-2026-8001/; s/PO-2026-0006/PO-2026-8002/'
await DUP-MESSAGE-ID permitctl list --state REJECTED
tell '**What you see.** The same message again is answered by `duplicate`, and nothing else happens. Another content under
an id that was used is rejected.'
show 'permitctl list --state REJECTED'
seen DUP-MESSAGE-ID
number=$(basename /var/spool/permitd/acme/InBox/*_rejected_*)
show "permitctl explain ${number%%_*}"
seen DUP-MESSAGE-ID
show 'ls /var/spool/permitd/acme/InBox'

tell '**What to do.** Tell the partner: each message needs a MessageId of its own, also after its system was set up anew. The rejected
file goes through under a new id; nothing was declared twice.'
drop 06-application-minimal.xml third.xml -e 's/SAMPLE-0006/ACME-NEW-1/; s/PO-2026-0006/PO-2026-8002/'
soon receipt approved ACME-NEW-1 || fail 'the new id did not get through' /srv/permitd.log
show 'permitctl explain PO-2026-8002 | head -3'
seen SETTLED
