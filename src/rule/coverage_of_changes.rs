//! `coverage-of-changes`

use super::{Audit, Check, Loosens, Rule};
use crate::finding::Severity;

pub(crate) static RULE: Rule = Rule {
    id: "coverage-of-changes",
    summary: "lines of a change are run by no test",
    why: "Old code without tests is a debt; new code without them is a decision, and the change that makes it is where it is decided. It \
          speaks where the change is known: `gate coverage --diff origin/main`.",
    severity: Severity::Error,
    settings: r#"minimum | Percent | doc "The least share of the changed lines, in percent." | default = 75,"#,
    loosens: &[("minimum", Loosens::Less)],
    check: Check::Gate,
    examples: &[],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
