//! `permissions-missing`: what a job that only looks at the sources needs. What more it needs, a failing run says.

use super::site::Entry;
use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "permissions-missing",
    title: "write permissions: { contents: read } in the job",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04 # small\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04 # small\n    permissions:\n      contents: read\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let lines = ["permissions:".to_owned(), "  contents: read".to_owned()];
    let entry = Entry { lines: &lines, flow: "permissions: { contents: read }" };
    Some(Mend::unsafely(vec![site.add(&site.job()?.node, Some("runs-on"), entry)?]))
}
