# step --seconds N: ends the commands after that time.
pw_after="$pw_after pw_timed"
pw_seconds() {
  pw_prefix="timeout -k 10 $1"
  echo "$1" > "$pw_step/seconds"
}
pw_timed() {
  [ -f "$pw_step/seconds" ] || return 0
  # What a program ended by `timeout` answers depends on whose `timeout` it is.
  case $pw_code in 124 | 137 | 143) pw_code=124 && pw_say error "$pw_title took longer than $(cat "$pw_step/seconds") seconds" ;; esac
}
