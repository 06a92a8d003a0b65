//! `inputs-too-many`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

/// How many inputs the form of a start by hand has at most, read 2026-11.
const MOST: usize = 25;

pub(super) static RULE: Rule = Rule {
    id: "inputs-too-many",
    summary: "a form asks for more than the platform lets it",
    why: "GitHub refuses a workflow whose form has more than 25 inputs: nothing of it runs any more, on no event.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "soak",
            r#"{ on = { manual.inputs = std.record.from_array (std.array.generate (fun n => { field = "a%{std.to_string n}", value = {} }) 26) } }"#,
        )]),
        Example::bad(&[(
            "soak",
            r#"{ github.on.workflow_dispatch.inputs = std.record.from_array (std.array.generate (fun n => { field = "a%{std.to_string n}", value = {} }) 26) }"#,
        )]),
        Example::good(&[(
            "soak",
            r#"{ on = { manual.inputs = std.record.from_array (std.array.generate (fun n => { field = "a%{std.to_string n}", value = {} }) 25) } }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        if let Some(manual) = &pipeline.on.manual
            && let Some((_, first)) = manual.inputs.get_index(MOST)
        {
            findings
                .report(
                    pipeline.identity(),
                    first.key,
                    format!("the form has {} inputs, the most is {MOST}", manual.inputs.len()),
                )
                .help("let one input take several values, or make it two pipelines");
        }
    }
}
