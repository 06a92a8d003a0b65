# skip WHY: ends the job well, before it has done anything.
skip() {
  printf 'nothing to do: %s\n' "$1"
  export pw_skipped=skipped
  finish
}
