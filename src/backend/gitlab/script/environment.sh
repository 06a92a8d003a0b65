# GITHUB_ENV: variables of the steps after this one.
pw_after="pw_environment $pw_after"
pw_environment() { pw_take env provide; }
# provide NAME VALUE: a variable of every step from now on.
provide() {
  case $1 in
    GITHUB_* | RUNNER_* | NODE_OPTIONS | pw_* | UID | EUID | PPID | SHELLOPTS | BASHOPTS | BASH_VERSINFO)
      pw_say warning "the variable $1 stays as it is: no step can set it"
      return 0
      ;;
  esac
  if pw_is_name "$1"; then
    printf %s "$2" > "$pw_set/$1"
  else
    pw_say warning "the variable $1 is left out: its name is more than letters, digits and _"
  fi
}
