//! The files by which a step speaks to the forge and to the steps after it, and which command of a script writes to one.

use crate::view::shell::Command;

/// Those that decide what later steps find in their environment and among outputs.
pub(crate) const HANDED_ON: &[&str] = &["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH"];

/// What writes what it is given into the file it names, beside redirections.
const WRITERS: &[&str] = &["tee", "add-content", "out-file", "set-content", "tee-object"];

/// The one of these files that the output of a command ends in, also over a pipe.
pub(crate) fn of(commands: &[Command], number: usize) -> Option<&'static str> {
    let command = commands.get(number)?;
    // What goes through a pipe ends where a command of it writes.
    written(command).or_else(|| command.fed(commands).find_map(written))
}

fn written(command: &Command) -> Option<&'static str> {
    let told = command.arguments().iter().filter(|_| WRITERS.contains(&command.name().to_ascii_lowercase().as_str()));
    command.writes.iter().chain(told).find_map(|word| {
        let forms = |file: &str| [format!("${file}"), format!("${{{file}"), format!("env:{file}")];
        HANDED_ON.iter().copied().find(|file| forms(file).iter().any(|form| word.text.contains(form)))
    })
}
