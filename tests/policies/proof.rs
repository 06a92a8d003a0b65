//! `pipeward policy test`: rules of policies held to their examples, with what is said and the exit code.

use super::sandbox::{Said, Sandbox};

/// A policy with one rule, which wants every job to end within ten minutes.
fn policy(examples: &str) -> String {
    format!(
        "{{
  custom.short-jobs = {{
    summary = \"a job is long\",
    why = \"Nobody waits.\",
    check = fun pipeline =>
      std.record.to_array pipeline.jobs
      |> std.array.filter (fun {{ value, .. }} => value.timeout > 10)
      |> std.array.map (fun {{ field, .. }} => {{ at = [\"jobs\", field, \"timeout\"], message = \"too long\" }}),
    {examples}
  }},
}}
"
    )
}

fn test(examples: &str) -> Said {
    let project = Sandbox::new();
    project.write("policies/main.ncl", &policy(examples));
    project.run(&["policy", "test", "--own", "--format", "json"])
}

#[test]
fn examples_that_hold_are_counted() {
    let project = Sandbox::new();
    project.write(
        "policies/main.ncl",
        &policy("examples = { good = [{}, { jobs.a = {} }, { jobs.a.timeout = 10 }], bad = [{ jobs.a.timeout = 11 }] }"),
    );
    let said = project.run(&["policy", "test", "--own"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    assert!(said.err == "ok: 4 examples of 1 custom rule\n", "{}", said.err);
}

#[test]
fn an_example_that_shows_something_else_is_said_at_its_line() {
    let said = test("examples = { good = [{ jobs.a.timeout = 30 }], bad = [{ jobs.a.timeout = 11 }, { jobs.a.timeout = 3 }] }");
    assert_eq!(said.code, 1);
    assert_eq!(
        said.findings(),
        [
            "short-jobs policies/main.ncl/custom/short-jobs/examples/good/0: the example must not fire, and does @ policies/main.ncl:9",
            "short-jobs policies/main.ncl/custom/short-jobs/examples/bad/1: the example must fire, and does not @ policies/main.ncl:9",
        ]
    );
    assert_eq!(said.list()[0]["help"][0], "it says: too long");
}

#[test]
fn a_rule_that_nothing_shows_to_fire_is_said() {
    for examples in ["", "examples = { good = [{}], bad = [] }"] {
        let said = test(examples);
        assert_eq!(said.code, 0, "{}", said.out);
        assert_eq!(
            said.findings(),
            ["short-jobs policies/main.ncl/custom/short-jobs: no example makes it fire @ policies/main.ncl:2"]
        );
    }
}

#[test]
fn what_cannot_be_evaluated_is_neither_passed_nor_failed() {
    let said = test("examples = { good = [], bad = [{ jobs.a.timeout = \"long\" }, { jobs.a.timeout = 11 }] }");
    assert_eq!(said.code, 3, "{}", said.out);
    let findings = said.findings();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].starts_with("evaluation-failed policies/main.ncl/custom/short-jobs/examples/bad/0: "), "{findings:#?}");
    let project = Sandbox::new();
    project.write("policies/main.ncl", "{ rules = 3 }");
    assert_eq!(project.run(&["policy", "test", "--own"]).code, 3, "a policy that is refused");
}

#[test]
fn the_rules_of_the_organisation_are_tested_as_well() {
    let project = Sandbox::new();
    project.change("pipelines/main.ncl", "backends", "policy.organisation = \"policies/organisation\",\n  backends");
    project.write("policies/organisation/main.ncl", &policy("examples = { good = [], bad = [{}] }"));
    let said = project.run(&["policy", "test", "--own", "--format", "json"]);
    assert_eq!(said.code, 1);
    assert!(
        said.findings()[0].starts_with("short-jobs policies/organisation/main.ncl/custom/short-jobs/examples/bad/0: "),
        "{}",
        said.out
    );
    // Broken pipelines are nothing to a policy's rules.
    project.write("pipelines/ci.ncl", "{ name = ");
    assert_eq!(project.run(&["policy", "test", "--own"]).code, 1);
}
