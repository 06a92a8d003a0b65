//! `coverage-dropped`

use super::{Audit, Check, Loosens, Rule};
use crate::finding::Severity;

pub(crate) static RULE: Rule = Rule {
    id: "coverage-dropped",
    summary: "tests run a smaller share of the code than before",
    why: "A share that sinks a little with each change is far down before it meets a minimum. Held against the last one of the branch, \
          each change answers for its own.",
    severity: Severity::Error,
    settings: r#"max_drop | Percent | doc "The most that the share of all lines may sink against the baseline, in points." | default = 2,"#,
    loosens: &[("max_drop", Loosens::More)],
    check: Check::Gate,
    examples: &[],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
