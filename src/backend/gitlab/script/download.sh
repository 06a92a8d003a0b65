# Copies what jobs before this one have kept to where it is wanted: for each artifact the directory its paths are counted from, where
# it goes, how many globs it has, and the globs.
shopt -s globstar nullglob dotglob
IFS=
copy() { # FILE
  local to=$target/$1
  [ "$root" = . ] || to=$target/${1#"$root"/}
  [ ! "$1" -ef "$to" ] || return 0
  mkdir -p -- "$(dirname -- "$to")"
  cp -p -- "$1" "$to"
}
copied=0
while [ $# -gt 0 ]; do
  root=$1 target=$2 globs=("${@:4:$3}")
  shift $((3 + $3))
  [ -d "$root" ] || root=$(dirname -- "$root")
  for glob in "${globs[@]}"; do
    for match in $glob; do
      [ -e "$match" ] || continue
      while read -r -d '' file; do
        copy "$file"
        copied=$((copied + 1))
      done < <(find "$match" ! -type d -print0)
    done
  done
done
if [ "$copied" -eq 0 ]; then
  echo "no job before this one has kept such a file"
  exit 1
fi
