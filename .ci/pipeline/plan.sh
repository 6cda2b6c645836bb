#!/bin/sh
# Checks the project, and shows what a pull request would change: by annotations, by the summary of the step, and by a comment, whose
# text the next run replaces. Where the checkout has the commit that the pull request starts from, the comment says what follows from each
# hunk of it. The plan is in $RUNNER_TEMP/plat/plan.json.
set -eu
folder=$RUNNER_TEMP/plat
rm -rf "$folder"
mkdir -p "$folder"
code=0
"$(dirname "$0")/check.sh" || code=$?
if base=$(git -C "$PLAT_DIRECTORY" merge-base "$PLAT_BASE" HEAD 2>/dev/null); then
  plat -C "$PLAT_DIRECTORY" plan --format github --out "$folder/plan.json" --report "markdown=$folder/plan.md" --since "$base"
else
  plat -C "$PLAT_DIRECTORY" plan --format github --out "$folder/plan.json" --report "markdown=$folder/plan.md"
fi || {
  last=$?
  [ "$code" -ne 0 ] || code=$last
}

if [ -f "$folder/plan.md" ]; then
  cat "$folder/plan.md" >>"$GITHUB_STEP_SUMMARY"
  # The first line of each such comment is hidden, and says of which project it is.
  MARK=$(head -n 1 "$folder/plan.md")
  export MARK
  comments=repos/$GITHUB_REPOSITORY/issues/$PLAT_PULL_REQUEST/comments
  mine='.[] | select(.user.type == "Bot" and (.body | startswith(env.MARK))) | .id'
  found=$(gh api "$comments" --paginate --jq "$mine")
  old=$(printf '%s\n' "$found" | head -n 1)
  if [ -n "$old" ]; then
    gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$old" -F "body=@$folder/plan.md" --silent
  else
    gh api --method POST "$comments" -F "body=@$folder/plan.md" --silent
  fi
fi
exit "$code"
