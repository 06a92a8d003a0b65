# step --env NAME=VALUE: a variable of the step. It is kept in a file and set in the process of the step alone.
pw_inside="$pw_inside pw_variables"
pw_set=$pw_dir/env # what holds for all steps
mkdir "$pw_set"
pw_env() {
  mkdir -p "$pw_step/given"
  printf %s "${1#*=}" > "$pw_step/given/${1%%=*}"
}
pw_variables() {
  pw_search=$PATH
  for pw_file in "$pw_set"/* "$pw_step/given"/*; do
    [ -f "$pw_file" ] || continue
    pw_value=$(cat "$pw_file" && echo .)
    # The search path is set last, since this needs one.
    case ${pw_file##*/} in
      PATH) pw_search=${pw_value%.} ;;
      *) export "${pw_file##*/}=${pw_value%.}" ;;
    esac
  done
  export PATH="$pw_search"
}
