#!/bin/sh
# Installs a Visual Studio Code for a browser below the folder of what is built, with a browser and who drives it, where they are missing, and prints the folder.
# Needs apt-get and its rights, a C++ compiler, and some minutes.
set -eu
cd "$(dirname "$0")/.."
code=4.139.1 playwright=1.65.1
node="$(.ci/install-node.sh)"
folder="${node%/node/programs}/code"
if [ "$(cat "$folder/installed" 2>/dev/null || true)" != "$code $playwright" ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends chromium g++ iproute2 libkrb5-dev libsecret-1-dev libxkbfile-dev make >&2
  rm -rf "$folder"
  mkdir -p "$folder"
  echo '{ "private": true, "allowScripts": { "argon2": true, "code-server": true } }' >"$folder/package.json"
  # What is built of it finds the headers of Node there.
  PATH="$node:$PATH" npm_config_nodedir="$node" \
    npm install --silent --prefix "$folder" "code-server@$code" "playwright-core@$playwright" >&2
  echo "$code $playwright" >"$folder/installed"
fi
echo "$folder"
