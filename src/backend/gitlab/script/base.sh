# Runs each step in a process and a section of the log of its own. Names that begin with pw_ are this script's.
set -eu
pw_dir=$(mktemp -d)
# What is called before a step, in its process, after it, and at the end of the job.
pw_count=0 pw_failed='' pw_before='' pw_inside='' pw_after='' pw_last=''
failed() { [ -n "$pw_failed" ]; }
succeeded() { [ -z "$pw_failed" ]; }
pw_say() { printf '\033[1m%s:\033[0m %s\n' "$1" "$2"; }
pw_open() { printf '\033[0Ksection_start:%s:%s\r\033[0K\033[1m%s\033[0m\n' "$(date +%s)" "$1" "$2"; }
pw_close() { printf '\033[0Ksection_end:%s:%s\r\033[0K\n' "$(date +%s)" "$1"; }
# step [--OPTION [WORD]]... ID NAME [ARGUMENT]...: runs the commands on standard input, after a failure only with `--always`.
step() {
  pw_count=$((pw_count + 1)) pw_code=0 pw_commands=cat pw_run=pw_plain pw_shell=pw_bash
  pw_step=$pw_dir/$pw_count pw_in=. pw_prefix='' pw_warn='' pw_always=''
  mkdir "$pw_step"
  for pw_each in $pw_before; do "$pw_each"; done
  while :; do
    case $1 in
      --always) pw_always=yes ;;
      --annotated | --beside) "pw_${1#--}" ;;
      --do) pw_commands=$2 && shift ;;
      --in) pw_in=${2:-.} && shift ;;
      --warn) pw_warn=$2 && shift ;;
      --*) "pw_${1#--}" "$2" && shift ;;
      *) break ;;
    esac
    shift
  done
  "$pw_commands" > "$pw_step/commands"
  succeeded || [ -n "$pw_always" ] || return 0
  for pw_each in output env path summary; do : > "$pw_step/$pw_each"; done
  pw_id=$1 pw_title=$2
  shift 2
  pw_section=step_${pw_count}_$(printf %s "$pw_id" | tr -c 'A-Za-z0-9' _)
  "$pw_run" "$@"
}
pw_plain() {
  pw_open "$pw_section" "$pw_title"
  ("$pw_shell" "$@") || pw_code=$?
  pw_ended
}
pw_bash() { pw_exec bash --noprofile --norc -eo pipefail "$pw_step/commands" "$@"; }
pw_exec() {
  cd -- "$pw_in" || exit
  pw_program=$1 pw_search=$PATH
  set -- $pw_prefix "$@"
  for pw_each in $pw_inside; do "$pw_each" || exit; done
  export PATH="$pw_search" GITHUB_OUTPUT="$pw_step/output" GITHUB_ENV="$pw_step/env" GITHUB_PATH="$pw_step/path"
  export GITHUB_STEP_SUMMARY="$pw_step/summary"
  command -v "$pw_program" > /dev/null || { pw_say error "the image of this job has no $pw_program" && exit 127; }
  exec "$@" < /dev/null
}
pw_ended() {
  pw_close "$pw_section"
  for pw_each in $pw_after pw_unread; do "$pw_each" || [ "$pw_code" -ne 0 ] || pw_code=1; done
  [ ! -s "$pw_step/summary" ] || cat "$pw_step/summary"
  if [ "$pw_code" -eq 0 ]; then
    return 0
  elif [ -n "$pw_warn" ]; then
    pw_say warning "$pw_title failed with exit code $pw_code, which is only said"
  else
    pw_say error "$pw_title failed with exit code $pw_code"
    : "${pw_failed:=$pw_code}"
  fi
}
pw_unread() {
  if [ -s "$pw_step/env" ] || [ -s "$pw_step/path" ]; then
    pw_say error "$pw_title wrote GITHUB_ENV or GITHUB_PATH, which this job does not read: let the commands of a step name it"
    return 1
  fi
}
# finish: ends the job as its first failed step ended.
finish() {
  for pw_each in $pw_last; do "$pw_each"; done
  rm -r "$pw_dir"
  exit "${pw_failed:-0}"
}
