//! `trigger-invalid`

use super::scope::near;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::trigger::{Filter, Input, InputKind};
use crate::pipeline::{Part, Pipeline};

/// The activities of each event, as of 2026-11.
const PULL_REQUEST: &[&str] = &[
    "assigned",
    "auto_merge_disabled",
    "auto_merge_enabled",
    "closed",
    "converted_to_draft",
    "demilestoned",
    "dequeued",
    "edited",
    "enqueued",
    "labeled",
    "locked",
    "milestoned",
    "opened",
    "ready_for_review",
    "reopened",
    "review_request_removed",
    "review_requested",
    "synchronize",
    "unassigned",
    "unlabeled",
    "unlocked",
];
const RELEASE: &[&str] = &["created", "deleted", "edited", "prereleased", "published", "released", "unpublished"];
const MERGE_GROUP: &[&str] = &["checks_requested", "destroyed"];

pub(super) static RULE: Rule = Rule {
    id: "trigger-invalid",
    summary: "a trigger says something the platform refuses or never does",
    why: "A filter that names what counts and what does not for the same thing makes the platform refuse the file. An activity \
          that does not exist never happens, and a default that the form cannot hold is refused when somebody opens it.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ on = { push = { branches = ["main"], branches_ignore = ["wip/*"] } } }"#)]),
        Example::bad(&[("ci", r#"{ on = { pull_request = { paths = ["src/**"], paths_ignore = ["docs/**"] } } }"#)]),
        Example::bad(&[("ci", r#"{ on = { pull_request.types = ["opened", "labelled"] } }"#)]),
        Example::bad(&[("soak", r#"{ on = { manual.inputs.size = { type = 'Choice ["small", "large"], default = "huge" } } }"#)]),
        Example::bad(&[("soak", r#"{ on = { call.inputs.dry = { type = 'Flag, default = "no" } } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["main", "!wip/*"], pull_request = { types = ["opened", "labeled"], paths_ignore = ["docs/**"] } } }"#,
        )]),
        Example::good(&[(
            "soak",
            r#"{ on = { manual.inputs = { size = { type = 'Choice ["small", "large"], default = "small" }, hours = { type = 'Number, default = 24 } } } }"#,
        )]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        let on = &pipeline.on;
        for (name, filter, activities) in [
            ("pull_request", &on.pull_request, PULL_REQUEST),
            ("push", &on.push, &[]),
            ("release", &on.release, RELEASE),
            ("merge_group", &on.merge_group, MERGE_GROUP),
        ] {
            if let Some(filter) = filter {
                filters(pipeline, name, filter, activities, findings);
            }
        }
        let asked = on.manual.iter().flat_map(|manual| &manual.inputs);
        for (name, input) in asked.chain(on.call.iter().flat_map(|call| &call.inputs)) {
            if let Some(default) = &input.default
                && let Some(kind) = misfit(input)
            {
                findings
                    .report(pipeline.identity(), default.origin, format!("the default of `{name}` is to be {kind}"))
                    .key(format!("inputs/{name}"))
                    .related(input.kind.origin, "declared here");
            }
        }
    }
}

fn filters(pipeline: &Pipeline, event: &str, filter: &At<Filter>, activities: &[&str], findings: &mut Findings) {
    for (name, only, never) in
        [("branches", &filter.branches, &filter.branches_ignore), ("paths", &filter.paths, &filter.paths_ignore)]
    {
        if let (Some(first), Some(ignored)) = (only.first(), never.first()) {
            findings
                .report(pipeline.identity(), ignored.origin, format!("`{event}` has both `{name}` and `{name}_ignore`"))
                .key(format!("{event}/{name}"))
                .related(first.origin, "what counts is said here")
                .help(format!("write one list, what does not count with a `!` before it: {name} = [\"**\", \"!docs/**\"]"));
        }
    }
    for activity in filter.types.iter().filter(|activity| !activities.contains(&activity.as_str())) {
        findings
            .report(pipeline.identity(), activity.origin, format!("`{event}` has no activity `{}`", activity.value))
            .key(format!("{event}/{}", activity.value))
            .suggest(near(activity, activities.iter().copied()));
    }
}

/// What a default should have been, if it cannot be that.
fn misfit(input: &Input) -> Option<&'static str> {
    let part = match input.default.as_ref()?.parts.as_slice() {
        [part] => &part.value,
        _ => return Some("one value, written out"),
    };
    match (&input.kind.value, part) {
        (_, Part::Reference(_)) => Some("one value, written out"),
        (InputKind::Number, Part::Text(_) | Part::Flag(_)) => Some("a number"),
        (InputKind::Flag, Part::Text(_) | Part::Number(_)) => Some("true or false"),
        (InputKind::Choice(options), Part::Text(text)) if options.iter().all(|option| option.value != *text) => {
            Some("one of the choices")
        }
        (InputKind::Choice(_), Part::Number(_) | Part::Flag(_)) => Some("one of the choices"),
        _ => None,
    }
}
