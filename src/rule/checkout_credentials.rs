//! `checkout-credentials`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::actions::{input, is, is_off, used};

pub(super) static RULE: Rule = Rule {
    id: "checkout-credentials",
    summary: "the job's token is left in the sources",
    why: "`persist-credentials` has `actions/checkout` write the token where every later step can read it, and an artifact that \
          takes the whole directory takes the token along. Where nothing is said, it is written as `false`, and the kind of \
          step `checkout` has no such choice; a step that pushes is given the token itself.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/checkout", with.persist-credentials = 'Variable "PERSIST" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "Actions/Checkout", with.persist-credentials = true }] }"#)]),
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
        Example::bad(&[("ci", r#"{ github.as_written = true, jobs.test.steps = [{ github.uses = "actions/checkout@v4" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/checkout", with.Persist-Credentials = "false" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/checkout", with.fetch-depth = 0 }, { checkout = {} }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope).filter(|(_, _, _, uses)| is(uses, "actions/checkout")) {
        let said = input(uses, "persist-credentials");
        let origin = match said {
            Some(binding) if is_off(&binding.value) => continue,
            Some(binding) => binding.value.origin,
            None if scope.fills_in_for(pipeline) => continue,
            None => uses.action.origin,
        };
        findings.report(pipeline.step_identity(job, step), origin, "the token stays in `.git/config` after the step").mend(
            "write checkout = {}, or with.persist-credentials = false",
            "write persist-credentials: false under `with`, and give the token to the step that pushes",
        );
    }
}
