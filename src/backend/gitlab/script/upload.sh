# Whether there is something to keep: fail, warn or ignore, and globs.
shopt -s globstar nullglob dotglob
missing=$1
shift
IFS=
for pattern in "$@"; do
  [[ $pattern != '!'* ]] || continue
  for match in $pattern; do
    [ ! -e "$match" ] || [ -z "$(find "$match" ! -type d -print -quit)" ] || exit 0
  done
done
case $missing in
  fail) echo "no file matches $*" && exit 1 ;;
  warn) echo "no file matches $*" ;;
esac
