//! Workflows written by hand beside the emitted ones, on a real disk.

use super::sandbox::Sandbox;

const EVIL: &str =
    "on: pull_request_target\npermissions: write-all\njobs:\n  x:\n    runs-on: ubuntu-24.04\n    steps: [{ run: make }]\n";

fn with(files: &[&str]) -> Sandbox {
    let project = Sandbox::new();
    files.iter().for_each(|file| project.write(file, EVIL));
    project
}

fn wanted(path: &str) -> String {
    format!(
        "unmanaged-workflow {path}: no pipeline emits `{path}`, and pipeward did not write it: nothing judges what it runs @ {path}:1"
    )
}

#[test]
fn a_workflow_that_nobody_judges_is_noted_and_an_organisation_refuses_it() {
    let evil = ".github/workflows/evil.yml";
    let project = with(&[evil, ".github/workflows/README.md", ".github/workflows/below/deep.yml", ".github/dependabot.yml"]);
    let said = project.check(&[]);
    assert_eq!((said.code, said.findings()), (0, vec![wanted(evil)]));
    assert_eq!(said.list()[0]["severity"], "note");
    project.write("policies/main.ncl", "{ rules.unmanaged-workflow.severity = 'Error }");
    assert_eq!(project.check(&[]).code, 1);
    assert_eq!(project.run(&["emit"]).code, 1, "what the gate refuses stops emit");
    project.write("policies/main.ncl", "{ rules.unmanaged-workflow.severity = 'Off }");
    assert_eq!(project.check(&[]).findings(), Vec::<String>::new());
}

#[test]
fn what_the_policy_allows_by_path_passes() {
    let (evil, scan) = (".github/workflows/evil.yaml", ".github/workflows/scan-a.yml");
    let project = with(&[evil, scan]);
    assert_eq!(project.check(&[]).findings(), [wanted(evil), wanted(scan)]);
    project.write("policies/main.ncl", "{ rules.unmanaged-workflow.settings.allow = [\".github/workflows/scan-*\"] }");
    assert_eq!(project.check(&[]).findings(), [wanted(evil)]);
    // What a repository allows, its organisation does not have to.
    project.write("policies/organisation.ncl", "{ rules.unmanaged-workflow.severity = 'Error }");
    project.change("pipelines/main.ncl", "backends", "policy.organisation = \"policies/organisation.ncl\",\n  backends");
    let said = project.check(&[]);
    assert_eq!((said.code, said.findings()), (1, vec![wanted(evil), wanted(scan)]));
}

#[test]
fn one_that_is_ours_is_drift_and_one_behind_a_symlink_is_not_overlooked() {
    let project = Sandbox::new();
    let header = project.read(".github/workflows/ci.yml").lines().next().expect("a first line").to_owned();
    project.write(".github/workflows/forged.yml", &format!("{header}\n{EVIL}"));
    let said = project.check(&[]);
    assert_eq!(said.code, 1);
    assert!(said.findings()[0].starts_with("generated-file-drift .github/workflows/forged.yml"), "{}", said.out);
    project.write("policies/main.ncl", "{ rules.unmanaged-workflow.severity = 'Error }");
    project.write("elsewhere.yml", EVIL);
    std::os::unix::fs::symlink("../../elsewhere.yml", project.path(".github/workflows/link.yml")).expect("a link");
    let findings = project.check(&[]).findings();
    assert_eq!(findings.len(), 2, "one does not hide the other: {findings:#?}");
    assert!(findings.contains(&wanted(".github/workflows/link.yml")), "{findings:#?}");
}

#[test]
fn one_that_is_new_is_found_though_nothing_else_has_changed() {
    let project = Sandbox::new();
    let folder = tempfile::tempdir().expect("there is room");
    let folder = folder.path().to_str().expect("text");
    assert_eq!(project.check(&["--cache-dir", folder]).findings(), Vec::<String>::new());
    project.write(".github/workflows/evil.yml", EVIL);
    assert_eq!(project.check(&["--cache-dir", folder]).findings(), [wanted(".github/workflows/evil.yml")]);
}
