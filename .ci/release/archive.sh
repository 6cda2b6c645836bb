#!/bin/sh
# Packs the binaries of a release, each with the licences, and lists the digests of all files of the release. What is packed is the same
# whoever packs it. Needs the tar of GNU.
#
#   archive.sh VERSION BINARIES OUT    where BINARIES has a file TARGET/plat for each target
set -eu
version=$1 binaries=$2 out=$3
ours=$(cd -P "$(dirname "$0")/../.." && pwd)
mkdir -p "$out"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
for folder in "$binaries"/*/; do
  name=plat-$version-$(basename "$folder")
  mkdir "$stage/$name"
  install -m 755 "$folder/plat" "$stage/$name/plat"
  install -m 644 "$ours/README.md" "$ours/LICENSE-APACHE" "$ours/LICENSE-MIT" "$stage/$name"
  tar --sort=name --format=gnu --mtime="@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner -C "$stage" -cf - "$name" |
    gzip -9 -n >"$out/$name.tar.gz"
done
cd "$out"
rm -f SHA256SUMS
sha256sum -- * >"$stage/SHA256SUMS"
mv "$stage/SHA256SUMS" .
