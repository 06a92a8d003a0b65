//! `permissions-undocumented`

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::Pipeline;
use crate::pipeline::permission::{Grant, Level, Permissions};

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
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
permissions:
  # above it is not behind it
  checks: write
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
permissions:
  contents: read
  checks: write # annotates failures
jobs:
  test:
    runs-on: ubuntu-24.04
    permissions: { packages: write } # pushes the image
    steps:
      - run: make test
",
        )]),
        Example::good(&[("ci", r#"{ jobs.test.permissions = { checks = 'Write "annotates failures" } }"#)]),
        Example::good(&[("ci", "{ jobs.test.permissions = { contents = 'Read } }")]),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // Of permissions that are not even named, another rule speaks.
    let help = (!scope.fills_in()).then_some("write after it what for: `checks: write # annotates failures`");
    let own = scope.jobs().filter(|(_, job)| job.github.permissions.is_none());
    // What a job has from its pipeline is said of the pipeline.
    let own = own.filter(|(pipeline, job)| shared(pipeline).is_none_or(|shared| job.permissions_key != Some(shared.origin)));
    let own = own.map(|(pipeline, job)| (pipeline.job_identity(job), &job.permissions));
    let all = scope.project.pipelines.iter().filter(|pipeline| pipeline.github.all.is_none());
    let all = all.filter_map(|pipeline| Some((pipeline.identity(), &shared(pipeline)?.value)));
    for (identity, permissions) in own.chain(all) {
        for (name, grant) in permissions {
            let free = grant.level.value == Level::None || (*name == "contents" && grant.level.value == Level::Read);
            let message = match &grant.reason {
                None if free => continue,
                None => format!("`{}` is granted without a reason", findings.permission(name)),
                Some(reason) if says_nothing(reason, name, grant) => format!("\"{}\" does not say what for", reason.value),
                Some(_) => continue,
            };
            let origin = grant.reason.as_ref().map_or(grant.key, |reason| reason.origin);
            let said = findings.report(identity.clone(), origin, message).key(*name);
            if let Some(help) = help {
                said.help(help);
            }
        }
    }
}

/// What a pipeline grants to the jobs that say nothing.
fn shared(pipeline: &Pipeline) -> Option<&At<Permissions>> {
    pipeline.github.permissions.as_ref()
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
