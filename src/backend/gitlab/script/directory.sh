# step --in DIRECTORY: runs the commands there.
pw_before="$pw_before pw_here" pw_inside="pw_enter $pw_inside"
pw_here() { pw_directory=.; }
pw_in() { pw_directory=${1:-.}; }
pw_enter() { cd -- "$pw_directory"; }
