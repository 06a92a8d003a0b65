line() { printf '%s' "$1" | tr -d '\r\n'; }
address() { local text=${1##*<}; line "${text%%>*}" | tr -d ' '; }
option() { printf '%s = "%s"\n' "$1" "$(line "$2" | sed 's/[\\"]/\\&/g')"; }

mail=$(mktemp)
{
  echo "From: $(line "$MAIL_FROM")"
  echo "To: $(line "$MAIL_TO")"
  echo "Date: $(date -R)"
  echo "Subject: =?UTF-8?B?$(line "$MAIL_SUBJECT" | base64 | tr -d '\n')?="
  echo "MIME-Version: 1.0"
  echo "Content-Type: text/plain; charset=UTF-8"
  echo "Content-Transfer-Encoding: base64"
  echo
  printf '%s\n' "$MAIL_BODY" | base64
} > "$mail"

# The password and the addresses reach curl by its standard input, where no list of processes shows them.
IFS=, read -r -a recipients <<< "$(line "$MAIL_TO")"
{
  option url "$MAIL_SERVER"
  option user "$MAIL_USER:$MAIL_PASSWORD"
  option mail-from "$(address "$MAIL_FROM")"
  for recipient in "${recipients[@]}"; do
    option mail-rcpt "$(address "$recipient")"
  done
} | curl --config - --silent --show-error --ssl-reqd --crlf --max-time 60 --upload-file "$mail"
