//! `secrets-structured`

use github_actions_expressions::Expr;
use github_actions_expressions::call::{Call, Function};

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::spoken::{named, within};

pub(super) static RULE: Rule = Rule {
    id: "secrets-structured",
    summary: "a part of a secret is taken out of it",
    why: "The platform hides a secret in logs as the one text that was stored. What `fromJSON` takes out of it is another text, \
          and stands in the logs for everybody to read. Store each part as a secret of its own.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.P = 'Raw { github = "fromJSON(secrets.ACCOUNT).password" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.P = 'Raw { github = "fromjson(Secrets.ACCOUNT)['password']" } }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.P = 'Secret "PASSWORD" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.P = 'Raw { github = "fromJSON(vars.ACCOUNT).region" } }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken() {
        for expression in &said.expressions {
            for part in within(expression) {
                let Expr::Call(Call { func: Function::FromJSON, args }) = &part.inner else { continue };
                let secret = args
                    .iter()
                    .flat_map(|argument| argument.dataflow_contexts())
                    .find_map(|(context, _)| named(context).filter(|name| name.starts_with("secrets.")));
                if let Some(secret) = secret {
                    let message = format!("what is taken out of `{secret}` is not hidden in logs");
                    said.report(findings, &secret, message).help("store each part as a secret of its own");
                }
            }
        }
    }
}
