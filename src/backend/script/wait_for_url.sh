until curl --fail --silent --show-error --location --max-time 5 --output /dev/null --url "$URL"; do
  if [ "$SECONDS" -ge "$WITHIN" ]; then
    echo "::error::$URL does not answer with success after $WITHIN seconds"
    exit 1
  fi
  sleep 2
done
echo "$URL answers after $SECONDS seconds"
