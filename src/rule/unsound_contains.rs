//! `unsound-contains`

use github_actions_expressions::Expr;
use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::spoken::{named, within};

pub(super) static RULE: Rule = Rule {
    id: "unsound-contains",
    summary: "a name is looked for in a text as if it were a list",
    why: "`contains('refs/heads/main refs/heads/release', github.ref)` is also true of a branch called `mai`: in a text, \
          `contains` looks for a part of it. Whoever can choose a name can choose a part, and `pull_request` is a part of \
          `pull_request_target`. In a list, it looks for the whole.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "contains('refs/heads/main refs/heads/release', github.ref)" } }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "!Contains('alice,bob', GitHub['actor'])" } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "contains(fromJSON('[\"refs/heads/main\", \"refs/heads/release\"]'), github.ref)" } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "contains(github.ref, 'release')" } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "contains('push,pull_request_target', github.event_name)" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { matrix.os = ["a", "b"], steps = [{ run = "make", when = 'Raw { github = "contains('a,b', matrix.os)" } }] } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "contains(vars.PARTS, 'docs')" } }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken() {
        for expression in &said.expressions {
            for part in within(expression) {
                let Expr::Call(Call { func: Function::Contains, args }) = &part.inner else { continue };
                let [list, item] = args.as_slice() else { continue };
                if !matches!(list.inner, Expr::Literal(Literal::String(_))) {
                    continue;
                }
                if let Some(name) = item.contexts().into_iter().find_map(|(context, _)| named(context)) {
                    let message = format!("any part of the text will do as `{name}`");
                    said.report(findings, &name, message).help("write a list: contains(fromJSON('[\"one\", \"two\"]'), …)");
                }
            }
        }
    }
}
