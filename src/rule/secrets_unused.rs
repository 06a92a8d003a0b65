//! `secrets-unused`

use std::collections::BTreeSet;

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::pipeline::step::{Comment, Kind};
use crate::pipeline::{Job, Reference};

pub(super) static RULE: Rule = Rule {
    id: "secrets-unused",
    summary: "a secret is declared and nothing uses it",
    why: "A secret that nothing uses is still valid where it came from. Revoke it there, remove it from the repository's \
          settings, and then from the list.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).project(r#"{ secrets.TOKEN = { purpose = "publishes", owner = "platform" } }"#),
        Example::bad(&[("ci", r#"{ on = { pull_request = {} }, jobs.test.steps = [{ comment.body = "tested" }] }"#)])
            .project(r#"{ secrets.GITLAB_TOKEN = { purpose = "writes notes", owner = "platform" } }"#),
        Example::good(&[("ci", r#"{ on = { pull_request = {} }, jobs.test.steps = [{ comment.body = "tested" }] }"#)])
            .project(r#"{ backends.gitlab = {}, secrets.GITLAB_TOKEN = { purpose = "writes notes", owner = "platform" } }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.TOKEN = 'Secret "TOKEN" }] }"#)])
            .project(r#"{ secrets.TOKEN = { purpose = "publishes", owner = "platform" } }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.TOKEN = 'Raw { github = "secrets.TOKEN || github.token" } }] }"#,
        )])
        .project(r#"{ secrets.TOKEN = { purpose = "publishes", owner = "platform" } }"#),
    ],
    audit: Audit::Never,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // What a file that could not be read uses is not known.
    if !scope.project.unread.is_empty() {
        return;
    }
    let mentions = scope.mentions();
    let mut used: BTreeSet<&str> = mentions
        .iter()
        .filter_map(|mention| match &mention.reference {
            Reference::Secret(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let comments = |job: &Job| job.all_steps().any(|step| step.gitlab.is_none() && matches!(step.kind.value, Kind::Comment(_)));
    if scope.project.backends.gitlab.is_some() && scope.jobs().any(|(_, job)| comments(job)) {
        used.insert(Comment::GITLAB_SECRET);
    }
    for (name, secret) in &scope.project.secrets {
        if !used.contains(name.as_str()) {
            findings
                .report(
                    Identity::of("project").part("secrets").part(name),
                    secret.key,
                    format!("no pipeline mentions `{name}`; {} looks after it", secret.owner.value),
                )
                .help("revoke it, then remove it here");
        }
    }
}
