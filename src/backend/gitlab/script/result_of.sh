# result_of END RESULT...: how a job of several legs ended, a leg that does not say so as END; nothing if none does.
result_of() {
  pw_unsaid=$1 pw_all=''
  shift
  [ -n "$(printf %s "$@")" ] || return 0
  for pw_each in "$@"; do
    case ${pw_each:-$pw_unsaid} in
      failure) pw_all=failure ;;
      success) [ "$pw_all" = failure ] || pw_all=success ;;
      *) : "${pw_all:=skipped}" ;;
    esac
  done
  echo "$pw_all"
}
