# pw_take FILE DO: reads name=value and name<<END … END, as GitHub does, and does DO NAME VALUE with each.
pw_take() {
  pw_end=''
  mv "$pw_step/$1" "$pw_step/taken"
  while IFS= read -r pw_line || [ -n "$pw_line" ]; do
    if [ "$pw_line" = "$pw_end" ]; then
      [ -z "$pw_end" ] || "$2" "$pw_name" "${pw_value%?}" || return 1
      pw_end=''
    elif [ -n "$pw_end" ]; then
      pw_value="$pw_value$pw_line
"
    else
      pw_name=${pw_line%%=*}
      case $pw_line in
        *=* | *'<<'?*) ;;
        *) pw_say error "a line that is neither name=value nor name<<END: $pw_line" && return 1 ;;
      esac
      case $pw_name in
        *'<<'*) pw_name=${pw_line%%'<<'*} pw_end=${pw_line#*'<<'} pw_value='' ;;
        *) "$2" "$pw_name" "${pw_line#*=}" || return 1 ;;
      esac
    fi
  done < "$pw_step/taken"
  [ -z "$pw_end" ] || { pw_say error "$pw_name has no line $pw_end at its end" && return 1; }
}
# pw_is_name TEXT: whether a shell takes it as the name of a variable.
pw_is_name() {
  case $1 in '' | [!A-Za-z_]* | *[!A-Za-z0-9_]*) return 1 ;; esac
}
