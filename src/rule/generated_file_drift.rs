//! `generated-file-drift`

use super::{Audit, Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "generated-file-drift",
    summary: "a generated file is not what its source says",
    why: "What runs is the file on disk, and what was reviewed and judged is its source. A file edited by hand, forgotten \
          after a change or left behind by a pipeline that is gone runs something nobody judged. `pipeward emit` writes what \
          the sources say.",
    severity: Severity::Error,
    check: Check::Drift,
    examples: &[],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
