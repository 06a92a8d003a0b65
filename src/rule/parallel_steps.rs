//! `parallel-steps`

use super::{Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Step};
use crate::source::FaultKind;
use crate::view::scope::near;

const fn refused(path: &'static str) -> Refused {
    Refused { kind: FaultKind::Unknown, path }
}

pub(super) static RULE: Rule = Rule {
    id: "parallel-steps",
    summary: "steps that run side by side are put together in a way that cannot work",
    why: "A step waits for steps in the background, or stops one, by their ids, and those must have begun. A step that waits \
          always runs and does nothing itself, so it has no condition, no time and no environment; a group has nothing but its \
          steps, and nothing in it waits. The platform refuses a file in which it is otherwise.",
    severity: Severity::Error,
    refused: &[
        refused("jobs/*/steps/*/id"),
        refused("jobs/*/steps/*/name"),
        refused("jobs/*/steps/*/when"),
        refused("jobs/*/steps/*/timeout"),
        refused("jobs/*/steps/*/impact"),
        refused("jobs/*/steps/*/env"),
        refused("jobs/*/steps/*/background"),
        refused("jobs/*/steps/*/parallel/*/background"),
        refused("jobs/*/steps/*/parallel/*/parallel"),
        refused("jobs/*/steps/*/parallel/*/wait"),
        refused("jobs/*/steps/*/warn_if"),
        refused("jobs/*/steps/*/github/if"),
        refused("jobs/*/steps/*/github/env"),
        refused("jobs/*/steps/*/github/background"),
        refused("jobs/*/steps/*/github/timeout-minutes"),
        refused("jobs/*/steps/*/github/parallel/*/background"),
        refused("jobs/*/steps/*/github/parallel/*/parallel"),
        refused("jobs/*/steps/*/github/parallel/*/wait"),
    ],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ id = "server", run = "make serve", background = true }, { wait = ["sevrer"] }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ id = "build", run = "make" }, { cancel = "build" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ wait = ["server"] }, { id = "server", run = "make serve", background = true }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make" }, { wait_all = true }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ parallel = [{ id = "a", run = "make a" }, { run = "make b" }] }, { wait = ["a"] }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ id = "server", run = "make serve", background = true }, { wait_all = true, when = 'Always }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ parallel = [{ run = "make" }], timeout = "5m" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ parallel = [{ parallel = [{ run = "make" }] }] }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ parallel = [{ run = "make", background = true }] }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ github.parallel = [{ wait-all = null }] }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", github.background = true, id = "a" }, { github = { wait = "b" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [
              { checkout = {} },
              { id = "server", run = "make serve", background = true },
              { id = "data", run = "make data", background = true },
              { parallel = [{ run = "make a", when = 'DefaultBranch }, { run = "make b", timeout = "5m" }] },
              { wait = ["data"], name = "Wait for the data" },
              { run = "make test" },
              { cancel = "server" },
              { wait_all = true, impact = 'Warn },
            ] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let mut begun: Vec<&str> = Vec::new();
        for step in job.top_steps() {
            let targets: &[At<String>] = match &step.kind.value {
                Kind::Wait(ids) => ids,
                Kind::Cancel(id) => std::slice::from_ref(id),
                _ => &[],
            };
            let identity = || pipeline.step_identity(job, step);
            for target in targets.iter().filter(|target| !begun.iter().any(|id| id.eq_ignore_ascii_case(target))) {
                let (message, help) = unreachable(job, &begun, target);
                findings.report(identity(), target.origin, message).key(target.value.clone()).suggest(help);
            }
            if matches!(step.kind.value, Kind::WaitAll) && !job.top_steps().iter().any(is_background) {
                findings.report(identity(), step.kind.origin, "nothing runs in the background").key("wait_all").mend(
                    "write background = true at the steps to wait for, or remove this one",
                    "write background: true at the steps to wait for, or remove this one",
                );
            }
            if is_background(step) {
                begun.extend(step.id.iter().map(|id| id.value.as_str()));
            }
        }
    }
}

pub(super) fn is_background(step: &Step) -> bool {
    step.background.is_some_and(|background| background.value)
}

/// Why a step cannot be waited for or stopped, and what to do about it.
fn unreachable(job: &Job, begun: &[&str], target: &str) -> (String, Option<String>) {
    let named = |step: &&Step| step.id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(target));
    match job.all_steps().find(named) {
        None => (format!("no step has the id `{target}`"), near(target, begun.iter().copied())),
        Some(step) if is_background(step) => {
            (format!("`{target}` has not begun here"), Some("write this step after that one".to_owned()))
        }
        Some(step) if job.top_steps().iter().any(|one| std::ptr::eq(one, step)) => (
            format!("`{target}` does not run in the background"),
            Some("let that step run in the `background`, or remove this one".to_owned()),
        ),
        Some(_) => (format!("`{target}` is in a group, which has ended here"), Some("remove this step".to_owned())),
    }
}
