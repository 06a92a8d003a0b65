//! `input-unknown`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::{Pipeline, Reference};
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "input-unknown",
    summary: "an input is used that the pipeline does not ask for",
    why: "An input that neither the form nor the caller gives is an empty text, whatever was meant.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "soak",
            r#"{ on = { manual.inputs.duration = {} }, jobs.test.steps = [{ run = "make", env.FOR = 'Input "duratoin" }] }"#,
        )]),
        Example::bad(&[("soak", r#"{ jobs.test.when = 'Input { name = "dry", equals = true } }"#)]),
        Example::good(&[(
            "soak",
            r#"{ on = { manual.inputs.duration = {} }, jobs.test.steps = [{ run = "make", env.FOR = 'Input "duration" }] }"#,
        )]),
        Example::good(&[(
            "soak",
            r#"{ on = { call.inputs.duration = {} }, jobs.test.steps = [{ run = "make", env.FOR = 'Input "duration" }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in scope.mentions() {
        if let Reference::Input(name) = &mention.reference
            && !names(mention.spot.pipeline).iter().any(|one| one.eq_ignore_ascii_case(name))
        {
            findings
                .report(mention.spot.identity(), mention.origin, format!("the pipeline has no input `{name}`"))
                .key(format!("{}/{name}", mention.field))
                .suggest(near(name, names(mention.spot.pipeline)));
        }
    }
}

fn names(pipeline: &Pipeline) -> Vec<&str> {
    let manual = pipeline.on.manual.iter().flat_map(|manual| manual.inputs.keys());
    let call = pipeline.on.call.iter().flat_map(|call| call.inputs.keys());
    manual.chain(call).map(String::as_str).collect()
}
