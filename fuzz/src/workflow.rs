//! Whatever a workflow says, it is read and judged to the end, and what is said of it lies in its text.

use pipeward::audit::{Terms, of_sources};
use pipeward::origin::Origin;
use pipeward::policy::Date;
use pipeward::read::{Source, What};

/// Holds the text as a workflow.
pub fn hold(bytes: &[u8]) {
    judged(super::text(bytes), What::Workflow, ".github/workflows/ci.yml");
}

/// Holds a text as a file of that sort, alone in its repository.
pub(super) fn judged(text: &str, what: What, path: &str) {
    let source = Source { what, shown: path.to_owned(), path: path.to_owned(), text: text.to_owned() };
    let terms = Terms { now: Date::parse("2026-06-01").expect("a day"), strict: true, policy: None };
    let judged = of_sources("repository", &[source], &terms);
    assert_eq!(judged.looked, 1);
    for finding in &judged.findings {
        let places = finding.related.iter().map(|related| related.origin).chain(finding.origin);
        for range in places.map(Origin::range) {
            assert!(text.get(range.clone()).is_some(), "{} lies at {range:?} of {text:?}", finding.rule);
        }
        assert!(!finding.summary.is_empty() || !finding.message.is_empty(), "{} says nothing", finding.rule);
    }
}
