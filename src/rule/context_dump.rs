//! `context-dump`

use github_actions_expressions::Expr;
use github_actions_expressions::call::{Call, Function};

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::spoken::{named, within};

/// Contexts that hold more than anybody means to hand over, and what that is.
const WHOLE: &[(&str, &str)] =
    &[("github", "the job's token and all that outsiders wrote"), ("env", "every variable, secrets included")];

pub(super) static RULE: Rule = Rule {
    id: "context-dump",
    summary: "everything that is known of the run is handed over at once",
    why: "`toJSON(github)` holds the job's token beside the titles and messages that outsiders wrote. A program that prints its \
          environment shows what the platform does not hide, and what comes from outside reaches places where nobody expects \
          it. Hand over the few values that are needed.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.ALL = 'Raw { github = "toJSON(github)" } }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "a/b", with.env = 'Raw { github = "tojson(env)" } }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.N = 'Raw { github = "toJSON(github.event.number)" } }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.N = 'Raw { github = "toJSON(matrix)" } }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken() {
        for expression in &said.expressions {
            for part in within(expression) {
                let Expr::Call(Call { func: Function::ToJSON, args }) = &part.inner else { continue };
                let dumped = args.iter().find_map(|argument| match &argument.inner {
                    Expr::Context(context) => WHOLE.iter().find(|(whole, _)| named(context).as_deref() == Some(whole)),
                    _ => None,
                });
                if let Some((name, what)) = dumped {
                    let message = format!("`{}` is {what}", part.origin.raw);
                    said.report(findings, name, message).help("hand over the values that are needed, each on its own");
                }
            }
        }
    }
}
