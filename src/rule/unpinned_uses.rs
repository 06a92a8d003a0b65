//! `unpinned-uses`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::At;
use crate::pipeline::step::Kind;
use crate::pipeline::uses::{Foreign, is_commit};
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "unpinned-uses",
    summary: "an action is used that is not pinned",
    why: "A tag such as v4 can be moved, and has been: in March 2026 the tags of a widely used scanner were pointed at code \
          that stole credentials, and every pipeline that named a tag ran it. A commit cannot be moved. The project's table \
          of pins gives each action's commit, and the version it stands for.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "astral-sh/setup-uv" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/checkout@v4" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache/restore@v4" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.more.uses = "someone/flows/.github/workflows/a.yml" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.more.github.uses = "someone/flows/.github/workflows/a.yml@v1" }"#)]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: ./actions/set-up
",
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.more.github.uses = "someone/flows/.github/workflows/a.yml@3d3c42e5aac5ba805825da76410c181273ba90b1" }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ github.as_written = true, jobs.test.steps = [{ uses = "actions/cache@3d3c42e5aac5ba805825da76410c181273ba90b1" }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache/restore" }, { uses = "./actions/set-up" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let Some((call, foreign)) = job.call().and_then(|call| Some((call, call.callee.foreign()?))) else { continue };
        let name = foreign.repository();
        let message = match foreign.revision {
            Some(revision) if is_commit(revision) => continue,
            Some(revision) => format!("`{name}` is called at `{revision}`, which can be moved"),
            None if !scope.fills_in() => format!("`{name}` is called at no revision"),
            None if scope.project.pins.contains_key(name) => continue,
            None => format!("`{name}` is not in the project's table of pins"),
        };
        let help = if scope.fills_in() { format!("{}, and call it without `@`", pin(name)) } else { at_commit(foreign) };
        findings.report(pipeline.job_identity(job), call.callee.origin, message).help(help);
    }
    for (pipeline, job, step) in scope.steps() {
        let Kind::Uses(uses) = &step.kind.value else { continue };
        // Actions of this repository come with the commit; images are another rule's.
        let Some(foreign) = uses.used().foreign() else { continue };
        let identity = pipeline.step_identity(job, step);
        // What is written out as it is has its revisions in its own words.
        let is_fixed = pipeline.github.as_written && foreign.revision.is_some_and(is_commit);
        if scope.fills_in() {
            if is_fixed {
                continue;
            }
            untold(scope, findings, identity, &uses.action, foreign);
        } else if !foreign.revision.is_some_and(is_commit) && !uses.action.is_empty() {
            let message = match foreign.revision {
                Some(revision) => format!("`{}` is used at `{revision}`, which can be moved", foreign.path),
                None => format!("`{}` is used at no revision", foreign.path),
            };
            findings.report(identity, uses.action.origin, message).help(at_commit(foreign));
        }
    }
}

/// An action has to be in the table of pins, and be used without a revision.
fn untold(scope: &Scope<'_>, findings: &mut Findings, identity: Identity, action: &At<String>, foreign: Foreign<'_>) {
    let (pins, name) = (&scope.project.pins, foreign.repository());
    if foreign.revision.is_some() {
        let message = format!("`{}` is not in the project's table of pins", action.value);
        let help = format!("write `{}` alone: its version stands in the table", foreign.path);
        let said = findings.report(identity, action.origin, message).help(help);
        if !pins.contains_key(name) {
            said.help(pin(name));
        }
    } else if !pins.contains_key(name) {
        let said = findings.report(identity, action.origin, format!("`{name}` is not in the project's table of pins"));
        said.suggest(near(name, pins.keys().map(String::as_str))).help(pin(name));
    }
}

fn pin(name: &str) -> String {
    format!("pin it: pins.\"{name}\" = {{ version = \"v1.2.3\", revision = \"<40 hexadecimal digits>\" }}")
}

/// The same where no table is.
fn at_commit(foreign: Foreign<'_>) -> String {
    let version = foreign.revision.unwrap_or("v1.2.3");
    format!("write the commit, and the version behind it: `{}@<40 hexadecimal digits> # {version}`", foreign.path)
}
