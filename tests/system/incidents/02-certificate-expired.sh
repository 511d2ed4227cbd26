# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell '## The certificate has expired

The certificate by which the ministry knows us ended, and nobody renewed it. `PermitdCertificateEnds` warned of it for
14 days.'
begin
cp /etc/permitd/client.pem /srv/client.good
certificate client ministry-ca 'extendedKeyUsage=clientAuth\n' '2026-10-01 00:00:00' 30
open
logged=0
declare_one PO-2026-2001
await 'to do' permitctl status
await 'parked' permitctl status
tell '**What you see.**'
show 'permitctl status'
show 'permitctl list'
show 'permitctl explain PO-2026-2001'
show 'journalctl -u permitd -p warning'
show 'openssl x509 -noout -subject -enddate -in /etc/permitd/client.pem'

tell '**What to do.** Put the new certificate in the place of the old one, with its key. It is read for each connection:
no restart is needed. Then have it tried:'
certificate client ministry-ca 'extendedKeyUsage=clientAuth\n'
mkdir /srv/new
mv /etc/permitd/client.pem /etc/permitd/client.key /srv/new
show 'install -m 640 /srv/new/client.pem /srv/new/client.key /etc/permitd/'
show "permitctl flush --reason 'certificate renewed'"
soon receipt approved PO-2026-2001 || fail 'nothing was sent' /srv/permitd.log
await 'all is well' permitctl status
show 'permitctl status'
seen 'nothing: all is well'
