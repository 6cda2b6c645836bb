#!/bin/sh
# Makes all files of a release of what was built for it: BUILT has a folder for each target, one with the list of what it is made of, and one with the extension
# for Visual Studio Code.
#
#   pack.sh VERSION REPOSITORY BUILT OUT
set -eu
version=$1 repository=$2 built=$3 out=$4
mkdir -p "$out"
mv "$built/sbom/plat.cdx.json" "$out"
mv "$built/extension/plat.vsix" "$out/plat-$version.vsix"
rmdir "$built/sbom" "$built/extension"
"$(dirname "$0")/archive.sh" "$version" "$built" "$out"
"$(dirname "$0")/formula.sh" "$version" "$repository" "$out/SHA256SUMS" >"$out/plat.rb"
