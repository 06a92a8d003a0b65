if [ -z "$PULL_REQUEST" ]; then
  echo "this run is for no pull request: there is nothing to comment on"
  exit 0
fi
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
ours='.[] | select(.user.type == "Bot" and (.body | startswith(env.MARK))) | .id'
found=$(gh api --paginate "$comments?per_page=100" --jq "$ours")
text=$(printf '%s\n\n%s' "$MARK" "$BODY")
if [ -n "$found" ]; then
  id=${found%%$'\n'*}
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --raw-field body="$text"
else
  gh api --silent --method POST "$comments" --raw-field body="$text"
fi
