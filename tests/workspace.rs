//! A project loaded from texts: what is refused, where, and that one broken file hides nothing in another.

use std::path::Path;

use pipeward::origin::Files;
use pipeward::policy::Date;
use pipeward::source::{Evaluator, FaultKind, Request, Role};
use pipeward::workspace::{self, Workspace};

fn load(texts: &[(&str, Role, &str)]) -> Workspace {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let requests: Vec<Request> = texts
        .iter()
        .map(|(name, role, text)| Request { name: (*name).to_owned(), text: Some((*text).to_owned()), role: *role })
        .collect();
    workspace::assemble(root, &Evaluator::here(root), &requests)
}

const PROJECT: (&str, Role, &str) = ("pipelines/main.ncl", Role::Project, "{ name = \"p\", visibility = 'Public }");
const POLICY: (&str, Role, &str) = ("policies/main.ncl", Role::Policy, "{}");

fn said(workspace: &Workspace) -> Vec<String> {
    let mut said: Vec<String> = workspace
        .refused
        .iter()
        .map(|finding| {
            let origin = finding.origin.expect("a refusal has a place");
            let place = workspace.files.place(origin);
            let name = workspace.files.name(origin.file);
            format!("{name}:{}:{} {} {}: {}", place.line, place.column, finding.identity, finding.rule, finding.message)
        })
        .collect();
    said.sort();
    said
}

#[test]
fn every_fault_of_a_file_is_said_at_its_own_place() {
    let text = r#"{
  name = "Tests",
  on.push.branchs = ["main"],
  jobs.unit = {
    timeuot = "5m",
    steps = [
      { name = "Test it", run = "make test", uses = "actions/cache" },
      { name = "Empty" },
      { upload = { name = "x", paths = ["x"] } },
    ],
  },
}"#;
    let workspace = load(&[PROJECT, ("pipelines/ci.ncl", Role::Pipeline, text), POLICY]);
    let said = said(&workspace);
    for expected in [
        "pipelines/ci.ncl:3:11 ci unknown-field: unknown field `branchs`",
        "pipelines/ci.ncl:5:5 ci/unit unknown-field: unknown field `timeuot`",
        "pipelines/ci.ncl:7:46 ci/unit/test-it contract-broken: a step does one thing",
        "pipelines/ci.ncl:8:7 ci/unit/empty contract-broken: the step does nothing",
        "pipelines/ci.ncl:9:18 ci/unit/#3 ",
    ] {
        assert!(said.iter().any(|line| line.starts_with(expected)), "{expected} is not in {said:#?}");
    }
    // The timeout that is missing is the one that is misspelt.
    assert!(!said.iter().any(|line| line.starts_with("pipelines/ci.ncl:4:15 ")), "{said:#?}");
    assert_eq!(said.len(), 5, "{said:#?}");
}

#[test]
fn a_name_that_cannot_be_one_hides_nothing_beside_it() {
    let project = r#"{ name = "p", visibility = 'Public, secrets.mail_to = { purpose = "x", owner = 3 }, pins.checkout = {} }"#;
    let text = r#"{ name = "Tests", on = [], jobs."2nd" = { timeout = "x", env."A B" = "1", steps = [{ checkout = {} }] } }"#;
    let workspace = load(&[
        ("pipelines/main.ncl", Role::Project, project),
        ("pipelines/ci.ncl", Role::Pipeline, text),
        ("policies/main.ncl", Role::Policy, "{ rules = 3 }"),
    ]);
    let said = said(&workspace);
    for expected in [
        "pipelines/ci.ncl:1:24 ci contract-broken: expected a Record, got an Array",
        "pipelines/ci.ncl:1:33 ci/2nd id-rules: expected an id, got \"2nd\"",
        "pipelines/ci.ncl:1:53 ci/2nd contract-broken: expected a duration, got \"x\"",
        "pipelines/ci.ncl:1:62 ci/2nd id-rules: expected the name of a variable, got \"A B\"",
        "pipelines/main.ncl:1:45 project/secrets/mail_to id-rules: expected a name in capitals",
        "pipelines/main.ncl:1:80 project/secrets/mail_to contract-broken: expected",
        "pipelines/main.ncl:1:90 project/pins/checkout id-rules: expected the owner and the name of an action",
        "policies/main.ncl:1:11 policies/main.ncl/rules contract-broken: expected a Record, got a Number",
    ] {
        assert!(said.iter().any(|line| line.starts_with(expected)), "{expected} is not in {said:#?}");
    }
}

