//! `id-token-ungated`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::permission::Level;
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "id-token-ungated",
    summary: "a job can prove its identity to other services and nothing guards it",
    why: "`id_token = 'Write` lets a job sign in wherever that identity is trusted: clouds, registries, package indexes. In a \
          job with an environment, the environment's reviewers and branches decide who gets there, and the other side can \
          demand that environment by name. Without one, whoever can start the pipeline can sign in.",
    severity: Severity::Error,
    settings: r#"allow | Array String | doc "Jobs that need no environment, as pipeline/job; `*` is any text." | default = [],"#,
    loosens: &[("allow", Loosens::Item)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { id_token = 'Write "signs the image" } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { environment.name = "release", permissions = { id_token = 'Write "signs the image" } } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.permissions = { id_token = 'Write "signs the image" } }"#)])
            .policy(r#"{ rules.id-token-ungated.settings.allow = ["ci/*"] }"#),
        Example::good(&[
            ("ci", r#"{ jobs.sign = { calls = "sign", permissions = { id_token = 'Write "signs the image" } } }"#),
            ("sign", "{ on = { call = {} } }"),
        ]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allow = scope.settings.texts("allow");
    for (pipeline, job) in scope.jobs() {
        // A job that calls a pipeline cannot have an environment: the jobs of that pipeline can, and are looked at themselves.
        if job.environment.is_some() || job.call().is_some() {
            continue;
        }
        let identity = pipeline.job_identity(job);
        if let Some(grant) = job.permissions.get("id_token")
            && grant.level.value == Level::Write
            && !glob::matches_any(allow.iter().copied(), identity.as_str())
        {
            findings
                .report(identity, grant.level.origin, "the job has no environment")
                .decided(scope.settings, "allow")
                .help("give the job an environment: environment.name = \"release\"");
        }
    }
}
