//! Policies found, layered and applied by the real binary.

use super::sandbox::{Said, Sandbox};

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

const ORGANISATION: &str = "policies/organisation/main.ncl";

/// An exception to the limit of a job's time.
fn exception(place: &str, owner: &str, expires: &str) -> String {
    format!(
        "exceptions.slow = {{ rule = \"job-timeout-over-limit\", where = \"{place}\", reason = \"soak test\", owner = \"{owner}\", expires = \"{expires}\" }}"
    )
}

/// A project whose organisation allows five minutes, and whose own policy is this.
fn with_organisation(organisation: &str, own: &str) -> Sandbox {
    let project = Sandbox::new();
    project.change("pipelines/main.ncl", "backends", "policy.organisation = \"policies/organisation\",\n  backends");
    project.write(ORGANISATION, &format!("{{ rules.job-timeout-over-limit.settings.max = \"5m\", {organisation} }}\n"));
    if !own.is_empty() {
        project.write("policies/main.ncl", &format!("{{ {own} }}\n"));
    }
    project
}

fn ids(said: &Said) -> Vec<String> {
    let mut ids: Vec<String> =
        said.findings().iter().map(|finding| finding.split(' ').next().unwrap_or_default().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn a_repository_that_decides_nothing_has_no_layer_where_an_organisation_decides() {
    let project = with_organisation("rules.concurrency-missing.severity = 'Off", "");
    project.change("pipelines/ci.ncl", "  concurrency = { group = 'PerRef, cancel = true },\n", "");
    assert_eq!(project.run(&["emit"]).code, 1);
    assert_eq!(ids(&project.check(&[])), ["job-timeout-over-limit"]);
    project.write("policies/main.ncl", "{}");
    assert_eq!(ids(&project.check(&[])), ["concurrency-missing", "job-timeout-over-limit"]);
}

#[test]
fn an_exception_of_the_repository_holds_for_the_organisation_only_where_it_is_allowed() {
    let slow = exception("ci/unit", "platform", "2026-08-30");
    let said = with_organisation("", &format!("rules.job-timeout-over-limit.settings.max = \"6m\", {slow}")).check(&[]);
    assert_eq!(ids(&said), ["job-timeout-over-limit"]);
    let help = said.list()[0]["help"].to_string();
    assert!(help.contains("the repository's exception `slow` does not hold here"), "{help}");
    for allowed in ["{}", "{ rules = [\"job-timeout-over-limit\"], longest = \"90 days\", owners = [\"platform\"] }"] {
        let said = with_organisation(&format!("exceptions_allowed = {allowed}"), &slow).check(&[]);
        assert_eq!((said.code, ids(&said)), (0, Vec::new()), "{allowed}: {}", said.out);
    }
    for (forbidden, why) in [
        ("exceptions_allowed = 'None", "no repository may make an exception"),
        ("exceptions_allowed.rules = [\"unpinned-uses\"]", "a repository may make no exception to `job-timeout-over-limit`"),
        (
            "exceptions_allowed.longest = \"89 days\"",
            "it holds until 2026-08-30, the most allowed is 2026-08-29: 89 days from today",
        ),
        ("exceptions_allowed.owners = [\"security\"]", "\"platform\" is not among those who may answer for an exception"),
        (
            "rules.suppression-banned.settings.banned = [\"job-timeout-over-limit\"]",
            "no exception may cover `job-timeout-over-limit`",
        ),
    ] {
        let own = format!("rules.job-timeout-over-limit.settings.max = \"6m\", rules.suppression-banned.severity = 'Off, {slow}");
        let said = with_organisation(forbidden, &own).check(&[]);
        let list = said.findings();
        let wanted = format!("suppression-banned policies/main.ncl/exceptions/slow: {why} @ policies/main.ncl:1");
        assert!(list.contains(&wanted), "{wanted} is not in {list:#?}");
        assert_eq!(ids(&said), ["job-timeout-over-limit", "job-timeout-over-limit", "suppression-banned"], "{forbidden}");
        assert_eq!(said.list().last().map(|finding| finding["related"][0]["file"].clone()), Some(ORGANISATION.into()));
    }
}

#[test]
fn an_exception_of_the_organisation_holds_in_its_own_layer() {
    let slow = exception("ci/unit", "platform", "2027-08-30");
    let said = with_organisation(&format!("exceptions_allowed = 'None, {slow}"), "").check(&[]);
    assert_eq!(ids(&said), Vec::<String>::new(), "its own exceptions are not the repository's");
    let said = with_organisation(&slow, "rules.job-timeout-over-limit.settings.max = \"6m\"").check(&[]);
    assert_eq!(said.findings(), ["job-timeout-over-limit ci/unit: 10m, the most allowed is 6m @ pipelines/ci.ncl:6"]);
}

#[test]
fn an_exception_may_be_about_a_rule_of_the_organisation() {
    let rule = "custom.never-right = { summary = \"never right\", why = \"A test.\", check = fun _ => [{ at = [\"jobs\", \"unit\"], message = \"no\" }] }";
    let own = exception("ci/unit", "platform", "2026-08-30").replace("job-timeout-over-limit", "never-right");
    let organisation = format!("rules.job-timeout-over-limit.severity = 'Off, {rule}, exceptions_allowed = {{}}");
    let said = with_organisation(&organisation.replace("rules.job-timeout-over-limit.severity = 'Off, ", ""), &own).check(&[]);
    assert_eq!(ids(&said), ["job-timeout-over-limit"], "{}", said.out);
}

#[test]
fn an_exception_that_names_nothing_is_told_what_was_meant() {
    let project = Sandbox::new();
    for (place, help) in [("ci/unti", "did you mean `ci/unit`?"), ("ci/unit/tets", "did you mean `ci/unit/test`?")] {
        project.write("policies/main.ncl", &format!("{{\n  {}\n}}", exception(place, "platform", "2026-08-30")));
        let said = project.check(&[]);
        assert_eq!(said.code, 1);
        let wanted =
            format!("waiver-unused policies/main.ncl/exceptions/slow: nothing is called `{place}` @ policies/main.ncl:2");
        assert_eq!(said.findings(), [wanted]);
        assert!(said.list()[0]["help"].to_string().contains(help), "{}", said.out);
    }
    project.write("policies/main.ncl", &format!("{{ {} }}", exception("ci/unit", "platform", "2026-08-30")));
    assert!(project.check(&[]).findings()[0].contains("`job-timeout-over-limit` finds nothing at `ci/unit`"));
}

/// The policies that the guide shows are policies.
#[test]
fn the_guide_shows_what_works() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/policy.md")).expect("the guide");
    let blocks: Vec<&str> = guide.split("```nickel\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 4, "{} blocks", blocks.len());
    let project = Sandbox::new();
    for block in blocks {
        project.write("policies/main.ncl", block);
        let said = project.check(&[]);
        assert!(said.code < 2, "{block}{}", said.out);
        let said = project.run(&["policy", "test", "--own"]);
        assert_eq!((said.code, said.out.as_str()), (0, ""), "{block}");
    }
}
