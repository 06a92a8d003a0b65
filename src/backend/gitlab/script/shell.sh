# step --shell SHELL: runs the commands in another shell, its words given as a template with {0} for their file, or alone.
pw_shell() { pw_template=$1 pw_shell=pw_other; }
pw_other() {
  set -f
  case $pw_template in
    sh) set -- sh -e "$pw_step/commands" "$@" ;;
    *'{0}'*)
      set --
      for pw_word in $pw_template; do
        case $pw_word in *'{0}'*) pw_word=${pw_word%%'{0}'*}$pw_step/commands${pw_word#*'{0}'} ;; esac
        set -- "$@" "$pw_word"
      done
      ;;
    *) set -- "$pw_template" "$pw_step/commands" "$@" ;;
  esac
  set +f
  pw_exec "$@"
}
