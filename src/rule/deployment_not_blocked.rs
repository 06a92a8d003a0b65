//! `deployment-not-blocked`

use std::collections::BTreeSet;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Impact;
use crate::pipeline::{Job, Pipeline, Project};

pub(super) static RULE: Rule = Rule {
    id: "deployment-not-blocked",
    summary: "a job whose failure is to stop deployments stops none",
    why: "Order comes from `needs` alone: a job that deploys and does not wait for the check deploys before the check has ended, \
          and whatever becomes of it. What has to be deployed for the check to run comes before it, and is no such job.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ jobs.test.impact = 'BlockDeployment }")]),
        Example::bad(&[(
            "ci",
            r#"{
              jobs.test.impact = 'BlockDeployment,
              jobs.deploy = { timeout = "5m", environment.name = "production", steps = [{ run = "make deploy" }] },
            }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{
              jobs.test.impact = 'BlockDeployment,
              jobs.a = { needs = ["test"], timeout = "5m", environment.name = "production", steps = [{ run = "make deploy" }] },
              jobs.b = { timeout = "5m", environment.name = "mirror", steps = [{ run = "make deploy" }] },
            }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{
              jobs.test.impact = 'BlockDeployment,
              jobs.mail = {
                needs = ["test"],
                timeout = "5m",
                environment = { name = "mail", deployment = false },
                steps = [{ run = "make mail" }],
              },
            }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{
              jobs.test = { needs = ["staging"], impact = 'BlockDeployment },
              jobs.staging = { timeout = "5m", environment.name = "staging", steps = [{ run = "make deploy" }] },
              jobs.report = { needs = ["test"], timeout = "5m", steps = [{ run = "make report" }] },
              jobs.production = { needs = ["report"], timeout = "5m", environment.name = "production", steps = [{ run = "make deploy" }] },
            }"#,
        )]),
        Example::good(&[
            ("ci", "{ jobs = { test.impact = 'BlockDeployment, deploy = { needs = [\"test\"], calls = \"deploy\" } } }"),
            ("deploy", "{ on = { call = {} }, jobs.test.environment.name = \"production\" }"),
        ]),
    ],
    ..Rule::PORTABLE
};

/// How far calls are followed: what calls deeper is refused by the platforms.
const DEEPEST: usize = 10;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        for job in pipeline.jobs.values() {
            if let Some(impact) = job.impact.as_ref().filter(|impact| impact.value == Impact::BlockDeployment) {
                judge(scope.project, pipeline, job, impact.origin, findings);
            }
        }
    }
}

fn judge(project: &Project, pipeline: &Pipeline, job: &Job, origin: crate::origin::Origin, findings: &mut Findings) {
    let before = before(pipeline, job);
    let deploys = |other: &&Job| other.id != job.id && !before.contains(other.id.as_str()) && deploys(project, other, 0);
    let deploying: Vec<&Job> = pipeline.jobs.values().filter(deploys).collect();
    let identity = pipeline.job_identity(job);
    let help = format!("write `{}` among the `needs` of what deploys, or remove the impact", job.id);
    if deploying.is_empty() {
        findings.report(identity, origin, "no job that deploys comes after it").key("none").help(help);
        return;
    }
    for other in deploying.into_iter().filter(|other| !self::before(pipeline, other).contains(job.id.as_str())) {
        findings
            .report(identity.clone(), origin, format!("`{}` deploys, and does not wait for it", other.id))
            .key(other.id.clone())
            .related(other.key, "it deploys")
            .help(help.clone());
    }
}

/// The jobs that come before another, however far.
fn before<'a>(pipeline: &'a Pipeline, job: &'a Job) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Job> = vec![job];
    while let Some(job) = open.pop() {
        let needed = job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value));
        open.extend(needed.filter(|needed| found.insert(needed.id.as_str())));
    }
    found
}

/// Whether a job deploys, or calls a pipeline with a job that does.
fn deploys(project: &Project, job: &Job, depth: usize) -> bool {
    if job.environment.as_ref().is_some_and(|environment| environment.is_deployed_to()) {
        return true;
    }
    let callee = job.call().and_then(|call| project.callee(call)).filter(|_| depth < DEEPEST);
    callee.is_some_and(|pipeline| pipeline.jobs.values().any(|job| deploys(project, job, depth + 1)))
}
