# step [--env NAME=VALUE]... [--in DIRECTORY] [--shell SHELL] [--seconds N] [--warn WORD] [--always] [--annotated] [--beside] ID NAME [ARGUMENT]...
# Runs the commands on standard input in a process of their own. After a failure only what runs `--always` runs; with a WORD a
# failure is only said; `--annotated` shows GitHub's commands for people; the next step does not wait for one that runs `--beside`.
step() {
  pw_count=$((pw_count + 1))
  pw_step=$pw_dir/$pw_count
  pw_in='' pw_shell=bash pw_seconds='' pw_warn='' pw_always='' pw_annotated='' pw_beside=''
  mkdir -p "$pw_step/given"
  while :; do
    case $1 in
      --env) printf %s "${2#*=}" > "$pw_step/given/${2%%=*}" && shift ;;
      --in) pw_in=$2 && shift ;;
      --shell) pw_shell=$2 && shift ;;
      --seconds) pw_seconds=$2 && shift ;;
      --warn) pw_warn=$2 && shift ;;
      --always) pw_always=yes ;;
      --annotated) pw_annotated=yes ;;
      --beside) pw_beside=yes ;;
      *) break ;;
    esac
    shift
  done
  pw_id=$1 pw_title=$2
  shift 2
  cat > "$pw_step/commands"
  [ -z "$pw_failed" ] || [ -n "$pw_always" ] || return 0
  [ ! -s "$pw_dir/masks" ] || pw_annotated=yes
  touch "$pw_step/output" "$pw_step/env" "$pw_step/path" "$pw_step/summary"
  pw_section=step_${pw_count}_$(printf %s "$pw_id" | tr -c 'A-Za-z0-9' _)
  if [ -n "$pw_beside" ]; then
    (pw_commands "$@") > "$pw_step/log" 2>&1 &
    pw_remember "$!"
    return 0
  fi
  pw_open "$pw_section" "$pw_title"
  pw_code=0
  if [ -n "$pw_annotated" ]; then
    mkfifo "$pw_step/shown" "$pw_step/back"
    pw_filter < "$pw_step/shown" &
    {
      (pw_commands "$@") >&8 2>&8 8>&- || pw_code=$?
      printf '%s\n' "$pw_dir/ended" >&8
    } 8> "$pw_step/shown"
    read -r pw_line < "$pw_step/back"
  else
    (pw_commands "$@") || pw_code=$?
  fi
  pw_finished
}
# The process of a step. It is a subshell: whatever is set here ends with it.
pw_commands() {
  cd -- "${pw_in:-.}" || exit
  if ! command -v "${pw_shell%% *}" > /dev/null; then
    pw_say error "the image of this job has no ${pw_shell%% *}, in which this step runs: take one that has it, or give the step another shell"
    exit 127
  fi
  set -f
  case $pw_shell in
    bash) set -- bash --noprofile --norc -eo pipefail "$pw_step/commands" "$@" ;;
    sh) set -- sh -e "$pw_step/commands" "$@" ;;
    *'{0}'*)
      set --
      for pw_word in $pw_shell; do
        pw_replace "$pw_word" '{0}' "$pw_step/commands"
        set -- "$@" "$pw_text"
      done
      ;;
    *) set -- "$pw_shell" "$pw_step/commands" "$@" ;;
  esac
  set +f
  if [ -n "$pw_seconds" ]; then
    command -v timeout > /dev/null || { pw_say error 'the image of this job has no timeout, which ends what takes too long' && exit 127; }
    set -- timeout -k 10 "$pw_seconds" "$@"
  fi
  # With a session of its own, all of it can be stopped.
  [ -z "$pw_beside" ] || ! command -v setsid > /dev/null || set -- setsid "$@"
  pw_search=$PATH
  pw_exports "$pw_dir/env"
  while IFS= read -r pw_line || [ -n "$pw_line" ]; do
    [ -z "$pw_line" ] || pw_search=$pw_line:$pw_search
  done < "$pw_dir/path"
  pw_exports "$pw_step/given"
  export PATH="$pw_search" GITHUB_OUTPUT="$pw_step/output" GITHUB_ENV="$pw_step/env" GITHUB_PATH="$pw_step/path"
  export GITHUB_STEP_SUMMARY="$pw_step/summary"
  exec "$@" < /dev/null
}
# What is left to do when a step has ended.
pw_finished() {
  pw_close "$pw_section"
  # What a program ended by `timeout` answers depends on whose `timeout` it is.
  case $pw_seconds:$pw_code in
    [0-9]*:124 | [0-9]*:137 | [0-9]*:143) pw_code=124 && pw_say error "$pw_title took longer than $pw_seconds seconds" ;;
  esac
  pw_collect "$pw_id" || [ "$pw_code" -ne 0 ] || pw_code=1
  if [ "$pw_code" -eq 0 ]; then
    return 0
  elif [ -n "$pw_warn" ]; then
    pw_say warning "$pw_title failed with exit code $pw_code, which is only said"
  else
    pw_say error "$pw_title failed with exit code $pw_code"
    : "${pw_failed:=$pw_code}"
  fi
}
