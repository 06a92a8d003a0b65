//! `workflow-unnamed`

use super::{Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "workflow-unnamed",
    summary: "a pipeline or a job has no name that people can read",
    why: "The name is what stands in the list of checks, in mails and in the rules of a protected branch. Without one the \
          platform shows a path.",
    severity: Severity::Error,
    settings: "",
    refused: &[
        Refused { kind: FaultKind::Missing, path: "name" },
        Refused { kind: FaultKind::Contract, path: "name" },
        Refused { kind: FaultKind::Contract, path: "jobs/*/name" },
    ],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ name = "  " }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.name = "" }"#)]),
        Example::good(&[("ci", r#"{ name = "PR validation", jobs.test.name = "Unit tests" }"#)]),
        Example::good(&[("ci", "{}")]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        if pipeline.name.trim().is_empty() {
            findings.report(pipeline.identity(), pipeline.name.origin, "the name is empty");
        }
    }
    for (pipeline, job) in scope.jobs() {
        if let Some(name) = &job.name
            && name.trim().is_empty()
        {
            findings
                .report(pipeline.job_identity(job), name.origin, "the name is empty")
                .help(format!("without a name it is called `{}`", job.id));
        }
    }
}
