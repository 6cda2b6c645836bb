#!/bin/sh
# Builds the binary of a release for a target, on a machine of that system: target/TARGET/release/plat. On Linux it is linked to
# musl, and needs nothing of the system that it runs on: one that is linked to glibc as a whole still reads /dev/random, and loads
# libraries of the system where that looks up names in its own way.
#
#   build.sh TARGET
set -eu
cd "$(dirname "$0")/../.."
toolchain=$(.ci/package.sh rust-version)
rustup toolchain install "$toolchain" --profile minimal --target "$1"
case "$1" in
*-linux-musl)
  sudo apt-get update -qq
  sudo apt-get install -y -qq --no-install-recommends musl-tools
  words=$(echo "$1" | tr - _)
  export "CC_$words=musl-gcc"
  # Such atomics are in a library of gcc that is not linked.
  case "$1" in aarch64-*) export "CFLAGS_$words=-mno-outline-atomics" ;; esac
  ;;
esac
cargo "+$toolchain" build --locked --release --bin plat --target "$1"
case "$1" in *-linux-*) .ci/release/weigh.sh "target/$1/release/plat" ;; esac
