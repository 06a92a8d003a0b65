//! `id-token-ungated`

use std::collections::BTreeSet;

use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::Job;
use crate::pipeline::backends::Forge;
use crate::pipeline::permission::Level;
use crate::pipeline::trigger::Event;
use crate::view::gitlab::start::{Outcome, Start, of};
use crate::view::glob;
use crate::view::outsiders::jobs;

pub(super) static RULE: Rule = Rule {
    id: "id-token-ungated",
    summary: "a job can prove its identity to other services and nothing guards it",
    why: "`id_token = 'Write` lets a job sign in wherever that identity is trusted: clouds, registries, package indexes. In a \
          job with an environment, the environment's reviewers and branches decide who gets there, and the other side can \
          demand that environment by name. Without one, whoever can start the pipeline can sign in. A run for a pull request \
          is at the pull request's own reference, which an environment can refuse, and one from a fork is given no identity: \
          there an environment is enough. A run that anybody starts at the default branch (`pull_request_target`, a comment) \
          passes every rule about branches, and only reviewers stop it: a policy names the environments that have them. What \
          `workflow_run` starts is judged as the run before it was, by its environment. On GitLab a job signs in with `id_tokens`; a \
          merge request of a fork does so as the fork, but one of the project's own branches is at no protected branch and \
          carries the project's name all the same.",
    severity: Severity::Error,
    settings: r#"allow | Array String | doc "Jobs that need no environment, as pipeline/job; `*` is any text." | default = [],
reviewed | Array String | doc "Environments that ask a reviewer each time, which guard runs that anybody starts too; `*` is any text." | default = [],"#,
    loosens: &[("allow", Loosens::Item), ("reviewed", Loosens::Item)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { id_token = 'Write "signs the image" } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test = { environment.name = "preview", permissions = { id_token = 'Write "deploys" } } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test = { environment.name = "preview", permissions = { id_token = 'Write "deploys" } } }"#,
        )])
        .policy(r#"{ rules.id-token-ungated.settings.reviewed = ["preview"] }"#),
        Example::good(&[(
            "ci",
            r#"{ on = { push = {} }, github.on.issue_comment = {}, jobs.test = { when = 'Event ['Push], environment.name = "release", permissions = { id_token = 'Write "deploys" } } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { environment.name = "release", permissions = { id_token = 'Write "signs the image" } } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.permissions = { id_token = 'Write "signs the image" } }"#)])
            .policy(r#"{ rules.id-token-ungated.settings.allow = ["ci/*"] }"#),
        Example::good(&[("ci", r#"{ github.permissions = "write-all" }"#)]),
        Example::good(&[
            ("ci", r#"{ jobs.sign = { calls = "sign", permissions = { id_token = 'Write "signs the image" } } }"#),
            ("sign", "{ on = { call = {} } }"),
        ]),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.id_tokens.VAULT.aud = "https://vault.example.org" }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ on = { push.branches = ["main"] }, jobs.test.gitlab.id_tokens.VAULT.aud = "https://vault.example.org" }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.test = { environment.name = "test", gitlab.id_tokens.VAULT.aud = "https://vault.example.org" } }"#)])
            .project("{ backends.gitlab = {} }"),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allow = scope.settings.texts("allow");
    let allowed = |identity: &Identity| glob::matches_any(allow.iter().copied(), identity.as_str());
    for (pipeline, job) in scope.jobs() {
        // A job that calls a pipeline cannot have an environment: the jobs of that pipeline can, and are looked at themselves.
        if job.environment.is_some() || job.call().is_some() {
            continue;
        }
        let identity = pipeline.job_identity(job);
        // What grants everything grants this as well, and that is another rule's to say.
        let all = job.github.permissions.as_ref().or(pipeline.github.all.as_ref()).map(|all| all.origin);
        if let Some(origin) = granted(job).filter(|origin| Some(*origin) != all && !allowed(&identity)) {
            findings.report(identity, origin, "the job has no environment").decided(scope.settings, "allow").mend(
                "give the job an environment: environment.name = \"release\"",
                "give the job an environment: environment: release",
            );
        }
    }
    on_gitlab(scope, findings, allowed);
    let reviewed = scope.settings.texts("reviewed");
    let mut said = BTreeSet::new();
    for (start, pipeline, job) in jobs(scope, |event| event.is_open_with_rights() && event != Event::WorkflowRun) {
        let (Some(origin), Some(environment)) = (granted(job), &job.environment) else { continue };
        let name = environment.name.print();
        let identity = pipeline.job_identity(job);
        let asks = name.as_deref().is_some_and(|name| glob::matches_any(reviewed.iter().copied(), name));
        if !asks && !allowed(&identity) && said.insert(identity.clone()) {
            findings
                .report(identity, origin, "anybody can start the job, and nothing tells that its environment asks a reviewer")
                .key(start.event.name())
                .related(start.origin, format!("`{}` starts it at the default branch", start.event.name()))
                .decided(scope.settings, "reviewed")
                .help("name the environment in `reviewed` if it has reviewers, or sign in under another event");
        }
    }
}

/// Tokens of GitLab's, in jobs that a merge request or a branch of anybody's starts.
fn on_gitlab(scope: &Scope<'_>, findings: &mut Findings, allowed: impl Fn(&Identity) -> bool) {
    if !scope.project.backends.write_for(Forge::GitLab) {
        return;
    }
    for (pipeline, job) in scope.jobs() {
        let Some(tokens) = job.gitlab.as_ref().and_then(|words| words.entry("id_tokens")) else { continue };
        let identity = pipeline.job_identity(job);
        let starts = of(Start::MERGE_REQUEST, scope.project, pipeline, job);
        if job.environment.is_none() && matches!(starts, Outcome::Runs(_)) && !allowed(&identity) {
            findings
                .report(identity, tokens.key, "any merge request starts the job, and it has no environment")
                .key("id_tokens")
                .decided(scope.settings, "allow")
                .mend(
                    "sign in at the default branch or at tags, or give the job an environment: environment.name = \"release\"",
                    "sign in at the default branch or at tags, or give the job an environment: environment: release",
                );
        }
    }
}

/// Where a job is granted its identity.
fn granted(job: &Job) -> Option<Origin> {
    job.permissions.get("id_token").filter(|grant| grant.level.value == Level::Write).map(|grant| grant.level.origin)
}
