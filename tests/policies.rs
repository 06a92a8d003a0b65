//! Policies found, layered and applied by the real binary.

#[path = "support/sandbox.rs"]
mod sandbox;

use sandbox::Sandbox;

#[test]
fn a_rule_in_evaluate_mode_is_shown_and_fails_nothing() {
    let project = Sandbox::new();
    project.write("policies/main.ncl", "{ rules.job-timeout-over-limit = { settings.max = \"5m\", mode = 'Evaluate } }");
    let said = project.check(&[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let document = said.document();
    assert_eq!((&document["verdict"], &document["counts"]["error"]), (&"passed".into(), &0.into()));
    assert_eq!(document["counts"]["evaluated"], 1);
    let finding = &document["findings"][0];
    assert_eq!((&finding["mode"], &finding["severity"]), (&"evaluate".into(), &"error".into()));
    let text = project.run(&["check"]);
    assert!(text.out.starts_with("note[job-timeout-over-limit]"), "{}", text.out);
    assert!(text.out.contains("only evaluated: severity error once the policy enforces the rule"), "{}", text.out);
    assert!(text.out.ends_with("1 only evaluated in 1 pipeline\n"), "{}", text.out);
    assert!(project.run(&["check", "--format", "github"]).out.starts_with("::notice "));
    assert!(project.run(&["check", "--format", "sarif"]).out.contains("\"mode\": \"evaluate\""));
    assert_eq!(project.run(&["emit"]).code, 0, "it keeps nothing from being written");
    project.change("policies/main.ncl", "'Evaluate", "'Enforce");
    assert_eq!(project.check(&[]).code, 1);
}

#[test]
fn every_kind_of_rule_can_be_evaluated() {
    let project = Sandbox::new();
    let rule =
        "{ summary = \"never right\", why = \"A test.\", mode = 'Evaluate, check = fun _ => [{ at = [], message = \"no\" }] }";
    let policy = |rule: &str| {
        format!(
            "{{ rules = {{ generated-file-drift.mode = 'Evaluate, waiver-expired.mode = 'Evaluate }}, custom.never-right = {rule}, \
         exceptions.old = {{ rule = \"never-right\", where = \"ci/unit\", reason = \"r\", owner = \"o\", expires = \"2026-01-01\" }} }}"
        )
    };
    project.write("policies/main.ncl", &policy(rule));
    project.write(".github/workflows/ci.yml", &format!("{}# by hand\n", project.read(".github/workflows/ci.yml")));
    let said = project.check(&[]);
    let list = said.list();
    let rules: Vec<&str> = list.iter().filter_map(|finding| finding["rule"].as_str()).collect();
    assert_eq!(rules, ["generated-file-drift", "never-right", "waiver-expired"], "{}", said.out);
    assert!(list.iter().all(|finding| finding["mode"] == "evaluate"), "{}", said.out);
    assert_eq!(said.code, 0);
    project.write("policies/main.ncl", &policy(&rule.replace("'Evaluate", "'Enforce")));
    assert_eq!(project.check(&[]).code, 1);
    for wrong in ["rules.job-timeout-missing.mode = 'Evaluate", "rules.concurrency-missing.mode = 'Off"] {
        project.write("policies/main.ncl", &format!("{{ {wrong} }}"));
        assert_eq!(project.check(&[]).code, 3, "{wrong}");
    }
}

#[test]
fn a_project_for_a_newer_pipeward_says_that_and_nothing_else() {
    let project = Sandbox::new();
    project.change("pipelines/main.ncl", "name = \"sample\",", "name = \"sample\",\n  pipeward = \"99.1\",\n  telepathy = 'On,");
    project.write("pipelines/broken.ncl", "{ name = ");
    project.write("policies/main.ncl", "{ unheard = 1 }");
    let said = project.check(&[]);
    assert_eq!(said.code, 3);
    let findings = said.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(
        findings[0].starts_with("contract-broken project/pipeward: the project asks for pipeward 99.1, and this is "),
        "{findings:?}"
    );
    assert!(findings[0].ends_with("@ pipelines/main.ncl:3"), "{findings:?}");
    project.change("pipelines/main.ncl", "99.1", "one");
    let findings = project.check(&[]).findings();
    let wanted = "contract-broken project/pipeward: expected a version, got \"one\" @ pipelines/main.ncl:3";
    assert!(findings.iter().any(|finding| finding == wanted), "{findings:?}");
    project.change("pipelines/main.ncl", "one\",\n  telepathy = 'On", "0.1\"");
    std::fs::remove_file(project.path("pipelines/broken.ncl")).expect("removed");
    std::fs::remove_file(project.path("policies/main.ncl")).expect("removed");
    assert_eq!(project.check(&[]).code, 0, "an older one is served");
}
