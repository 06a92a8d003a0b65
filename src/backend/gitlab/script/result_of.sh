# result_of RESULT...: how a job of several legs ended.
result_of() {
  pw_all=skipped
  for pw_each in "$@"; do
    case $pw_each in
      failure) pw_all=failure ;;
      cancelled) [ "$pw_all" = failure ] || pw_all=cancelled ;;
      success) [ "$pw_all" != skipped ] || pw_all=success ;;
    esac
  done
  echo "$pw_all"
}
