#!/usr/bin/env bash
# Judges a project: into the summary of the run, into a SARIF file, and into the
# log, whose run decides. Everything that is not ours comes by the environment.
#   PIPEWARD_DIRECTORY PIPEWARD_FORMAT PIPEWARD_POLICY_REF PIPEWARD_SARIF PIPEWARD_SUMMARY
set -euo pipefail
directory=${PIPEWARD_DIRECTORY:-.}
judge=(pipeward check -C "$directory")
[ -z "${PIPEWARD_POLICY_REF-}" ] || judge+=("--policy-ref=$PIPEWARD_POLICY_REF")

# Findings name files from the project's root, and the forge knows them from the
# repository's: that of the checkout the action runs in.
case $directory in
  . | ./ | /* | *..*) ;;
  *) [ ! -f "$directory/pipelines/main.ncl" ] || judge+=("--prefix=$directory") ;;
esac
[ -z "${GITHUB_REPOSITORY-}" ] || judge+=("--links=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/blob/$GITHUB_SHA")

# A report beside the log: what the findings come to is decided there.
report() { # FORMAT FILE
  "${judge[@]}" --format "$1" --output "$2" || [ $? -le 3 ]
}
if [ "${PIPEWARD_SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY-}" ]; then
  written=$(mktemp)
  report markdown "$written"
  cat "$written" >>"$GITHUB_STEP_SUMMARY"
  rm -f "$written"
fi
[ -z "${PIPEWARD_SARIF-}" ] || report sarif "$PIPEWARD_SARIF"
"${judge[@]}" "--format=${PIPEWARD_FORMAT:-github}"
