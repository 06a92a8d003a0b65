//! `run`, and what an author writes in place of a step.

use super::Part;
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::script::Piece;
use crate::backend::gitlab::value::{quoted, word};
use crate::backend::title::{first_command, named};
use crate::pipeline::gitlab::Tree;
use crate::pipeline::step::Run;
use crate::pipeline::surroundings::Toolchain;
use crate::pipeline::{Job, Step};

/// Commands, inside the project's shell if they run in Nix.
pub(super) fn run(lowering: &mut Lowering<'_>, job: &Job, step: &Step, run: &Run) -> Part {
    if run.script.contains("$[[") {
        let message = "a script holds an interpolation of GitLab's, which would be put into it as commands".to_owned();
        let help = "bind the value under `env` and read it as \"$NAME\"".to_owned();
        lowering.refuse("template-injection", run.script.origin, message, help, "run");
    }
    let defaults = [job.defaults.as_ref(), lowering.pipeline.defaults.as_ref()];
    let mut defaults = defaults.into_iter().flatten();
    let shell = run.shell.as_ref().map(|shell| shell.value.clone());
    let shell = shell.or_else(|| defaults.clone().find_map(|defaults| defaults.shell.as_ref()?.plain().map(str::to_owned)));
    let directory = match (&run.directory, &step.github.directory) {
        (Some(directory), _) => Some(quoted(directory)),
        (None, Some(directory)) => Some(word(lowering, directory)),
        (None, None) => defaults.find_map(|defaults| defaults.directory.as_ref()).map(|directory| word(lowering, directory)),
    };
    let shell = match &job.toolchain_of(step).value {
        Toolchain::Host => shell.filter(|shell| shell != "bash"),
        Toolchain::Nix(name) => Some(in_nix(name.as_ref().map(|name| name.value.as_str()), shell.as_deref())),
    };
    look(lowering, &run.script);
    let name = named("Run", first_command(&run.script), "Run commands");
    Part { shell, directory, ..Part::running(name, &run.script) }
}

/// Calls what reads the files that commands may write.
fn look(lowering: &mut Lowering<'_>, commands: &str) {
    Piece::of_commands(commands).into_iter().for_each(|piece| lowering.call(piece));
}

/// A template of a shell in the shell of the project's flake. The image of Nix has its newer commands turned off.
fn in_nix(name: Option<&str>, shell: Option<&str>) -> String {
    let interpreter = match shell {
        None | Some("bash") => "bash -euo pipefail {0}".to_owned(),
        Some("sh") => "sh -eu {0}".to_owned(),
        Some(template) if template.contains("{0}") => template.to_owned(),
        Some(other) => format!("{other} {{0}}"),
    };
    let features = "--extra-experimental-features nix-command --extra-experimental-features flakes";
    let flake = name.map_or_else(String::new, |name| format!(" .#{name}"));
    format!("nix {features} develop --no-update-lock-file{flake} --command {interpreter}")
}

/// The commands that an author writes for GitLab in place of a step; none if nothing is needed there.
pub(super) fn instead(lowering: &mut Lowering<'_>, words: &Tree) -> Option<Part> {
    let commands: Vec<&str> = words.items().iter().filter_map(Tree::text).collect();
    let commands = commands.join("\n");
    look(lowering, &commands);
    let name = named("Run", first_command(&commands), "Run commands");
    (!commands.is_empty()).then(|| Part::running(name, &commands))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_nix_run_in_the_named_shell_of_the_flake() {
        let nix =
            "nix --extra-experimental-features nix-command --extra-experimental-features flakes develop --no-update-lock-file";
        assert_eq!(in_nix(None, None), format!("{nix} --command bash -euo pipefail {{0}}"));
        assert_eq!(in_nix(Some("ci"), Some("python")), format!("{nix} .#ci --command python {{0}}"));
        assert_eq!(in_nix(Some("ci"), Some("perl -w {0}")), format!("{nix} .#ci --command perl -w {{0}}"));
    }
}
