# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # read by incidents.sh, which has the variables
tell "## The password of the ministry's account is wrong

An enterprise binds its account at the ministry with a password that the ministry does not know. It asks you why."
begin
cat >/srv/scenario.yaml <<'END'
scenario: passwords
bindings:
  rules:
    - when: {account: ic00001234, password: S3cret-pass!}
      enterprise: {uscc: 91440300717850504F, name: 深圳某某机械设备有限公司}
  otherwise: {decision: refused, opinion: 账户或密码不正确}
END
open
drop 02-account-binding.xml bind-1.xml -e 's/SAMPLE-0002/BIND-1/; s/S3cret-pass!/Secret-pass!/'
soon receipt binding-refused BIND-1 || fail 'the binding was not refused' /srv/permitd.log
tell '**What you see.** For permitd all is well: the message was delivered, and the ministry said no.'
show 'permitctl status'
show 'permitctl list --state SETTLED'
show 'permitctl explain BIND-1'
seen 账户或密码不正确 binding-refused
show 'ls /var/spool/permitd/acme/InBox'

tell '**What to do.** The enterprise binds again with the right password, under a new MessageId: the receipt in its InBox
says so. Passwords are in no log and no screen; where nobody knows it, the enterprise sets a new one at the
ministry.'
drop 02-account-binding.xml bind-2.xml -e 's/SAMPLE-0002/BIND-2/'
soon receipt bound BIND-2 || fail 'the account was not bound' /srv/permitd.log
show 'permitctl explain BIND-2'
seen bound
