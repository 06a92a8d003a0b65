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
