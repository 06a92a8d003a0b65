//! `needs-graph`

use indexmap::IndexMap;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::{Job, Project, Reference};
use crate::view::scope::{Mention, near};

pub(super) static RULE: Rule = Rule {
    id: "needs-graph",
    summary: "a job waits for another or reads of it what cannot be had",
    why: "A job that needs one that does not exist, or that in the end needs itself, makes the platform refuse the file. A \
          job sees the outputs and the result of the jobs it names in its own `needs` and of no others: from any other it \
          gets an empty text, silently.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.needs = ["lnit"] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.needs = ["test"] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.github.needs = ["b", "b"], jobs.b = { timeout = "5m", permissions = {}, steps = [{ run = "make" }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.needs = ["b"], jobs.b = { needs = ["test"], timeout = "5m", permissions = {}, steps = [{ run = "make" }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{
              jobs.test.outputs.tag = 'Commit,
              jobs.b = { timeout = "5m", permissions = {}, steps = [{ run = "make", env.TAG = 'Output "test.tag" }] },
            }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{
              jobs.test.outputs.tag = 'Commit,
              jobs.b = { needs = ["test"], timeout = "5m", permissions = {}, steps = [{ run = "make", env.TAG = 'Output "test.tga" }] },
            }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.b = { when = 'Result { job = "test", is = 'Failure }, timeout = "5m", permissions = {}, steps = [{ run = "make" }] } }"#,
        )]),
        Example::bad(&[
            ("ci", r#"{ jobs = { c.calls = "c", test = { needs = ["c"], env.TAG = 'Output "c.tag" } } }"#),
            ("c", "{ on = { call = {} } }"),
        ]),
        Example::good(&[(
            "ci",
            r#"{
              jobs.test.outputs.tag = 'Commit,
              jobs.b = { needs = ["test"], timeout = "5m", permissions = {}, steps = [{ run = "make", env.TAG = 'Output "test.tag" }] },
            }"#,
        )]),
        Example::good(&[
            ("ci", r#"{ jobs = { c.calls = "c", test = { needs = ["c"], env.TAG = 'Output "c.tag" } } }"#),
            ("c", r#"{ on = { call.outputs.tag = 'Output "test.tag" }, jobs.test.outputs.tag = 'Commit }"#),
        ]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        for job in pipeline.jobs.values() {
            let known = || pipeline.jobs.keys().map(String::as_str).filter(|id| *id != job.id);
            for need in job.needs.iter().filter(|need| !pipeline.jobs.contains_key(&need.value)) {
                findings
                    .report(pipeline.job_identity(job), need.origin, format!("no job of this pipeline is named `{}`", need.value))
                    .key(need.value.clone())
                    .suggest(near(need, known()));
            }
        }
        for job in pipeline.jobs.values() {
            for (index, need) in job.needs.iter().enumerate() {
                if let Some(first) = job.needs[..index].iter().find(|earlier| earlier.value == need.value) {
                    findings
                        .report(pipeline.job_identity(job), need.origin, format!("`{}` is needed already", need.value))
                        .key(format!("{}/twice", need.value))
                        .related(first.origin, "the other is here")
                        .help("remove one of the two");
                }
            }
        }
        for circle in circles(&pipeline.jobs) {
            let job = circle[0];
            let path: Vec<&str> = circle.iter().chain([&job]).map(|job| job.id.as_str()).collect();
            let next = circle.get(1).map_or(job.id.as_str(), |job| job.id.as_str());
            let origin = job.needs.iter().find(|need| need.value == next).map_or(job.key, |need| need.origin);
            findings
                .report(
                    pipeline.job_identity(job),
                    origin,
                    format!("the jobs wait for each other in a circle: {}", path.join(" → ")),
                )
                .key("circle");
        }
    }
    for mention in scope.mentions().iter().filter(|mention| mention.is_known()) {
        if let Some((message, help)) = unseen(scope.project, mention) {
            let key = match &mention.reference {
                Reference::Output(job, name) => format!("{}/{job}.{name}", mention.field),
                _ => mention.field.clone(),
            };
            findings.report(mention.spot.identity(), mention.origin, message).key(key).suggest(help);
        }
    }
}

/// Why a reference to another job finds nothing, and what to do about it.
fn unseen(project: &Project, mention: &Mention<'_>) -> Option<(String, Option<String>)> {
    let (id, name) = match &mention.reference {
        Reference::Output(job, name) => (job, Some(name)),
        Reference::Result(job) => (job, None),
        _ => return None,
    };
    let pipeline = mention.spot.pipeline;
    // GitHub does not look at capitals in the words of an expression.
    let Some(other) = pipeline.jobs.values().find(|other| other.id.eq_ignore_ascii_case(id)) else {
        return Some((format!("no job of this pipeline is named `{id}`"), near(id, pipeline.jobs.keys().map(String::as_str))));
    };
    if let Some(job) = mention.spot.job
        && !job.needs.iter().any(|need| need.value == other.id)
    {
        return Some((
            format!("`{}` does not need `{id}`, so it sees nothing of it", job.id),
            Some(format!("let the job need `{id}`")),
        ));
    }
    let (name, outputs) = (name?, outputs(project, other)?);
    (!outputs.iter().any(|one| one.eq_ignore_ascii_case(name)))
        .then(|| (format!("`{id}` has no output `{name}`"), near(name, outputs)))
}

/// The names of a job's outputs; unknown if it calls a pipeline that is not there.
fn outputs<'a>(project: &'a Project, job: &'a Job) -> Option<Vec<&'a str>> {
    match job.call() {
        None => Some(job.outputs.keys().map(String::as_str).collect()),
        Some(call) => {
            let call = project.callee(call)?.on.call.as_ref()?;
            Some(call.value.outputs.keys().map(String::as_str).collect())
        }
    }
}

/// Every circle of needs, each once, from its first job in the author's order.
fn circles(jobs: &IndexMap<String, Job>) -> Vec<Vec<&Job>> {
    let mut done = vec![false; jobs.len()];
    let mut found = Vec::new();
    for start in 0..jobs.len() {
        walk(jobs, start, &mut done, &mut Vec::new(), &mut found);
    }
    found
}

fn walk<'a>(
    jobs: &'a IndexMap<String, Job>,
    index: usize,
    done: &mut [bool],
    open: &mut Vec<usize>,
    found: &mut Vec<Vec<&'a Job>>,
) {
    if let Some(at) = open.iter().position(|one| *one == index) {
        found.push(open[at..].iter().map(|one| &jobs[*one]).collect());
        return;
    }
    if done[index] {
        return;
    }
    open.push(index);
    for need in &jobs[index].needs {
        if let Some(next) = jobs.get_index_of(&need.value) {
            walk(jobs, next, done, open, found);
        }
    }
    open.pop();
    done[index] = true;
}
