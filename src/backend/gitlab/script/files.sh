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
