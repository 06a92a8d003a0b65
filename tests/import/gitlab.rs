//! Files of GitLab's imported as pipelines: what these emit says what the files say, and a single scalar that is changed is seen.

use std::fs;
use std::path::{Path, PathBuf};

use pipeward::import::{self, Imported, gitlab_differences};
use pipeward::origin::Files;
use pipeward::read::{Document, configuration};
use pipeward::source::Node;

use super::{emitted, import_both, mutated, pipeward, said, workspace_of};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/gitlab")
}

/// The files of the folder: paths and texts.
pub(crate) fn files() -> Vec<(String, String)> {
    fn gather(folder: &Path, above: &str, all: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!("{above}{}", path.file_name().expect("a name").to_string_lossy());
            if path.is_dir() {
                gather(&path, &format!("{name}/"), all);
            } else {
                all.push((name, fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    let mut all = Vec::new();
    gather(&folder(), "", &mut all);
    all.sort();
    all
}

pub(crate) fn of(files: &[(String, String)]) -> Imported {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    import_both(&[], &files, None)
}

/// One file at the root of a repository.
fn one(text: &str) -> Imported {
    of(&[(".gitlab-ci.yml".to_owned(), text.to_owned())])
}

fn yaml(text: &str) -> (Option<Node>, Node) {
    let id = Files::default().add("x.yml", text);
    let mut document = Document::read(text, id);
    assert!(document.is_whole, "{:?}\n{text}", document.slips);
    configuration(&mut document, text, id).expect("a configuration")
}

fn differ(one: &(Option<Node>, Node), other: &(Option<Node>, Node)) -> Vec<import::Difference> {
    gitlab_differences((one.0.as_ref(), &one.1), (other.0.as_ref(), &other.1)).0
}

#[test]
fn every_file_is_emitted_as_it_was() {
    let imported = of(&files());
    assert_eq!(said(&imported), Vec::<String>::new());
    assert!(imported.is_equal() && imported.told.len() >= 29, "{}", imported.sum());
    let emitted = emitted(&imported);
    for (path, text) in files() {
        let written = emitted.get(&path).unwrap_or_else(|| panic!("nothing is emitted for {path}"));
        assert_eq!(differ(&yaml(&text), &yaml(written)), [], "{path}\n{written}");
    }
    let (ours, forges) = imported.told.iter().fold((0, 0), |(ours, forges), told| (ours + told.ours, forges + told.forges));
    assert!(import::share(ours, ours + forges) > 80.0, "{}", imported.sum());
}

#[test]
fn one_scalar_that_is_changed_is_seen() {
    let emitted = emitted(&of(&files()));
    let mut changed = 0;
    for (path, text) in files() {
        let written = yaml(&text);
        let (head, root) = yaml(&emitted[&path]);
        for (place, mutant) in mutated(&root, "", &|_| true) {
            let seen = differ(&written, &(head.clone(), mutant));
            assert!(!seen.is_empty(), "{path}: {place} was changed and nobody saw it");
            changed += 1;
        }
        for (place, mutant) in head.iter().flat_map(|head| mutated(head, "", &|_| true)) {
            assert!(!differ(&written, &(Some(mutant), root.clone())).is_empty(), "{path}: {place} of the head");
            changed += 1;
        }
    }
    assert!(changed > 500, "{changed}");
}

#[test]
fn what_is_said_in_another_form_is_the_same() {
    for (one, other) in [
        ("a: {script: make}", "a: {script: [make]}"),
        ("a: {script: [a, [b, [c]]]}", "a: {script: [a, b, c]}"),
        ("a: {script: x, image: i}", "a: {script: x, image: {name: i}}"),
        ("a: {script: x, needs: [b]}", "a: {script: x, needs: [{job: b, artifacts: true}]}"),
        ("a: {script: x, timeout: 1h 30m}", "a: {script: x, timeout: 90 minutes}"),
        ("a: {script: x, retry: 2}", "a: {script: x, retry: {max: 2}}"),
        ("a: {script: x, extends: b}", "a: {script: x, extends: [b]}"),
        ("a: {script: x, variables: {A: 1, B: true}}", "a: {script: x, variables: {A: '1', B: 'true'}}"),
        ("a: {script: x, cache: {paths: [p]}}", "a: {script: x, cache: [{key: default, paths: [p], policy: pull-push}]}"),
        ("include: a.yml", "include: [{local: a.yml}]"),
        ("a: {script: x, rules: [{changes: [p]}]}", "a: {script: x, rules: [{changes: {paths: [p]}}]}"),
        (".b: &b {image: i}\na: {<<: *b, script: x}", ".b: {image: i}\na: {script: x, image: i}"),
        ("a: {script: x, services: [postgres:16]}", "a: {script: x, services: [{name: 'postgres:16', alias: postgres}]}"),
    ] {
        assert_eq!(differ(&yaml(one), &yaml(other)), [], "{one}\n{other}");
    }
    for (one, other) in [
        ("a: {script: x}", "a: {script: x, needs: []}"),
        ("a: {script: x, allow_failure: false}", "a: {script: x}"),
        ("a: {script: [x, y]}", "a: {script: \"x\\ny\"}"),
        ("a: {script: x, parallel: 2}", "a: {script: x, parallel: '2'}"),
        ("a: {script: x, image: i, only: [b]}", "a: {script: x, image: i}"),
        ("a: {script: [!reference [.b, script]]}", "a: {script: [!reference [.c, script]]}"),
        ("a: {script: x, variables: {A: !reference [.b, A]}}", "a: {script: x, variables: {A: !reference [.c, A]}}"),
        ("a: {script: x, rules: [{changes: [p]}]}", "a: {script: x, rules: [{exists: [p]}]}"),
        ("variables: {A: 0644}\na: {script: x}", "variables: {A: 644}\na: {script: x}"),
        ("image: i\na: {script: x}", "default: {image: i}\na: {script: x}"),
    ] {
        assert_ne!(differ(&yaml(one), &yaml(other)), [], "{one}\n{other}");
    }
}

/// The Nickel that a person is to keep.
#[test]
fn it_reads_as_if_somebody_had_written_it() {
    let imported = of(&files());
    for path in ["main", "gitlab", "ci-deploy", "scripts-gitlab-ci", "old-gitlab-ci"] {
        let file = imported.files.iter().find(|file| file.path == format!("pipelines/{path}.ncl")).expect(path);
        insta::assert_snapshot!(format!("gitlab-{path}"), file.text);
    }
}

/// A word of ours that would not be written back as it was stays GitLab's.
#[test]
fn the_meaning_decides_which_words_are_ours() {
    let text = |yaml: &str| {
        let imported = one(yaml);
        assert_eq!(said(&imported), Vec::<String>::new(), "{yaml}");
        imported.files.iter().find(|file| file.path == "pipelines/gitlab.ncl").expect("a pipeline").text.clone()
    };
    for (job, ours) in [
        ("script: [a, b]", "run = "),
        ("script: [a, \"if x; then\\n  y\\nfi\"]", "run = "),
        ("script: [cd a, \"if x; then\\n  y\\nfi\"]", "gitlab.script"),
        ("{script: x, when: manual}", "manual.blocks = false"),
        ("{script: x, when: manual, allow_failure: false}", "manual = {}"),
        ("{script: x, when: manual, allow_failure: true}", "when = \"manual\""),
        ("{script: x, when: always, rules: [{if: $A}]}", "when = \"always\""),
        ("{script: x, needs: []}", "needs = []"),
        ("{script: x, only: [main]}", "verbatim.only"),
        ("{script: x, image: $IMAGE}", "image = \"$IMAGE\""),
        ("{script: x, variables: {GIT_STRATEGY: none}}", "steps = [{ run = \"x\" }]"),
        ("{script: curl -H $DEPLOY_TOKEN}", "env.DEPLOY_TOKEN = 'Secret \"DEPLOY_TOKEN\""),
        ("{script: echo $OWN_TOKEN, variables: {OWN_TOKEN: x}}", "{ run = \"echo $OWN_TOKEN\" }"),
        ("{script: x}", "steps = [{ checkout = {} }, { run = \"x\" }]"),
    ] {
        let job = if job.starts_with('{') { job.to_owned() } else { format!("{{{job}}}") };
        let text = text(&format!("a: {job}\n"));
        assert!(text.contains(ours), "{job}\n{text}");
    }
}

#[test]
fn names_of_jobs_that_can_be_no_ids_are_kept_beside_them() {
    let imported = one("build app: {script: x}\nBuild: {script: x, needs: [build app]}\nbuild: {script: x, extends: Build}\n");
    assert_eq!(said(&imported), Vec::<String>::new());
    let workspace = workspace_of(&imported);
    let project = workspace.project.expect("a project");
    let jobs = &project.pipelines[0].jobs;
    assert_eq!(jobs.keys().collect::<Vec<_>>(), ["build-app", "Build", "build-2"]);
    assert_eq!(jobs["Build"].needs[0].as_str(), "build-app");
    assert!(emitted(&imported)[".gitlab-ci.yml"].contains("extends: Build\n"));
}

#[test]
fn what_is_no_configuration_is_told_and_the_others_are_imported() {
    let files = [("a.yml", "- a\n"), ("b.yml", "a: [\n"), ("c.yml", "x: {script: make}\n"), ("c.yml", "y: {script: make}\n")];
    let imported = import_both(&[], &files, None);
    let said = said(&imported);
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(said.iter().any(|line| line == "a.yml: : expected a mapping of jobs"), "{said:#?}");
    assert!(said.iter().any(|line| line.starts_with("b.yml: : this is no YAML that GitLab takes")), "{said:#?}");
    assert!(
        said.iter()
            .any(|line| line == "c.yml: : another file that is imported lies at c.yml as well: import each repository by itself"),
        "{said:#?}"
    );
    assert!(imported.files.iter().any(|file| file.path == "pipelines/c.ncl"));
}

#[test]
fn a_repository_with_both_becomes_one_project() {
    let root = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(".github/workflows/ci.yml", "on: push\njobs: {a: {runs-on: u, steps: [{run: x}]}}\n");
    for (path, text) in files().iter().filter(|(path, _)| path == ".gitlab-ci.yml" || path.starts_with("ci/")) {
        write(path, text);
    }
    let proved = pipeward(&["import", "--check"], root.path());
    assert_eq!(proved.status.code(), Some(0), "{proved:?}");
    assert!(!root.path().join("pipelines").exists());
    assert_eq!(pipeward(&["import"], root.path()).status.code(), Some(0));
    let main = fs::read_to_string(root.path().join("pipelines/main.ncl")).expect("a main file");
    assert!(main.contains("github = {}") && main.contains("gitlab = {") || main.contains("gitlab.runners"), "{main}");
    assert_eq!(pipeward(&["import", "--check"], root.path()).status.code(), Some(0));
    let ci = root.path().join("ci/deploy.yml");
    fs::write(&ci, fs::read_to_string(&ci).expect("a text").replace("alpine:3", "alpine:4")).expect("a file");
    let seen = pipeward(&["import", "--check"], root.path());
    let out = String::from_utf8_lossy(&seen.stdout);
    assert_eq!(seen.status.code(), Some(1), "{out}");
    assert!(out.contains("ci/deploy.yml:10:10: deploy to $[[ inputs.target ]].image.name: expected `alpine:4`"), "{out}");
    // With what is known left aside, the files are taken over, each where it lay.
    pipeward(&["check", "--write-baseline", "known.json"], root.path());
    let taken = pipeward(&["emit", "--adopt", "--baseline", "known.json"], root.path());
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    assert_eq!(pipeward(&["import", "--check"], root.path()).status.code(), Some(0));
    let written = fs::read_to_string(&ci).expect("a text");
    assert!(
        written.starts_with("# Generated from pipelines/ci-deploy.ncl by pipeward; do not edit.") && written.contains("alpine:3")
    );
    let checked = pipeward(&["check", "--baseline", "known.json"], root.path());
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

/// What a project writes itself is compared with that, and not taken over once more.
#[test]
fn a_file_that_the_project_writes_is_compared_with_what_it_writes() {
    let k2 = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/k2");
    let proved = pipeward(&["import", "--check"], &k2);
    let out = String::from_utf8_lossy(&proved.stdout);
    assert_eq!(proved.status.code(), Some(0), "{out}");
    assert!(out.contains(".gitlab-ci.yml -> pipelines/main.ncl: equal"), "{out}");
    assert!(!out.contains("keys portable"), "{out}");
}

#[test]
fn of_two_keys_the_last_counts_and_that_is_said() {
    let imported = one("a: {script: first}\na: {script: second}\n");
    assert_eq!(
        (said(&imported), imported.told[0].notes.as_slice()),
        (Vec::new(), &["line 2: the key `a` stands here twice, and the last counts".to_owned()][..])
    );
    assert!(emitted(&imported)[".gitlab-ci.yml"].contains("- second\n"));
}
