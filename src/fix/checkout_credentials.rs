//! `checkout-credentials`: the checkout is told to forget the token.

use super::{Example, Fixer, Mend, Site, Which};
use crate::source::Node;

pub(super) static FIXER: Fixer = Fixer {
    rule: "checkout-credentials",
    title: "write persist-credentials: false",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@v5\n        with:\n          # All of it.\n          fetch-depth: 0\n          persist-credentials: true # why?\n      - run: make\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@v5\n        with:\n          # All of it.\n          fetch-depth: 0\n          persist-credentials: false # why?\n      - run: make\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@v5\n        with: { persist-credentials: true }\n      - run: git push\n",
            after: None,
        },
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@v5\n        with: { persist-credentials: true }\n      - run: git push\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@v5\n        with: { persist-credentials: false }\n      - run: git push\n",
            ),
        },
    ],
};

/// The input of the action.
const INPUT: &str = "persist-credentials";

/// What a later step says that perhaps needs the token in the sources.
const NEEDS: &[&str] = &[
    "git ",
    "gh ",
    "push",
    "fetch",
    "commit",
    "pull-request",
    "release",
    "publish",
    "deploy",
    "pages",
    "version",
    "tag",
    "changeset",
    "submodule",
    "lfs",
];

fn mend(site: &Site<'_>) -> Option<Mend> {
    let step = site.step()?;
    let edit = site.set_input(step, INPUT, "false")?;
    let needed = site.job().is_none_or(|job| is_needed(site, step, job.node.get("steps")));
    Some(if needed { Mend::unsafely(vec![edit]) } else { Mend::safe(vec![edit]) })
}

/// Whether a later step perhaps uses the token.
fn is_needed(site: &Site<'_>, step: &Node, steps: Option<&Node>) -> bool {
    let later = steps.and_then(Node::items).unwrap_or_default().iter().filter(|other| other.origin.start > step.origin.start);
    later.filter_map(|other| site.text.get(other.origin.range())).any(|text| {
        let text = text.to_ascii_lowercase();
        NEEDS.iter().any(|word| text.contains(word))
    })
}
