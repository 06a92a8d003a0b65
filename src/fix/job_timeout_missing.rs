//! `job-timeout-missing`: a job gets an hour. Whoever knows what it does may give it less.

use super::site::Entry;
use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "job-timeout-missing",
    title: "write timeout-minutes: 60",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  # One.\n  test:\n    runs-on: ubuntu-24.04 # fast\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\njobs:\n  # One.\n  test:\n    runs-on: ubuntu-24.04 # fast\n    timeout-minutes: 60\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: push\r\njobs:\r\n  test:\r\n    runs-on:\r\n      - ubuntu-24.04\r\n    steps:\r\n    - run: make\r\n",
            after: Some(
                "on: push\r\njobs:\r\n  test:\r\n    timeout-minutes: 60\r\n    runs-on:\r\n      - ubuntu-24.04\r\n    steps:\r\n    - run: make\r\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test: {runs-on: ubuntu-24.04, steps: [{run: make}]}\n",
            after: Some("on: push\njobs:\n  test: {timeout-minutes: 60, runs-on: ubuntu-24.04, steps: [{run: make}]}\n"),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n    - run: make\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let line = "timeout-minutes: 60".to_owned();
    let entry = Entry { lines: std::slice::from_ref(&line), flow: &line };
    Some(Mend::unsafely(vec![site.add(&site.job()?.node, Some("runs-on"), entry)?]))
}
