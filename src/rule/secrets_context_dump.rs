//! `secrets-context-dump`

use github_actions_expressions::Expr;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::spoken::{named, within};

pub(super) static RULE: Rule = Rule {
    id: "secrets-context-dump",
    summary: "every secret is handed over at once",
    why: "`toJSON(secrets)` gives a step all the secrets that the job can reach, those that are added next year included. One \
          action that is taken over then has them all. Name the secrets that the step needs.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.ALL = 'Raw { github = "toJSON(secrets)" } }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "a/b", with.all = 'Raw { github = "x ${{ join(Secrets.*, ',') }}" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.ONE = 'Raw { github = "secrets.ONE || secrets['TWO']" } }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.N = 'Raw { github = "toJSON(needs)" } }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken() {
        for expression in &said.expressions {
            let whole = within(expression).into_iter().any(|part| match &part.inner {
                // A name that is chosen when it runs is a rule of its own.
                Expr::Context(context) => match context.parts.get(1).map(|part| &part.inner) {
                    None => named(context).as_deref() == Some("secrets"),
                    Some(Expr::Star) => named(context).is_some_and(|name| name.starts_with("secrets.*")),
                    Some(Expr::Index(index)) => {
                        matches!(index.inner, Expr::Star) && named(context).is_some_and(|name| name.starts_with("secrets.*"))
                    }
                    Some(_) => false,
                },
                _ => false,
            });
            if whole {
                let message = format!("`{}` takes every secret", expression.origin.raw);
                said.report(findings, "secrets", message).mend(
                    "name each secret that is needed: 'Secret \"NAME\"",
                    "name each secret that is needed: ${{ secrets.NAME }}",
                );
            }
        }
    }
}
