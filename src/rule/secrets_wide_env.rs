//! `secrets-wide-env`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::pipeline::value::Known;

pub(super) static RULE: Rule = Rule {
    id: "secrets-wide-env",
    summary: "a secret is in the environment of more than the step that needs it",
    why: "In the environment of a job, every step and every action can read the secret, and so can every script a \
          dependency runs while it is installed. Bind it at the one step that needs it.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.env.TOKEN = 'Secret "TOKEN" }"#)]),
        Example::bad(&[("ci", r#"{ env.TOKEN = ["Bearer ", 'Secret "TOKEN"] }"#)]),
        Example::bad(&[("ci", "{ jobs.test.env.GH_TOKEN = 'Token }")]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make publish", env.TOKEN = 'Secret "TOKEN" }] }"#)]),
        Example::good(&[("ci", "{ jobs.test.env.REF = 'Ref }")]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in scope.mentions() {
        let name = match &mention.reference {
            Reference::Secret(name) => format!("`{name}`"),
            Reference::Known(Known::Token) => "the job's token".to_owned(),
            _ => continue,
        };
        if mention.spot.step.is_none() && mention.field.starts_with("env.") {
            let whole = if mention.spot.job.is_some() { "every step of the job" } else { "every step of every job" };
            findings
                .report(mention.spot.identity(), mention.origin, format!("{whole} can read {name}"))
                .key(mention.field.clone())
                .help("move it to the `env` of the step that uses it");
        }
    }
}
