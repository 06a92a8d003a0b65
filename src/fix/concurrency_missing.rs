//! `concurrency-missing`: a newer run of a branch ends the older one.

use super::site::Entry;
use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "concurrency-missing",
    title: "write a group of each branch in which a newer run ends an older one",
    mend,
    examples: &[Example {
        which: Which::Unsafe,
        before: "name: CI\non: pull_request\n\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
        after: Some(
            "name: CI\non: pull_request\nconcurrency:\n  group: ${{ github.workflow }}-${{ github.ref }}\n  cancel-in-progress: true\n\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
        ),
    }],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let lines = [
        "concurrency:".to_owned(),
        "  group: ${{ github.workflow }}-${{ github.ref }}".to_owned(),
        "  cancel-in-progress: true".to_owned(),
    ];
    let flow = "concurrency: { group: '${{ github.workflow }}-${{ github.ref }}', cancel-in-progress: true }";
    Some(Mend::unsafely(vec![site.add(site.root, Some("on"), Entry { lines: &lines, flow })?]))
}
