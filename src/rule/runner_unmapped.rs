//! `runner-unmapped`

use super::{Audit, Check, Example, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "runner-unmapped",
    summary: "nothing says what a job runs on at a forge that the project writes for",
    why: "Runners are known by other names on each forge, and a job without an image gets whatever the runner has. What stands for a \
          runner of the model on GitLab is said once for the project: tags, an image, the image that has Nix.",
    severity: Severity::Error,
    check: Check::Backend,
    examples: &[
        Example::bad(&[("ci", "{}")]).project("{ backends = { gitlab = {} } }"),
        Example::bad(&[("ci", r#"{ jobs.test.runner = "windows-2025" }"#)]).project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", "{ jobs.test.toolchain = 'Nix }")]).project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", r#"{ jobs.test = { matrix.os = ["ubuntu-24.04", "macos-15"], runner = 'Matrix "os" } }"#)])
            .project(
                r#"{ backends.gitlab = { image = "uv", runners.macos-15 = { tags = ["a"], image = "macos-15-xcode-16" } } }"#,
            ),
        Example::good(&[("ci", "{}")]).project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::good(&[("ci", "{}")]).project(r#"{ backends.gitlab.runners."ubuntu-24.04".image = "uv" }"#),
        Example::good(&[("ci", r#"{ jobs.test.container = "uv" }"#)]).project("{ backends = { gitlab = {} } }"),
        Example::good(&[("ci", r#"{ jobs.test.runner = "windows-2025" }"#)])
            .project(r#"{ backends.gitlab.runners.windows-2025.tags = ["saas-windows-medium-amd64"] }"#),
    ],
    audit: Audit::Never,
    ..Rule::GITLAB
};
