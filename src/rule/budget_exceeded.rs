//! `budget-exceeded`

use std::collections::BTreeMap;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::{Duration, Job, Pipeline, Project};

pub(super) static RULE: Rule = Rule {
    id: "budget-exceeded",
    summary: "a pipeline is expected to take longer than it promises",
    why: "A budget is the time after which people may expect an answer. The longest chain of jobs that wait for each other \
          decides it, by what each job is expected to take, never by timeouts: those are for the day something hangs. A job \
          expected to take longer than its own timeout cannot succeed on an ordinary day.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{
              budget = "5m",
              jobs.test.expected = "3m",
              jobs.image = { needs = ["test"], timeout = "10m", expected = "4m", permissions = {}, steps = [{ name = "Build", run = "make" }] },
            }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test = { timeout = "10m", expected = "12m" } }"#)]),
        Example::bad(&[
            ("ci", r#"{ budget = "5m", jobs.test.expected = "3m", jobs.more = { calls = "more", needs = ["test"] } }"#),
            ("more", r#"{ on = { call = {} }, jobs.test.expected = "4m" }"#),
        ]),
        Example::good(&[(
            "ci",
            r#"{
              budget = "5m",
              jobs.test.expected = "3m",
              jobs.lint = { timeout = "10m", expected = "4m", permissions = {}, steps = [{ name = "Lint", run = "make lint" }] },
            }"#,
        )]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        if let (Some(expected), Some(timeout)) = (job.expected, job.timeout)
            && expected.value > timeout.value
        {
            findings
                .report(
                    pipeline.job_identity(job),
                    expected.origin,
                    format!("expected to take {}, and its timeout is {}", expected.value, timeout.value),
                )
                .related(timeout.origin, "it is stopped after this")
                .key("timeout");
        }
    }
    for pipeline in &scope.project.pipelines {
        let Some(budget) = pipeline.budget else { continue };
        let path = Paths::default().longest(scope.project, pipeline, &mut Vec::new());
        if path.time > budget.value {
            let said = findings.report(
                pipeline.identity(),
                budget.origin,
                format!("{} are promised, and {} takes {}", budget.value, path.jobs.join(" → "), path.time),
            );
            said.key("budget").help("make a job of that chain faster, or let jobs run beside each other");
        }
    }
}

/// A chain of jobs, each waiting for the one before, and how long it takes together.
#[derive(Clone, Debug)]
struct Path<'a> {
    time: Duration,
    jobs: Vec<&'a str>,
}

impl Path<'_> {
    const NONE: Self = Path { time: Duration::seconds(0), jobs: Vec::new() };
}

/// Longest paths of one pipeline, each worked out once.
#[derive(Default)]
struct Paths<'a> {
    to: BTreeMap<&'a str, Path<'a>>,
}

impl<'a> Paths<'a> {
    /// The longest path of the pipeline; `open` are the pipelines being walked, so that a circle of calls ends.
    fn longest(&mut self, project: &'a Project, pipeline: &'a Pipeline, open: &mut Vec<&'a str>) -> Path<'a> {
        open.push(&pipeline.id);
        let mut best = Path::NONE;
        for job in pipeline.jobs.values() {
            let path = self.up_to(project, pipeline, job, open);
            if path.time > best.time {
                best = path;
            }
        }
        open.pop();
        best
    }

    fn up_to(&mut self, project: &'a Project, pipeline: &'a Pipeline, job: &'a Job, open: &mut Vec<&'a str>) -> Path<'a> {
        if let Some(known) = self.to.get(job.id.as_str()) {
            return known.clone();
        }
        // Stands for the job while its needs are walked: a circle of needs ends here, and `needs-graph` reports it.
        self.to.insert(&job.id, Path::NONE);
        let mut path = Path::NONE;
        for needed in job.needs.iter().filter_map(|need| pipeline.jobs.get(need.as_str())) {
            let before = self.up_to(project, pipeline, needed, open);
            if before.time > path.time {
                path = before;
            }
        }
        path.time = path.time.plus(expected(project, job, open));
        path.jobs.push(&job.id);
        self.to.insert(&job.id, path.clone());
        path
    }
}

/// What a job is expected to take: what it says, else what the pipeline it calls comes to.
fn expected<'a>(project: &'a Project, job: &'a Job, open: &mut Vec<&'a str>) -> Duration {
    let callee = job.call().and_then(|call| project.pipeline(&call.pipeline));
    match (job.expected, callee) {
        (Some(expected), _) => expected.value,
        (None, Some(callee)) if !open.contains(&callee.id.as_str()) => Paths::default().longest(project, callee, open).time,
        _ => Duration::seconds(0),
    }
}
