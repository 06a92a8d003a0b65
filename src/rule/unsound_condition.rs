//! `unsound-condition`

use github_actions_expressions::Expr;
use github_actions_expressions::literal::Literal;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::deduce::{Anywhere, Facts, Possible, truth};
use crate::pipeline::words::{Piece, pieces};

pub(super) static RULE: Rule = Rule {
    id: "unsound-condition",
    summary: "a condition asks nothing: its answer is always the same",
    why: "A condition with text around `${{ }}`, such as an operator between two of them, is no question but a text, and a text \
          that is not empty counts as true. What was meant to guard a deployment then never says no. `'Always` says what runs in \
          any case.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "${{ github.ref == 'refs/heads/main' }} && ${{ github.actor == 'x' }}" } }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "'github.ref == main'" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "1 == 2" } }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "${{ github.ref == 'refs/heads/main' }}" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.ref == 'refs/heads/main'" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.warn_if = 'Raw { github = "'pull_request'" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.github.snapshot = { image-name = "tools", version = "2.*", "if" = "'main'" } }"#)]),
        Example::bad(&[(
            "actions/publish",
            r#"{ node = { runtime = 'Node24, main = "main.js", post = "post.js", post_if = 'Raw { github = "'success'" } } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = " ${{ github.ref == 'refs/heads/main' }}\n" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "false" } }"#)]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
jobs:
  test:
    if: |
      ${{ github.event_name == 'push' }}
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: make test
",
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.ref == 'refs/heads/main' && false" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.actor == github.actor" } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "github.ref != 'refs/heads/main' || github.ref != 'refs/heads/next'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ id = "a", run = "make" }, { run = "make", when = 'Raw { github = "always() && steps.a.outcome == 'failed'" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "runner.os == 'ubuntu-latest'" } }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "always() || github.ref == 'refs/heads/main'" } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "github.ref != 'refs/heads/main' && github.ref != 'refs/heads/next'" } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "success() || failure()" } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.A = 'Raw { github = "a ${{ github.ref }} b" } }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken().iter().filter(|said| said.condition) {
        let text = said.words.text();
        let emitted = scope.fills_in() && !said.spot.pipeline.github.as_written;
        let around = said.words.is_template() && pieces(text).is_ok_and(|pieces| is_text(&pieces, emitted));
        if around {
            said.report(findings, "text", "text stands around an expression, so the condition always holds".to_owned())
                .help("write one expression without `${{ }}`");
            continue;
        }
        for expression in &said.expressions {
            // Whoever writes `true` or `false` means it.
            let meant = matches!(&expression.inner, Expr::Literal(Literal::Boolean(_)));
            if let Some(answer) = truth(expression, &Unasked).filter(|_| !meant) {
                let always = if answer { "always holds" } else { "never holds" };
                said.report(findings, "constant", format!("`{}` {always}", expression.origin.raw))
                    .help("ask for something that is known when it runs, or leave the condition out");
            }
        }
    }
}

/// What is known of every run; `always()` is no mistake where it makes something else superfluous.
struct Unasked;

impl Facts for Unasked {
    fn look(&self, path: &[&str]) -> Option<Possible> {
        if path == ["always"] { Some(Possible::anything()) } else { Anywhere.look(path) }
    }
}

/// Whether it is more than one expression. Blanks around that one are not written by us unless a pipeline is as it is written; elsewhere, a line's end behind it is a text.
fn is_text(pieces: &[Piece<'_>], emitted: bool) -> bool {
    let expressions = pieces.iter().filter(|piece| matches!(piece, Piece::Expression(..))).count();
    let is_said = |text: &str| if emitted { !text.trim().is_empty() } else { !text.is_empty() };
    expressions > 1 || pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if is_said(text)))
}
