# pw_say LEVEL TEXT
pw_say() {
  case $1 in
    error) printf '\033[31;1merror:\033[0m %s\n' "$2" ;;
    warning) printf '\033[33;1mwarning:\033[0m %s\n' "$2" ;;
    *) printf '\033[36;1m%s:\033[0m %s\n' "$1" "$2" ;;
  esac
}
# pw_open SECTION TITLE, pw_close SECTION: what can be folded in the log.
pw_open() { printf '\033[0Ksection_start:%s:%s\r\033[0K\033[1m%s\033[0m\n' "$(date +%s)" "$1" "$2"; }
pw_close() { printf '\033[0Ksection_end:%s:%s\r\033[0K\n' "$(date +%s)" "$1"; }

# pw_replace TEXT OLD NEW: sets pw_text.
pw_replace() {
  pw_text='' pw_rest=$1
  while :; do
    case $pw_rest in
      *"$2"*) pw_text=$pw_text${pw_rest%%"$2"*}$3 pw_rest=${pw_rest#*"$2"} ;;
      *) break ;;
    esac
  done
  pw_text=$pw_text$pw_rest
}

# pw_show LINE: a line of a step, in which GitHub's commands are shown for people and secrets are hidden.
pw_show() {
  pw_text=$1
  case $1 in
    ::add-mask::?*)
      printf '%s\n' "${1#::add-mask::}" >> "$pw_dir/masks"
      return 0
      ;;
    ::debug::* | ::stop-commands::* | ::add-matcher::* | ::remove-matcher*) return 0 ;;
  esac
  while IFS= read -r pw_mask; do
    pw_replace "$pw_text" "$pw_mask" '***'
  done < "$pw_dir/masks"
  case $pw_text in
    ::error*::* | ::warning*::* | ::notice*::*)
      pw_text=${pw_text#::}
      pw_about=${pw_text%%::*}
      pw_replace "${pw_text#*::}" %0A '
'
      pw_where=''
      case $pw_about in *file=*) pw_where=${pw_about#*file=} pw_where=${pw_where%%,*}: ;; esac
      case $pw_about in *[,\ ]line=*) pw_line=${pw_about#*[, ]line=} pw_where=$pw_where${pw_line%%,*}: ;; esac
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
        [ -z "$pw_given" ] || pw_show "$pw_given"
        echo > "$pw_step/back"
        ;;
      *) pw_show "$pw_given" ;;
    esac
  done
}
