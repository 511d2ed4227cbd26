#!/usr/bin/env bash
# machine.sh DEB: the package in a Debian 12 of its own (machine/make.sh), which a virtual machine then
# boots: a real systemd runs the unit that is shipped (machine/inside.sh). Needs root, and the
# packages that `./dev machine` installs. PERMITD_MACHINE is where what is slow to make is kept.
set -euo pipefail
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
deb=$(realpath "$1")
folder=${PERMITD_MACHINE-}
[[ -n $folder ]] || {
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
}
mkdir -p "$folder"
"$here/machine/make.sh" "$deb" "$folder"
# Without KVM: it is not everywhere, and where it is nested it may hang. The day is that of the samples.
timeout 1800 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 1536 -smp 2 -nographic -no-reboot -nic none \
    -rtc base=2026-11-22T01:30:00 -kernel "$folder/vmlinuz" -initrd "$folder/initrd" \
    -append "root=/dev/vda rw console=ttyS0 quiet systemd.show_status=no panic=-1" \
    -drive "file=$folder/disk,format=raw,if=virtio,cache=unsafe" </dev/null | tee "$folder/words"
grep -q '^-- ALL OF IT' "$folder/words"
