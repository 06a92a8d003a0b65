//! `unsound-ternary`

use github_actions_expressions::Expr;
use github_actions_expressions::op::{BinExpr, BinOp};

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::deduce::{Anywhere, possible};
use crate::view::spoken::within;

pub(super) static RULE: Rule = Rule {
    id: "unsound-ternary",
    summary: "a choice between two values always takes the second",
    why: "`a && '' || 'x'` reads like a choice, and is none: where `a` holds, the empty text counts as false, and `'x'` is \
          taken all the same. The same goes for 0, false and null. `case(a, '', 'x')` chooses.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.TAG = 'Raw { github = "github.ref == 'refs/heads/main' && '' || 'dev'" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.N = 'Raw { github = "format('{0}', (github.ref_type == 'tag' && 0) || 5)" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.TAG = 'Raw { github = "github.ref == 'refs/heads/main' && 'latest' || ''" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.TAG = 'Raw { github = "case(github.ref == 'refs/heads/main', '', 'dev')" } }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken() {
        for expression in &said.expressions {
            for part in within(expression) {
                let Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) = &part.inner else { continue };
                let Expr::BinExpr(BinExpr { op: BinOp::And, rhs: first, .. }) = &lhs.inner else { continue };
                let never = possible(first, &Anywhere).truth() == Some(false);
                // Where both are false the choice is between nothing and nothing.
                let differs = possible(rhs, &Anywhere).truth() != Some(false);
                if never && differs {
                    let message = format!("`{}` counts as false, so `{}` is never passed over", first.origin.raw, rhs.origin.raw);
                    said.report(findings, part.origin.raw, message).help("write case(condition, one, other)");
                }
            }
        }
    }
}
