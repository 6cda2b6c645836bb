#!/bin/sh
# Installs a release of plat, and gives its folder to the steps that follow. Needs curl and tar.
#
#   PLAT_VERSION   which release; the one that this script came with where it is empty
#   PLAT_SHA256    the digest of its archive; where it is empty the release's own list is taken, and its provenance asked for
#   PLAT_RELEASES  the address below which releases are, such as a mirror; those of plat's repository where it is empty
set -eu
package() { "$(dirname "$0")/../package.sh" "$1"; }
repository=$(package repository)
version=${PLAT_VERSION:-$(package version)}
releases=${PLAT_RELEASES:-$repository/releases/download}
failed() {
  echo "::error title=plat was not installed::$1"
  exit 1
}

case "$version" in
"" | *[!0-9A-Za-z.+-]*) failed "PLAT_VERSION is no version." ;;
esac
# The targets that .github/workflows/release.yml builds.
case "$(uname -s) $(uname -m)" in
"Linux x86_64") target=x86_64-unknown-linux-musl ;;
"Linux aarch64") target=aarch64-unknown-linux-musl ;;
"Darwin x86_64") target=x86_64-apple-darwin ;;
"Darwin arm64") target=aarch64-apple-darwin ;;
*) failed "There is no release for $(uname -s) on $(uname -m)." ;;
esac

name=plat-$version-$target
folder=${RUNNER_TEMP:-/tmp}/$name
rm -rf "$folder"
mkdir -p "$folder"
get() {
  curl --fail --silent --show-error --location --proto '=https,file' --retry 3 --output "$folder/$1" "$releases/v$version/$1" ||
    failed "$releases/v$version/$1 cannot be had."
}
digest() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }

get "$name.tar.gz"
wanted=${PLAT_SHA256:-}
if [ -z "$wanted" ]; then
  get SHA256SUMS
  wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $name\.tar\.gz\$/\1/p" "$folder/SHA256SUMS")
fi
found=$(digest "$folder/$name.tar.gz")
[ "$found" = "$wanted" ] || failed "The archive of $name has the digest $found, and not ${wanted:-one that the release names}."
if [ -z "${PLAT_SHA256:-}" ]; then
  # Whoever can replace an archive of a release can replace its list too, and not who built it.
  if command -v gh >/dev/null; then
    owner=${repository#https://github.com/}
    gh attestation verify "$folder/$name.tar.gz" --repo "$owner" --signer-workflow "$owner/.github/workflows/release.yml" ||
      failed "The archive of $name was not built by the release workflow of $owner."
  else
    echo "Nobody was asked for the provenance of $name: there is no gh."
  fi
fi

tar -xzf "$folder/$name.tar.gz" -C "$folder" --strip-components=1
rm -f "$folder/$name.tar.gz" "$folder/SHA256SUMS"
[ -z "${GITHUB_PATH:-}" ] || echo "$folder" >>"$GITHUB_PATH"
echo "plat is $folder/plat"
