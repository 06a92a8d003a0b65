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
