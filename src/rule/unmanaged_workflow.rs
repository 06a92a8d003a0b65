//! `unmanaged-workflow`

use super::{Audit, Check, Loosens, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unmanaged-workflow",
    summary: "a workflow that no pipeline emits",
    why: "The forge runs every file in `.github/workflows`. One that was written by hand, or was there before, is judged by no \
          rule here: it may run on `pull_request_target`, hold every permission and use any action. An organisation whose \
          pipelines are all written here raises this to an error, and allows by path what may stay.",
    severity: Severity::Note,
    settings: r#"allow | Array String | doc "Workflows that may be there, by their path; `*` is any text: .github/workflows/codeql.yml." | default = [],"#,
    loosens: &[("allow", Loosens::Item)],
    check: Check::Drift,
    examples: &[],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
