#!/usr/bin/env bash
# Judges a project: into the summary of the run, into a SARIF file, and into the
# log, whose run decides. Everything that is not ours comes by the environment.
#   PIPEWARD_DIRECTORY PIPEWARD_FORMAT PIPEWARD_POLICY_REF PIPEWARD_SARIF PIPEWARD_SUMMARY
set -euo pipefail
directory=${PIPEWARD_DIRECTORY:-.}
judge=(pipeward check -C "$directory")
[ -z "${PIPEWARD_POLICY_REF-}" ] || judge+=("--policy-ref=$PIPEWARD_POLICY_REF")

# Findings name files from the project's root, so links need to know where in the
# repository that is.
links=() # the bash of macOS takes an empty list for an unset one
if [ -n "${GITHUB_REPOSITORY-}" ] && [ -f "$directory/pipelines/main.ncl" ]; then
  base=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/blob/$GITHUB_SHA
  case $directory in
    .) links=("--links=$base") ;;
    /* | *..* | *[!A-Za-z0-9._/-]*) ;;
    *) links=("--links=$base/${directory#./}") ;;
  esac
fi

# A report beside the log: what the findings come to is decided there.
report() { # FORMAT FILE
  "${judge[@]}" --format "$1" ${links[@]+"${links[@]}"} --output "$2" || [ $? -le 3 ]
}
if [ "${PIPEWARD_SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY-}" ]; then
  written=$(mktemp)
  report markdown "$written"
  cat "$written" >>"$GITHUB_STEP_SUMMARY"
  rm -f "$written"
fi
[ -z "${PIPEWARD_SARIF-}" ] || report sarif "$PIPEWARD_SARIF"
"${judge[@]}" "--format=${PIPEWARD_FORMAT:-github}"
