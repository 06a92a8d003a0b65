# Runs each step in a process and a section of the log of its own. Names that begin with pw_ are this script's.
set -eu
pw_dir=$(mktemp -d) pw_count=0 pw_failed=''
# What pieces have called before a step, in its process, after it, and at the end of the job.
pw_before='' pw_inside='' pw_after=pw_unread pw_last=''
failed() { [ -n "$pw_failed" ]; }
pw_say() { printf '\033[1m%s:\033[0m %s\n' "$1" "$2"; }
pw_open() { printf '\033[0Ksection_start:%s:%s\r\033[0K\033[1m%s\033[0m\n' "$(date +%s)" "$1" "$2"; }
pw_close() { printf '\033[0Ksection_end:%s:%s\r\033[0K\n' "$(date +%s)" "$1"; }
# step [--OPTION WORD]... ID NAME [ARGUMENT]...: runs the commands on standard input unless a step has failed; always: even then.
step() { failed || always "$@"; }
always() {
  pw_count=$((pw_count + 1)) pw_code=0 pw_commands=cat pw_prefix='' pw_run=pw_plain pw_shell=pw_bash
  pw_step=$pw_dir/$pw_count
  mkdir "$pw_step"
  for pw_each in output env path summary; do : > "$pw_step/$pw_each"; done
  for pw_each in $pw_before; do "$pw_each"; done
  while [ "${1#--}" != "$1" ]; do
    "pw_${1#--}" "$2"
    shift 2
  done
  pw_id=$1 pw_title=$2
  shift 2
  pw_section=step_${pw_count}_$(printf %s "$pw_id" | tr -c 'A-Za-z0-9' _)
  "$pw_commands" > "$pw_step/commands"
  "$pw_run" "$@"
}
pw_plain() {
  pw_open "$pw_section" "$pw_title"
  ("$pw_shell" "$@") || pw_code=$?
  pw_ended
}
pw_bash() { pw_exec bash --noprofile --norc -eo pipefail "$pw_step/commands" "$@"; }
pw_exec() {
  pw_program=$1
  set -- $pw_prefix "$@"
  for pw_each in $pw_inside; do "$pw_each" || exit; done
  export GITHUB_OUTPUT="$pw_step/output" GITHUB_ENV="$pw_step/env" GITHUB_PATH="$pw_step/path"
  export GITHUB_STEP_SUMMARY="$pw_step/summary"
  command -v "$pw_program" > /dev/null || { pw_say error "the image of this job has no $pw_program" && exit 127; }
  exec "$@" < /dev/null
}
pw_ended() {
  pw_close "$pw_section"
  for pw_each in $pw_after; do "$pw_each" || [ "$pw_code" -ne 0 ] || pw_code=1; done
  [ ! -s "$pw_step/summary" ] || cat "$pw_step/summary"
  [ "$pw_code" -eq 0 ] || { pw_say error "$pw_title failed with exit code $pw_code" && : "${pw_failed:=$pw_code}"; }
}
# What pieces read they have taken away before.
pw_unread() {
  [ -s "$pw_step/env" ] || [ -s "$pw_step/path" ] || return 0
  pw_say error "$pw_title wrote GITHUB_ENV or GITHUB_PATH, which this job does not read: let the commands of a step name it"
  return 1
}
# finish: ends the job as its first failed step ended.
finish() {
  for pw_each in $pw_last; do "$pw_each"; done
  rm -r "$pw_dir"
  exit "${pw_failed:-0}"
}
