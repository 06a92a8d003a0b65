# os_name: the system, as GitHub calls it.
os_name() {
  case $(uname -s) in Darwin) echo macOS ;; Linux) echo Linux ;; *) echo Windows ;; esac
}
