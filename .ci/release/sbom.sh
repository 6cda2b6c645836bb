#!/bin/sh
# Lists the crates that the binary is made of, as CycloneDX has it, in plat.cdx.json.
set -eu
cd "$(dirname "$0")/../.."
version=0.5.9
cargo install --quiet --locked "cargo-cyclonedx@$version"
cargo cyclonedx --format json --spec-version 1.5 --target all --no-build-deps --override-filename plat.cdx
