//! `permissions-undocumented`

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::permission::{Grant, Level};

/// Texts that fill the place of a reason without being one.
const EMPTY_WORDS: &[&str] =
    &["todo", "tbd", "fixme", "needed", "required", "because", "reason", "permission", "permissions", "n/a"];

pub(super) static RULE: Rule = Rule {
    id: "permissions-undocumented",
    summary: "a permission is granted without saying what for",
    why: "A reason that only fills its place is worse than none: nobody asks any more. Say what the job does with the \
          permission, as in \"uploads the release's files\".",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { checks = 'Write "TODO" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { checks = 'Write "checks: write" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.permissions = { checks = 'Write "annotates failures" } }"#)]),
        Example::good(&[("ci", "{ jobs.test.permissions = { contents = 'Read } }")]),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // Of permissions that are not even named, another rule speaks.
    for (pipeline, job) in scope.jobs().filter(|(_, job)| job.github.permissions.is_none()) {
        for (name, grant) in &job.permissions {
            let free = grant.level.value == Level::None || (*name == "contents" && grant.level.value == Level::Read);
            let message = match &grant.reason {
                None if free => continue,
                None => format!("`{name}` is granted without a reason"),
                Some(reason) if says_nothing(reason, name, grant) => format!("\"{}\" does not say what for", reason.value),
                Some(_) => continue,
            };
            let origin = grant.reason.as_ref().map_or(grant.key, |reason| reason.origin);
            findings.report(pipeline.job_identity(job), origin, message).key(*name);
        }
    }
}

/// Whether nothing is left of a reason once filling words, the scope's own name and its level are taken away.
fn says_nothing(reason: &str, scope: &str, grant: &Grant) -> bool {
    reason
        .split(|character: char| !character.is_alphanumeric() && character != '/')
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty())
        .all(|word| {
            EMPTY_WORDS.contains(&word.as_str()) || scope.split('_').any(|part| part == word) || word == grant.level.word()
        })
}
