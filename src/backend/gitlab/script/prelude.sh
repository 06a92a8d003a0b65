# Runs a step: its commands come on standard input, its failure stops the steps after it.
failed=
step() {
  [ -z "$failed" ] || return 0
  commands=$(mktemp)
  cat > "$commands"
  printf '\033[0Ksection_start:%s:%s\r\033[0K%s\n' "$(date +%s)" "$1" "$2"
  bash --noprofile --norc -eo pipefail "$commands" < /dev/null || failed=$?
  printf '\033[0Ksection_end:%s:%s\r\033[0K\n' "$(date +%s)" "$1"
  rm -f "$commands"
}
# Ends the job as its steps ended.
finish() {
  exit "${failed:-0}"
}
