//! `dangerous-trigger`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::pipeline::trigger::Event;
use crate::pipeline::{Job, Pipeline, Step};
use crate::view::actions::is;

pub(super) static RULE: Rule = Rule {
    id: "dangerous-trigger",
    summary: "outsiders start a run that has the repository's own rights",
    why: "`pull_request_target`, `workflow_run` and `issue_comment` run with the secrets and the token of the repository, for a \
          change that anybody may propose or a text that anybody may write. One line that runs what came from there, in any step, gives all of it away. Nearly always \
          `pull_request` does; where it does not, an exception says why.",
    severity: Severity::Warning,
    settings: r#"events
  | Array String
  | doc "The events that are not to be used, by the forge's name for them."
  | default
  = ["issue_comment", "pull_request_target", "workflow_run"],"#,
    loosens: &[("events", Loosens::NoItem)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ on = {}, github.on.pull_request_target = {} }")]),
        Example::bad(&[("ci", r#"{ on = {}, github.on.workflow_run = { workflows = ["ci"], types = ["completed"] } }"#)]),
        Example::bad(&[("ci", "{ on = {}, github.on.issue_comment = {} }")]),
        Example::bad(&[("ci", "{ on = {}, github.on.fork = {} }")])
            .policy(r#"{ rules.dangerous-trigger.settings.events = ["fork"] }"#),
        Example::good(&[("ci", "{ on = { pull_request = {} }, github.on.issues = {} }")]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ uses = "actions/labeler" }] }"#,
        )]),
        Example::good(&[("ci", "{ on = {}, github.on.pull_request_target = {} }")])
            .policy(r#"{ rules.dangerous-trigger.settings.events = ["workflow_run"] }"#),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let events: Vec<Event> = scope.settings.texts("events").into_iter().filter_map(Event::named).collect();
    for pipeline in scope.project.pipelines.iter().filter(|pipeline| !only_labels(pipeline)) {
        for event in &events {
            if let Some(origin) = pipeline.on.origin(*event) {
                findings
                    .report(pipeline.identity(), origin, format!("`{}` starts `{}`", event.name(), pipeline.id))
                    .key(event.name())
                    .decided(scope.settings, "events")
                    .help("use pull_request, and do what needs more rights in a pipeline that people start");
            }
        }
    }
}

/// Whether it does nothing but have GitHub's own action set labels, which fetches no sources: what the event is there for.
fn only_labels(pipeline: &Pipeline) -> bool {
    let mut steps = pipeline.jobs.values().flat_map(Job::all_steps).peekable();
    let is_labeler = |step: &Step| matches!(&step.kind.value, Kind::Uses(uses) if is(uses, "actions/labeler"));
    steps.peek().is_some() && steps.all(is_labeler) && pipeline.jobs.values().all(|job| job.call().is_none())
}
