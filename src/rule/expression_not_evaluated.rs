//! `expression-not-evaluated`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::words::{self, Piece};
use crate::pipeline::{Part, Pipeline};
use crate::view::actions::used;

pub(super) static RULE: Rule = Rule {
    id: "expression-not-evaluated",
    summary: "a text holds an expression that nothing evaluates",
    why: "A text is written so that it stays that text: `${{` in it reaches the program, the name or the path as those three \
          characters, and so does `$(date)` in the input of an action, which no shell reads. What is to be filled in when the pipeline runs is a reference, which every check sees, or one of GitHub's \
          own keys under `github`.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.env.TITLE = "${{ github.event.pull_request.title }}" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ name = "Test ${{ matrix.os }}", run = "make test" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.name = "Test (${{ matrix.os }})" }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["${{ github.sha }}.xml"], retention = "7 days" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "docker/build-push-action", with.build-args = "DATE=$(date +%F)" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [
              { uses = "actions/github-script", with.script = "$(document)" },
              { uses = "someone/shell", with.command = "echo $(date)" },
            ] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ description = "Says `${{ github.actor }}`.", jobs.test.steps = [
              { run = "make", env.TITLE = 'Raw { github = "${{ github.event.pull_request.title }}" } },
            ] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

const MESSAGE: &str = "nothing evaluates this expression";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for held in scope.values() {
        for part in &held.value.parts {
            if let Part::Text(text) = &part.value
                && text.contains("${{")
            {
                findings
                    .report(held.spot.identity(), part.origin, MESSAGE)
                    .key(held.field.clone())
                    .mend(instead(text), "write the text without it");
            }
        }
    }
    commands(scope, findings);
    for action in &scope.project.actions {
        for text in &action.within.unevaluated {
            let step = action
                .job()
                .and_then(|job| job.step_at(&text.value).map(|(step, field)| (action.within.step_identity(job, step), field)));
            let (identity, field) = step.unwrap_or_else(|| (action.identity(), text.value.as_slice()));
            said(findings, identity, text.origin, field.join("."));
        }
    }
    for pipeline in &scope.project.pipelines {
        for text in &pipeline.unevaluated {
            let (identity, field) = place(pipeline, &text.value);
            said(findings, identity, text.origin, field);
        }
    }
}

/// Actions that hand their inputs to no shell, by their sources, read 2026-11: a name that ends with `/` is any of that owner.
const NO_SHELL: &[&str] = &["actions/", "docker/build-push-action", "docker/metadata-action", "softprops/action-gh-release"];
/// What some of those do run.
const CODE: &[&str] = &["args", "script"];

/// Commands of a shell in the inputs of actions: `$(date)` stays what it is.
fn commands(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let Some(foreign) = uses.used().foreign() else { continue };
        let name = foreign.path.to_ascii_lowercase();
        if !NO_SHELL.iter().any(|known| if known.ends_with('/') { name.starts_with(known) } else { name == *known }) {
            continue;
        }
        for (input, binding) in uses.with.iter().filter(|(input, _)| !CODE.contains(&input.as_str())) {
            let texts = binding.value.parts.iter().filter_map(|part| match &part.value {
                Part::Text(text) => Some(text),
                _ => None,
            });
            let Some(command) = texts.filter_map(|text| command(text)).next() else { continue };
            findings
                .report(
                    pipeline.step_identity(job, step),
                    binding.value.origin,
                    format!("no shell reads this, so `{command}` stays as it is"),
                )
                .key(format!("with.{input}"))
                .help("let a step before it write the text to $GITHUB_OUTPUT, and take it from there");
        }
    }
}

/// A command whose output somebody meant: `$(date)`.
fn command(text: &str) -> Option<&str> {
    let start = text.find("$(")?;
    let inner = &text[start + 2..];
    let end = inner.find(')')?;
    inner.starts_with(|first: char| first.is_ascii_alphabetic()).then(|| &text[start..start + 2 + end + 1])
}

/// What to write for a text with expressions in it: the very references, if they are references.
fn instead(text: &str) -> String {
    let part = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => Some(format!("{text:?}")),
        // A forge has two words for a branch, and a reference stands for either.
        Piece::Expression(words, _) if matches!(words.trim(), "github.head_ref" | "github.ref_name") => {
            Some("'Branch".to_owned())
        }
        Piece::Expression(words, _) => words::reference(words)?.written(),
    };
    let pieces = words::pieces(text).unwrap_or_default();
    let parts: Option<Vec<String>> = pieces.iter().map(part).collect();
    match parts.as_deref() {
        Some([one]) => format!("write {one}"),
        Some(several @ [_, ..]) => format!("write [{}]", several.join(", ")),
        _ => "write a reference such as 'Branch or 'Input \"name\", or 'Raw { github = \"…\" }".to_owned(),
    }
}

fn said(findings: &mut Findings, identity: Identity, origin: Origin, field: String) {
    // A description is for people; an expression in commands is an injection, and said as one.
    if !matches!(field.rsplit('.').next(), Some("description" | "run" | "deprecated")) {
        let help = "write the text without it, or the key of GitHub under `github`";
        findings.report(identity, origin, MESSAGE).key(field).mend(help, "write the text without it");
    }
}

/// What a text is part of, and its field there.
fn place(pipeline: &Pipeline, path: &[String]) -> (Identity, String) {
    match path {
        [first, id, rest @ ..] if first == "jobs" => match pipeline.jobs.get(id) {
            Some(job) => match job.step_at(rest) {
                Some((step, field)) => (pipeline.step_identity(job, step), field.join(".")),
                None => (pipeline.job_identity(job), rest.join(".")),
            },
            None => (pipeline.identity(), rest.join(".")),
        },
        field => (pipeline.identity(), field.join(".")),
    }
}

#[cfg(test)]
mod tests {
    use super::instead;

    #[test]
    fn the_very_reference_is_offered() {
        for (text, wanted) in [
            ("${{ secrets.TOKEN }}", "write 'Secret \"TOKEN\""),
            ("${{matrix.os}}", "write 'Matrix \"os\""),
            ("${{ github.head_ref }}", "write 'Branch"),
            ("${{ needs.build.outputs.tag }}", "write 'Output \"build.tag\""),
            ("v-${{ inputs.stage }}", "write [\"v-\", 'Input \"stage\"]"),
        ] {
            assert_eq!(instead(text), wanted);
        }
        for text in ["${{ github.event.pull_request.title }}", "${{ broken", "${{ a }} ${{ secrets.A }}"] {
            assert!(instead(text).starts_with("write a reference such as"), "{text}");
        }
    }
}
