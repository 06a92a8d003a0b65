# GITHUB_OUTPUT: each output becomes the variable STEP_<ID>_<NAME>. Nobody can ask for one of a step without an id, which is a dot.
pw_after="$pw_after pw_outputs"
pw_outputs() { pw_take output pw_set_output; }
pw_set_output() {
  case $pw_id in .*) return 0 ;; esac
  pw_key=STEP_$(printf %s "${pw_id}_$1" | tr 'a-z-' 'A-Z_')
  if ! pw_is_name "$pw_key"; then
    pw_say warning "the output $1 is left out: its name is more than letters, digits, - and _"
  elif [ "${#2}" -gt 65536 ]; then
    pw_say error "the output $1 is longer than 65536 characters: keep it in a file" && return 1
  else
    export "$pw_key=$2"
  fi
}
