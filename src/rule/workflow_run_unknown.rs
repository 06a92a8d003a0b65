//! `workflow-run-unknown`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::trigger::Event;
use crate::source::nearest;

pub(super) static RULE: Rule = Rule {
    id: "workflow-run-unknown",
    summary: "what a pipeline waits for is not named like any pipeline",
    why: "`workflow_run` knows another workflow by the name that people read. A name that is nobody's is not refused: the \
          pipeline just never starts. It may be the name of a workflow that is written by hand, so only what looks like a \
          pipeline of the project is said.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[
            ("report", r#"{ on = {}, github.on.workflow_run.workflows = ["PR validaton"] }"#),
            ("pr-validation", r#"{ name = "PR validation" }"#),
        ]),
        Example::bad(&[
            ("report", r#"{ on = {}, github.on.workflow_run.workflows = ["pr-validation.yml"] }"#),
            ("pr-validation", r#"{ name = "PR validation" }"#),
        ]),
        Example::good(&[
            ("report", r#"{ on = {}, github.on.workflow_run.workflows = ["PR validation", "Legacy release"] }"#),
            ("pr-validation", r#"{ name = "PR validation" }"#),
        ]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let pipelines = &scope.project.pipelines;
    let names: Vec<&str> = pipelines.iter().map(|pipeline| pipeline.name.as_str()).collect();
    for pipeline in pipelines {
        let Some(filter) = pipeline.on.filter(Event::WorkflowRun) else { continue };
        for workflow in filter.workflows.iter().filter(|workflow| !names.contains(&workflow.as_str())) {
            let file = workflow.rsplit('/').next().unwrap_or_default();
            let id = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml")).unwrap_or(file);
            let meant = pipelines.iter().find(|pipeline| pipeline.id == id).map(|pipeline| pipeline.name.as_str());
            let Some(meant) = meant.or_else(|| nearest(workflow, &names)) else { continue };
            findings
                .report(pipeline.identity(), workflow.origin, format!("no pipeline has the name `{}`", workflow.value))
                .key(workflow.value.clone())
                .help(format!("did you mean `{meant}`?"));
        }
    }
}
