#!/bin/sh
# Makes the extension for Visual Studio Code as one file, `plat-VERSION.vsix` or what is said, of what package-lock.json names. Needs Node 24 or later.
set -eu
out="${1:-}"
case "$out" in '' | /*) ;; *) out="$PWD/$out" ;; esac
cd "$(dirname "$0")"
npm ci --silent
npm run --silent check
exec npx --no-install vsce package --no-dependencies ${out:+--out "$out"}
