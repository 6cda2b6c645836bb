#!/bin/sh
# Prints the formula of a release for Homebrew.
#
#   formula.sh VERSION REPOSITORY SHA256SUMS
set -eu
version=$1 repository=$2 sums=$3
archive() {
  name=plat-$version-$1.tar.gz
  digest=$(sed -n "s/^\([0-9a-f]\{64\}\)  $name\$/\1/p" "$sums")
  [ -n "$digest" ] || {
    echo "$sums has no $name" >&2
    exit 1
  }
  printf '      url "%s/releases/download/v%s/%s"\n      sha256 "%s"\n' "$repository" "$version" "$name" "$digest"
}
mac_arm=$(archive aarch64-apple-darwin)
mac_intel=$(archive x86_64-apple-darwin)
linux_arm=$(archive aarch64-unknown-linux-musl)
linux_intel=$(archive x86_64-unknown-linux-musl)
cat <<END
class Plat < Formula
  desc "Reconciles an internal developer platform from files written in KDL"
  homepage "$repository"
  version "$version"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
$mac_arm
    end
    on_intel do
$mac_intel
    end
  end

  on_linux do
    on_arm do
$linux_arm
    end
    on_intel do
$linux_intel
    end
  end

  def install
    bin.install "plat"
    generate_completions_from_executable(bin/"plat", "completions")
  end

  test do
    system bin/"plat", "init", "platform"
    system bin/"plat", "-C", "platform", "check"
  end
end
END
