//! `reference-unavailable`

use super::scope::Mention;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::pipeline::value::Known;

pub(super) static RULE: Rule = Rule {
    id: "reference-unavailable",
    summary: "a reference stands where its value is not known",
    why: "The platform fills in a file in several passes: first what starts a run, then each job's condition and matrix, then \
          the job, then its steps on the runner. A secret, a hash over files or the runner's system is only there in the \
          later ones; asked for too early, the platform refuses the whole file.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", when = 'Present ('Secret "TOKEN") }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.env.KEY = 'Hash ["uv.lock"] }"#)]),
        Example::bad(&[("ci", "{ env.OS = 'Os }")]),
        Example::bad(&[("ci", r#"{ jobs.test = { matrix.os = ["a", "b"], when = 'Matrix { key = "os", equals = "a" } } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.outputs.tag = 'Commit, env.TAG = 'Output "test.tag" }"#)]),
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", with.token = 'Secret "TOKEN" } }"#),
            ("more", "{ on = { call.inputs.token = {} } }"),
        ]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { matrix.os = ["a", "b"], env.OS = 'Matrix "os", steps = [
              { run = "make", when = 'Matrix { key = "os", equals = "a" }, env = { OS = 'Os, KEY = 'Hash ["uv.lock"], TOKEN = 'Secret "TOKEN" } },
            ] } }"#,
        )]),
        Example::good(&[
            ("ci", r#"{ jobs.more = { calls = "more", secrets.TOKEN = 'Secret "TOKEN" } }"#),
            (
                "more",
                r#"{ on = { call = { secrets.TOKEN.required = true, outputs.tag = 'Output "test.tag" } }, jobs.test.outputs.tag = 'Commit }"#,
            ),
        ]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in scope.mentions() {
        if let Some((what, help)) = missing(&mention) {
            let place = match (mention.spot.job, mention.spot.step) {
                (None, _) => "outside of the jobs",
                (Some(_), None) if mention.field == "when" => "in the condition of a job",
                (Some(_), None) => "outside of the steps",
                (Some(_), Some(_)) => "in a condition",
            };
            let said = findings.report(mention.spot.identity(), mention.origin, format!("{what} is not known {place}"));
            said.key(format!("{}/{what}", mention.field)).help(help);
        }
    }
}

/// What is not known at the place of a mention, and what to do about it. Steps and keys of a matrix have rules of their own.
fn missing(mention: &Mention<'_>) -> Option<(&'static str, &'static str)> {
    let field = mention.field.as_str();
    let (job, step) = (mention.spot.job.is_some(), mention.spot.step.is_some());
    let bound = step && field != "when";
    let inside_env = field.starts_with("env.") || field.contains(".env.");
    match &mention.reference {
        Reference::Secret(_) => {
            let known = bound || inside_env || (job && (field.starts_with("outputs.") || field.starts_with("secrets.")));
            (!known).then_some(("a secret", "bind it under `env` of the step that needs it, and decide there"))
        }
        Reference::Hash(_) => (!step).then_some(("a hash over files", "use it in a step: the files are there once it runs")),
        Reference::Known(Known::Os) => {
            let known = step || (job && (field.starts_with("outputs.") || field.contains(".env.") || field == "environment.url"));
            (!known).then_some(("the runner's system", "use it in a step"))
        }
        Reference::Matrix(_) => (job && !step && (field == "when" || field.starts_with("matrix.")))
            .then_some(("a key of the matrix", "leave legs out with `exclude`, or put the condition on the steps")),
        Reference::Output(..) | Reference::Result(_) => (!job && !field.starts_with("on.call.outputs."))
            .then_some(("what came of a job", "use it in a job that needs that one")),
        _ => None,
    }
}
