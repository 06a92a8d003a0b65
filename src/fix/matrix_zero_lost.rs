//! `matrix-zero-lost`: the number is put between quotes, where it keeps its zero.

use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "matrix-zero-lost",
    title: "put the version between quotes",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    strategy:\n      matrix:\n        python: [3.9, 3.10, 3.11] # all\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    strategy:\n      matrix:\n        python: [3.9, '3.10', 3.11] # all\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    strategy:\n      matrix:\n        python: [3.9, 3.1, 3.11]\n    steps:\n    - run: make\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let at = site.at()?;
    let written = site.text.get(at.range())?.trim_end();
    let is_plain = written.bytes().all(|sign| sign.is_ascii_digit() || sign == b'.');
    (is_plain && written.ends_with('0')).then(|| Mend::safe(vec![site.replace(at, format!("'{written}'"))]))
}
