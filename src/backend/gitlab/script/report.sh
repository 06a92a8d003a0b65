# What the job hands to those after it.
pw_result='' pw_outcome=failure pw_last="$pw_last pw_report"
pw_report() {
  if [ -z "$pw_result" ]; then
    :
  elif failed; then
    printf '%s=%s\n' "$pw_result" "$pw_outcome" >> "$pw_dir/job.env"
  else
    printf '%s=%s\n' "$pw_result" "${pw_skipped:-success}" >> "$pw_dir/job.env"
  fi
  pw_keep job.env
}
# report NAME END: the job says under that name how it ended; from now on, and if it fails, that it was END.
report() {
  pw_result=$1 pw_outcome=$2
  mkdir -p "$pw_kept"
  printf '%s=%s\n' "$1" "$2" > "$pw_kept/job.env"
}
# only_said: a failure of the job is only said, so those after it hear that it ended well.
only_said() {
  pw_outcome=success
}
# output NAME VALUE: what GitLab would change on its way goes in base64.
output() {
  case $2 in
    *[!A-Za-z0-9_./:@,+?=\&%~-]* | base64:*) printf '%s=base64:%s\n' "$1" "$(printf %s "$2" | base64 | tr -d '\n')" ;;
    *) printf '%s=%s\n' "$1" "$2" ;;
  esac >> "$pw_dir/job.env"
}
