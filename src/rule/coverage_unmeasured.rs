//! `coverage-unmeasured`

use super::{Audit, Check, Rule};
use crate::finding::Severity;

pub(crate) static RULE: Rule = Rule {
    id: "coverage-unmeasured",
    summary: "coverage was not measured, or not of this",
    why: "A report that is empty, cut off, of other files or of another version says nothing of the code that is here, and a part that is \
          missing makes the rest say something else. To let that pass would be to pass on nothing.",
    severity: Severity::Error,
    check: Check::Unmeasured,
    examples: &[],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
