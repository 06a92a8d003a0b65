# Formats the tree, or with --check only checks it:  bash nix/fmt.sh [--check] [nix|nickel|rust]...
# The flake puts it into `nix fmt`, with a first line of its own.
# What lies in a directory called `broken` is wrong on purpose and left alone.
check=()
if [ "${1-}" = --check ] || [ "${1-}" = --ci ]; then
  check=(--check)
  shift
fi
# Some versions of Nix call a formatter with the tree's path, others with nothing.
[ "${1-.}" != . ] || set -- nix nickel rust

list() { # EXTENSION
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard -- "*.$1" ':!*/broken/*'
  else
    find . -name "*.$1" -not -path './target/*' -not -path '*/broken/*' -print0
  fi
}
for language; do
  case $language in
    nix) list nix | xargs -0 -r nixfmt "${check[@]}" ;;
    nickel) list ncl | xargs -0 -r nickel format "${check[@]}" ;;
    rust) list rs | xargs -0 -r rustfmt --edition 2024 "${check[@]}" ;;
    *) echo "fmt.sh: no formatter for $language" >&2 && exit 2 ;;
  esac
done
