//! `permissions-missing`: what jobs that only look at the sources need. What more one needs, a failing run says.

use super::site::Entry;
use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "permissions-missing",
    title: "write permissions: { contents: read } at the top",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "# One.\nname: CI\non: push # any\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: Some(
                "# One.\nname: CI\non: push # any\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "name: CI\non:\n  push:\njobs:\n  test: { runs-on: ubuntu-24.04, timeout-minutes: 5, steps: [run: make] }\n  more: { runs-on: ubuntu-24.04, timeout-minutes: 5, steps: [run: make] }\n",
            after: Some(
                "name: CI\npermissions:\n  contents: read\non:\n  push:\njobs:\n  test: { runs-on: ubuntu-24.04, timeout-minutes: 5, steps: [run: make] }\n  more: { runs-on: ubuntu-24.04, timeout-minutes: 5, steps: [run: make] }\n",
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
    site.root.get("jobs")?;
    let lines = ["permissions:".to_owned(), "  contents: read".to_owned()];
    Some(Mend::unsafely(vec![site.add_at_top(Entry { lines: &lines, flow: "permissions: { contents: read }" })?]))
}
