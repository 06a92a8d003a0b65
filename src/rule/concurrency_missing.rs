//! `concurrency-missing`

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "concurrency-missing",
    summary: "a pipeline does not say what happens when it is started again",
    why: "Five pushes in a row start five runs, and four of them test what nobody will merge. Whether a new run cancels the \
          one before is a decision: right for tests of a pull request, wrong for a deployment. What is written where nothing \
          is said makes runs of one branch wait for each other and cancels none.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{}")]),
        Example::good(&[("ci", "{ concurrency = { group = 'PerRef, cancel = true } }")]),
        Example::good(&[("ci", r#"{ jobs.test.github.concurrency = "deployment" }"#)]),
        Example::good(&[("shared", "{ on = { call = {} } }")]),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        let mut own = pipeline.jobs.values().filter(|job| job.call().is_none()).peekable();
        let each = own.peek().is_some() && own.all(|job| job.concurrency.is_some());
        if pipeline.concurrency.is_none() && !each && !pipeline.on.events().is_empty() {
            findings
                .report(pipeline.identity(), pipeline.on_origin, format!("`{}` starts a run for each of these", pipeline.id))
                .mend(
                    "write concurrency = { group = 'PerRef, cancel = true }, or cancel = false where a run must end",
                    "write concurrency: { group: \"${{ github.workflow }}-${{ github.ref }}\", cancel-in-progress: true }, or false where a run must end",
                );
        }
    }
}
