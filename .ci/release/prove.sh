#!/bin/sh
# Proves that a binary for Linux needs nothing of the system: in a root folder that holds it alone, it makes a project, checks
# it, applies and plans. The two devices of chance are there, as in every container. Needs the right to change the root.
#
#   prove.sh BINARY
set -eu
root=$(mktemp -d)
trap 'as_root rm -rf "$root"' EXIT
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
chroot=$(PATH="$PATH:/usr/sbin:/sbin" command -v chroot)
cp "$1" "$root/plat"
mkdir "$root/tmp" "$root/dev"
as_root mknod -m 666 "$root/dev/random" c 1 8
as_root mknod -m 666 "$root/dev/urandom" c 1 9
alone() {
  as_root env -i "$chroot" "$root" /plat "$@" || {
    echo "In an empty root \`plat $*\` fails."
    exit 1
  }
}
alone version
alone init /platform
alone -C /platform check
alone -C /platform test
alone -C /platform apply --auto-approve --summary
alone -C /platform plan --detailed-exitcode
