//! `run` and `uses`.

use super::{Does, Part};
use crate::backend::github::expression::literal;
use crate::backend::github::lowering::Lowering;
use crate::backend::title::{first_command, named};
use crate::origin::At;
use crate::pipeline::github::action;
use crate::pipeline::key::Key;
use crate::pipeline::step::{Run, Uses};
use crate::pipeline::surroundings::Toolchain;
use crate::yaml::Map;

pub(super) fn uses(lowering: &mut Lowering<'_>, uses: &Uses) -> Part {
    let mut with = lowering.bindings(Key::Step, &uses.with);
    if !lowering.is_as_written() {
        keep_promises(lowering, uses, &mut with);
    }
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

/// Commands, inside the project's shell if they run in Nix.
pub(super) fn run(lowering: &mut Lowering<'_>, toolchain: &Toolchain, run: &Run) -> Part {
    if run.script.contains("${{") && !lowering.is_as_written() {
        let message = "a script holds an expression, which would be put into it as commands".to_owned();
        let help = "bind the value under `env` and read it as \"$NAME\"".to_owned();
        lowering.refuse("template-injection", run.script.origin, message, help, "run");
    }
    let first = first_command(&run.script);
    let shell = run.shell.as_ref().map(|shell| shell.value.as_str());
    let (script, shell) = match (toolchain, shell) {
        (Toolchain::Host, shell) => (lines(lowering, &run.script), shell.map(str::to_owned)),
        (Toolchain::Nix(name), Some(template)) if template.contains("{0}") => {
            (run.script.value.clone(), Some(format!("{} {template}", nix(name.as_ref(), ""))))
        }
        (Toolchain::Nix(name), shell) => (in_nix(&run.script, name.as_ref(), shell), None),
    };
    let ours = matches!(toolchain, Toolchain::Nix(_));
    Part {
        name: named("Run", &literal(first), "Run commands"),
        does: Does::Run {
            script,
            ours,
            env: Map::new(),
            shell,
            directory: run.directory.as_ref().map(|directory| literal(directory)),
        },
    }
}

/// Commands; several lines of them end with the last one's, which is how people write them.
fn lines(lowering: &Lowering<'_>, script: &str) -> String {
    let more = lowering.is_as_written() && script.contains('\n') && !script.ends_with('\n');
    if more { format!("{script}\n") } else { script.to_owned() }
}

/// A script handed to the shell of the project's flake, as one argument: its commands keep their standard input.
fn in_nix(script: &str, name: Option<&At<String>>, shell: Option<&str>) -> String {
    let interpreter = match shell {
        None | Some("bash") => "bash -euo pipefail",
        Some("sh") => "sh -eu",
        Some(other) => other,
    };
    let command = format!("{} {interpreter} -c", nix(name, "'"));
    let script = script.trim_end_matches('\n');
    if !script.contains(['\n', '\'', '$', '`']) {
        return format!("{command} '{script}'");
    }
    let end = delimiter(script);
    format!("{command} \"$(cat <<'{end}'\n{script}\n{end}\n)\"\n")
}

/// The beginning of a command in the shell of the project's flake. A template of GitHub's knows no single quotes: there `quote` is
/// empty.
fn nix(name: Option<&At<String>>, quote: &str) -> String {
    let flake = name.map_or_else(String::new, |name| format!(" {quote}.#{}{quote}", name.value));
    format!("nix develop --no-update-lock-file{flake} --command")
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
    use crate::origin::{FileId, Origin};

    #[test]
    fn a_short_command_in_nix_is_one_line_and_a_script_keeps_its_lines() {
        assert_eq!(
            in_nix("uv run pytest\n", None, None),
            "nix develop --no-update-lock-file --command bash -euo pipefail -c 'uv run pytest'"
        );
        assert_eq!(
            in_nix("echo \"$A\"\nNIX\n", Some(&At::new("ci".to_owned(), Origin::whole(FileId(0)))), Some("sh")),
            "nix develop --no-update-lock-file '.#ci' --command sh -eu -c \"$(cat <<'NIX_'\necho \"$A\"\nNIX\nNIX_\n)\"\n"
        );
    }
}
