# step --beside yes: the step after it does not wait for it. With a session of its own, all of it can be stopped.
pw_running='' pw_last="pw_await_rest $pw_last"
mkdir "$pw_dir/beside"
pw_beside() { pw_run=pw_begin; }
pw_begin() {
  if command -v setsid > /dev/null; then pw_prefix="setsid $pw_prefix"; fi
  ("$pw_shell" "$@") > "$pw_step/log" 2>&1 &
  pw_running="$pw_running $pw_id"
  mkdir "$pw_dir/beside/$pw_id"
  printf '%s\n' "$!" "$pw_count" "$pw_section" "$pw_lenient" > "$pw_dir/beside/$pw_id/all"
  printf %s "$pw_title" > "$pw_dir/beside/$pw_id/title"
}
# pw_recall ID: makes it the current step again; fails if it does not run.
pw_recall() {
  [ -d "$pw_dir/beside/$1" ] || return 1
  pw_id=$1 pw_code=0
  pw_title=$(cat "$pw_dir/beside/$1/title")
  {
    read -r pw_child
    read -r pw_step
    read -r pw_section
    IFS= read -r pw_lenient
  } < "$pw_dir/beside/$1/all"
  pw_step=$pw_dir/$pw_step
  rm -r "$pw_dir/beside/$1"
}
pw_log() {
  pw_open "$pw_section" "$pw_title"
  pw_show='cat'
  [ ! -f "$pw_step/show" ] || read -r pw_show < "$pw_step/show"
  "$pw_show" < "$pw_step/log"
}
# await [--warn WORD] ID...: waits for steps that run beside these.
await() {
  pw_tolerated=''
  [ "$1" != --warn ] || { pw_tolerated=$2 && shift 2; }
  for pw_awaited in "$@"; do
    pw_recall "$pw_awaited" || continue
    pw_lenient=$pw_lenient$pw_tolerated
    wait "$pw_child" || pw_code=$?
    pw_log
    pw_ended
  done
}
# await_all WORD: waits for every step that runs beside these, in the order in which they began.
await_all() {
  for pw_next in $pw_running; do await --warn "$1" "$pw_next"; done
  pw_running=''
}
pw_await_rest() { await_all ''; }
# stop ID: ends a step that runs beside these. That it is ended is no failure.
stop() {
  pw_recall "$1" || return 0
  kill -s TERM -- "-$pw_child" 2> /dev/null || kill "$pw_child" 2> /dev/null || :
  wait "$pw_child" 2> /dev/null || :
  pw_log
  pw_close "$pw_section"
}
