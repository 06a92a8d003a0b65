//! `expression-types`

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::step_output_unknown::seen;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::pipeline::surroundings::Toolchain;
use crate::pipeline::words::OPEN;
use crate::pipeline::{Job, Reference, Step, context};
use crate::view::scope::{Mention, near};
use crate::view::spoken::{Spoken, named, within};

pub(super) static RULE: Rule = Rule {
    id: "expression-types",
    summary: "an expression asks for something that does not exist",
    why: "What a context does not hold is an empty text, silently: `github.shaa` compares equal to nothing, and a condition on a \
          job that is not needed never holds. What GitHub's contexts hold is known, and so are the jobs, steps and services that \
          an expression can see.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.SHA = 'Raw { github = "github.shaa" } }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "runner.oss == 'Linux'" } }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "contains(toJSON(needs.lint), 'x')" } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ id = "a", run = "make" }, { run = "make", when = 'Raw { github = "steps.b.outcome == 'failure'" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ id = "a", run = "make" }, { run = "make", env.A = 'Raw { github = "steps.a.output.tag" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.PORT = 'Raw { github = "job.services.db.ports['5432']" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ env.VERSION = "1", jobs.test.steps = [{ run = "make" }, { run = "make", when = 'Raw { github = "env.VERISON == '1'" } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "env.DEPLOY" } }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "github.event == 'push'" } }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.A = 'Raw { github = "github.repository.owner" } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.A = 'Raw { github = "runner" } }] }"#)]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    if: contains(needs.*.result, 'failure')\n    runs-on: ubuntu-24.04\n    steps: [{ run: make }]\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{ run: make, env: '${{ vars }}' }]\n  b:\n    needs: a\n    if: contains(needs.*.result, 'success')\n    runs-on: ubuntu-24.04\n    steps: [{ run: make, env: { A: '${{ toJSON(vars) }}' } }]\n",
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "contains(fromJSON('[push]'), 'x')" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "github.run_attempt > true" } }] }"#,
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{ run: make }]\n  b:\n    needs: a\n    if: needs.a == 'success'\n    runs-on: ubuntu-24.04\n    steps: [{ run: make }]\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{ run: make }]\n  b:\n    needs: a\n    if: needs.a != null && needs.a.result == 'success'\n    runs-on: ubuntu-24.04\n    steps: [{ run: make }]\n",
        )]),
        Example::good(&[(
            "ci",
            r#"{ env.VERSION = "1", jobs = {
              lint = { timeout = "5m", permissions = {}, steps = [{ run = "make lint" }] },
              test = { needs = ["lint"], steps = [
                { id = "a", run = "make" },
                { run = "make", when = 'Raw { github = "steps.A.outcome == 'failure' && env.version && needs.lint.result == 'success'" } },
                { run = "make", env.ALL = 'Raw { github = "toJSON(needs.lint.outputs)" }, when = 'Raw { github = "env.SET_BY_MAKE" } },
                { run = "make", env.NUMBER = 'Raw { github = "github.event.pull_request.head.repo.fork || GITHUB.SHA || github[env.VERSION]" } },
              ] },
            } }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken() {
        // What these get is a text or a flag; elsewhere, a mapping may be put in whole, and so it may for all variables at once.
        let is_text = said.condition
            || ["env.", "with.", "environment.url"].iter().any(|list| said.field.starts_with(list)) && !said.field.contains(OPEN);
        for whole in said.expressions.iter().filter(|_| is_text).filter_map(object) {
            let so = if said.condition { "and the condition always holds" } else { "and is no text" };
            said.report(findings, &format!("whole {whole}"), format!("`{whole}` holds other values, {so}"))
                .help("name one of the values that it holds, or write toJSON( ) around it");
        }
        for part in said.expressions.iter().flat_map(within) {
            if let Some(object) = compared(part) {
                said.report(
                    findings,
                    &format!("compared {object}"),
                    format!("`{object}` holds other values, and equals no text"),
                )
                .help("compare one of the values that it holds");
            } else if let Some((name, more)) = taken_apart(part) {
                said.report(findings, &format!("apart {name}"), format!("`{name}` is a text and has no `{more}`"))
                    .help("leave out what follows it");
            } else if let Some(nothing) = starred(part, said) {
                said.report(findings, &format!("starred {nothing}"), format!("`{nothing}.*` is empty here"))
                    .help("name under `needs` what it is about, give the steps before it ids, or leave it out");
            } else if let Some(text) = broken_json(part) {
                said.report(findings, "json", format!("`{text}` is no JSON"))
                    .help("write a value as JSON: '[1, 2]', '{\"a\": true}'");
            } else if is_order_of_flags(part) {
                let message = format!("`{}` asks which of two is more, and one is true or false", part.origin.raw);
                said.report(findings, "order", message).help("write == or !=");
            }
        }
    }
    for mention in scope.mentions() {
        let Reference::Raw(words) = &mention.reference else { continue };
        for path in words.paths() {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let known = path.first().is_some_and(|context| mention.key().contexts().contains(context));
            if known && let Some((message, help)) = fault(mention, &path) {
                findings
                    .report(mention.spot.identity(), mention.origin, message)
                    .key(format!("{}/{}", mention.field, path.join(".")))
                    .suggest(help);
            }
        }
    }
}

/// What holds other values and is compared with something else, if this is such a comparison.
fn compared(part: &SpannedExpr<'_>) -> Option<String> {
    let Expr::BinExpr(BinExpr { lhs, op, rhs }) = &part.inner else { return None };
    if matches!(op, BinOp::And | BinOp::Or) {
        return None;
    }
    let (left, right) = (object(lhs), object(rhs));
    // Whether something is there at all is asked by comparing it with nothing.
    let is_null = |side: &SpannedExpr<'_>| matches!(side.inner, Expr::Literal(Literal::Null));
    if left.is_some() == right.is_some() || is_null(lhs) || is_null(rhs) {
        return None;
    }
    left.or(right)
}

/// A value that is a text, or as good as one, and what is asked of it.
fn taken_apart(part: &SpannedExpr<'_>) -> Option<(String, String)> {
    let Expr::Context(context) = &part.inner else { return None };
    if context.parts.len() < 3 {
        return None;
    }
    let name = named(context)?;
    let parts: Vec<&str> = name.split('.').collect();
    let plain = match parts.as_slice() {
        ["github", "event", ..] | ["job" | "jobs", ..] => return None,
        ["github" | "runner" | "strategy" | "env" | "vars" | "secrets" | "inputs", _, _, ..] => 2,
        ["steps", _, "outcome" | "conclusion", _, ..] | ["needs", _, "result", _, ..] => 3,
        ["steps" | "needs", _, "outputs", _, _, ..] => 4,
        _ => return None,
    };
    let is_named = parts[..plain].iter().all(|part| *part != "*");
    is_named.then(|| (parts[..plain].join("."), parts[plain].to_owned()))
}

/// A text written here that is to be read as JSON and is none.
fn broken_json<'e>(part: &'e SpannedExpr<'_>) -> Option<&'e str> {
    let Expr::Call(Call { func: Function::FromJSON, args }) = &part.inner else { return None };
    let [SpannedExpr { inner: Expr::Literal(Literal::String(text)), .. }] = args.as_slice() else { return None };
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_err().then_some(text)
}

/// Whether `<` or its like has a flag beside it.
fn is_order_of_flags(part: &SpannedExpr<'_>) -> bool {
    let Expr::BinExpr(BinExpr { lhs, op, rhs }) = &part.inner else { return false };
    let is_flag = |side: &SpannedExpr<'_>| matches!(side.inner, Expr::Literal(Literal::Boolean(_)));
    matches!(op, BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge) && (is_flag(lhs) || is_flag(rhs))
}

/// A filter over all jobs or steps where there are none.
fn starred(part: &SpannedExpr<'_>, said: &Spoken<'_>) -> Option<&'static str> {
    let Expr::Context(context) = &part.inner else { return None };
    if !context.parts.get(1).is_some_and(|second| matches!(second.inner, Expr::Star)) {
        return None;
    }
    let (name, job) = (named(context)?, said.spot.job?);
    let has_id = |step: &Step| step.id.is_some();
    match name.split('.').next() {
        Some("needs") if job.needs.is_empty() => Some("needs"),
        Some("steps") if said.spot.step.is_some() && !before(job, said.spot.step).into_iter().any(has_id) => Some("steps"),
        _ => None,
    }
}

/// The name of what is no text, no number and no flag, if that is certain.
fn object(side: &SpannedExpr<'_>) -> Option<String> {
    let Expr::Context(context) = &side.inner else { return None };
    let name = named(context)?;
    if context.parts.iter().any(|part| matches!(part.inner, Expr::Star)) {
        return Some(name);
    }
    let parts: Vec<&str> = name.split('.').collect();
    let is_object = match parts.as_slice() {
        [whole] => context::CONTEXTS.contains(whole),
        ["github", "event"] | ["job", "container" | "services"] => true,
        ["steps" | "needs" | "jobs", id] => *id != "*",
        ["steps" | "needs" | "jobs", id, "outputs"] => *id != "*",
        _ => false,
    };
    is_object.then_some(name)
}

type Fault = (String, Option<String>);

/// What is wrong with the names of an expression; what a reference can name is left to the rules about references.
fn fault(mention: &Mention<'_>, path: &[&str]) -> Option<Fault> {
    if mention.spot.pipeline.is_action() && matches!(path, ["env", ..] | ["job", "services", ..]) {
        // Whoever uses the action has those.
        return None;
    }
    match path {
        ["needs", _, "outputs", _, ..] | ["needs" | "jobs", _, "result", ..] | ["jobs" | "steps", _, "outputs", _, ..] => None,
        ["needs", id, rest @ ..] => needed(mention, id).or_else(|| member("a job that has ended", context::JOB, rest)),
        ["jobs", id, rest @ ..] => {
            let jobs: Vec<&str> = mention.spot.pipeline.jobs.keys().map(String::as_str).collect();
            missing(id, &jobs, || format!("no job of this pipeline is named `{id}`"))
                .or_else(|| member("a job that has ended", context::JOB, rest))
        }
        ["steps", id, rest @ ..] => missing(id, &seen(mention), || format!("no step with the id `{id}` comes before"))
            .or_else(|| member("a step that has run", context::STEP, rest)),
        ["job", "services", id, rest @ ..] => {
            let services: Vec<&str> = mention.spot.job?.services.keys().map(String::as_str).collect();
            missing(id, &services, || format!("no service `{id}` runs beside the job"))
                .or_else(|| member("a service", context::SERVICE, rest))
        }
        ["job", "container", rest @ ..] => member("a container", context::CONTAINER, rest),
        ["env", name, ..] => variable(mention, name),
        [context, rest @ ..] => member(&format!("`{context}`"), context::members(context)?, rest),
        [] => None,
    }
}

/// A member that a context does not have.
fn member(of: &str, members: &[&'static str], rest: &[&str]) -> Option<Fault> {
    let name = rest.first()?;
    missing(name, members, || format!("there is no `{name}` of {of}"))
}

fn missing(name: &str, known: &[&str], message: impl FnOnce() -> String) -> Option<Fault> {
    let there = known.iter().any(|one| one.eq_ignore_ascii_case(name));
    (!there).then(|| (message(), near(name, known.iter().copied())))
}

fn needed(mention: &Mention<'_>, id: &str) -> Option<Fault> {
    let job = mention.spot.job?;
    let needs: Vec<&str> = job.needs.iter().map(|need| need.value.as_str()).collect();
    missing(id, &needs, || format!("`{}` does not need `{id}`, so it sees nothing of it", job.id))
}

/// A variable that nobody can have set, or that is a letter from one that is declared.
fn variable(mention: &Mention<'_>, name: &str) -> Option<Fault> {
    let spot = mention.spot;
    let mut known: Vec<&str> = spot.pipeline.env.keys().map(String::as_str).collect();
    known.extend(spot.job.into_iter().flat_map(|job| job.env.keys()).map(String::as_str));
    known.extend(spot.step.into_iter().flat_map(|step| step.env.keys()).map(String::as_str));
    if spot.job.is_some_and(|job| job.shards.is_some()) {
        known.extend(["SHARD", "SHARDS"]);
    }
    if known.iter().any(|name| name.starts_with(OPEN)) {
        // One expression gives all of them, under names that are known when it runs.
        return None;
    }
    let fault = missing(name, &known, || format!("no variable `{name}` is set before"))?;
    let before = spot.job.map_or_else(Vec::new, |job| before(job, spot.step));
    let settable = before.iter().any(|step| sets(step)) || spot.job.is_some_and(|job| job.toolchain.value != Toolchain::Host);
    let misspelt = crate::source::nearest(name, &known).is_some() && !before.iter().any(|step| names(step, name));
    (misspelt || !settable).then_some(fault)
}

/// The steps that have run when this one begins; all of them for the job itself.
fn before<'a>(job: &'a Job, step: Option<&Step>) -> Vec<&'a Step> {
    job.all_steps().take_while(|one| step.is_none_or(|step| !std::ptr::eq(*one, step))).collect()
}

/// Whether a step may have set a variable for those after it: a program or an action can.
const fn sets(step: &Step) -> bool {
    matches!(step.kind.value, Kind::Run(_) | Kind::Uses(_) | Kind::DockerBuild(_))
}

/// Whether the commands of a step hold the very name.
fn names(step: &Step, name: &str) -> bool {
    matches!(&step.kind.value, Kind::Run(run) if run.script.contains(name))
}
