# Runs the steps of a job as the model means them. Names that begin with pw_ are this script's own.
set -eu
pw_dir=$(mktemp -d)
mkdir "$pw_dir/env" "$pw_dir/beside"
touch "$pw_dir/path" "$pw_dir/masks" "$pw_dir/summary" "$pw_dir/report"
pw_count=0
pw_failed=''
pw_result=''
pw_running=''
pw_kept=${CI_PROJECT_DIR:-$PWD}/.pipeward

# What conditions of steps ask.
failed() { [ -n "$pw_failed" ]; }
succeeded() { [ -z "$pw_failed" ]; }
# pw_say LEVEL TEXT
pw_say() {
  case $1 in
    error) printf '\033[31;1merror:\033[0m %s\n' "$2" ;;
    warning) printf '\033[33;1mwarning:\033[0m %s\n' "$2" ;;
    *) printf '\033[36;1m%s:\033[0m %s\n' "$1" "$2" ;;
  esac
}
# pw_open SECTION TITLE, pw_close SECTION: what can be folded in the log.
pw_open() { printf '\033[0Ksection_start:%s:%s\r\033[0K\033[1m%s\033[0m\n' "$(date +%s)" "$1" "$2"; }
pw_close() { printf '\033[0Ksection_end:%s:%s\r\033[0K\n' "$(date +%s)" "$1"; }

# pw_replace TEXT OLD NEW: sets pw_text.
pw_replace() {
  pw_text='' pw_rest=$1
  while :; do
    case $pw_rest in
      *"$2"*) pw_text=$pw_text${pw_rest%%"$2"*}$3 pw_rest=${pw_rest#*"$2"} ;;
      *) break ;;
    esac
  done
  pw_text=$pw_text$pw_rest
}

