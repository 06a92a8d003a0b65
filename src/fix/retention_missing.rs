//! `retention-missing`: what a job keeps, it keeps for a week.

use super::site::Entry;
use super::{Example, Fixer, Mend, Site, Which};
use crate::source::{Field, Node};

pub(super) static FIXER: Fixer = Fixer {
    rule: "retention-missing",
    title: "keep it for a week",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/upload-artifact@v4 # all\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/upload-artifact@v4 # all\n      with:\n        retention-days: 7\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "spec:\n  inputs: {}\n---\nbuild:\n  script: make\n  artifacts:\n    # All of it.\n    paths: [dist]\n",
            after: Some(
                "spec:\n  inputs: {}\n---\nbuild:\n  script: make\n  artifacts:\n    # All of it.\n    paths: [dist]\n    expire_in: 1 week\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "build:\n  script: make\n  artifacts: { paths: [dist], expire_in: never } # for good\n",
            after: Some("build:\n  script: make\n  artifacts: { paths: [dist], expire_in: 1 week } # for good\n"),
        },
        Example { which: Which::Safe, before: "build:\n  script: make\n  artifacts: { paths: [dist] }\n", after: None },
    ],
};

const WEEK: &str = "expire_in: 1 week";

fn mend(site: &Site<'_>) -> Option<Mend> {
    if let Some(step) = site.step() {
        return Some(Mend::unsafely(vec![site.set_input(step, "retention-days", "7")?]));
    }
    let at = site.at()?;
    let holds = |field: &&Field| field.node.origin.range().contains(&(at.start as usize));
    let within = |node: &'_ Node| node.fields()?.iter().find(|field| field.key == at || holds(field)).cloned();
    let part = within(site.root)?;
    let artifacts = if part.key == at { part } else { within(&part.node)? };
    let edit = match artifacts.node.get("expire_in") {
        Some(never) => site.replace(never.origin, "1 week"),
        None => site.add(&artifacts.node, Some("paths"), Entry { lines: &[WEEK.to_owned()], flow: WEEK })?,
    };
    Some(Mend::unsafely(vec![edit]))
}
