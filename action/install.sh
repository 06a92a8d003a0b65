#!/usr/bin/env bash
# Makes sure of a pipeward of the version wanted: one that is on PATH, else one
# built from the sources beside this script, else from the tag of that version.
#   PIPEWARD_VERSION     the version; that of the sources beside this script if empty
#   PIPEWARD_REPOSITORY  where the tags are
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
own=$(sed -n 's/^version = "\(.*\)"/\1/p' "$source/Cargo.toml" | head -n 1)
wanted=${PIPEWARD_VERSION:-$own}
if [[ ! $wanted =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
  printf 'expected a version such as 0.1.0, got %q\n' "$wanted" >&2
  exit 2
fi
if [ "$(pipeward --version 2>/dev/null || true)" = "pipeward $wanted" ]; then
  echo "pipeward $wanted is there already"
  exit
fi

place=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/pipeward-$wanted
if [ "$wanted" = "$own" ] && type -P cargo >/dev/null; then
  # From within the sources, whose rust-toolchain.toml then counts.
  (cd "$source" && cargo install --locked --path . --root "$place")
elif [ "$wanted" = "$own" ] && type -P nix >/dev/null; then
  mkdir -p "$place"
  nix --extra-experimental-features 'nix-command flakes' profile install --profile "$place/profile" "path:$source"
  ln -sfn "$place/profile/bin" "$place/bin"
elif type -P cargo >/dev/null; then
  cargo install --locked --git "$PIPEWARD_REPOSITORY" --tag "v$wanted" --root "$place" pipeward
else
  echo "pipeward $wanted is built by cargo, which is not there" >&2
  exit 3
fi
"$place/bin/pipeward" --version
[ -z "${GITHUB_PATH-}" ] || echo "$place/bin" >>"$GITHUB_PATH"
