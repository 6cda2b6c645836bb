#!/bin/sh
# What plat is in editors, but for what `cargo test` sees: the extension for Visual Studio Code as one file, its colours on all texts of the repository, and the
# queries for tree-sitter. With PLAT_CODE=1 the extension is tried in a real Visual Studio Code too, by the binary that is named.
#
#   editors.sh PLAT
set -eu
plat="$(realpath "$1")"
cd "$(dirname "$0")/.."
node="$(.ci/install-node.sh)"
tools="${node%/node/programs}"
PATH="$node:$PATH" editors/vscode/package.sh "$tools/plat.vsix"

queries=0.26.1 kdl=2.0.0
if [ "$(cat "$tools/tree-sitter/installed" 2>/dev/null || true)" != "$queries $kdl" ]; then
  rm -rf "$tools/tree-sitter"
  python3 -m venv "$tools/tree-sitter"
  "$tools/tree-sitter/bin/pip" install --quiet --disable-pip-version-check "tree-sitter==$queries" "tree-sitter-kdl==$kdl"
  echo "$queries $kdl" >"$tools/tree-sitter/installed"
fi
"$tools/tree-sitter/bin/python" editors/tree-sitter/test.py

if [ -n "${PLAT_CODE:-}" ]; then
  editors/vscode/test/in-code.sh "$plat" "$tools/plat.vsix"
else
  echo "NOT RUN: the extension in a real Visual Studio Code. PLAT_CODE=1 runs it, and installs what it needs." >&2
fi
