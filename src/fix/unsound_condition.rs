//! `unsound-condition`: the operators between expressions go into one expression.

use github_actions_expressions::Expr;

use super::{Example, Fixer, Mend, Site, Which};
use crate::pipeline::words::{Piece, pieces};

pub(super) static FIXER: Fixer = Fixer {
    rule: "unsound-condition",
    title: "write one expression",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    # When?\n    if: ${{ github.ref == 'refs/heads/main' }} && ${{ github.actor == 'x' || github.actor == 'y' }} # so\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    # When?\n    if: ${{ github.ref == 'refs/heads/main' && (github.actor == 'x' || github.actor == 'y') }} # so\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      if: \"!${{ contains(github.ref, ': #') }}\"\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      if: '${{ !contains(github.ref, '': #'') }}'\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    if: |\n      github.ref == 'refs/heads/main' &&\n      ${{ github.actor == 'x' }}\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    if: ${{ github.ref == 'refs/heads/main' && (github.actor == 'x') }}\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    if: \"!${{ github.ref == 'a' }}\"\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    if: ${{ !(github.ref == 'a') }}\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    if: branch ${{ github.ref }}\n    steps:\n    - run: make\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let condition = site.condition()?;
    let text = condition.text().filter(|text| text.contains("${{"))?;
    let found = pieces(text).ok()?;
    let alone = found.iter().filter(|piece| !matches!(piece, Piece::Text(text) if text.trim().is_empty())).count() == 1;
    // Beside `!` or `==` whatever has an operator needs brackets, beside the weakest ones only these do.
    let weak = found.iter().all(|piece| !matches!(piece, Piece::Text(text) if !matches!(text.trim(), "" | "&&" | "||")));
    let loose =
        |inner: &str| if weak { inner.contains("||") || inner.contains("&&") } else { inner.contains(['=', '<', '>', '|', '&']) };
    let joined: String = found
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => (*text).to_owned(),
            Piece::Expression(inner, _) if !alone && loose(inner) => format!("({})", inner.trim()),
            Piece::Expression(inner, _) => inner.trim().to_owned(),
        })
        .collect();
    let lines: Vec<&str> = joined.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    // A text that goes over lines would have others then.
    if lines.len() > 1 && lines.iter().any(|line| line.matches('\'').count() % 2 == 1) {
        return None;
    }
    let one = lines.join(" ");
    Expr::parse(&one).ok()?;
    let whole = format!("${{{{ {one} }}}}");
    let flow = site.text[..condition.origin.start as usize].rsplit('\n').next().is_some_and(|line| line.contains('{'));
    let quoted = flow || whole.contains(": ") || whole.contains(" #");
    let written = if quoted { format!("'{}'", whole.replace('\'', "''")) } else { whole };
    let head = site.text.get(condition.origin.range())?.lines().next()?;
    let commented = matches!(site.style(condition.origin), Some('|' | '>')) && head.contains('#');
    (!commented).then(|| Mend::safe(vec![site.replace(condition.origin, written)]))
}
