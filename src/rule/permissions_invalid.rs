//! `permissions-invalid`

use super::{Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "permissions-invalid",
    summary: "a permission is not a known scope at a level it has, with a reason",
    why: "A scope that does not exist grants nothing, and a level that it does not have makes the platform refuse the whole \
          file. Everything but reading the contents needs a written reason: it is the only way to tell later whether a job \
          still needs it.",
    severity: Severity::Error,
    refused: &[
        Refused { kind: FaultKind::Contract, path: "jobs/*/permissions" },
        Refused { kind: FaultKind::Contract, path: "jobs/*/permissions/*" },
        Refused { kind: FaultKind::Unknown, path: "jobs/*/permissions/*" },
        Refused { kind: FaultKind::Contract, path: "jobs/*/github/permissions" },
        Refused { kind: FaultKind::Contract, path: "jobs/*/github/permissions/*" },
        Refused { kind: FaultKind::Unknown, path: "jobs/*/github/permissions/*" },
        Refused { kind: FaultKind::Contract, path: "github/permissions" },
        Refused { kind: FaultKind::Contract, path: "github/permissions/*" },
        Refused { kind: FaultKind::Unknown, path: "github/permissions/*" },
    ],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", "{ jobs.test.permissions = { content = 'Read } }")]),
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { id_token = 'Read "signs the image" } }"#)]),
        Example::bad(&[("ci", "{ jobs.test.permissions = { checks = 'Write } }")]),
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { contents = "read" } }"#)]),
        Example::bad(&[("ci", r#"{ github.permissions.id-token = "read" }"#)]),
        Example::bad(&[("ci", r#"{ github.permissions.content = "read" }"#)]),
        Example::bad(&[("ci", r#"{ github.permissions = "all" }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.permissions = { contents = 'Read, checks = 'Write "annotates failures" } }"#)]),
    ],
    ..Rule::GITHUB
};
