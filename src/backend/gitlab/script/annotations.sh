# step --annotated yes: shows GitHub's commands (::error::, ::group::, …) for people. What ::add-mask:: names is hidden from then on.
pw_before="$pw_before pw_masked"
: > "$pw_dir/masks"
pw_annotated() {
  pw_run=pw_shown
  echo pw_filter > "$pw_step/show"
}
pw_masked() { if [ -s "$pw_dir/masks" ]; then pw_annotated; fi; }
# pw_replace TEXT OLD NEW: sets pw_text.
pw_replace() {
  pw_text='' pw_remaining=$1
  while :; do
    case $pw_remaining in
      *"$2"*) pw_text=$pw_text${pw_remaining%%"$2"*}$3 pw_remaining=${pw_remaining#*"$2"} ;;
      *) break ;;
    esac
  done
  pw_text=$pw_text$pw_remaining
}
pw_decode() {
  pw_replace "$1" %0D ''
  pw_replace "$pw_text" %0A '
'
  pw_replace "$pw_text" %25 %
}
pw_tell() {
  pw_text=$1
  case $1 in
    ::*::*) pw_decode "$1" ;;
  esac
  case $pw_text in
    ::add-mask::?*) printf '%s\n' "${pw_text#::add-mask::}" >> "$pw_dir/masks" && return ;;
    ::debug::* | ::stop-commands::* | ::add-matcher::* | ::remove-matcher*) return ;;
  esac
  while IFS= read -r pw_mask; do
    [ -z "$pw_mask" ] || pw_replace "$pw_text" "$pw_mask" '***'
  done < "$pw_dir/masks"
  case $pw_text in
    ::error*::* | ::warning*::* | ::notice*::*)
      pw_about=${pw_text#::} pw_where=''
      pw_about=${pw_about%%::*}
      pw_text=${pw_text#::*::}
      case $pw_about in *file=*) pw_where=${pw_about#*file=} pw_where=${pw_where%%,*}: ;; esac
      case $pw_about in *[,\ ]line=*) pw_number=${pw_about#*[, ]line=} pw_where=$pw_where${pw_number%%,*}: ;; esac
      pw_say "${pw_about%% *}" "${pw_where:+$pw_where }$pw_text"
      ;;
    ::group::*)
      pw_groups=$((pw_groups + 1))
      pw_open "${pw_section}_$pw_groups" "${pw_text#::group::}"
      ;;
    ::endgroup::*) pw_close "${pw_section}_$pw_groups" ;;
    *) printf '%s\n' "$pw_text" ;;
  esac
}
# Shows the lines of standard input; the mark tells that the step has ended, even if something it left behind goes on.
pw_filter() {
  pw_groups=0
  while IFS= read -r pw_given || [ -n "$pw_given" ]; do
    case $pw_given in
      *"$pw_dir/ended")
        pw_given=${pw_given%"$pw_dir/ended"}
        [ -z "$pw_given" ] || pw_tell "$pw_given"
        echo > "$pw_step/back"
        ;;
      *) pw_tell "$pw_given" ;;
    esac
  done
}
pw_shown() {
  mkfifo "$pw_step/shown" "$pw_step/back"
  pw_open "$pw_section" "$pw_title"
  pw_filter < "$pw_step/shown" &
  {
    ("$pw_shell" "$@") >&8 2>&8 8>&- || pw_code=$?
    printf '%s\n' "$pw_dir/ended" >&8
  } 8> "$pw_step/shown"
  read -r _ < "$pw_step/back"
  pw_ended
}
