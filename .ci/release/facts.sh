#!/bin/sh
# Holds a tag of this repository to what Cargo.toml says of it: the version, and where plat is at home. Everybody who installs
# a release goes by these two.
#
#   facts.sh TAG REPOSITORY
set -eu
package() { "$(dirname "$0")/../package.sh" "$1"; }
failed() {
  echo "::error title=Nothing is released::$1"
  exit 1
}
[ "$1" = "v$(package version)" ] || failed "The tag is $1, and the version of Cargo.toml $(package version)."
[ "$2" = "$(package repository)" ] || failed "This is $2, and the repository of Cargo.toml $(package repository)."