# pw_show LINE: a line of a step, in which GitHub's commands are shown for people and secrets are hidden.
pw_show() {
  pw_text=$1
  case $1 in
    ::add-mask::?*)
      printf '%s\n' "${1#::add-mask::}" >> "$pw_dir/masks"
      return 0
      ;;
    ::debug::* | ::stop-commands::* | ::add-matcher::* | ::remove-matcher*) return 0 ;;
  esac
  while IFS= read -r pw_mask; do
    pw_replace "$pw_text" "$pw_mask" '***'
  done < "$pw_dir/masks"
  case $pw_text in
    ::error*::* | ::warning*::* | ::notice*::*)
      pw_text=${pw_text#::}
      pw_about=${pw_text%%::*}
      pw_replace "${pw_text#*::}" %0A '
'
      pw_where=''
      case $pw_about in *file=*) pw_where=${pw_about#*file=} pw_where=${pw_where%%,*}: ;; esac
      case $pw_about in *[,\ ]line=*) pw_line=${pw_about#*[, ]line=} pw_where=$pw_where${pw_line%%,*}: ;; esac
      pw_say "${pw_about%% *}" "${pw_where:+$pw_where }$pw_text"
      ;;
    ::group::*)
      pw_groups=$((pw_groups + 1))
      pw_open "${pw_section}_$pw_groups" "${pw_text#::group::}"
      ;;
    ::endgroup::*) pw_close "${pw_section}_$pw_groups" ;;
    *) printf '%s\n' "$pw_text" ;;
  esac
}
# Shows the lines of standard input; the mark tells that the step has ended, even if something it left behind goes on.
pw_filter() {
  pw_groups=0
  while IFS= read -r pw_given || [ -n "$pw_given" ]; do
    case $pw_given in
      *"$pw_dir/ended")
        pw_given=${pw_given%"$pw_dir/ended"}
        [ -z "$pw_given" ] || pw_show "$pw_given"
        echo > "$pw_step/back"
        ;;
      *) pw_show "$pw_given" ;;
    esac
  done
}
# pw_take FILE DO ID: reads name=value and name<<END … END, as GitHub does, and does DO ID NAME VALUE with each.
pw_take() {
  pw_end=''
  while IFS= read -r pw_line || [ -n "$pw_line" ]; do
    if [ -n "$pw_end" ]; then
      if [ "$pw_line" = "$pw_end" ]; then
        pw_end=''
        "$2" "$3" "$pw_name" "${pw_value%?}" || return 1
      else
        pw_value="$pw_value$pw_line
"
      fi
      continue
    fi
    pw_name=${pw_line%%=*}
    case $pw_line in
      '') ;;
      *=*)
        case $pw_name in
          *'<<'*) pw_name=${pw_line%%'<<'*} pw_end=${pw_line#*'<<'} pw_value='' ;;
          *) "$2" "$3" "$pw_name" "${pw_line#*=}" || return 1 ;;
        esac
        ;;
      *'<<'?*) pw_name=${pw_line%%'<<'*} pw_end=${pw_line#*'<<'} pw_value='' ;;
      *) pw_say error "a line that is neither name=value nor name<<END: $pw_line" && return 1 ;;
    esac
  done < "$1"
  [ -z "$pw_end" ] || { pw_say error "$pw_name has no line $pw_end at its end" && return 1; }
}
# pw_is_name TEXT: whether a shell takes it as the name of a variable.
pw_is_name() {
  case $1 in '' | [!A-Za-z_]* | *[!A-Za-z0-9_]*) return 1 ;; esac
}
# pw_set_output ID NAME VALUE: the variable STEP_<ID>_<NAME>.
pw_set_output() {
  # Nobody can ask for an output of a step without an id.
  case $1 in .*) return 0 ;; esac
  pw_key=STEP_$(printf %s "$1_$2" | tr 'a-z-' 'A-Z_')
  if ! pw_is_name "$pw_key"; then
    pw_say warning "the output $2 is left out: its name is more than letters, digits, - and _"
  elif [ "${#3}" -gt 65536 ]; then
    pw_say error "the output $2 is longer than 65536 characters: keep it in a file" && return 1
  else
    export "$pw_key=$3"
  fi
}
# pw_set_env ID NAME VALUE: a variable of the steps after this one.
pw_set_env() {
  case $2 in
    GITHUB_* | RUNNER_* | NODE_OPTIONS | pw_* | UID | EUID | PPID | SHELLOPTS | BASHOPTS | BASH_VERSINFO)
      pw_say warning "the variable $2 stays as it is: no step can set it"
      return 0
      ;;
  esac
  if pw_is_name "$2"; then
    printf %s "$3" > "$pw_dir/env/$2"
  else
    pw_say warning "the variable $2 is left out: its name is more than letters, digits and _"
  fi
}
# pw_exports DIRECTORY: a variable for each file of it. The search path is set last, since this needs one.
pw_exports() {
  for pw_file in "$1"/*; do
    [ -f "$pw_file" ] || continue
    pw_value=$(cat "$pw_file" && echo .)
    case ${pw_file##*/} in
      PATH) pw_search=${pw_value%.} ;;
      *) export "${pw_file##*/}=${pw_value%.}" ;;
    esac
  done
}
# pw_collect ID: what the step wrote into its files.
pw_collect() {
  pw_take "$pw_step/output" pw_set_output "$1" || return 1
  pw_take "$pw_step/env" pw_set_env "$1" || return 1
  cat "$pw_step/path" >> "$pw_dir/path"
  [ ! -s "$pw_step/summary" ] || {
    cat "$pw_step/summary" >> "$pw_dir/summary"
    pw_open "summary_$pw_count" Summary
    cat "$pw_step/summary"
    pw_close "summary_$pw_count"
  }
}
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
# pw_remember PROCESS: the step that begins now runs beside those after it.
pw_remember() {
  pw_running="$pw_running $pw_id"
  mkdir "$pw_dir/beside/$pw_id"
  printf '%s\n' "$1" "$pw_count" "$pw_section" "$pw_seconds" "$pw_annotated" "$pw_warn" > "$pw_dir/beside/$pw_id/all"
  printf %s "$pw_title" > "$pw_dir/beside/$pw_id/title"
}
# pw_recall ID: makes it the current step again; fails if it does not run.
pw_recall() {
  [ -d "$pw_dir/beside/$1" ] || return 1
  pw_id=$1
  pw_title=$(cat "$pw_dir/beside/$1/title")
  {
    read -r pw_process
    read -r pw_number
    read -r pw_section
    IFS= read -r pw_seconds
    IFS= read -r pw_annotated
    IFS= read -r pw_warn
  } < "$pw_dir/beside/$1/all"
  pw_step=$pw_dir/$pw_number
  rm -r "$pw_dir/beside/$1"
}
# pw_show_log: what it has said.
pw_show_log() {
  pw_open "$pw_section" "$pw_title"
  if [ -n "$pw_annotated" ]; then pw_filter < "$pw_step/log"; else cat "$pw_step/log"; fi
}
# await [--warn WORD] ID...: waits for steps that run beside these.
await() {
  pw_only_said=''
  [ "$1" != --warn ] || { pw_only_said=$2 && shift 2; }
  for pw_each in "$@"; do
    pw_recall "$pw_each" || continue
    pw_warn=$pw_warn$pw_only_said
    pw_code=0
    wait "$pw_process" || pw_code=$?
    pw_show_log
    pw_finished
  done
}
# await_all WORD: waits for every step that runs beside these, in the order in which they began.
await_all() {
  for pw_next in $pw_running; do await --warn "$1" "$pw_next"; done
  pw_running=''
}
# stop ID: ends a step that runs beside these. That it is ended is no failure.
stop() {
  pw_recall "$1" || return 0
  kill -s TERM -- "-$pw_process" 2> /dev/null || kill "$pw_process" 2> /dev/null || :
  wait "$pw_process" 2> /dev/null || :
  pw_show_log
  pw_close "$pw_section"
}
# report NAME: the job says under that name how it ended, from now on that it has failed.
report() {
  pw_result=$1
  mkdir -p "$pw_kept"
  printf '%s=failure\n' "$1" > "$pw_kept/job.env"
}
# output NAME VALUE: hands a value to the jobs after this one. What GitLab would change on its way goes in base64.
output() {
  await_all ''
  case $2 in
    *[!A-Za-z0-9_./:@,+?=\&%~-]* | base64:*) printf '%s=base64:%s\n' "$1" "$(printf %s "$2" | base64 | tr -d '\n')" ;;
    *) printf '%s=%s\n' "$1" "$2" ;;
  esac >> "$pw_dir/report"
}
# inherit NAME VALUE: takes what a job before this one has handed on.
inherit() {
  case $2 in
    base64:*)
      pw_value=$(printf %s "${2#base64:}" | base64 -d && echo .)
      export "$1=${pw_value%.}"
      ;;
  esac
}
# provide NAME VALUE: a variable of every step.
provide() { pw_set_env job "$1" "$2"; }
# pw_put FILE NAME: leaves a file behind, if there is something in it.
pw_put() {
  rm -f "$pw_kept/$2"
  if [ -s "$pw_dir/$1" ]; then mkdir -p "$pw_kept" && cat "$pw_dir/$1" > "$pw_kept/$2"; fi
}
# pw_keep RESULT: writes what the job leaves behind.
pw_keep() {
  [ -z "$pw_result" ] || printf '%s=%s\n' "$pw_result" "$1" >> "$pw_dir/report"
  pw_put report job.env
  pw_put summary summary.md
  rm -r "$pw_dir"
}
# skip WHY: ends the job well, before it has done anything.
skip() {
  printf 'nothing to do: %s\n' "$1"
  pw_keep skipped
  exit 0
}
# finish: ends the job as its first failed step ended.
finish() {
  await_all ''
  if failed; then pw_keep failure; else pw_keep success; fi
  exit "${pw_failed:-0}"
}
# What values ask for while the job runs.
# os_name: the system, as GitHub calls it.
os_name() {
  case $(uname -s) in Darwin) echo macOS ;; Linux) echo Linux ;; *) echo Windows ;; esac
}
# event_name: what started the pipeline, as GitHub calls it.
event_name() {
  case ${CI_PIPELINE_SOURCE-} in
    merge_request_event | external_pull_request_event) echo pull_request ;;
    push) echo push ;;
    schedule) echo schedule ;;
    web) echo workflow_dispatch ;;
    parent_pipeline | pipeline) echo workflow_call ;;
    trigger | api) echo repository_dispatch ;;
    *) printf '%s\n' "${CI_PIPELINE_SOURCE-}" ;;
  esac
}
# hash_of GLOB...: a hash over the files that match; nothing if none does.
hash_of() {
  for pw_glob in "$@"; do
    git ls-files -z --cached --others -- ":(glob)$pw_glob"
  done | sort -zu > "$pw_dir/hashed"
  [ ! -s "$pw_dir/hashed" ] || xargs -0 sha256sum -- < "$pw_dir/hashed" | sha256sum | cut -d ' ' -f 1
}
# result_of RESULT...: how a job of several legs ended.
result_of() {
  pw_all=skipped
  for pw_each in "$@"; do
    case $pw_each in
      failure) pw_all=failure ;;
      cancelled) [ "$pw_all" = failure ] || pw_all=cancelled ;;
      success) [ "$pw_all" != skipped ] || pw_all=success ;;
    esac
  done
  echo "$pw_all"
}
