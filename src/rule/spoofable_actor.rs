//! `spoofable-actor`

use github_actions_expressions::Expr;
use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{SpannedExpr, literal::Literal};

use super::spoken::{named, spoken, within};
use super::untrusted::{ACTORS, is_within};
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

/// The accounts of bots, by number: Dependabot, GitHub Actions, Renovate.
const BOT_IDS: &[&str] = &["49699333", "41898282", "29139614"];

pub(super) static RULE: Rule = Rule {
    id: "spoofable-actor",
    summary: "a bot is trusted by the name of whoever acted last",
    why: "`github.actor` is who caused the newest event, not who wrote the change. Anybody can have a bot act on their own pull \
          request: by a comment, or by opening it from a branch that the bot pushed to last. Ask for the author of the pull \
          request, `github.event.pull_request.user.login`.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.actor == 'dependabot[bot]'" } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "github.ref_type == 'branch' && 'Renovate[bot]' == GitHub.Actor" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "contains(fromJSON('[\"dependabot[bot]\", \"renovate[bot]\"]'), github.actor)" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.github.snapshot = { image-name = "tools", version = "2.*", "if" = "github.actor == 'dependabot[bot]'" } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.actor != 'dependabot[bot]'" } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "github.event.pull_request.user.login == 'dependabot[bot]'" } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.actor == 'alice'" } }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in spoken(scope).into_iter().filter(|said| said.condition) {
        for expression in said.words.expressions() {
            for part in within(&expression) {
                let trusted = match &part.inner {
                    Expr::BinExpr(BinExpr { lhs, op: BinOp::Eq, rhs }) => {
                        actor(lhs).filter(|_| names_bot(rhs)).or_else(|| actor(rhs).filter(|_| names_bot(lhs)))
                    }
                    Expr::Call(Call { func: Function::Contains | Function::EndsWith, args }) => match args.as_slice() {
                        [one, other] => {
                            actor(other).filter(|_| names_bot(one)).or_else(|| actor(one).filter(|_| names_bot(other)))
                        }
                        _ => None,
                    },
                    _ => None,
                };
                if let Some(actor) = trusted {
                    let message = format!("`{actor}` is not who wrote the change");
                    said.report(findings, &actor, message)
                        .help("ask for github.event.pull_request.user.login, and for nothing on other events");
                }
            }
        }
    }
}

fn actor(expression: &SpannedExpr<'_>) -> Option<String> {
    match &expression.inner {
        Expr::Context(context) => named(context).filter(|name| is_within(name, ACTORS)),
        _ => None,
    }
}

/// Whether a text or a list of texts names a bot.
fn names_bot(expression: &SpannedExpr<'_>) -> bool {
    within(expression).into_iter().any(|part| match &part.inner {
        Expr::Literal(Literal::String(text)) => text.to_ascii_lowercase().contains("[bot]") || BOT_IDS.contains(&text.as_ref()),
        Expr::Literal(Literal::Number(number)) => BOT_IDS.contains(&number.to_string().as_str()),
        _ => false,
    })
}
