//! What is said of exceptions where the policies of a revision judge: what a change has mended already is not.

use super::revision::commit;
use super::sandbox::{Sandbox, TODAY};

const POLICY: &str = r#"{
  rules.job-timeout-over-limit.settings.max = "60m",
  exceptions.slow = {
    rule = "job-timeout-over-limit", where = "ci/unit", reason = "soak test", owner = "platform", expires = "2026-08-30",
  },
}
"#;

/// A project whose only job takes longer than it may, and an exception says so; committed as `base`.
fn excepted(policy: &str, code: i32) -> Sandbox {
    let project = Sandbox::new();
    project.write("policies/main.ncl", POLICY);
    project.change("pipelines/ci.ncl", "\"10m\"", "\"80m\"");
    assert_eq!(project.run(&["emit", "--now", TODAY]).code, 0);
    project.write("policies/main.ncl", policy);
    assert_eq!(project.check(&[]).code, code);
    commit(&project.path(""));
    assert_eq!(project.check(&["--policy-ref", "base"]).code, code);
    project
}

const WITHOUT: &str = "{ rules.job-timeout-over-limit.settings.max = \"60m\" }\n";

#[test]
fn a_change_that_cleans_an_exception_up_passes() {
    for (policy, code) in [
        (POLICY.to_owned(), 0),
        (POLICY.replace("2026-08-30", "2026-05-01"), 1),
        (POLICY.replace("soak test", "todo"), 1),
        (POLICY.replace("\"job-timeout-over-limit\"", "\"no-such-rule\""), 1),
    ] {
        let project = excepted(&policy, code);
        project.change("pipelines/ci.ncl", "\"80m\"", "\"50m\"");
        assert_eq!(project.run(&["emit", "--now", TODAY, "--policy-ref", "base"]).code, 1, "it covers nothing any more");
        project.write("policies/main.ncl", WITHOUT);
        assert_eq!(project.run(&["emit", "--now", TODAY]).code, 0);
        let said = project.check(&["--policy-ref", "base"]);
        assert_eq!((said.code, said.findings()), (0, Vec::new()), "{policy}");
    }
}

#[test]
fn an_exception_that_the_change_takes_away_covers_what_it_covered() {
    let project = excepted(POLICY, 0);
    project.write("policies/main.ncl", WITHOUT);
    assert_eq!(project.check(&[]).code, 1, "the change's own policy finds what is not mended");
    assert_eq!(project.check(&["--policy-ref", "base"]).findings(), Vec::<String>::new());
}

#[test]
fn an_exception_that_the_change_keeps_is_said_at_the_line_the_change_has() {
    let project = excepted(&POLICY.replace("2026-08-30", "2026-05-01"), 1);
    project.change("pipelines/ci.ncl", "\"80m\"", "\"50m\"");
    assert_eq!(project.run(&["emit", "--now", TODAY]).code, 1);
    project.change("policies/main.ncl", "{\n", "{\n  # moved\n");
    let findings = project.check(&["--policy-ref", "base"]).findings();
    let expired = "waiver-expired policies/main.ncl/exceptions/slow: its last day was 2026-05-01, today is 2026-06-01 @ policies/main.ncl:5";
    assert!(findings.contains(&expired.to_owned()), "{findings:#?}");

    let project = excepted(POLICY, 0);
    project.change("pipelines/ci.ncl", "\"80m\"", "\"50m\"");
    let unused = "waiver-unused policies/main.ncl/exceptions/slow: `job-timeout-over-limit` finds nothing at `ci/unit` @ policies/main.ncl:3";
    assert!(project.check(&["--policy-ref", "base"]).findings().contains(&unused.to_owned()));
    project.change("policies/main.ncl", "exceptions.slow", "exceptions.renamed");
    let findings = project.check(&["--policy-ref", "base"]).findings();
    assert!(
        findings.iter().any(|finding| finding.starts_with("waiver-unused policies/main.ncl/exceptions/renamed")),
        "{findings:#?}"
    );
}

#[test]
fn a_reason_that_the_change_writes_is_the_one_that_counts() {
    let project = excepted(&POLICY.replace("soak test", "todo"), 1);
    project.change("policies/main.ncl", "todo", "soak test");
    assert_eq!(project.check(&["--policy-ref", "base"]).findings(), Vec::<String>::new());
}
