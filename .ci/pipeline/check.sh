#!/bin/sh
# Checks the project in $PLAT_DIRECTORY, with annotations at its lines. Each check runs, also behind one that fails: whoever
# wrote it sees all that there is to do. Ends with the code of the first that failed.
set -u
code=0
run() { plat -C "$PLAT_DIRECTORY" "$@" --format github || { last=$?; [ "$code" -ne 0 ] || code=$last; }; }
run fmt --check
run check
run test
exit "$code"
