//! `obfuscation`

use std::collections::BTreeSet;

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::op::BinExpr;
use github_actions_expressions::{Evaluation, Expr, SpannedExpr};

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::deduce::{Anywhere, Shape, possible};
use crate::pipeline::uses::Used;
use crate::unseen;
use crate::view::Text;
use crate::view::actions::used;

pub(super) static RULE: Rule = Rule {
    id: "obfuscation",
    summary: "something is written so that a reader does not see what it is",
    why: "Signs that turn the direction of writing or that have no width make a script look like another one. Roundabout paths \
          of actions and expressions that compute a constant pass by lists and by reviewers. Nobody needs them to build \
          software.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make # \u{202e}tset" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ name = "Te\u{200b}st", run = "make" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "github.ref == 'ma\u{00ad}in'" } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", directory = "src\u{2060}" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache/./restore" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "./actions/../../other" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/checkout/@v4" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.HOST = 'Raw { github = "format('{0}.{1}', 'evil', 'example')" } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.HOST = 'Raw { github = "'evil.example'" } }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ name = "Grüße 👩‍💻 ✔️", jobs.test.steps = [{ uses = "actions/cache/restore" }, { uses = "./.github/actions/set-up/" }] }"#,
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
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    hidden(scope, findings);
    for (pipeline, job, step, uses) in used(scope) {
        let action = match uses.used() {
            // A folder may be written with a `/` behind it.
            Used::Own(path) => path.strip_suffix('/').unwrap_or(path),
            Used::Image(_) => continue,
            Used::Foreign(foreign) => foreign.path,
        };
        let odd = action.split('/').any(|part| matches!(part, "" | "." | ".."));
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
    for said in scope.spoken() {
        for expression in &said.expressions {
            let mut constant = Vec::new();
            constants(expression, &mut constant);
            if matches!(expression.inner, Expr::Literal(_)) && !said.condition {
                constant.push(expression);
            }
            for part in constant {
                // A condition as a whole is a rule of its own, and lists can be written in no other way.
                let value = possible(part, &Anywhere);
                let list = matches!(value.shapes(), [Shape::This(Evaluation::Array(_) | Evaluation::Object(_))])
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
    // Nearly all texts are ASCII; the rest is looked at sign by sign.
    for Text { spot, field, text, origin } in scope.texts().filter(|text| !text.text.is_ascii()) {
        // Languages and emoji need what joins.
        let signs: BTreeSet<char> = text.chars().filter(|sign| unseen::is_unseen(*sign) && !unseen::joins(*sign)).collect();
        if let Some(sign) = signs.first() {
            let message = format!("`{field}` holds the sign U+{:04X}, which is not seen", u32::from(*sign));
            findings.report(spot.identity(), origin, message).key(field).help("write the text without it");
        }
    }
}

/// Gathers the largest parts of an expression that ask for nothing, values alone aside; whether it is one itself.
fn constants<'e, 's>(part: &'e SpannedExpr<'s>, found: &mut Vec<&'e SpannedExpr<'s>>) -> bool {
    let before = found.len();
    let mut all = |parts: &[&'e SpannedExpr<'s>]| parts.iter().filter(|one| !constants(one, found)).count() == 0;
    let constant = match &part.inner {
        Expr::Literal(_) => return true,
        Expr::Call(Call { func, args }) => {
            let asks = matches!(
                func,
                Function::Always | Function::Success | Function::Failure | Function::Cancelled | Function::HashFiles
            );
            all(&args.iter().collect::<Vec<_>>()) && !asks
        }
        Expr::BinExpr(BinExpr { lhs, rhs, .. }) => all(&[lhs, rhs]),
        Expr::UnExpr { expr, .. } => all(&[expr]),
        Expr::Context(context) => {
            all(&context.parts.iter().collect::<Vec<_>>());
            false
        }
        Expr::Index(index) => {
            all(&[index]);
            false
        }
        Expr::Star | Expr::Identifier(_) => false,
    };
    if constant {
        found.truncate(before);
        found.push(part);
    }
    constant
}
