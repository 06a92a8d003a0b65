# step --warn WORD: with one, the failure of the step is only said.
pw_before="$pw_before pw_strict" pw_after="$pw_after pw_only_said"
pw_strict() { pw_lenient=''; }
pw_warn() { pw_lenient=$1; }
pw_only_said() {
  [ -n "$pw_lenient" ] && [ "$pw_code" -ne 0 ] || return 0
  pw_say warning "$pw_title failed with exit code $pw_code, which is only said"
  pw_code=0
}
