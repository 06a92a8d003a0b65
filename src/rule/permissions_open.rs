//! `permissions-open`

use super::permissions_missing::{self, is_only_called};
use super::permissions_wide::{is_shared, say};
use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::{Job, Pipeline};

pub(super) static RULE: Rule = Rule {
    id: "permissions-open",
    summary: "a workflow does not close what a job of it may be added with",
    why: "As long as each job says what its token may do, nothing is wrong. The next job somebody adds says nothing, and has what \
          the workflow or the repository gives: `permissions: {}` at the top gives it nothing.",
    severity: Severity::Note,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
jobs:
  test:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
    steps:
      - run: make test
",
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
permissions:
  packages: write # pushes the image
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - run: make publish
",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
    steps:
      - run: make test
",
        )]),
        Example::bad(&[("ci", "{ github.as_written = true }")]),
        Example::good(&[("ci", "{}")]),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // What is emitted has an empty one at the top.
    for pipeline in scope.project.pipelines.iter().filter(|pipeline| !scope.fills_in_for(pipeline)) {
        if pipeline.github.permissions.is_none() {
            if !permissions_missing::is_shared(pipeline) {
                findings.report(pipeline.identity(), pipeline.origin, "the workflow has no `permissions`").mend(
                    "write github.permissions = {}, and what each job needs in the job",
                    "write permissions: {} at the top, and what each job needs in the job",
                );
            }
            called(pipeline, findings);
        } else if !is_shared(pipeline) {
            say(pipeline, findings);
        }
    }
}

/// What only others call gives each job that says nothing all that its caller has.
fn called(pipeline: &Pipeline, findings: &mut Findings) {
    let silent = |job: &&Job| job.permissions_key.is_none() && job.call().is_none();
    for job in pipeline.jobs.values().filter(|_| is_only_called(pipeline)).filter(silent) {
        findings
            .report(pipeline.job_identity(job), job.key, "the job may do whatever the job that calls it may")
            .mend("write permissions with what the job needs", "write permissions: with what the job needs");
    }
}
