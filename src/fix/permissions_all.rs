//! `permissions-all`: what a job that only looks at the sources needs. What more it needs, a failing run says.

use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "permissions-all",
    title: "write permissions: { contents: read }",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "on: push\npermissions: write-all # all\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\npermissions: { contents: read } # all\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\npermissions: read-all\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let at = site.at()?;
    let written = site.text.get(at.range())?.trim_matches(['\'', '"']);
    matches!(written, "read-all" | "write-all").then(|| Mend::unsafely(vec![site.replace(at, "{ contents: read }")]))
}
