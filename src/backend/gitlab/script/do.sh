# step --do FUNCTION: runs the commands that a function prints.
pw_do() { pw_commands=$1; }
