//! `step-output-unknown`

use super::parallel_steps::is_background;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Reference, Step};
use crate::view::facts;
use crate::view::scope::{Mention, near};

pub(super) static RULE: Rule = Rule {
    id: "step-output-unknown",
    summary: "the output of a step is used where that step cannot be seen, or one that it does not have",
    why: "A step sees the outputs of the steps before it in its own job, by their ids; the outputs of a job see all its steps. \
          Anywhere else the reference is an empty text, and so is an output that an action does not have.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ id = "meta", run = "make" }, { run = "make", env.TAG = 'Step "mata.tag" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.TAG = 'Step "meta.tag" }, { id = "meta", run = "make" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.outputs.tag = 'Step "meta.tag" }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ id = "meta", run = "make", background = true }, { run = "make", env.TAG = 'Step "meta.tag" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ parallel = [{ id = "meta", run = "make" }, { run = "make", env.TAG = 'Step "meta.tag" }] }] }"#,
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/cache@v5\n        id: cache\n        with: { path: target, key: target }\n      - run: make\n        if: steps.cache.outputs.hit != 'true'\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/cache@v5\n        id: cache\n        with: { path: target, key: target }\n      - uses: actions/cache@v99\n        id: new\n        with: { path: target, key: target }\n      - run: make\n        if: steps.cache.outputs.Cache-Hit != 'true' && steps.new.outputs.hit != 'true'\n",
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [
              { id = "meta", run = "make", background = true },
              { parallel = [{ id = "a", run = "make" }, { id = "b", run = "make" }] },
              { run = "make", env.A = 'Step "a.tag" },
              { wait = ["meta"] },
              { run = "make", env.TAG = 'Step "meta.tag" },
            ] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = {
              outputs.tag = 'Step "meta.tag",
              steps = [{ id = "meta", run = "make" }, { run = "make", env.TAG = 'Step "meta.tag" }],
            } }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in scope.mentions().iter().filter(|mention| mention.is_known()) {
        let Reference::Step(id, name) = &mention.reference else { continue };
        let seen = seen(mention);
        if !has(&seen, id) {
            let (message, help) = match mention.spot.job {
                Some(job) if mention.spot.step.is_some() && has(&running(job, mention.spot.step), id) => {
                    (format!("`{id}` may still be running here"), Some(format!("let a step before this one wait for `{id}`")))
                }
                Some(job) if has(&ids(job.all_steps()), id) => (format!("`{id}` has not run yet here"), near(id, seen)),
                _ => (format!("no step with the id `{id}` comes before"), near(id, seen)),
            };
            findings
                .report(mention.spot.identity(), mention.origin, message)
                .key(format!("{}/{id}.{name}", mention.field))
                .suggest(help);
        } else if let Some((action, outputs)) = given(scope, mention, id)
            && !outputs.iter().any(|output| output.is(name))
        {
            findings
                .report(mention.spot.identity(), mention.origin, format!("this version of `{action}` has no output `{name}`"))
                .key(format!("{}/{id}.{name}", mention.field))
                .suggest(near(name, outputs.iter().map(|output| output.name)));
        }
    }
}

/// What the step of this id gives, if it uses an action of which that is known.
fn given(scope: &Scope<'_>, mention: &Mention<'_>, id: &str) -> Option<(&'static str, Vec<&'static facts::Entry>)> {
    let job = mention.spot.job?;
    let is_it = |step: &&Step| step.id.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(id));
    let Kind::Uses(uses) = &job.all_steps().find(is_it)?.kind.value else { return None };
    let foreign = uses.used().foreign()?;
    let known = facts::known(foreign.path)?;
    let major = facts::version(scope.project, foreign).and_then(|version| version.first().copied());
    known.outputs(major).map(|outputs| (known.name, outputs))
}

/// The ids of the steps whose outputs are there at this place.
pub(super) fn seen<'a>(mention: &Mention<'a>) -> Vec<&'a str> {
    match (mention.spot.job, mention.spot.step) {
        (Some(job), Some(step)) => ended(job, Some(step)).0,
        // The job ends after everything in the background has.
        (Some(job), None) => ids(job.all_steps()),
        (None, _) => Vec::new(),
    }
}

/// The ids of the steps in the background that have begun before a step and that nothing has waited for.
fn running<'a>(job: &'a Job, step: Option<&Step>) -> Vec<&'a str> {
    ended(job, step).1
}

/// The ids of the steps that have ended before one begins, and of those that may still be running.
fn ended<'a>(job: &'a Job, step: Option<&Step>) -> (Vec<&'a str>, Vec<&'a str>) {
    let (mut ended, mut running) = (Vec::new(), Vec::new());
    for one in job.top_steps() {
        if step.is_some_and(|step| one.all().any(|inner| std::ptr::eq(inner, step))) {
            break;
        }
        match &one.kind.value {
            Kind::Wait(targets) => {
                let (waited, rest) =
                    running.into_iter().partition(|id: &&str| targets.iter().any(|target| target.eq_ignore_ascii_case(id)));
                ended.extend::<Vec<&str>>(waited);
                running = rest;
            }
            Kind::WaitAll => ended.append(&mut running),
            _ => {}
        }
        if is_background(one) {
            running.extend(ids(one.all()));
        } else {
            ended.extend(ids(one.all()));
        }
    }
    (ended, running)
}

fn has(ids: &[&str], id: &str) -> bool {
    ids.iter().any(|one| one.eq_ignore_ascii_case(id))
}

fn ids<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<&'a str> {
    steps.filter_map(|step| step.id.as_ref()).map(|id| id.value.as_str()).collect()
}
