//! `permissions-wide`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Pipeline;
use crate::pipeline::permission::Level;

pub(super) static RULE: Rule = Rule {
    id: "permissions-wide",
    summary: "a permission goes to every job of a workflow",
    why: "What a workflow grants, each of its jobs has that says nothing of its own: the one that runs the tests of a stranger's \
          change can do what only the one that publishes must. Grant it to the job that needs it.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{
              github.permissions = { packages = 'Write "pushes the image" },
              jobs.more = { timeout = "5m", steps = [{ run = "make more" }] },
            }"#,
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
permissions:
  contents: read
  packages: write # pushes the image
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
  publish:
    runs-on: ubuntu-24.04
    steps:
      - run: make publish
",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
  publish:
    runs-on: ubuntu-24.04
    permissions:
      packages: write # pushes the image
    steps:
      - run: make publish
",
        )]),
        Example::good(&[("ci", r#"{ github.permissions = { packages = 'Write "pushes the image" } }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in scope.project.pipelines.iter().filter(|pipeline| is_shared(pipeline)) {
        say(pipeline, findings);
    }
}

/// Whether several jobs have what the pipeline grants.
pub(super) fn is_shared(pipeline: &Pipeline) -> bool {
    let Some(granted) = &pipeline.github.permissions else { return false };
    pipeline.jobs.len() > 1
        && pipeline.jobs.values().any(|job| job.permissions_key == Some(granted.origin))
        && !super::permissions_missing::is_only_called(pipeline)
}

/// Says each scope that a pipeline lets all its jobs write.
pub(super) fn say(pipeline: &Pipeline, findings: &mut Findings) {
    let granted = pipeline.github.permissions.iter().filter(|_| pipeline.github.all.is_none());
    for (name, grant) in granted.flat_map(|granted| &granted.value) {
        if grant.level.value == Level::Write {
            let name = name.replace('_', "-");
            findings
                .report(pipeline.identity(), grant.key, format!("each job that says nothing may write `{name}`"))
                .key(name)
                .help("grant it to the job that needs it, and nothing here");
        }
    }
}
