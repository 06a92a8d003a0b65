//! `unsound-contains`: the text becomes a list of what stands in it.

use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "unsound-contains",
    title: "write a list",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      if: contains('refs/heads/main, refs/heads/next', github.ref) # both\n",
            after: Some(
                "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      if: contains(fromJSON('[\"refs/heads/main\", \"refs/heads/next\"]'), github.ref) # both\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      if: \"contains('main', github.head_ref)\"\n",
            after: Some(
                "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      if: \"contains(fromJSON('[\\\"main\\\"]'), github.head_ref)\"\n",
            ),
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let condition = site.condition()?;
    let text = condition.text()?;
    let lower = text.to_ascii_lowercase();
    let mut literals = lower.match_indices("contains(").filter_map(|(start, call)| {
        let inner = &text[start + call.len()..];
        let open = start + call.len() + (inner.len() - inner.trim_start().len());
        let end = open + 1 + text.get(open + 1..)?.find('\'')?;
        text[open..].starts_with('\'').then_some(open..end + 1)
    });
    let literal = literals.next().filter(|_| literals.next().is_none())?;
    let items: Vec<String> = text[literal.start + 1..literal.end - 1]
        .split([' ', ',', ';', '|'])
        .filter(|item| !item.is_empty())
        .map(|item| format!("\"{item}\""))
        .collect();
    if items.is_empty() || text[literal.clone()].contains(['"', '\\']) {
        return None;
    }
    let list = format!("fromJSON('[{}]')", items.join(", "));
    Some(Mend::safe(vec![site.replace_within(condition.origin, literal, &list)?]))
}
