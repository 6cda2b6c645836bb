#!/bin/sh
# Looks for what others changed. Where there is something, one issue tells it, whose text the next run replaces; where there is
# nothing any more, that issue is closed. With $PLAT_PROPOSE `true`, one pull request takes over what can be taken over.
set -eu
folder=$RUNNER_TEMP/plat
rm -rf "$folder"
mkdir -p "$folder"
code=0
plat -C "$PLAT_DIRECTORY" drift --detailed-exitcode >"$folder/drift.txt" || code=$?
cat "$folder/drift.txt"
[ "$code" -eq 0 ] || [ "$code" -eq 2 ] || exit "$code"

# What others wrote, as a block of code, which mentions nobody. GitHub takes 65,536 characters.
block() { LC_ALL=C awk '{ size += length($0) + 5 } size > 30000 { print "    ..."; exit } { print "    " $0 }' "$1"; }
# The first line is hidden, and says of which project it is.
export MARK="<!-- plat:drift directory=$PLAT_DIRECTORY -->"
text=$folder/drift.md
{
  printf '%s\n%s\n\n' "$MARK" "Others changed what this project wrote. An apply sets it back where a lifecycle does not say otherwise; \`plat drift --adopt ADDRESS\` takes it over into the text."
  block "$folder/drift.txt"
} >"$text"

# Writes what can be taken over into the text, and pushes it to a branch of its own, unless that has it already.
branch=plat-drift$(printf '%s' "/$PLAT_DIRECTORY" | tr -c '[:alnum:]' -)
branch=${branch%--}
proposed=
propose() {
  last=0
  plat -C "$PLAT_DIRECTORY" drift --adopt '*' >"$folder/adopted.txt" || last=$?
  cat "$folder/adopted.txt"
  [ "$last" -eq 0 ] || [ "$last" -eq 5 ] || exit "$last"
  git add --update
  if git diff --cached --quiet; then return; fi
  git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
    commit --quiet --message "Take over what others changed"
  # The token stays out of the list of processes.
  login=$(printf 'x-access-token:%s' "$GH_TOKEN" | base64 | tr -d '\n')
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" GIT_CONFIG_VALUE_0="Authorization: Basic $login"
  if ! git fetch --quiet origin "refs/heads/$branch" || ! git diff --quiet "HEAD^" "FETCH_HEAD^" || ! git diff --quiet HEAD FETCH_HEAD; then
    git push --quiet --force origin "HEAD:refs/heads/$branch"
  fi
  proposed=yes
}

# One of a list of GitHub: its text is replaced where it is open, else it is made, with what more a new one needs.
title="Others changed what this project wrote"
tell() {
  list=$1 old=$2
  shift 2
  if [ -n "$old" ]; then
    gh api --method PATCH "$list/$old" -F "body=@$text" --silent
  else
    gh api --method POST "$list" -f "title=$title" "$@" -F "body=@$text" --silent
  fi
}
close() { [ -z "$2" ] || gh api --method PATCH "$1/$2" -f state=closed --silent; }

issues=repos/$GITHUB_REPOSITORY/issues
mine='.[] | select(.user.type == "Bot" and (.pull_request | not) and ((.body // "") | startswith(env.MARK))) | .number'
found=$(gh api "$issues?state=open&per_page=100" --paginate --jq "$mine")
issue=$(printf '%s\n' "$found" | head -n 1)
pulls=repos/$GITHUB_REPOSITORY/pulls
pull=
[ "$PLAT_PROPOSE" != true ] || pull=$(gh api "$pulls?state=open&head=$GITHUB_REPOSITORY_OWNER:$branch" --jq '.[0].number // ""')

if [ "$code" -eq 0 ]; then
  close "$issues" "$issue"
  close "$pulls" "$pull"
  exit 0
fi
[ "$PLAT_PROPOSE" != true ] || propose
if [ -n "$proposed" ]; then
  {
    printf '\n%s\n\n' "This takes over:"
    block "$folder/adopted.txt"
  } >>"$text"
  tell "$pulls" "$pull" -f "head=$branch" -f "base=$GITHUB_REF_NAME"
  close "$issues" "$issue"
else
  tell "$issues" "$issue"
  close "$pulls" "$pull"
fi
cat "$text" >>"$GITHUB_STEP_SUMMARY"
echo "::warning title=Drift::$title: an issue or a pull request tells what."
