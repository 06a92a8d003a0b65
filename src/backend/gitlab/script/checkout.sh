# Fetches a revision of a project of the same GitLab: project, revision, directory, depth, and yes for submodules and for LFS.
project=$1 revision=$2 directory=$3 depth=$4 submodules=$5 lfs=$6
# The token of the job is asked for by git each time, and kept nowhere.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.helper
export GIT_CONFIG_VALUE_0="!printf 'username=gitlab-ci-token\npassword=%s\n' \"\$CI_JOB_TOKEN\"; :"
[ "$lfs" = yes ] || export GIT_LFS_SKIP_SMUDGE=1
options=(--quiet)
[ "$depth" = 0 ] || options+=(--depth "$depth")
git init --quiet -- "$directory"
cd -- "$directory" || exit
git fetch "${options[@]}" -- "$CI_SERVER_URL/$project.git" "${revision:-HEAD}"
git checkout --quiet --force --detach FETCH_HEAD
[ "$submodules" != yes ] || git submodule --quiet update --init
