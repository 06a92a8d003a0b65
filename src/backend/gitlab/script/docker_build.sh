# Builds an image: yes if it is pushed, the scope of the layers it keeps or nothing, and the arguments of the build.
push=$1 scope=$2
shift 2
signed_in='' builder=''
leave() {
  if [ -n "$builder" ]; then docker buildx rm --force "$builder"; fi
  if [ -n "$signed_in" ]; then docker logout "$registry" > /dev/null; fi
}
trap leave EXIT
registry=${REGISTRY:-${CI_REGISTRY-}}
if [ -n "${REGISTRY_PASSWORD-}" ] || [ "$push" = yes ]; then
  printf %s "${REGISTRY_PASSWORD:-${CI_REGISTRY_PASSWORD-}}" |
    docker login --username "${REGISTRY_USER:-${CI_REGISTRY_USER-}}" --password-stdin "$registry"
  signed_in=yes
fi
# A builder takes a daemon that it reaches over TLS from a context only.
docker context create pipeward > /dev/null 2>&1 || docker context inspect pipeward > /dev/null
builder=$(docker buildx create --driver docker-container pipeward)
options=(--builder "$builder" --metadata-file "$(mktemp)")
if [ -n "$scope" ]; then
  name=$2 # the first tag: it follows its option
  [[ ${name##*/} != *:* ]] || name=${name%:*}
  options+=(--cache-from "type=registry,ref=$name:cache-$scope")
  [ "$push" != yes ] || options+=(--cache-to "type=registry,ref=$name:cache-$scope,mode=max")
fi
if [ "$push" = yes ]; then options+=(--push); fi
docker buildx build "${options[@]}" "$@"
digest=$(sed -n 's/.*"containerimage.digest": "\([^"]*\)".*/\1/p' "${options[3]}")
echo "digest=$digest" >> "$GITHUB_OUTPUT"
