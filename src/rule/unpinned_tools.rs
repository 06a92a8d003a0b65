//! `unpinned-tools`

use super::actions::{said, used};
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

/// What stands for whatever is newest.
const NEWEST: &[&str] = &["latest", "current", "newest", "edge", "canary", "tip", "*", "x"];

pub(super) static RULE: Rule = Rule {
    id: "unpinned-tools",
    summary: "an action installs whatever version of a tool is newest",
    why: "A pinned action that installs `latest` runs another program each week: a build breaks on a day when nobody changed \
          anything, and a release that was taken over reaches the pipeline within the hour. A version changes when somebody \
          changes it.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "astral-sh/setup-uv", with.version = "latest" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "oven-sh/setup-bun", with.Bun-Version = "Canary" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "hashicorp/setup-terraform", with.terraform_version = "*" }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "astral-sh/setup-uv", with.version = "0.9.8" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with.node-version = 24 }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "docker/metadata-action", with.flavor = "latest" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        for (name, binding) in &uses.with {
            let input = name.to_ascii_lowercase();
            if !(input == "version" || input.ends_with("-version") || input.ends_with("_version")) {
                continue;
            }
            let newest = said(&binding.value).filter(|text| NEWEST.contains(&text.trim().to_ascii_lowercase().as_str()));
            if let Some(text) = newest {
                findings
                    .report(
                        pipeline.step_identity(job, step),
                        binding.value.origin,
                        format!("`{text}` is another version each week"),
                    )
                    .key(name.clone())
                    .help("write the version that is meant");
            }
        }
    }
}
