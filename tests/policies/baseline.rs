//! `--baseline`: only what is new is said, and nothing is hidden that must not be.

use std::process::Command;

use super::sandbox::Sandbox;

const STRICT: &str = "{ rules.job-timeout-over-limit.settings.max = \"5m\" }";

/// A project with a finding that is known since `known.json` was written.
fn known() -> Sandbox {
    let project = Sandbox::new();
    project.write("policies/main.ncl", STRICT);
    assert_eq!(project.check(&[]).code, 1);
    let said = project.run(&["check", "--write-baseline", "known.json"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", "1 finding written to known.json\n"));
    project
}

#[test]
fn only_what_is_new_is_said_and_fails() {
    let project = known();
    let said = project.run(&["check", "--baseline", "known.json"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert!(said.err.starts_with("1 known finding not shown: known.json knows them\nok: "), "{}", said.err);
    assert_eq!(project.check(&["--baseline", "known.json"]).document()["counts"]["known"], 1);
    assert_eq!(project.run(&["emit", "--baseline", "known.json"]).code, 0, "what the gate lets pass can be written");
    project.change(
        "pipelines/ci.ncl",
        "  jobs.unit",
        "  jobs.more = { timeout = \"9m\", steps = [{ run = \"true\" }] },\n  jobs.unit",
    );
    assert_eq!(project.run(&["emit", "--baseline", "known.json"]).code, 1);
    let said = project.check(&["--baseline", "known.json"]);
    assert_eq!(
        (said.code, said.findings()),
        (1, vec!["job-timeout-over-limit ci/more: 9m, the most allowed is 5m @ pipelines/ci.ncl:5".to_owned()])
    );
}

#[test]
fn the_json_of_an_earlier_run_is_a_baseline_too() {
    let project = known();
    let report = project.check(&[]).out;
    project.write("report.json", &report);
    assert_eq!(project.check(&["--baseline", "report.json"]).code, 0);
    // Lines move and words change; what is known stays known.
    project.change("pipelines/ci.ncl", "{\n  name", "{\n\n  # moved\n  name");
    project.change("pipelines/ci.ncl", "\"10m\"", "\"11m\"");
    assert_eq!(project.run(&["emit", "--baseline", "report.json"]).code, 0);
    assert_eq!(project.check(&["--baseline", "report.json"]).findings(), Vec::<String>::new());
}

#[test]
fn what_is_gone_is_said() {
    let project = known();
    project.change("pipelines/ci.ncl", "\"10m\"", "\"5m\"");
    assert_eq!(project.run(&["emit"]).code, 0);
    let said = project.run(&["check", "--baseline", "known.json"]);
    assert_eq!(said.code, 0);
    assert!(said.err.starts_with("1 finding of known.json not found any more; "), "{}", said.err);
    assert!(said.err.contains("\n  job-timeout-over-limit in ci/unit\n"), "{}", said.err);
    // What could not be looked at is not said to be gone.
    project.write("pipelines/broken.ncl", "{ name = ");
    let said = project.run(&["check", "--baseline", "known.json"]);
    assert_eq!(said.code, 3);
    assert!(!said.err.contains("not found any more"), "{}", said.err);
}

#[test]
fn what_could_not_be_checked_is_never_hidden() {
    let project = known();
    project.write("pipelines/broken.ncl", "{ name = ");
    let report = project.check(&[]);
    assert_eq!(report.code, 3);
    project.write("report.json", &report.out);
    let said = project.check(&["--baseline", "report.json"]);
    assert_eq!((said.code, said.findings().len()), (3, 1), "{}", said.out);
    let said = project.run(&["check", "--write-baseline", "fresh.json"]);
    assert_eq!(said.code, 3);
    assert!(said.err.contains("no baseline was written") && !project.path("fresh.json").exists(), "{}", said.err);
}

#[test]
fn a_baseline_that_cannot_be_read_ends_the_run() {
    let project = Sandbox::new();
    project.write("empty.json", "");
    project.write("other.json", "{ \"version\": 2, \"findings\": [] }");
    for (name, wanted) in
        [("nowhere.json", "No such file"), ("empty.json", "EOF"), ("other.json", "expected version 1, got 2"), (".", "directory")]
    {
        let said = project.run(&["check", "--baseline", name]);
        assert_eq!(said.code, 3, "{name}: {}", said.err);
        assert!(
            said.err.contains(&format!("cannot use the baseline {name}: ")) && said.err.contains(wanted),
            "{name}: {}",
            said.err
        );
    }
    assert_eq!(project.run(&["check", "--baseline", "a", "--write-baseline", "b"]).code, 2);
}

/// A change may not hide its own findings by writing them into the file that is known.
#[test]
fn with_policies_of_a_revision_the_baseline_is_of_that_revision() {
    let project = known();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-C"])
            .arg(project.path(""))
            .args(arguments)
            .output();
        assert!(output.expect("git is here").status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "base"]);
    git(&["tag", "base"]);
    assert_eq!(project.check(&["--policy-ref", "base", "--baseline", "known.json"]).code, 0);
    project.change(
        "pipelines/ci.ncl",
        "  jobs.unit",
        "  jobs.more = { timeout = \"9m\", steps = [{ run = \"true\" }] },\n  jobs.unit",
    );
    assert_eq!(project.run(&["check", "--write-baseline", "known.json"]).code, 0);
    assert_eq!(project.run(&["emit", "--baseline", "known.json"]).code, 0);
    assert_eq!(project.check(&["--baseline", "known.json"]).code, 0);
    let said = project.check(&["--policy-ref", "base", "--baseline", "known.json"]);
    assert_eq!(said.code, 1);
    assert!(said.findings()[0].starts_with("job-timeout-over-limit ci/more"), "{}", said.out);
    let said = project.run(&["check", "--policy-ref", "base", "--baseline", "fresh.json"]);
    assert_eq!(said.code, 3);
    assert!(said.err.contains("base has no such file"), "{}", said.err);
}

/// On the first day nothing is emitted yet: what the errors keep from being said is as old as they are.
#[test]
fn the_drift_behind_known_errors_is_known_as_it_was_and_no_further() {
    let strict = |project: &Sandbox| project.write("policies/main.ncl", STRICT);
    let workflow = ".github/workflows/ci.yml";
    let missing = Sandbox::new();
    std::fs::remove_file(missing.path(workflow)).expect("removed");
    let edited = Sandbox::new();
    edited.change(workflow, "make test", "make tests");
    for project in [missing, edited] {
        strict(&project);
        assert_eq!(project.check(&[]).findings().len(), 1, "drift is quiet");
        // What is remembered of a run knows the drift, too.
        let cache = project.path("cache").to_str().expect("text").to_owned();
        for name in ["known.json", "again.json"] {
            let said = project.run(&["check", "--now", super::sandbox::TODAY, "--cache-dir", &cache, "--write-baseline", name]);
            assert_eq!((said.code, said.err), (0, format!("2 findings written to {name}\n")));
        }
        assert_eq!(project.read("known.json"), project.read("again.json"));
        let said = project.run(&["check", "--baseline", "known.json"]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        // Another edit, and another source, are not what was known.
        project.write(workflow, "# Generated from pipelines/ci.ncl by pipeward; do not edit.\non: push\n");
        let said = project.check(&["--baseline", "known.json"]);
        assert_eq!(said.code, 1);
        assert!(said.findings()[0].starts_with("generated-file-drift ci: differs"), "{}", said.out);
        assert_eq!(project.run(&["emit", "--baseline", "known.json"]).code, 0);
        assert_eq!(project.check(&["--baseline", "known.json"]).findings(), Vec::<String>::new());
        std::fs::remove_file(project.path(workflow)).expect("removed");
        project.change("pipelines/ci.ncl", "make test", "make all");
        let said = project.check(&["--baseline", "known.json"]);
        assert_eq!((said.code, said.findings().len()), (1, 1));
        assert!(said.findings()[0].contains("is missing"), "{}", said.out);
    }
}
