//! `trigger-invalid`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::Pipeline;
use crate::pipeline::trigger::{Event, Filter};

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
        Example::bad(&[(
            "ci",
            r#"{ github.on.repository_dispatch.types = ["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ github.on.repository_dispatch.types = ["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"] }"#,
        )]),
        Example::bad(&[("ci", r#"{ github.on.workflow_run.types = ["completed"] }"#)]),
        Example::bad(&[("ci", r#"{ github.on.workflow_dispatch.inputs.size = { type = "number", default = "huge" } }"#)]),
        Example::bad(&[("soak", r#"{ on = { manual.inputs.size = { type = 'Choice ["small", "large"], default = "huge" } } }"#)]),
        Example::bad(&[("soak", r#"{ on = { call.inputs.dry = { type = 'Flag, default = "no" } } }"#)]),
        Example::bad(&[("soak", r#"{ on = { manual.inputs.size = { type = 'Choice ["1", "2"], default = 3 } } }"#)]),
        Example::bad(&[("soak", r#"{ on = { manual.inputs.branch.default = 'Branch } }"#)]),
        Example::good(&[("soak", r#"{ on = { call.inputs.branch.default = 'Branch } }"#)]),
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
        // A form is shown before anything is worked out; what a call is given is worked out then.
        let asked = on.manual.iter().flat_map(|manual| &manual.inputs).map(|input| (input, true));
        let called = on.call.iter().flat_map(|call| &call.inputs).map(|input| (input, false));
        for ((name, input), form) in asked.chain(called) {
            let Some(default) = &input.default else { continue };
            let unwritten = (form && default.print().is_none()).then_some("one value, written out");
            if let Some(kind) = unwritten.or_else(|| input.kind.misfit(default)) {
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
        let yaml = misfit.help.replace(" = ", ": ");
        let mut said =
            findings.report(pipeline.identity(), misfit.origin, misfit.message).key(misfit.key).mend(misfit.help, yaml);
        if let Some(related) = misfit.related {
            said = said.related(related, "the other is here");
        }
    }
}
