//! `secrets-dynamic-index`

use github_actions_expressions::Expr;
use github_actions_expressions::literal::Literal;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::spoken::{named, within};

pub(super) static RULE: Rule = Rule {
    id: "secrets-dynamic-index",
    summary: "which secret is used is decided while the pipeline runs",
    why: "The platform hands a job the secrets that its text names. Where the name is computed, it hands over all of them, and \
          nobody can tell from the pipeline which one is used. Name each secret, one step or one leg at a time.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.KEY = 'Raw { github = "secrets[format('KEY_{0}', github.ref_name)]" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.KEY = 'Raw { github = "github.ref == 'x' && SECRETS[matrix.key]" } }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.KEY = 'Raw { github = "secrets['KEY']" } }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.KEY = 'Raw { github = "vars[matrix.key]" } }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken() {
        for expression in &said.expressions {
            for part in within(expression) {
                let Expr::Context(context) = &part.inner else { continue };
                let secrets = named(context).is_some_and(|name| name.starts_with("secrets."));
                let computed = context.parts.get(1).is_some_and(|part| match &part.inner {
                    Expr::Index(index) => !matches!(index.inner, Expr::Literal(Literal::String(_)) | Expr::Star),
                    _ => false,
                });
                if secrets && computed {
                    let message = format!("`{}` names no secret, so the job gets all of them", part.origin.raw);
                    said.report(findings, part.origin.raw, message)
                        .mend("name the secret: 'Secret \"NAME\"", "name the secret: ${{ secrets.NAME }}");
                }
            }
        }
    }
}
