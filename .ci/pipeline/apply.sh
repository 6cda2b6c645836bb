#!/bin/sh
# Applies the plan that the pull request showed of which this push is the merge. What nobody saw a plan of is not applied. For any
# other event, such as a run by hand, it plans what the branch declares, and applies that.
set -eu
folder=$RUNNER_TEMP/plat
rm -rf "$folder"
mkdir -p "$folder"
none() {
  echo "::error title=Nothing was applied::$1 Run this workflow by hand on $GITHUB_REF_NAME: it plans what the branch declares, and applies it."
  exit 1
}

if [ "$GITHUB_EVENT_NAME" = push ]; then
  merged='map(select(.merge_commit_sha == env.GITHUB_SHA and .base.ref == env.GITHUB_REF_NAME)) | .[0].head.sha // ""'
  head=$(gh api "repos/$GITHUB_REPOSITORY/commits/$GITHUB_SHA/pulls" --jq "$merged")
  [ -n "$head" ] || none "The commit $GITHUB_SHA is not the merge of a pull request, so that nobody saw a plan of it."
  # Of this workflow and this repository: a fork may keep an artifact of any name.
  WORKFLOW=${GITHUB_WORKFLOW_REF%@*}
  export WORKFLOW="${WORKFLOW#"$GITHUB_REPOSITORY"/}"
  here='.workflow_runs | map(select(.path == env.WORKFLOW and .head_repository.full_name == env.GITHUB_REPOSITORY)) | .[0].id // ""'
  run=$(gh api "repos/$GITHUB_REPOSITORY/actions/runs?event=pull_request&status=success&head_sha=$head" --jq "$here")
  [ -n "$run" ] || none "No plan of the commit $head succeeded."
  gh run download "$run" --repo "$GITHUB_REPOSITORY" --name "plat-plan-$head" --dir "$folder" || none "The plan of the commit $head is gone."
else
  plat -C "$PLAT_DIRECTORY" plan --format github --out "$folder/plan.json"
fi

code=0
plat -C "$PLAT_DIRECTORY" apply "$folder/plan.json" --replan=if-no-more --report "markdown=$folder/applied.md" || code=$?
[ ! -f "$folder/applied.md" ] || cat "$folder/applied.md" >>"$GITHUB_STEP_SUMMARY"
[ "$code" -ne 4 ] || none "What the plan touches has changed since it was shown, more would follow from it by now, or another apply is at work."
[ "$code" -eq 0 ] || exit "$code"

plat -C "$PLAT_DIRECTORY" plan --summary --detailed-exitcode || code=$?
[ "$code" -ne 2 ] || echo "::warning title=Something is left::The targets are not yet what $GITHUB_REF_NAME declares: another merge was not applied, or others changed something. Run this workflow by hand on $GITHUB_REF_NAME."
[ "$code" -eq 2 ] || exit "$code"
