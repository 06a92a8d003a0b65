//! `run` and `uses`.

use super::{Does, Part, named};
use crate::backend::github::action;
use crate::backend::github::expression::literal;
use crate::backend::github::lowering::Lowering;
use crate::pipeline::Job;
use crate::pipeline::key::Key;
use crate::pipeline::step::{Run, Uses};
use crate::pipeline::surroundings::Toolchain;
use crate::yaml::Map;

pub(super) fn uses(lowering: &mut Lowering<'_>, uses: &Uses) -> Part {
    let mut with = lowering.bindings(Key::Step, &uses.with);
    keep_promises(lowering, uses, &mut with);
    let used = lowering.action(&uses.action, uses.action.origin);
    Part::using(named("Use", &literal(&uses.action), "Use an action"), used, with)
}

/// What is promised of every checkout and every upload holds for those that an author writes by the action's name.
fn keep_promises(lowering: &mut Lowering<'_>, uses: &Uses, with: &mut Map) {
    if uses.action.eq_ignore_ascii_case(action::CHECKOUT) && with.get("persist-credentials").is_none() {
        with.put("persist-credentials", false);
    }
    if uses.action.eq_ignore_ascii_case(action::UPLOAD) {
        if with.get("if-no-files-found").is_none() {
            with.put("if-no-files-found", "error");
        }
        if with.get("retention-days").is_none() {
            let help = "write upload = { name, paths, retention = \"7 days\" } instead".to_owned();
            lowering.refuse("retention-missing", uses.action.origin, "the artifact has no retention".to_owned(), help, "with");
        }
    }
}

/// Commands, inside the project's shell if the job has Nix for a toolchain.
pub(super) fn run(lowering: &mut Lowering<'_>, job: &Job, run: &Run) -> Part {
    if run.script.contains("${{") {
        let message = "a script holds an expression, which would be put into it as commands".to_owned();
        let help = "bind the value under `env` and read it as \"$NAME\"".to_owned();
        lowering.refuse("template-injection", run.script.origin, message, help, "run");
    }
    let first = run.script.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("");
    let shell = run.shell.as_ref().map(|shell| shell.value.as_str());
    let (script, shell) = match &job.toolchain.value {
        Toolchain::Host => (run.script.value.clone(), shell),
        Toolchain::Nix(name) => (in_nix(&run.script, name.as_ref().map(|name| name.value.as_str()), shell), None),
    };
    Part {
        name: named("Run", &literal(first), "Run commands"),
        does: Does::Run {
            script,
            env: Map::new(),
            shell: shell.map(str::to_owned),
            directory: run.directory.as_ref().map(|directory| literal(directory)),
        },
    }
}

/// A script handed to the shell of the project's flake, as one argument: its commands keep their standard input.
fn in_nix(script: &str, name: Option<&str>, shell: Option<&str>) -> String {
    let interpreter = match shell {
        None | Some("bash") => "bash -euo pipefail".to_owned(),
        Some("sh") => "sh -eu".to_owned(),
        Some(other) => other.to_owned(),
    };
    let flake = name.map_or_else(String::new, |name| format!(" '.#{name}'"));
    let command = format!("nix develop --no-update-lock-file{flake} --command {interpreter} -c");
    let script = script.trim_end_matches('\n');
    if !script.contains(['\n', '\'', '$', '`']) {
        return format!("{command} '{script}'");
    }
    let end = delimiter(script);
    format!("{command} \"$(cat <<'{end}'\n{script}\n{end}\n)\"\n")
}

/// A word that no line of the script is.
fn delimiter(script: &str) -> String {
    let mut word = "NIX".to_owned();
    while script.lines().any(|line| line == word) {
        word.push('_');
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_command_in_nix_is_one_line_and_a_script_keeps_its_lines() {
        assert_eq!(
            in_nix("uv run pytest\n", None, None),
            "nix develop --no-update-lock-file --command bash -euo pipefail -c 'uv run pytest'"
        );
        assert_eq!(
            in_nix("echo \"$A\"\nNIX\n", Some("ci"), Some("sh")),
            "nix develop --no-update-lock-file '.#ci' --command sh -eu -c \"$(cat <<'NIX_'\necho \"$A\"\nNIX\nNIX_\n)\"\n"
        );
    }
}