#[test]
fn contracts_on_the_fields_of_a_record_are_enforced() {
    let request = Request {
        name: "x.ncl".to_owned(),
        text: Some("{ x | Number = \"hi\", y = { z | String = 1 } }".to_owned()),
        role: Role::Free,
    };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let evaluation = Evaluator::here(root).evaluate(&[request], &mut Files::default()).remove(0);
    let said: Vec<&str> = evaluation.faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(said, ["expected a Number, got a String", "expected a String, got a Number"]);
}

#[test]
fn a_broken_file_hides_nothing_in_another() {
    let good = r#"{ name = "Good", on.push = {}, jobs.a = { timeout = "5m", steps = [{ checkout = {} }] } }"#;
    let workspace = load(&[
        PROJECT,
        ("pipelines/broken.ncl", Role::Pipeline, "{ name = "),
        ("pipelines/good_one.ncl", Role::Pipeline, good),
        POLICY,
    ]);
    let project = workspace.project.as_ref().expect("the project");
    assert_eq!(project.pipelines.iter().map(|pipeline| pipeline.id.as_str()).collect::<Vec<_>>(), ["good-one"]);
    assert_eq!(project.unread, ["pipelines/broken.ncl"]);
    assert_eq!(said(&workspace).len(), 1);
}

#[test]
fn imports_stay_in_the_project() {
    let place = tempfile::tempdir().expect("a directory");
    let root = place.path().join("project");
    std::fs::create_dir_all(root.join("pipelines")).expect("pipelines");
    std::fs::write(place.path().join("secret.ncl"), "\"secret\"").expect("a file outside");
    std::os::unix::fs::symlink(place.path().join("secret.ncl"), root.join("pipelines/link.ncl")).expect("a link");
    for (import, why) in [
        ("/etc/hostname", "absolute"),
        ("../../secret.ncl", "outside the project"),
        ("link.ncl", "outside the project"),
        ("nowhere.ncl", "not there"),
    ] {
        let text = format!("let x = import \"{import}\" in x");
        let request = Request { name: "pipelines/ci.ncl".to_owned(), text: Some(text), role: Role::Pipeline };
        let evaluation = Evaluator::here(&root).evaluate(&[request], &mut Files::default()).remove(0);
        let fault = evaluation.faults.first().expect("a fault");
        assert_eq!(fault.kind, FaultKind::Import, "{import}");
        assert!(fault.message.contains(why), "{import}: {}", fault.message);
        assert_eq!(fault.origin.start, 8, "{import}");
    }
    let mut files = Files::default();
    let linked = Request { name: "pipelines/link.ncl".to_owned(), text: None, role: Role::Pipeline };
    let evaluation = Evaluator::here(&root).evaluate(&[linked], &mut files).remove(0);
    assert_eq!(evaluation.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::Import]);
    assert!(files.iter().all(|(_, text)| !text.contains("secret")), "what lies outside is not shown");
}

#[test]
fn rules_of_a_forge_are_idle_where_nothing_is_written_for_it() {
    let pipeline = "{ name = \"CI\", on.push = {}, jobs.unit = { timeout = \"25h\", permissions = {}, steps = [{ run = \"make\", env.A = 'Secret \"AB\" }] } }";
    let judged = |backends: &str| {
        let project = format!("{{ name = \"p\", visibility = 'Public{backends} }}");
        let workspace =
            load(&[("pipelines/main.ncl", Role::Project, &project), ("pipelines/ci.ncl", Role::Pipeline, pipeline), POLICY]);
        assert_eq!(said(&workspace), Vec::<String>::new());
        let mut rules: Vec<String> =
            workspace.judge(&[], Date::parse("2026-06-01").expect("a day")).into_iter().map(|finding| finding.rule).collect();
        rules.sort();
        rules
    };
    let every = ["concurrency-missing", "job-timeout-over-limit", "secrets-undeclared"];
    let on_github = judged(", backends.github = {}");
    assert!(on_github.iter().any(|rule| rule == "job-timeout-over-platform"), "{on_github:?}");
    assert!(every.iter().all(|rule| on_github.iter().any(|said| said == rule)), "{on_github:?}");
    assert_eq!(judged(", backends = {}"), every);
}
