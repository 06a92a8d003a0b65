//! `trigger-invalid`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::trigger::{Event, Filter, Input, InputKind};
use crate::pipeline::{Part, Pipeline};

pub(super) static RULE: Rule = Rule {
    id: "trigger-invalid",
    summary: "a trigger says something the platform refuses or never does",
    why: "A filter that names what counts and what does not for the same thing makes the platform refuse the file. An activity \
          that does not exist never happens, and a default that the form cannot hold is refused when somebody opens it.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ on = { push = { branches = ["main"], branches_ignore = ["wip/*"] } } }"#)]),
        Example::bad(&[("ci", r#"{ on = { pull_request = { paths = ["src/**"], paths_ignore = ["docs/**"] } } }"#)]),
        Example::bad(&[("ci", r#"{ on = { pull_request.types = ["opened", "labelled"] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { pull_request.types = ["opened", "opened"] } }"#)]),
        Example::bad(&[("ci", r#"{ github.on.issue_comment.types = ["created", "created"] }"#)]),
        Example::bad(&[("ci", r#"{ on = { push = { tags = ["v*"], tags_ignore = ["v0.*"] } } }"#)]),
        Example::bad(&[("ci", r#"{ github.on.issue_comment.types = ["created", "editted"] }"#)]),
        Example::bad(&[("ci", r#"{ github.on.workflow_run.types = ["completed"] }"#)]),
        Example::bad(&[("ci", r#"{ github.on.workflow_dispatch.inputs.size = { type = "number", default = "huge" } }"#)]),
        Example::bad(&[("soak", r#"{ on = { manual.inputs.size = { type = 'Choice ["small", "large"], default = "huge" } } }"#)]),
        Example::bad(&[("soak", r#"{ on = { call.inputs.dry = { type = 'Flag, default = "no" } } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["main", "!wip/*"], pull_request = { types = ["opened", "labeled"], paths_ignore = ["docs/**"] } } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ github.on = { repository_dispatch.types = ["nightly"], issues.types = "typed", workflow_run.workflows = ["CI"] } }"#,
        )]),
        Example::good(&[(
            "soak",
            r#"{ on = { manual.inputs = { size = { type = 'Choice ["small", "large"], default = "small" }, hours = { type = 'Number, default = 24 } } } }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        let on = &pipeline.on;
        for (event, filter) in on.filters() {
            filters(pipeline, event, filter, findings);
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

fn filters(pipeline: &Pipeline, event: Event, filter: &At<Filter>, findings: &mut Findings) {
    for misfit in filter.misfits(event, filter.origin) {
        let mut said = findings.report(pipeline.identity(), misfit.origin, misfit.message).key(misfit.key).help(misfit.help);
        if let Some(related) = misfit.related {
            said = said.related(related, "the other is here");
        }
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
