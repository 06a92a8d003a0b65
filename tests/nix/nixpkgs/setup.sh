# shellcheck disable=SC2154 # the derivation sets the variables
# The stand-in's stdenv: PATH from the declared inputs, then the usual phases.
addInputs() {
  local input
  for input in $1; do
    if [ -d "$input/bin" ]; then PATH="$input/bin:$PATH"; fi
  done
}
PATH="$initialPath/bin"
addInputs "${nativeBuildInputs-}"
addInputs "${buildInputs-}"
export PATH SHELL

runHook() {
  local hook=${!1-}
  if [ -n "$hook" ]; then eval "$hook"; fi
}

unpackPhase() {
  cp -r "$src" source
  chmod -R u+w source
  cd source
}

genericBuild() {
  set -euo pipefail
  # As in a sandbox, no home to read; and none that root could make by accident.
  export HOME=/dev/null/homeless-shelter
  local phase
  for phase in ${phases:-unpackPhase buildPhase checkPhase installPhase}; do
    if [ "$phase" = checkPhase ] && [ -z "${doCheck-}" ]; then continue; fi
    echo "Running phase: $phase"
    if [ -n "${!phase-}" ]; then eval "${!phase}"; else "$phase"; fi
  done
}
