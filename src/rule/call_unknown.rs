//! `call-unknown`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::job::Callee;
use crate::source::nearest;
use crate::view::calls::reached;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "call-unknown",
    summary: "a job calls a pipeline that cannot be called",
    why: "A called pipeline must exist and must have `on.call`; one that in the end calls itself never starts. In each case \
          the platform refuses the calling file and nothing of it runs.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.more.calls = "mroe" }"#), ("more", "{ on = { call = {} } }")]),
        Example::bad(&[("ci", r#"{ jobs.more.calls = "more" }"#), ("more", "{ on = { push = {} } }")]),
        Example::bad(&[("ci", r#"{ on = { call = {} }, jobs.again.calls = "ci" }"#)]),
        Example::bad(&[
            ("ci", r#"{ jobs.more.github.uses = "$/.github/workflows/mroe.yml" }"#),
            ("more", "{ on = { call = {} } }"),
        ]),
        Example::good(&[("ci", r#"{ jobs.more.github.uses = "$/.github/workflows/by-hand.yml" }"#)]),
        Example::good(&[("ci", r#"{ jobs.more.calls = "more" }"#), ("more", "{ on = { push = {}, call = {} } }")]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    for (pipeline, job) in scope.jobs() {
        let Some(call) = job.call() else { continue };
        let (name, identity) = (&call.callee, pipeline.job_identity(job));
        match project.callee(call) {
            // It may be in a file that could not be read. What YAML calls and is not there, is looked for on the disk.
            None if !project.unread.is_empty() || !project.declares => {}
            None => {
                let callable = project.pipelines.iter().filter(|callee| callee.on.call.is_some());
                let (id, handwritten) = match &name.value {
                    Callee::Pipeline(id) => (id.as_str(), false),
                    Callee::File(file) => (file.strip_suffix(".yml").unwrap_or(file), true),
                    Callee::Foreign(..) => continue,
                };
                // A workflow that somebody wrote by hand is not seen here, unless it is named almost like one that is.
                let callable: Vec<&str> = callable.map(|callee| callee.id.as_str()).collect();
                if handwritten && nearest(id, &callable).is_none() {
                    continue;
                }
                findings.report(identity, name.origin, format!("no pipeline is named `{id}`")).help(known(id, &callable));
            }
            Some(callee) if callee.on.call.is_none() => {
                findings
                    .report(identity, name.origin, format!("`{}` does not let others call it", callee.id))
                    .related(callee.on_origin, "what starts it")
                    .mend("add call = {} there", "add `workflow_call:` under `on` there");
            }
            Some(callee) if reached(project, callee).iter().any(|one| one.id == pipeline.id) => {
                findings.report(identity, name.origin, format!("`{}` is called from within itself", pipeline.id));
            }
            Some(_) => {}
        }
    }
}

/// How many pipelines are named to somebody who has named none.
const TOLD: usize = 12;

/// What can be called instead.
fn known(id: &str, callable: &[&str]) -> String {
    near(id, callable.iter().copied()).unwrap_or_else(|| match callable.first() {
        None => "no pipeline can be called: add call = {} to the `on` of the one that is meant".to_owned(),
        Some(_) => format!("known here: {} and {} more", callable[..TOLD].join(", "), callable.len() - TOLD),
    })
}

#[cfg(test)]
mod tests {
    use super::known;

    #[test]
    fn what_can_be_called_is_named() {
        assert_eq!(known("nope", &[]), "no pipeline can be called: add call = {} to the `on` of the one that is meant");
        assert_eq!(known("nope", &["deploy", "scan"]), "known here: deploy, scan");
        assert_eq!(known("depoy", &["deploy", "scan"]), "did you mean `deploy`?");
        let many: Vec<String> = (10..24).map(|number| format!("p{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(known("nope", &many), "known here: p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p20, p21 and 2 more");
    }
}
