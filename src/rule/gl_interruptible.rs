//! `gl-interruptible`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::Job;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::given::Given;
use crate::view::gitlab::{described, said};

pub(super) static RULE: Rule = Rule {
    id: "gl-interruptible",
    summary: "what a newer pipeline ends is not what it should end",
    why: "A newer commit ends the jobs of the pipeline before it that are `interruptible`. A job that deploys and is ended in the \
          middle leaves an environment that is neither the old nor the new one. The other way round, `on_new_commit = \
          \"interruptible\"` ends nothing while no job says that it may be ended.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test = { environment.name = "staging", gitlab.interruptible = true } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.test.environment.name = "staging" }"#)])
            .project("{ backends.gitlab.default.interruptible = true }"),
        Example::bad(&[("ci", "{}")]).project(r#"{ backends.gitlab.workflow.auto_cancel.on_new_commit = "interruptible" }"#),
        Example::good(&[("ci", r#"{ jobs.test = { environment.name = "staging", gitlab.interruptible = false } }"#)])
            .project("{ backends.gitlab.default.interruptible = true }"),
        Example::good(&[("ci", "{ concurrency = { group = 'PerRef, cancel = true } }")])
            .project(r#"{ backends.gitlab.workflow.auto_cancel.on_new_commit = "interruptible" }"#),
        Example::good(&[("ci", "{ jobs.test.gitlab.interruptible = true }")])
            .project(r#"{ backends.gitlab.workflow.auto_cancel.on_new_commit = "interruptible" }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.gitlab = { interruptible = true, environment = { name = "staging", action = "verify" } } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let parts = described(scope.project);
    let flag = |words: &Tree| words.get("interruptible").and_then(Tree::flag);
    let default = |of: Option<&str>| {
        parts.iter().find(|part| part.name == "default" && part.pipeline.map(|one| one.id.as_str()) == of).map(|part| part.words)
    };
    for (pipeline, job) in scope.jobs() {
        let own = job.gitlab.as_ref().and_then(|words| words.get("interruptible"));
        let inherits = job.gitlab.as_ref().is_none_or(|words| words.get("inherit").is_none() && words.get("extends").is_none());
        let inherited = default(None).and_then(|words| words.get("interruptible")).filter(|_| inherits);
        let Some(written) = own.or(inherited).filter(|written| written.flag() == Some(true)) else { continue };
        if let Some(environment) = deploys(job) {
            findings
                .report(pipeline.job_identity(job), written.origin, "a newer pipeline may end this deployment in the middle")
                .related(environment, "what it deploys to")
                .help("write gitlab.interruptible = false at the job, and a concurrency group if deployments must not overlap");
        }
    }
    let is_cancelling = |cancel: &Given<bool>| *cancel != Given::Now(false);
    let any = parts.iter().any(|part| flag(part.words) == Some(true) || has_rule(part.words))
        || scope.project.pipelines.iter().any(|pipeline| {
            let jobs = pipeline.jobs.values().filter_map(|job| job.concurrency.as_ref());
            pipeline.concurrency.iter().chain(jobs).any(|group| is_cancelling(&group.cancel.value))
        });
    for file in said(scope.project) {
        let asked = file.file.word("workflow").and_then(|workflow| workflow.at(&["auto_cancel", "on_new_commit"]));
        if let Some(asked) = asked.filter(|asked| asked.text() == Some("interruptible") && !any) {
            findings
                .report(file.identity(), asked.origin, "no job says that a newer pipeline may end it")
                .key("on_new_commit")
                .help("write concurrency = { group = 'PerRef, cancel = true } at the pipelines that may be ended");
        }
    }
}

/// Whether a rule makes the job one that may be ended.
fn has_rule(words: &Tree) -> bool {
    let rules = words.get("rules").map_or(&[][..], Tree::items);
    rules.iter().any(|rule| rule.get("interruptible").and_then(Tree::flag) == Some(true))
}

/// Where a job says that it deploys.
fn deploys(job: &Job) -> Option<Origin> {
    let action = job.gitlab.as_ref().and_then(|words| words.at(&["environment", "action"])).and_then(Tree::text);
    let environment = job.environment.as_ref()?;
    let none = matches!(environment.deployment.as_ref().map(|given| &given.value), Some(Given::Now(false)));
    (!none && action.is_none_or(|action| action == "start")).then_some(environment.origin)
}
