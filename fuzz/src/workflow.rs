//! Whatever a workflow says, it is read and judged to the end, and what is said of it lies in its text.

use pipeward::audit::{Terms, of_sources};
use pipeward::origin::Origin;
use pipeward::policy::Date;
use pipeward::read::{Source, What};

/// Holds the text as a workflow.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    let path = ".github/workflows/ci.yml".to_owned();
    let source = Source { what: What::Workflow, shown: path.clone(), path, text: text.to_owned() };
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
