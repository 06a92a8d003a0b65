# Links what is reused below the home directory to where GitLab keeps it: the directories, from there. A machine that stays may have one
# of its own, which is as good.
for directory in "$@"; do
  kept=$PWD/.pipeward/home/$directory
  wanted=$HOME/$directory
  mkdir -p -- "$kept" "$(dirname -- "$wanted")"
  if [ -d "$wanted" ] && [ ! -L "$wanted" ] && ! rmdir -- "$wanted" 2> /dev/null; then
    echo "$wanted is there already, and stays as it is"
  else
    ln -sfn -- "$kept" "$wanted"
  fi
done
