# Runs the steps of a job as the model means them. Names that begin with pw_ are this script's own.
set -eu
pw_dir=$(mktemp -d)
mkdir "$pw_dir/env" "$pw_dir/beside"
touch "$pw_dir/path" "$pw_dir/masks" "$pw_dir/summary" "$pw_dir/report"
pw_count=0
pw_failed=''
pw_result=''
pw_running=''
pw_kept=${CI_PROJECT_DIR:-$PWD}/.pipeward

# What conditions of steps ask.
failed() { [ -n "$pw_failed" ]; }
succeeded() { [ -z "$pw_failed" ]; }
