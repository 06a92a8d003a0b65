//! `weak-gate`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::trigger::Event;
use crate::pipeline::{Condition, Pipeline};
use crate::view::spoken::{Spoken, named};
use crate::view::untrusted::{AUTHORS, is_within};

pub(super) static RULE: Rule = Rule {
    id: "weak-gate",
    summary: "what lets an outsider's change through can be had without a review",
    why: "A label says that somebody has looked at a change, and stays when the author pushes another one: a run that starts on \
          `synchronize` as well then builds what nobody saw. A comment is written by anybody: a command in it must be from \
          somebody who may give commands.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target.types = ["labeled", "synchronize"], jobs.test.when = 'Label "safe-to-test" }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.when = 'Raw { github = "contains(github.event.pull_request.labels.*.name, 'safe')" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.issue_comment.types = ["created"], jobs.test.when = 'Raw { github = "startsWith(github.event.comment.body, '/deploy')" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ parallel = [{ run = "make", when = 'Label "safe-to-test" }, { run = "make b" }] }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target.types = ["labeled"], jobs.test.when = 'Label "safe-to-test" }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.issue_comment = {}, jobs.test.when = 'Raw { github = "startsWith(github.event.comment.body, '/deploy') && github.event.comment.author_association == 'OWNER'" } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request.types = ["labeled", "synchronize"] }, jobs.test.when = 'Label "full" }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        if let Some(target) = pipeline.on.filter(Event::PullRequestTarget)
            && let Some(kind) = moved(&target.types.iter().map(|one| one.value.as_str()).collect::<Vec<_>>())
        {
            for (identity, origin) in labelled(scope, pipeline) {
                findings
                    .report(
                        identity,
                        origin,
                        format!("the label is still there when the change is another one: `{kind}` starts a run"),
                    )
                    .key("label")
                    .related(target.origin, "what starts the run")
                    .help("start on labeled alone, and take the label away after the run");
            }
        }
        if pipeline.on.origin(Event::IssueComment).is_some() {
            for said in scope.spoken().iter().filter(|said| said.condition && said.spot.pipeline.id == pipeline.id) {
                let names = names(said);
                let asks = |contexts: &[&str]| names.iter().any(|name| is_within(name, contexts));
                if asks(&["github.event.comment.body"]) && !asks(AUTHORS) {
                    said.report(findings, "comment", "whoever may comment may give this command".to_owned())
                        .help("ask for github.event.comment.author_association as well");
                }
            }
        }
    }
}

/// What starts a run after the label was given, by an author who pushed again; nothing said is `opened`, `synchronize`, `reopened`.
fn moved<'t>(types: &[&'t str]) -> Option<&'t str> {
    if types.is_empty() {
        return Some("synchronize");
    }
    types.iter().copied().find(|kind| matches!(*kind, "synchronize" | "edited" | "reopened" | "ready_for_review"))
}

/// The conditions that ask for a label.
fn labelled(scope: &Scope<'_>, pipeline: &Pipeline) -> Vec<(Identity, Origin)> {
    let mut found = Vec::new();
    for job in pipeline.jobs.values() {
        let jobs = job.when.iter().map(|when| (pipeline.job_identity(job), when));
        let steps = job.all_steps().flat_map(|step| step.when.iter().map(|when| (pipeline.step_identity(job, step), when)));
        for (identity, when) in jobs.chain(steps) {
            // Not to have a label is no gate.
            let plain = !when.walk().iter().any(|condition| matches!(condition, Condition::Not(_)));
            if plain && when.walk().iter().any(|condition| matches!(condition, Condition::Label(_))) {
                found.push((identity, when.origin));
            }
        }
    }
    for said in scope.spoken().iter().filter(|said| said.condition && said.spot.pipeline.id == pipeline.id) {
        let asks =
            names(said).iter().any(|name| is_within(name, &["github.event.pull_request.labels", "github.event.label.name"]));
        if asks && !said.words.text().contains('!') {
            found.push((said.spot.identity(), said.origin));
        }
    }
    found
}

fn names(said: &Spoken<'_>) -> Vec<String> {
    said.expressions.iter().flat_map(|expression| expression.contexts()).filter_map(|(context, _)| named(context)).collect()
}
