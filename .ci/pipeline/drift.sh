#!/bin/sh
# Looks for what others changed. Where there is something, one issue tells it, whose text the next run replaces; where there is
# nothing any more, that issue is closed.
set -eu
folder=$RUNNER_TEMP/plat
rm -rf "$folder"
mkdir -p "$folder"
code=0
plat -C "$PLAT_DIRECTORY" drift --detailed-exitcode >"$folder/drift.txt" || code=$?
cat "$folder/drift.txt"
[ "$code" -eq 0 ] || [ "$code" -eq 2 ] || exit "$code"

# The first line of the issue is hidden, and says of which project it is.
export MARK="<!-- plat:drift directory=$PLAT_DIRECTORY -->"
issues=repos/$GITHUB_REPOSITORY/issues
mine='.[] | select(.user.type == "Bot" and (.pull_request | not) and ((.body // "") | startswith(env.MARK))) | .number'
found=$(gh api "$issues?state=open&per_page=100" --paginate --jq "$mine")
old=$(printf '%s\n' "$found" | head -n 1)
if [ "$code" -eq 0 ]; then
  [ -z "$old" ] || gh api --method PATCH "$issues/$old" -f state=closed --silent
  exit 0
fi

# What others wrote is a block of code, which mentions nobody. GitHub takes 65,536 characters.
{
  printf '%s\n%s\n\n' "$MARK" "Others changed what this project wrote. An apply sets it back where a lifecycle does not say otherwise; \`plat drift --adopt ADDRESS\` takes it over into the text."
  LC_ALL=C awk '{ size += length($0) + 5 } size > 60000 { print "    ..."; exit } { print "    " $0 }' "$folder/drift.txt"
} >"$folder/drift.md"
cat "$folder/drift.md" >>"$GITHUB_STEP_SUMMARY"
if [ -n "$old" ]; then
  gh api --method PATCH "$issues/$old" -F "body=@$folder/drift.md" --silent
else
  gh api --method POST "$issues" -f "title=Others changed what this project wrote" -F "body=@$folder/drift.md" --silent
fi
echo "::warning title=Drift::Others changed what this project wrote: an issue tells what."
