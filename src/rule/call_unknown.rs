//! `call-unknown`

use super::calls::reached;
use super::scope::near;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "call-unknown",
    summary: "a job calls a pipeline that cannot be called",
    why: "A called pipeline must exist and must have `on.call`; one that in the end calls itself never starts. In each case \
          the platform refuses the calling file and nothing of it runs.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.more.calls = "mroe" }"#), ("more", "{ on = { call = {} } }")]),
        Example::bad(&[("ci", r#"{ jobs.more.calls = "more" }"#), ("more", "{ on = { push = {} } }")]),
        Example::bad(&[("ci", r#"{ on = { call = {} }, jobs.again.calls = "ci" }"#)]),
        Example::good(&[("ci", r#"{ jobs.more.calls = "more" }"#), ("more", "{ on = { push = {}, call = {} } }")]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    for (pipeline, job) in scope.jobs() {
        let Some(call) = job.call() else { continue };
        let (name, identity) = (&call.pipeline, pipeline.job_identity(job));
        match project.pipeline(name) {
            // It may be in a file that could not be read.
            None if !project.unread.is_empty() => {}
            None => {
                let callable =
                    project.pipelines.iter().filter(|callee| callee.on.call.is_some()).map(|callee| callee.id.as_str());
                findings
                    .report(identity, name.origin, format!("no pipeline is named `{}`", name.value))
                    .suggest(near(name, callable));
            }
            Some(callee) if callee.on.call.is_none() => {
                findings
                    .report(identity, name.origin, format!("`{}` has no `on.call`", callee.id))
                    .related(callee.on_origin, "what starts it")
                    .help("add call = {} there");
            }
            Some(callee) if reached(project, callee).iter().any(|one| one.id == pipeline.id) => {
                findings.report(identity, name.origin, format!("`{}` is called from within itself", pipeline.id));
            }
            Some(_) => {}
        }
    }
}
