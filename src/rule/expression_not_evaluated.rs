//! `expression-not-evaluated`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::words::{self, Piece};
use crate::pipeline::{Part, Pipeline};

pub(super) static RULE: Rule = Rule {
    id: "expression-not-evaluated",
    summary: "a text holds an expression that nothing evaluates",
    why: "A text is written so that it stays that text: `${{` in it reaches the program, the name or the path as those three \
          characters. What is to be filled in when the pipeline runs is a reference, which every check sees, or one of GitHub's \
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
        findings.report(identity, origin, MESSAGE).key(field).help(help);
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
