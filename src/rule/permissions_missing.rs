//! `permissions-missing`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Pipeline;

pub(super) static RULE: Rule = Rule {
    id: "permissions-missing",
    summary: "a job's token may do whatever the repository lets it by default",
    why: "Where neither the workflow nor the job says what its token may do, a setting of the repository decides, and in older \
          ones that is everything. Who reads the file cannot see it, and who changes the setting does not know whom it breaks. \
          A job of ours always says it; a workflow that is only called has the permissions of its caller.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n",
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {}, workflow_call: {} }\njobs:\n  test:\n    uses: ./.github/workflows/test.yml\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }\npermissions: {}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n",
        )]),
        Example::good(&[(
            ".github/workflows/test.yml",
            "on: { workflow_call: {} }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n",
        )]),
        Example::bad(&[("ci", r#"{ github.as_written = true, jobs.other = { timeout = "5m", steps = [{ run = "make" }] } }"#)]),
        Example::good(&[("ci", "{}")]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let is_silent = |pipeline: &&Pipeline| !scope.fills_in_for(pipeline);
    for pipeline in scope.project.pipelines.iter().filter(is_silent).filter(|pipeline| is_shared(pipeline)) {
        findings.report(pipeline.identity(), pipeline.origin, "the workflow has no `permissions`, and several jobs").mend(
            "write github.permissions = {}, and what each job needs in the job",
            "write permissions: {} at the top, and what each job needs in the job",
        );
    }
    for (pipeline, job) in scope.jobs().filter(|(pipeline, _)| is_silent(pipeline)) {
        // What is called by a workflow that is only called itself still says what it is given.
        if job.permissions_key.is_none() && (!is_only_called(pipeline) || job.call().is_some()) {
            findings
                .report(pipeline.job_identity(job), job.key, "neither the job nor the workflow says what its token may do")
                .mend(
                    "write permissions.contents = 'Read in the job, and what else it needs",
                    "write permissions: with contents: read, and what else the job needs",
                );
        }
    }
}

/// Whether a workflow of several jobs says nothing, and not all of them do: one line at its top is about all the others.
pub(super) fn is_shared(pipeline: &Pipeline) -> bool {
    pipeline.github.permissions.is_none()
        && pipeline.jobs.len() > 1
        && pipeline.jobs.values().any(|job| job.permissions_key.is_none())
        && !is_only_called(pipeline)
}

/// Whether nothing but other workflows starts it: then its callers say what its jobs may do.
pub(super) fn is_only_called(pipeline: &Pipeline) -> bool {
    pipeline.on.call.is_some() && pipeline.on.events().is_empty()
}
