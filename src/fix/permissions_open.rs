//! `permissions-open`: where each job says what it may, the workflow says that nothing else may anything.

use super::site::Entry;
use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "permissions-open",
    title: "write permissions: {} at the top",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: [push] # any\njobs:\n  test:\n    permissions: { contents: read }\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: Some(
                "on: [push] # any\npermissions: {}\njobs:\n  test:\n    permissions: { contents: read }\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let jobs = site.root.get("jobs")?.fields()?;
    // What a job without a word of its own may would be gone.
    let do_say = jobs.iter().all(|job| job.node.get("permissions").is_some());
    let line = "permissions: {}".to_owned();
    let entry = Entry { lines: std::slice::from_ref(&line), flow: &line };
    if do_say { Some(Mend::safe(vec![site.add_at_top(entry)?])) } else { None }
}
