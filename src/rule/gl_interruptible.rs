//! `gl-interruptible`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::surroundings::{is_cancelling, may_be_ended};
use crate::pipeline::{Job, Pipeline};
use crate::view::gitlab::{deployment, described, said};

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
        Example::bad(&[(
            "ci",
            r#"{ concurrency = { group = 'PerRef, cancel = true }, jobs.test.environment.name = "staging" }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { environment.name = "staging", gitlab.extends = ".quick" }, gitlab.templates.".quick".interruptible = true }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")]).project(r#"{ backends.gitlab.workflow.auto_cancel.on_new_commit = "interruptible" }"#),
        Example::good(&[("ci", r#"{ jobs.test = { environment.name = "staging", gitlab.interruptible = false } }"#)])
            .project("{ backends.gitlab.default.interruptible = true }"),
        Example::good(&[("ci", "{ concurrency = { group = 'PerRef, cancel = true } }")])
            .project(r#"{ backends.gitlab.workflow.auto_cancel.on_new_commit = "interruptible" }"#),
        Example::good(&[("ci", "{ jobs.test.gitlab.interruptible = true }")])
            .project(r#"{ backends.gitlab.workflow.auto_cancel.on_new_commit = "interruptible" }"#),
        Example::good(&[(
            "ci",
            r#"{
              concurrency = { group = 'PerRef, cancel = true },
              jobs.test = { environment.name = "staging", concurrency = { group = 'PerPipeline, cancel = false } },
            }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[(
            "ci",
            r#"{ concurrency = { group = 'PerRef, cancel = true }, jobs.test.environment = { name = "staging", action = 'Verify } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.gitlab = { interruptible = true, environment = { name = "staging", action = "verify" } } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let Some(ended) = ended(pipeline, job) else { continue };
        if let Some(environment) = deployment(job) {
            findings
                .report(pipeline.job_identity(job), ended, "a newer pipeline may end this deployment in the middle")
                .related(environment.origin, "what it deploys to")
                .mend(
                    "give the job a concurrency group with cancel = false, or write gitlab.interruptible = false",
                    "write interruptible: false",
                );
        }
    }
    let any = scope.jobs().any(|(pipeline, job)| ended(pipeline, job).is_some())
        || described(scope.project).iter().any(|part| has_rule(part.words));
    for file in said(scope.project) {
        let asked = file.file.word("workflow").and_then(|workflow| workflow.at(&["auto_cancel", "on_new_commit"]));
        if let Some(asked) = asked.filter(|asked| asked.text() == Some("interruptible") && !any) {
            findings
                .report(file.identity(), asked.origin, "no job says that a newer pipeline may end it")
                .key("on_new_commit")
                .mend(
                    "write concurrency = { group = 'PerRef, cancel = true } at the pipelines that may be ended",
                    "write interruptible: true at the jobs that may be ended",
                );
        }
    }
}

/// Where it is said of a job that a newer pipeline may end it: by its own words, by a concurrency group, by what it starts from.
fn ended(pipeline: &Pipeline, job: &Job) -> Option<Origin> {
    let own = job.gitlab.as_ref().and_then(|words| words.get("interruptible"));
    let group = job.concurrency.as_ref().or(pipeline.concurrency.as_ref());
    if own.is_none() && (may_be_ended(pipeline, job) || is_cancelling(pipeline.concurrency.as_ref())) {
        return group.filter(|group| is_cancelling(Some(group))).map(|group| group.origin);
    }
    job.on_gitlab.word("interruptible").filter(|word| word.flag() == Some(true)).map(|word| word.origin)
}

/// Whether a rule makes the job one that may be ended.
fn has_rule(words: &Tree) -> bool {
    let rules = words.get("rules").map_or(&[][..], Tree::items);
    rules.iter().any(|rule| rule.get("interruptible").and_then(Tree::flag) == Some(true))
}
