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

/// What is excepted at the first of two steps of one name: the old words, at `ci/unit/old-words` alone.
const AT_A_STEP: &str = r#"{
  rules.deprecated-commands.severity = 'Error,
  exceptions.old-words = {
    rule = "deprecated-commands", where = "ci/unit/old-words", reason = "until the runner is new", owner = "platform", expires = "2026-08-30",
  },
}
"#;

#[test]
fn an_exception_at_a_step_does_not_cover_another_of_the_same_name() {
    let project = Sandbox::new();
    project.write("policies/main.ncl", AT_A_STEP);
    let step = r#"{ name = "Old words", run = "echo ::set-output name=a::b" }"#;
    project.change("pipelines/ci.ncl", "{ name = \"Test\", run = \"make test\" }", step);
    let emitted = project.run(&["emit", "--now", TODAY]);
    assert_eq!(emitted.code, 0, "{}{}", emitted.out, emitted.err);
    assert_eq!(project.check(&[]).code, 0, "the exception covers it");
    project.change("pipelines/ci.ncl", step, &format!("{step}, {step}, {{ parallel = [{step}, {step}] }}"));
    let said = project.check(&[]);
    let found: Vec<(String, String)> = said
        .list()
        .iter()
        .filter(|finding| finding["rule"] == "deprecated-commands")
        .map(|finding| (finding["identity"].to_string(), finding["fingerprint"].to_string()))
        .collect();
    let identities: Vec<&str> = found.iter().map(|(identity, _)| identity.trim_matches('"')).collect();
    assert_eq!(identities, ["ci/unit/old-words~2", "ci/unit/old-words~3", "ci/unit/old-words~4"], "{}", said.out);
    let prints: std::collections::BTreeSet<&String> = found.iter().map(|(_, print)| print).collect();
    assert_eq!(prints.len(), 3, "{prints:?}");
    project.change("policies/main.ncl", "ci/unit/old-words\"", "ci/unit/old-words~2\"");
    let found: Vec<String> = project.check(&[]).findings().into_iter().filter(|said| said.starts_with("deprecated")).collect();
    assert!(found.iter().any(|said| said.starts_with("deprecated-commands ci/unit/old-words:")), "{found:#?}");
    assert!(!found.iter().any(|said| said.contains("old-words~2")), "{found:#?}");
}

#[test]
fn what_is_refused_at_steps_of_one_name_is_told_apart_too() {
    let project = Sandbox::new();
    let steps = r#"{ name = "Test", run = "make", nme = 1 }, { name = "Test", run = "make", nme = 1 }, { id = "x", name = "Test", run = "a", nme = 1 }, { parallel = [{ name = "Test", run = "a", nme = 1 }, { run = "b", nme = 1 }] }"#;
    project.change("pipelines/ci.ncl", "{ name = \"Test\", run = \"make test\" }", steps);
    let said = project.check(&[]);
    assert_eq!(said.code, 3);
    let identities: Vec<String> =
        said.list().iter().filter_map(|finding| finding["identity"].as_str().map(str::to_owned)).collect();
    assert_eq!(identities, ["ci/unit/test", "ci/unit/test~2", "ci/unit/x", "ci/unit/test~3", "ci/unit/#4.2"], "{}", said.out);
}
