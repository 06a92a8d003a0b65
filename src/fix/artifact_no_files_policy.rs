//! `artifact-no-files-policy`: an upload that finds nothing fails.

use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "artifact-no-files-policy",
    title: "write if-no-files-found: error",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/upload-artifact@v4\n      with:\n        name: a # one\n        path: dist\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/upload-artifact@v4\n      with:\n        if-no-files-found: error\n        name: a # one\n        path: dist\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/upload-artifact@v4\n      with: { path: dist, if-no-files-found: 'warn' }\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/upload-artifact@v4\n      with: { path: dist, if-no-files-found: error }\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/upload-artifact@v4\n      with: { path: dist, if-no-files-found: ignore }\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    Some(Mend::unsafely(vec![site.set_input(site.step()?, "if-no-files-found", "error")?]))
}
