#!/bin/sh
# The extension in a real Visual Studio Code: `in-code.sh PLAT VSIX`. Installs what it needs, and leaves screenshots below the folder of what is built.
set -eu
plat="$(realpath "$1")" vsix="$(realpath "$2")"
cd "$(dirname "$0")/../../.."
node="$(.ci/install-node.sh)"
tools="$(.ci/install-code.sh)"
# Without a network, in processes that end with this one.
PATH="$node:$PATH" exec unshare --user --map-root-user --net --pid --fork --kill-child --mount-proc sh -c \
  'ip link set lo up && exec node "$@"' sh editors/vscode/test/in-code.mjs "$tools" "$plat" "$vsix" "${tools%/code}/screenshots"
