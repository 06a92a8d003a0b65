# hash_of GLOB...: a hash over the files that match; nothing if none does.
hash_of() {
  for pw_glob in "$@"; do
    git ls-files -z --cached --others -- ":(glob)$pw_glob"
  done | sort -zu > "$pw_dir/hashed"
  [ ! -s "$pw_dir/hashed" ] || xargs -0 sha256sum -- < "$pw_dir/hashed" | sha256sum | cut -d ' ' -f 1
}
