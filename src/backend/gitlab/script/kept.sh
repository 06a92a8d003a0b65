# pw_keep FILE: leaves it behind for what comes after the job, if there is something in it.
pw_kept=${CI_PROJECT_DIR:-$PWD}/.pipeward
pw_keep() {
  rm -f "$pw_kept/$1"
  if [ -s "$pw_dir/$1" ]; then mkdir -p "$pw_kept" && cat "$pw_dir/$1" > "$pw_kept/$1"; fi
}
