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
