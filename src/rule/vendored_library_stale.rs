//! `vendored-library-stale`

use super::{Audit, Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "vendored-library-stale",
    summary: "the copied library is not the one that judges",
    why: "An editor that reads an older copy in `.pipeward/nickel` completes fields that are refused and refuses what is taken. \
          The copy is never what judges: a project is held to the library in the program, whatever lies beside it. \
          `pipeward init --vendor` copies it anew.",
    severity: Severity::Warning,
    check: Check::Drift,
    examples: &[],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
