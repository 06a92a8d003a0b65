if [ -z "${CI_MERGE_REQUEST_IID-}" ]; then
  echo "this run is for no merge request: there is nothing to comment on"
  exit 0
fi
# The token is a secret: curl reads it by its standard input, not from its arguments.
api() { # METHOD PATH ARGUMENT...
  local method=$1 path=$2
  shift 2
  printf 'header = "PRIVATE-TOKEN: %s"\n' "$GITLAB_TOKEN" |
    curl --config - --fail-with-body --silent --show-error --max-time 60 --request "$method" "$@" "$CI_API_V4_URL/$path"
}
notes=projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes
author=$(api GET user | jq --exit-status .id)
found=
page=1
while [ -z "$found" ]; do
  list=$(api GET "$notes?sort=asc&per_page=100&page=$page")
  [ "$(jq length <<< "$list")" -gt 0 ] || break
  ours="[.[] | select(.author.id == \$author and (.body | startswith(env.MARK))) | .id][0] // empty"
  found=$(jq --argjson author "$author" "$ours" <<< "$list")
  page=$((page + 1))
done
text=$(mktemp)
jq --null-input '{body: (env.MARK + "\n\n" + env.BODY)}' > "$text"
if [ -n "$found" ]; then
  api PUT "$notes/$found" --header 'Content-Type: application/json' --data-binary "@$text" --output /dev/null
else
  api POST "$notes" --header 'Content-Type: application/json' --data-binary "@$text" --output /dev/null
fi
