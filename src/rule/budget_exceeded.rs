//! `budget-exceeded`

use std::collections::BTreeMap;

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::{Duration, Job, Pipeline, Project};

pub(super) static RULE: Rule = Rule {
    id: "budget-exceeded",
    summary: "a pipeline is expected to take longer than it promises",
    why: "A budget is the time after which people may expect an answer. The longest chain of jobs that wait for each other \
          decides it, by what each job is expected to take, never by timeouts: those are for the day something hangs. A job \
          expected to take longer than its own timeout cannot succeed on an ordinary day.",
    severity: Severity::Error,
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
    audit: Audit::Never,
    ..Rule::PORTABLE
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
    let mut calls = Calls { project: scope.project, open: Vec::new(), known: BTreeMap::new() };
    for pipeline in &scope.project.pipelines {
        let Some(budget) = pipeline.budget else { continue };
        let path = Paths::default().longest(pipeline, &mut calls);
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

/// What pipelines take that are called, each worked out once however often it is called.
struct Calls<'a> {
    project: &'a Project,
    /// The pipelines being walked, so that a circle of calls ends; `call-unknown` reports it.
    open: Vec<&'a str>,
    known: BTreeMap<&'a str, Duration>,
}

impl<'a> Calls<'a> {
    /// What a job is expected to take: what it says, else what the pipeline it calls comes to.
    fn expected(&mut self, job: &'a Job) -> Duration {
        let callee = job.call().and_then(|call| self.project.callee(call));
        match (job.expected, callee) {
            (Some(expected), _) => expected.value,
            (None, Some(callee)) if !self.open.contains(&callee.id.as_str()) => self.called(callee),
            _ => Duration::seconds(0),
        }
    }

    fn called(&mut self, pipeline: &'a Pipeline) -> Duration {
        if let Some(known) = self.known.get(pipeline.id.as_str()) {
            return *known;
        }
        let time = Paths::default().longest(pipeline, self).time;
        self.known.insert(&pipeline.id, time);
        time
    }
}

/// Longest paths of one pipeline, each worked out once.
#[derive(Default)]
struct Paths<'a> {
    to: BTreeMap<&'a str, Path<'a>>,
}

impl<'a> Paths<'a> {
    /// The longest path of the pipeline.
    fn longest(&mut self, pipeline: &'a Pipeline, calls: &mut Calls<'a>) -> Path<'a> {
        calls.open.push(&pipeline.id);
        let mut best = Path::NONE;
        for job in pipeline.jobs.values() {
            let path = self.up_to(pipeline, job, calls);
            if path.time > best.time {
                best = path;
            }
        }
        calls.open.pop();
        best
    }

    fn up_to(&mut self, pipeline: &'a Pipeline, job: &'a Job, calls: &mut Calls<'a>) -> Path<'a> {
        if let Some(known) = self.to.get(job.id.as_str()) {
            return known.clone();
        }
        // Stands for the job while its needs are walked: a circle of needs ends here, and `needs-graph` reports it.
        self.to.insert(&job.id, Path::NONE);
        let mut path = Path::NONE;
        for needed in job.needs.iter().filter_map(|need| pipeline.jobs.get(need.as_str())) {
            let before = self.up_to(pipeline, needed, calls);
            if before.time > path.time {
                path = before;
            }
        }
        path.time = path.time.plus(calls.expected(job));
        path.jobs.push(&job.id);
        self.to.insert(&job.id, path.clone());
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixture;

    /// Each pipeline calls the next one twice: walked anew for each call, the last would be walked 2^40 times.
    #[test]
    fn a_pipeline_called_from_many_places_is_worked_out_once() {
        let job = r#"{"timeout": "5m", "expected": "3m", "steps": [{"run": "true"}]}"#;
        let texts: Vec<(String, String)> = (0..=40)
            .map(|index| {
                let jobs = match index {
                    40 => format!(r#"{{"a": {job}}}"#),
                    _ => format!(r#"{{"a": {{"calls": "p{0:02}"}}, "b": {{"calls": "p{0:02}", "needs": ["a"]}}}}"#, index + 1),
                };
                (
                    format!("p{index:02}"),
                    format!(r#"{{"name": "P{index}", "on": {{"call": {{}}}}, "budget": "5m", "jobs": {jobs}}}"#),
                )
            })
            .collect();
        let texts: Vec<(&str, &str)> = texts.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
        let project = fixture::project("{}", &texts);
        let mut findings = Findings::new(RULE.id, RULE.summary, RULE.severity);
        check(&Scope::new(&crate::view::Index::new(&project), crate::view::Settings::new(None), None), &mut findings);
        assert_eq!(findings.list.len(), 40);
        assert_eq!(findings.list.last().map(|finding| finding.message.as_str()), Some("5m are promised, and a → b takes 6m"));
    }
}
