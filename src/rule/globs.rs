//! `globs`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::At;
use crate::pipeline::condition::branch_start;
use crate::pipeline::glob::{Glob, Subject, never_a_name};
use crate::pipeline::trigger::{Event, Filter};
use crate::pipeline::{Condition, Pipeline};

pub(super) static RULE: Rule = Rule {
    id: "globs",
    summary: "a pattern that the forge cannot match",
    why: "A filter that can never match makes a pipeline that never starts, and a condition that can never hold a job that looks \
          guarded and never runs. GitHub's filters look at short names and at paths from the root; its conditions know whole \
          names and beginnings of names alone.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Branch ["release/*/hotfix"] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Changed ["./src/**"] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.warn_if = 'Branch ["release/*/hotfix"] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ parallel = [{ run = "make", when = 'Branch ["release/*/hotfix"] }, { run = "make b" }] }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ on = { push.branches = ["release/v[0-9"] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { push.branches = ["refs/heads/main"] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { push.tags = ["v[9-0].*"] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { pull_request.paths = ["./src/**"] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { pull_request.paths_ignore = ["docs/"] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { push.branches = ["!wip/**"] } }"#)]),
        Example::bad(&[("ci", r#"{ github.on.workflow_run = { workflows = ["CI"], branches = ["main "] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { push.branches = ["release/1..2"] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { push.tags = ["*.lock"] } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Branch ["main@{1}"] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Branch ["main", "release/**", "hotfix/*"] }"#)]),
        Example::good(&[("ci", r#"{ on = { push = { branches = ["a.b", "a..?b"], paths = ["a..b", "Cargo.lock"] } } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ on = { push = { branches = ["**", "!wip/**"], tags = ["v[12].[0-9]+.[0-9]+"], paths = ["**.js", "docs/my file.md"] } } }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        for (event, filter) in pipeline.on.filters() {
            lists(pipeline, event, filter, findings);
        }
    }
    for (pipeline, job) in scope.jobs() {
        for (_, when) in job.conditions() {
            conditions(&pipeline.job_identity(job), when, findings);
        }
    }
    for (pipeline, job, step) in scope.steps() {
        for (_, when) in step.conditions() {
            conditions(&pipeline.step_identity(job, step), when, findings);
        }
    }
}

fn conditions(identity: &Identity, when: &Condition, findings: &mut Findings) {
    for condition in when.walk() {
        if let Condition::Changed(files) = condition {
            for file in files {
                let Err(wrong) = Glob::parse(file, Subject::Path) else { continue };
                findings
                    .report(identity.clone(), file.origin, format!("`{}`: {wrong}", file.value.escape_debug()))
                    .key(file.value.clone())
                    .help(help(Subject::Path));
            }
        }
        let Condition::Branch(branches) = condition else { continue };
        for branch in branches.iter().filter(|branch| branch_start(branch).is_none()) {
            findings
                .report(identity.clone(), branch.origin, format!("no condition can match the branch `{}`", branch.value))
                .key(branch.value.clone())
                .help("GitHub's conditions know whole names and beginnings: write \"main\" or \"release/**\"");
        }
        for branch in branches {
            if let Some(wrong) = branch_start(branch).and_then(|(name, more)| never_a_name(name, more)) {
                findings.report(identity.clone(), branch.origin, wrong).key(branch.value.clone());
            }
        }
    }
}

fn lists(pipeline: &Pipeline, event: Event, filter: &Filter, findings: &mut Findings) {
    for (name, list) in filter.lists() {
        let subject = match name {
            "branches" | "branches-ignore" | "tags" | "tags-ignore" => Subject::Name,
            "paths" | "paths-ignore" => Subject::Path,
            "names" | "versions" => Subject::Other,
            // Activities and names of workflows are no patterns.
            _ => continue,
        };
        let mut say = |text: &At<String>, message: String, help: &str| {
            findings
                .report(pipeline.identity(), text.origin, message)
                .key(format!("{}/{name}/{}", event.name(), text.value))
                .help(help);
        };
        let mut read = Vec::new();
        for text in list {
            match Glob::parse(text, subject) {
                Ok(glob) => read.push(glob),
                Err(wrong) => say(text, format!("`{}`: {wrong}", text.value.escape_debug()), help(subject)),
            }
        }
        if let Some(first) = list.first()
            && read.len() == list.len()
            && read.iter().all(|glob| glob.negated)
        {
            say(first, "every pattern takes away, and none lets in".to_owned(), "let everything in first: [\"**\", \"!wip/**\"]");
        }
    }
}

const fn help(subject: Subject) -> &'static str {
    match subject {
        Subject::Name => "write a name or a pattern over names: \"main\", \"release/**\", \"v[0-9]+.*\"",
        Subject::Path => "write a path or a pattern over paths: \"src/**\", \"**.md\"",
        Subject::Other => "write a text or a pattern: \"tools-*\", \"1.*\"",
    }
}
