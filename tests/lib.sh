# shellcheck shell=bash
# What every test script shares: the tools' PATH, and the count of what passed.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${PIPEWARD_TEST_TOOLS:-$root/target/tools}
export PATH=$tools/bin:$tools/venv/bin:$PATH

passed=0 failed=0 skips=()

# check TITLE COMMAND...: one test. What it said is shown if it failed.
check() {
  local title=$1 out
  shift
  if out=$("$@" 2>&1); then
    passed=$((passed + 1))
    printf 'ok    %s\n' "$title"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n' "$title"
    printf '%s\n' "$out" | tail -n 30 | sed 's/^/      /'
  fi
}

# lacks TITLE WHAT: a test that cannot run. Elsewhere a skip, in CI a failure.
lacks() {
  if [ "${CI-}" = true ]; then
    failed=$((failed + 1))
    printf 'FAIL  %s (needs %s)\n' "$1" "$2"
  else
    skips+=("$1")
    printf 'SKIP  %s (needs %s)\n' "$1" "$2"
  fi
}

# check_with TOOL TITLE COMMAND...: a test that needs a program.
check_with() {
  local tool=$1
  shift
  if type -P "$tool" >/dev/null; then check "$@"; else lacks "$1" "$tool"; fi
}

not() { ! "$@"; }

# says PATTERN COMMAND...: it succeeds, and says PATTERN (an extended regular expression)
says() {
  local want=$1 out status=0
  shift
  out=$("$@" 2>&1) || status=$?
  printf '%s\n' "$out"
  [ "$status" -eq 0 ] && grep -qE -e "$want" <<<"$out"
}

# refuses PATTERN COMMAND...: it fails, and says PATTERN
refuses() {
  local want=$1 out
  shift
  if out=$("$@" 2>&1); then
    printf '%s\n(expected to fail)\n' "$out"
    return 1
  fi
  printf '%s\n(expected to say: %s)\n' "$out" "$want"
  grep -qE -e "$want" <<<"$out"
}

# The closing line, alone on it; nonzero if anything failed.
closing_line() {
  [ ${#skips[@]} -eq 0 ] || printf 'skipped: %s\n' "${skips[@]}"
  printf '%d passed, %d failed' "$passed" "$failed"
  [ ${#skips[@]} -eq 0 ] || printf ', %d skipped' "${#skips[@]}"
  printf '\n'
  [ "$failed" -eq 0 ] && [ $((passed + ${#skips[@]})) -gt 0 ]
}
