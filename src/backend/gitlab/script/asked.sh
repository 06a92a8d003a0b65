# What values ask for while the job runs.
# os_name: the system, as GitHub calls it.
os_name() {
  case $(uname -s) in Darwin) echo macOS ;; Linux) echo Linux ;; *) echo Windows ;; esac
}
# event_name: what started the pipeline, as GitHub calls it.
event_name() {
  case ${CI_PIPELINE_SOURCE-} in
    merge_request_event | external_pull_request_event) echo pull_request ;;
    push) echo push ;;
    schedule) echo schedule ;;
    web) echo workflow_dispatch ;;
    parent_pipeline | pipeline) echo workflow_call ;;
    trigger | api) echo repository_dispatch ;;
    *) printf '%s\n' "${CI_PIPELINE_SOURCE-}" ;;
  esac
}
# hash_of GLOB...: a hash over the files that match; nothing if none does.
hash_of() {
  for pw_glob in "$@"; do
    git ls-files -z --cached --others -- ":(glob)$pw_glob"
  done | sort -zu > "$pw_dir/hashed"
  [ ! -s "$pw_dir/hashed" ] || xargs -0 sha256sum -- < "$pw_dir/hashed" | sha256sum | cut -d ' ' -f 1
}
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
