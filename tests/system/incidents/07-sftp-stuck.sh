# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell "## A partner's SFTP server is stuck

The server of a partner takes connections and then answers nothing."
begin
mkdir -p /srv/erp/{OutBox,InBox,SentBox,FailBox}
for each in /srv/host.key /etc/permitd/beta.key; do
    rm -f "$each" "$each.pub"
    ssh-keygen -q -t ed25519 -N '' -C '' -f "$each"
done
printf 'erp.beta.example %s\n' "$(</srv/host.key.pub)" >/etc/permitd/known_hosts
cat >/srv/sshd_config <<END
ListenAddress 127.0.0.1
HostKey /srv/host.key
AuthorizedKeysFile /etc/permitd/beta.key.pub
PidFile none
StrictModes no
PermitRootLogin yes
UsePAM no
Subsystem sftp internal-sftp -d /srv/erp
END
setsid /usr/sbin/sshd -D -f /srv/sshd_config >/srv/sshd.log 2>&1 </dev/null &
more_mailboxes='
  - name: beta
    senders: [91310115MA1K00023E]
    sftp: {url: "sftp://erp.beta.example/srv/erp", user: root, key: /etc/permitd/beta.key, known_hosts: /etc/permitd/known_hosts, every: 1s, settle: 1s, time_max: 10s}'
open
await connected permitctl mailboxes
logged=$(wc -l </srv/permitd.log)
pkill -STOP -x sshd # every process of this namespace that bears the name
await mailbox-unreachable journalctl -u permitd -p warning
declare_one PO-2026-7001
soon receipt approved PO-2026-7001 || fail 'another mailbox waited' /srv/permitd.log
tell '**What you see.** The mailbox `beta` is in trouble; all others go on, and so does what `beta` sent before.'
show_with waiting 'permitctl status'
seen beta 'out of reach'
show_with waiting 'permitctl mailboxes'
show 'journalctl -u permitd -p warning'
seen mailbox-unreachable
show 'timeout 3 ssh-keyscan -T 2 erp.beta.example || echo "no answer"'
seen 'no answer'

tell '**What to do.** Tell the partner what the column ERROR says. Nothing is lost: its files wait on its server, receipts for it wait here.
permitd tries again by itself, at growing intervals of up to minutes.'
pkill -CONT -x sshd
await mailbox-reached journalctl -u permitd
show 'journalctl -u permitd | tail -1'
show 'permitctl mailboxes'
await 'all is well' permitctl status
show 'permitctl status'
