//! `import-refused`

use super::{ANYWHERE, Audit, Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "import-refused",
    summary: "an import that is not there or leaves the project",
    why: "What is evaluated may be a stranger's pull request. An import may name a file of the project, looked at through every symbolic link, or of the library, and nothing else on the machine.",
    severity: Severity::Error,
    refused: &[Refused { kind: FaultKind::Import, path: ANYWHERE }],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", r#"{ description = import "/etc/hostname" as 'Text }"#)]),
        Example::bad(&[("ci", r#"{ description = import "nowhere.ncl" }"#)]),
        Example::good(&[("ci", r#"{ description = "in its own words" }"#)]),
    ],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
