# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell "## The ministry's schema has changed

The ministry began to send something new in its results, and the schema that is installed here does not know it."
begin
mkdir /srv/share
cp -r "$checkout"/{xsd,mapping,config} /srv/share
share=/srv/share
cp "$share/xsd/mep-gateway-1.xsd" /srv/mep-gateway-1.xsd
# As it was before the ministry told which officer decided.
sed -i '/name="officer"/d' "$share/xsd/mep-gateway-1.xsd"
cmp -s "$share/xsd/mep-gateway-1.xsd" /srv/mep-gateway-1.xsd && fail 'the schema did not change'
cat >/srv/scenario.yaml <<'END'
scenario: officers
otherwise: {decision: approved, officer: 李明, delay: 1s, transfer: {outcome: none}}
END
open
declare_one PO-2026-6001
await results-unreadable journalctl -u permitd -p warning
tell '**What you see.** Messages are sent and acknowledged, and then nothing comes back.'
show 'permitctl status'
seen 'cannot be read'
show 'permitctl list --state ACKNOWLEDGED'
seen 'permitctl status tells since when'
show 'journalctl -u permitd -p warning'
show 'permitctl schemas | head -2'

tell '**What to do.** Nothing is lost: the same page of results is asked for again until it can be read. Install the version
of permitd that knows the new schema, or put the new schema in its place:'
show "install -m 644 /srv/mep-gateway-1.xsd $share/xsd/"
show "permitctl reload --reason 'the schema that the ministry sent on Monday'"
soon receipt approved PO-2026-6001 || fail 'the results were not read' /srv/permitd.log
show 'permitctl status'
seen 'nothing: all is well'
