#!/bin/bash
# Asks systemd-analyze about emitted units: lays them over a small root with stand-ins, enables what is enabled,
# and demands that nothing is said (its exit status is 0 for most faults).
#
#   verify-host-units.sh TREE    TREE holds etc/ as Ignition would write it, and "enabled", a unit name per line
set -euo pipefail
here=$(cd -- "$(dirname -- "$0")" && pwd)
repository=$here/../..
shape=$(cd -- "$1" && pwd)
root=$(mktemp -d)
trap 'rm -rf -- "$root"' EXIT

mkdir -p "$root"/usr/{bin,sbin,local/bin} "$root/usr/lib/systemd" "$root/etc/systemd/system"
ln -s usr/bin "$root/bin"
ln -s usr/sbin "$root/sbin"
ln -s usr/lib "$root/lib"
cp -r /usr/lib/systemd/system "$root/usr/lib/systemd/"
find /usr/lib/systemd -maxdepth 1 -type f -exec cp -t "$root/usr/lib/systemd" {} +
cp /usr/bin/true "$root/usr/bin/"
cp "$here"/host-units/* "$root/etc/systemd/system/"
install -m 0755 -t "$root/usr/local/bin" "$repository"/src/storage/host/scripts/*
cp -r "$shape/etc" "$root/"

mapfile -t enabled <"$shape/enabled"
systemctl --root="$root" --quiet enable kubelet crio iscsid iscsi network-wait postgresql "${enabled[@]}"
mapfile -t units < <(cd "$shape/etc/systemd/system" && find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sed 's/\.d$//' | grep -v '\.device$')
said=$(systemd-analyze verify --root="$root" --man=no --recursive-errors=yes \
    "${units[@]}" default.target remote-fs.target systemd-user-sessions.service 2>&1) || said+="exit status $?"
if [[ -n $said ]]; then
    printf '%s\n' "$shape:" "$said"
    exit 1
fi
