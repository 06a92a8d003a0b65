until [ "$(docker compose ps --format '{{.Health}}' "$SERVICE" | sort -u)" = healthy ]; do
  if [ "$SECONDS" -ge "$WITHIN" ]; then
    echo "::error::$SERVICE is not healthy after $WITHIN seconds"
    docker compose ps --all "$SERVICE"
    docker compose logs --tail 50 "$SERVICE"
    exit 1
  fi
  sleep 2
done
echo "$SERVICE is healthy after $SECONDS seconds"
