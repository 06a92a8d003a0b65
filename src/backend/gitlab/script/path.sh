# GITHUB_PATH: directories that the steps after this one search first.
pw_inside="$pw_inside pw_searched" pw_after="pw_path $pw_after"
: > "$pw_dir/path"
pw_path() {
  cat "$pw_step/path" >> "$pw_dir/path"
  : > "$pw_step/path"
}
pw_searched() {
  while IFS= read -r pw_line || [ -n "$pw_line" ]; do
    [ -z "$pw_line" ] || PATH=$pw_line:$PATH
  done < "$pw_dir/path"
}
