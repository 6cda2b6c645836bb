#!/bin/sh
# Prints what Cargo.toml says of the package: `package.sh version`.
set -eu
sed -n "s/^$1 = \"\([^\"]*\)\".*/\1/p" "$(dirname "$0")/../Cargo.toml" | head -n 1
