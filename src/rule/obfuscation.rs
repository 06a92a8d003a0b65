//! `obfuscation`

use std::collections::BTreeSet;

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::{Evaluation, Expr};

use super::actions::used;
use super::spoken::spoken;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::Part;
use crate::pipeline::step::Kind;

pub(super) static RULE: Rule = Rule {
    id: "obfuscation",
    summary: "something is written so that a reader does not see what it is",
    why: "Signs that turn the direction of writing or that have no width make a script look like another one. Roundabout paths \
          of actions and expressions that compute a constant pass by lists and by reviewers. Nobody needs them to build \
          software.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make # \u{202e}tset" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ name = "Te\u{200b}st", run = "make" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache/./restore" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "./actions/../../other" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.HOST = 'Raw { github = "format('{0}.{1}', 'evil', 'example')" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ name = "Grüße 👩‍💻 ✔️", jobs.test.steps = [{ uses = "actions/cache/restore" }, { uses = "./.github/actions/set-up" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "contains(fromJSON('[\"a\", \"b\"]'), github.ref_name)" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.A = 'Raw { github = "github.ref_name || 'main'" } }] }"#,
        )]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    hidden(scope, findings);
    for (pipeline, job, step, uses) in used(scope) {
        let action = uses.action.strip_prefix("./").or_else(|| uses.action.strip_prefix("$/")).unwrap_or(&uses.action);
        let odd = action.trim_end_matches('/').split('/').any(|part| matches!(part, "" | "." | "..")) || action.ends_with('/');
        if odd && !uses.action.contains("://") && !action.is_empty() {
            findings
                .report(
                    pipeline.step_identity(job, step),
                    uses.action.origin,
                    format!("`{}` is a roundabout path", uses.action.value),
                )
                .key("uses")
                .help("write the path without empty parts, `.` and `..`");
        }
    }
    for said in spoken(scope) {
        for expression in said.words.expressions() {
            for (part, value) in expression.consteval_subexprs() {
                // A condition as a whole is a rule of its own, and lists can be written in no other way.
                let list = matches!(value, Evaluation::Array(_) | Evaluation::Object(_))
                    || matches!(&part.inner, Expr::Call(Call { func: Function::FromJSON, .. }));
                let whole = said.condition && part.origin.raw == expression.origin.raw;
                if !list && !whole {
                    let message = format!("`{}` is the same in each run", part.origin.raw);
                    said.report(findings, part.origin.raw, message).help("write what it comes to");
                }
            }
        }
    }
}

/// Looks through every text that a reader sees.
fn hidden(scope: &Scope<'_>, findings: &mut Findings) {
    let mut look = |identity: &dyn Fn() -> Identity, origin: Origin, field: &str, text: &str| {
        // Nearly all texts are; the rest is looked at sign by sign.
        if text.is_ascii() {
            return;
        }
        let signs: BTreeSet<char> = text.chars().filter(|sign| is_hidden(*sign)).collect();
        if let Some(sign) = signs.first() {
            let message = format!("`{field}` holds the sign U+{:04X}, which is not seen", u32::from(*sign));
            findings.report(identity(), origin, message).key(field).help("write the text without it");
        }
    };
    for pipeline in &scope.project.pipelines {
        look(&|| pipeline.identity(), pipeline.name.origin, "name", &pipeline.name);
    }
    for (pipeline, job) in scope.jobs() {
        if let Some(name) = &job.name {
            look(&|| pipeline.job_identity(job), name.origin, "name", name);
        }
    }
    for (pipeline, job, step) in scope.steps() {
        let identity = || pipeline.step_identity(job, step);
        if let Some(name) = &step.name {
            look(&identity, name.origin, "name", name);
        }
        if let Kind::Run(run) = &step.kind.value {
            look(&identity, run.script.origin, "run", &run.script);
        }
    }
    for held in scope.values() {
        for part in &held.value.parts {
            if let Part::Text(text) = &part.value {
                look(&|| held.spot.identity(), part.origin, &held.field, text);
            }
        }
    }
}

/// Signs without a width, and those that turn the direction of writing. What joins or colours an emoji is none of them.
const fn is_hidden(sign: char) -> bool {
    matches!(
        sign,
        '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'
            ..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}' | '\u{e0000}'..='\u{e007f}'
    )
}
