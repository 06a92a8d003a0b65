# The webhook is a secret: curl reads it from a file, not from its arguments.
jq --null-input --compact-output '{text: env.SLACK_TEXT}' |
  curl --config <(printf 'url = "%s"\n' "$SLACK_WEBHOOK") --fail-with-body --silent --show-error --max-time 30 \
    --header 'Content-Type: application/json' --data-binary @-
