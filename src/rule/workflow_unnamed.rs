//! `workflow-unnamed`

use indexmap::IndexMap;

use super::{Audit, Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::Pipeline;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "workflow-unnamed",
    summary: "a pipeline or a job has no name of its own",
    why: "The name is what stands in the list of checks, in mails and in the rules of a protected branch. Without one the \
          platform shows a path; with the same one twice nobody can tell which of the two failed, and a rule that requires \
          the one is satisfied by the other.",
    severity: Severity::Error,
    refused: &[
        Refused { kind: FaultKind::Missing, path: "name" },
        Refused { kind: FaultKind::Contract, path: "name" },
        Refused { kind: FaultKind::Contract, path: "jobs/*/name" },
    ],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ name = "  " }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.name = "" }"#)]),
        Example::bad(&[("ci", r#"{ name = "Tests" }"#), ("nightly", r#"{ name = "Tests" }"#)]),
        Example::bad(&[(
            "ci",
            r#"{
              jobs.test.name = "Tests",
              jobs.more = { name = "Tests", timeout = "5m", permissions = {}, steps = [{ run = "make more" }] },
            }"#,
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }\njobs:\n  test:\n    name: Tests\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n",
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "name: CI\non: { push: {} }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "name: CI\non: { push: {} }\njobs:\n  test:\n    uses: ./.github/workflows/test.yml\n",
        )]),
        Example::good(&[
            ("ci", r#"{ name = "PR validation", jobs.test.name = "Tests" }"#),
            ("nightly", r#"{ name = "Nightly" }"#),
        ]),
        Example::good(&[("ci", "{}")]),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let pipelines = scope.project.pipelines.iter();
    let named = pipelines.clone().map(|pipeline| (pipeline.name.value.as_str(), pipeline.identity(), pipeline.name.origin));
    twins(named, "pipeline", findings);
    for pipeline in pipelines {
        // Files and jobs of GitLab's have no other name than the one they are written under.
        if !scope.fills_in() && scope.project.backends.github {
            nameless(pipeline, findings);
        }
        let named = pipeline.jobs.values().map(|job| {
            let origin = job.name.as_ref().map_or(job.key, |name| name.origin);
            (job.title(), pipeline.job_identity(job), origin)
        });
        twins(named, "job", findings);
    }
}

/// In YAML a name may be left out.
fn nameless(pipeline: &Pipeline, findings: &mut Findings) {
    let help = "write name: and what people are to read";
    // A file that gives itself no name is called by its path, and the name stands nowhere.
    if pipeline.name.origin == pipeline.origin {
        findings.report(pipeline.identity(), pipeline.origin, "the workflow has no name, so its path is shown").help(help);
    }
    // The jobs of a workflow that is called are shown by their own names.
    let own = pipeline.jobs.values().filter(|job| job.call().is_none());
    for job in own.filter(|job| job.name.is_none() && job.github.name.is_none()) {
        findings.report(pipeline.job_identity(job), job.key, format!("the job has no name, so `{}` is shown", job.id)).help(help);
    }
}

fn twins<'a>(named: impl Iterator<Item = (&'a str, Identity, Origin)>, what: &str, findings: &mut Findings) {
    let mut seen: IndexMap<&str, Origin> = IndexMap::new();
    for (name, identity, origin) in named {
        if let Some(first) = seen.get(name) {
            findings
                .report(identity, origin, format!("another {what} is called \"{name}\" as well"))
                .related(*first, "the other one");
        } else {
            seen.insert(name, origin);
        }
    }
}
