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

/// GitHub's variables that no job of GitLab's has, as its reference lists them; read 2026-11. `GITHUB_TOKEN` is bound where it is
/// needed.
const OF_GITHUB: &[&str] = &[
    "GITHUB_ACTION",
    "GITHUB_ACTION_PATH",
    "GITHUB_ACTION_REPOSITORY",
    "GITHUB_ACTOR",
    "GITHUB_ACTOR_ID",
    "GITHUB_API_URL",
    "GITHUB_BASE_REF",
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_GRAPHQL_URL",
    "GITHUB_HEAD_REF",
    "GITHUB_JOB",
    "GITHUB_REF",
    "GITHUB_REF_NAME",
    "GITHUB_REF_PROTECTED",
    "GITHUB_REF_TYPE",
    "GITHUB_REPOSITORY",
    "GITHUB_REPOSITORY_ID",
    "GITHUB_REPOSITORY_OWNER",
    "GITHUB_REPOSITORY_OWNER_ID",
    "GITHUB_RETENTION_DAYS",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_NUMBER",
    "GITHUB_SERVER_URL",
    "GITHUB_SHA",
    "GITHUB_TRIGGERING_ACTOR",
    "GITHUB_WORKFLOW",
    "GITHUB_WORKFLOW_REF",
    "GITHUB_WORKFLOW_SHA",
    "GITHUB_WORKSPACE",
    "RUNNER_ARCH",
    "RUNNER_DEBUG",
    "RUNNER_ENVIRONMENT",
    "RUNNER_NAME",
    "RUNNER_OS",
    "RUNNER_TEMP",
    "RUNNER_TOOL_CACHE",
];

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
    let bound = |name: &str| [&step.env, &job.env, &lowering.pipeline.env].iter().any(|env| env.contains_key(name));
    if of_github(&run.script).any(|name| !bound(name)) {
        lowering.lose("github-variable", run.script.origin);
    }
    let name = named("Run", first_command(&run.script), "Run commands");
    Part { shell, directory, ..Part::running(name, &run.script) }
}

/// Calls what reads the files that commands may write.
fn look(lowering: &mut Lowering<'_>, commands: &str) {
    Piece::of_commands(commands).into_iter().for_each(|piece| lowering.call(piece));
}

/// The variables of GitHub's own that commands read and do not set, in whatever language: not the files of the runner, which are there
/// on GitLab as well, and not `GITHUB_ACTIONS`, by which a script asks where it is.
fn of_github(commands: &str) -> impl Iterator<Item = &str> {
    let words = commands.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|name| OF_GITHUB.contains(name)).filter(move |name| !commands.contains(&format!("{name}=")))
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
    fn variables_that_only_github_has_are_seen_in_any_language() {
        let found = |commands: &str| of_github(commands).map(str::to_owned).collect::<Vec<String>>();
        assert_eq!(found("echo \"${GITHUB_SHA::7}\" > $RUNNER_TEMP/x"), ["GITHUB_SHA", "RUNNER_TEMP"]);
        assert_eq!(found("os.environ['GITHUB_REF_NAME']; $env:GITHUB_JOB"), ["GITHUB_REF_NAME", "GITHUB_JOB"]);
        assert!(found("echo a=b >> $GITHUB_OUTPUT; [ -z \"$GITHUB_ACTIONS\" ] || echo $MY_GITHUB_SHA").is_empty());
        assert!(found("GITHUB_SHA=$(git rev-parse HEAD); echo $GITHUB_SHA").is_empty());
    }

    #[test]
    fn commands_in_nix_run_in_the_named_shell_of_the_flake() {
        let nix =
            "nix --extra-experimental-features nix-command --extra-experimental-features flakes develop --no-update-lock-file";
        assert_eq!(in_nix(None, None), format!("{nix} --command bash -euo pipefail {{0}}"));
        assert_eq!(in_nix(Some("ci"), Some("python")), format!("{nix} .#ci --command python {{0}}"));
        assert_eq!(in_nix(Some("ci"), Some("perl -w {0}")), format!("{nix} .#ci --command perl -w {{0}}"));
    }
}
