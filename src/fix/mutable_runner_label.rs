//! `mutable-runner-label`: the image that the label means as this is written.

use super::{Edit, Example, Fixer, Mend, Site, Which};
use crate::source::Node;

pub(super) static FIXER: Fixer = Fixer {
    rule: "mutable-runner-label",
    title: "write the numbered image that the label means now",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: \"ubuntu-latest\" # any\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: \"ubuntu-24.04\" # any\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: ${{ vars.RUNNER || 'ubuntu-latest' }}\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: None,
        },
    ],
};

/// What labels mean.
const MEANT: &[(&str, &str)] =
    &[("ubuntu-latest", "ubuntu-24.04"), ("windows-latest", "windows-2025"), ("macos-latest", "macos-15")];

fn mend(site: &Site<'_>) -> Option<Mend> {
    let labels = site.job().and_then(|job| job.node.get("runs-on"));
    let items = labels.and_then(Node::items).unwrap_or_default().iter();
    let spans = site.at().into_iter().chain(labels.into_iter().chain(items).map(|node| node.origin));
    spans.into_iter().find_map(|span| {
        let written = site.text.get(span.range())?;
        let quotes = written.len() - written.trim_start_matches(['\'', '"']).len();
        let label = written[quotes..].split(['\'', '"', ' ', '\n', '\r']).next()?;
        let (_, numbered) = MEANT.iter().find(|(moving, _)| *moving == label && site.finding.message.contains(label))?;
        let start = span.start as usize + quotes;
        Some(Mend::unsafely(vec![Edit { range: start..start + label.len(), text: (*numbered).to_owned() }]))
    })
}
