#!/usr/bin/env bash
# make.sh DEB FOLDER: a Debian 12 of nothing but Debian's packages, with the package DEB installed,
# purged and installed again on the way, as a disk, kernel and first file system for qemu in FOLDER.
# What comes of Debian alone is kept in FOLDER/debian.tar and FOLDER/archives.
set -euo pipefail
deb=$(realpath "$1") folder=$(realpath "$2")
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
root=$folder/root

say() { printf -- '-- %s\n' "$*"; }
die() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
inside() { chroot "$root" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
install_it() { inside apt-get -y -q --no-install-recommends install /root/permitd.deb >"$folder/install.log" 2>&1 || die "install: $(tail -5 "$folder/install.log")"; }

[[ -s $folder/debian.tar ]] || {
    say "Debian 12"
    mmdebstrap --quiet --format=tar --variant=minbase --components=main \
        --include=systemd-sysv,dbus,udev,linux-image-cloud-amd64,initramfs-tools,openssl,zsh \
        bookworm "$folder/debian.tar.part"
    mv "$folder/debian.tar.part" "$folder/debian.tar"
}
rm -rf --one-file-system "$root"
mkdir -p "$root" "$folder/archives"
tar -C "$root" -xpf "$folder/debian.tar" --exclude='./dev/*'
printf '#!/bin/sh\nexit 101\n' | install -m 755 /dev/stdin "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount -t devtmpfs dev "$root/dev"
mount --bind "$folder/archives" "$root/var/cache/apt/archives"
apart() { umount "$root/proc" "$root/dev" "$root/var/cache/apt/archives"; }
trap apart EXIT

say "installs"
inside apt-get -q update >"$folder/update.log" 2>&1 || die "update: $(tail -5 "$folder/update.log")"
cp "$deb" "$root/root/permitd.deb"
install_it
[[ -z $(inside dpkg --audit permitd 2>&1) ]] || die "$(inside dpkg --audit permitd)"
for program in permitd permitctl permit-sandbox; do
    inside "$program" --version | grep -q "^$program 0" || die "$program does not start"
done
inside permitd --check-config || die "the configuration that is installed"
[[ $(stat -c %A:%U "$root/etc/permitd/secrets") == drwx------:root ]] || die "secrets are open"
[[ $(inside stat -c %a:%U:%G /var/spool/permitd) == 2755:permitd:permitd ]] || die "the spool's mode"
[[ ! -e $root/etc/systemd/system/multi-user.target.wants/permitd.service ]] || die "is enabled already"

say "keeps a changed configuration over a removal"
echo '# mine' >>"$root/etc/permitd/permitd.yaml"
inside apt-get -y -q remove permitd >/dev/null 2>&1
[[ ! -e $root/usr/bin/permitd ]] || die "the daemon is still there"
install_it
grep -q '^# mine' "$root/etc/permitd/permitd.yaml" || die "a changed configuration was replaced"

say "leaves evidence at a purge, and nothing else"
mkdir -p "$root/var/spool/permitd/acme/InBox" && echo x >"$root/var/spool/permitd/acme/InBox/1.xml"
inside apt-get -y -q purge permitd >"$folder/purge.log" 2>&1
grep -q '/var/spool/permitd holds receipts' "$folder/purge.log" || die "nothing is said of what is left"
[[ -e $root/var/spool/permitd/acme/InBox/1.xml ]] || die "a receipt is gone"
left=$(find "$root"/{etc,usr,var/lib} \( -name '*permitd*' -o -name '*permitctl*' -o -name 'permit-sandbox*' \) -not -path '*/dpkg/*')
[[ -z $left ]] || die "left: $left"

say "installs again, and purges whole where nothing was kept"
rm -r "$root/var/spool/permitd/acme"
install_it
inside apt-get -y -q purge permitd >"$folder/purge.log" 2>&1
[[ ! -e $root/var/spool/permitd ]] || die "an empty spool is left"
install_it

say "makes the machine"
cp "$here/inside.sh" "$root/root/inside.sh"
cp "$here/../../journeys/samples/valid/06-application-minimal.xml" "$root/root/declaration.xml"
cp "$here/trial.service" "$root/etc/systemd/system/"
ln -sf ../trial.service "$root/etc/systemd/system/multi-user.target.wants/trial.service"
ln -sf /dev/null "$root/etc/systemd/system/serial-getty@ttyS0.service" # it would hang up on the trial
rm -f "$root/usr/sbin/policy-rc.d"
echo permitd-machine >"$root/etc/hostname"
cp "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cp "$root"/boot/initrd.img-* "$folder/initrd"
apart
trap - EXIT
rm -f "$folder/disk"
truncate -s 4G "$folder/disk"
mke2fs -q -t ext4 -d "$root" "$folder/disk"
rm -rf "$root"
