//! GitLab's files as they are: what an audit says of them, and at which line.

use std::fs;
use std::path::{Path, PathBuf};

use pipeward::audit::{Search, Terms, Told, audit, find};
use pipeward::policy::Date;

/// Writes files into a folder, audits it, and shows each finding as `path:line rule`, sorted.
fn said(files: &[(&str, &str)], strict: bool) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let place = folder.path().join(path);
        fs::create_dir_all(place.parent().expect("a parent")).expect("folders");
        fs::write(place, text).expect("a file");
    }
    told(folder.path().to_path_buf(), folder.path(), strict)
}

fn told(path: PathBuf, root: &Path, strict: bool) -> Vec<String> {
    let (found, lost) = find(&Search { paths: vec![path], ignores: true, exclude: Vec::new(), shard: None });
    assert_eq!(lost, []);
    let mut all = Told::default();
    audit(
        found,
        &Terms { now: Date::parse("2026-11-01").expect("a day"), strict, policy: None },
        |judged| judged,
        |judged| all.add(judged),
    );
    let root = format!("{}/", root.display());
    let mut lines: Vec<String> = all
        .findings
        .iter()
        .map(|finding| {
            let origin = finding.origin.expect("a place");
            let line = all.files.text(origin.file)[..origin.start as usize].lines().count().max(1);
            let starts = all.files.text(origin.file)[..origin.start as usize].ends_with('\n');
            let name = all.files.name(origin.file).trim_start_matches(&root);
            format!("{name}:{} {}", line + usize::from(starts), finding.rule)
        })
        .collect();
    lines.sort();
    lines
}

/// A file, and what is said of it with `--strict` turned off.
const CASES: &[(&str, &[&str])] = &[
    ("build:\n  image: IMAGE\n  variables:\n    CI_DEBUG_TRACE: \"true\"\n  script: make\n", &["4 debug-enabled"]),
    ("build:\n  image: python:latest\n  script: make\n", &["2 unpinned-images"]),
    (
        "build:\n  image: IMAGE\n  variables:\n    DOCKER_TLS_CERTDIR: \"\"\n  script:\n    - docker build .\n",
        &["4 dind-without-tls"],
    ),
    ("build:\n  image: IMAGE\n  script:\n    - make\n    - curl -s https://example.org/a.sh | bash\n", &["5 unverified-script"]),
    ("build:\n  image: IMAGE\n  script:\n    - eval \"$CI_COMMIT_MESSAGE\"\n", &["4 command-injection"]),
    (
        "build:\n  image: IMAGE\n  needs: [biuld]\n  script: make\nother:\n  image: IMAGE\n  script: make\n",
        &["3 gl-name-unknown"],
    ),
    (
        "a:\n  image: IMAGE\n  script: make\nb:\n  image: IMAGE\n  script: make\nc:\n  image: IMAGE\n  script: make\n  needs: [a]\n  dependencies: [a, b]\n",
        &["11 needs-graph"],
    ),
    ("build:\n  image: IMAGE\n  extends: .base\n  script: make\n", &["3 gl-name-unknown"]),
    ("build:\n  image: IMAGE\n  stage: nope\n  script: make\n", &["3 gl-name-unknown"]),
    ("build:\n  image: IMAGE\n  script:\n    - !reference [.base, script]\n", &["4 gl-name-unknown"]),
    (
        "build:\n  image: IMAGE\n  script: make\n  rules:\n    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'\n    - if: $CI_COMMIT_BRANCH\n",
        &["5 gl-double-pipeline"],
    ),
    ("variables:\n  CI_COMMIT_SHA: abc\nbuild:\n  image: IMAGE\n  script: make\n", &["2 gl-variable-override"]),
    ("include:\n  - local: ci/nope.yml\nbuild:\n  image: IMAGE\n  script: make\n", &["2 gl-include-missing"]),
    (
        "include:\n  - project: group/ci\n    ref: main\n    file: a.yml\nbuild:\n  image: IMAGE\n  script: make\n",
        &["3 gl-include-unpinned"],
    ),
    ("build:\n  image: IMAGE\n  scirpt: make\n  script: make\n", &["3 unknown-field"]),
    ("build: make\n", &["1 syntax"]),
    ("pages:\n  image: IMAGE\n  script: make\n  artifacts:\n    paths: [dist]\n", &["1 gl-pages"]),
    ("pages:\n  image: IMAGE\n  script: make\n  artifacts:\n    paths: [public]\n", &[]),
    ("build:\n  image: IMAGE\n  before_script: make\n", &["1 syntax"]),
    (".base:\n  image: IMAGE\nbuild:\n  extends: .base\n", &["3 syntax"]),
    ("a:\n  image: IMAGE\n  extends: .b\n  script: make\n.b:\n  extends: .c\n.c:\n  extends: [.b]\n", &["6 syntax", "8 syntax"]),
    ("build:\n  image: IMAGE\n  script:\n    - eval \"$COMMAND\"\n", &["4 gl-variable-evaluated"]),
    (
        "spec:\n  inputs:\n    name:\n---\nbuild-$[[ inputs.nmae ]]:\n  image: IMAGE\n  script: make\n  when: \"$[[ inputs.wehn | x ]]\"\n",
        &["5 gl-name-unknown", "8 gl-name-unknown"],
    ),
    (
        "spec:\n  inputs:\n    a:\n      type: number\n      default: one\n    b:\n      regex: ^v\\d$\n      default: x\n    c:\n      \
         type: text\n---\nbuild:\n  image: IMAGE\n  script: make\n",
        &["10 contract-broken", "5 contract-broken", "8 contract-broken"],
    ),
    // What GitLab takes, and what nobody has to mend.
    ("build:\n  image: IMAGE\n  script: make\n  only: [main, merge_requests]\n  interruptible: yes\n", &[]),
    ("build and test:linux:\n  image: IMAGE\n  script: [make, [test, [all]]]\n  needs: []\n", &[]),
    (".a: &a\n  image: IMAGE\n.b:\n  script: [make]\nbuild:\n  <<: *a\n  script:\n    - !reference [.b, script]\n", &[]),
    (
        "spec:\n  inputs:\n    when:\n      default: manual\n---\nbuild:\n  image: IMAGE\n  when: $[[ inputs.when ]]\n  script: make\n",
        &[],
    ),
    (".base:\n  script: make\nbuild:\n  image: IMAGE\n  extends: .base\nnext:\n  trigger: a/b\n", &[]),
    ("include:\n  - template: Jobs/SAST.gitlab-ci.yml\nsast:\n  variables:\n    A: b\n", &[]),
    ("image: IMAGE\nstages: [one]\nbuild:\n  stage: one\n  script: make\nend:\n  stage: .post\n  script: make\n", &[]),
];

const IMAGE: &str = "alpine:3.22@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1";

#[test]
fn every_fault_is_said_at_its_line_and_nothing_else_is() {
    let mut wrong = Vec::new();
    for (text, expected) in CASES {
        let text = text.replace("IMAGE", IMAGE);
        let expected: Vec<String> = expected.iter().map(|line| format!(".gitlab-ci.yml:{line}")).collect();
        let found = said(&[(".gitlab-ci.yml", &text)], false);
        if found != expected {
            wrong.push(format!("{text}{found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn artifacts_without_an_end_and_jobs_without_a_timeout_are_for_a_strict_audit() {
    let text = format!("build:\n  image: {IMAGE}\n  script: make\n  artifacts:\n    paths: [dist]\n");
    assert_eq!(said(&[(".gitlab-ci.yml", &text)], false), Vec::<String>::new());
    let strict = said(&[(".gitlab-ci.yml", &text)], true);
    assert_eq!(strict, [".gitlab-ci.yml:1 gl-timeout-missing", ".gitlab-ci.yml:4 retention-missing"]);
}

#[test]
fn included_files_are_judged_at_their_own_place_with_the_names_of_all() {
    let root = "include:\n  - local: /ci/**.yml\n.base:\n  before_script: [make]\n".to_owned();
    let job = format!("build:\n  image: {IMAGE}\n  extends: .base\n  script: make\n");
    let bad = "deploy:\n  image: python:latest\n  extends: .base\n  needs: [build]\n  script: make\n";
    let files = [(".gitlab-ci.yml", root.as_str()), ("ci/a/build.yml", &job), ("ci/deploy.yml", bad)];
    assert_eq!(said(&files, false), ["ci/deploy.yml:2 unpinned-images"]);
}

#[test]
fn a_file_that_is_called_starts_no_pipeline_by_itself() {
    let root = "build:\n  trigger: { include: [{ local: child.yml }] }\n  rules: [{ if: $CI_COMMIT_TAG }]\n";
    let child = format!(
        "workflow:\n  rules: [{{ when: always }}]\ntest:\n  image: {IMAGE}\n  script: make\n  rules: [{{ when: always }}]\n"
    );
    assert_eq!(said(&[(".gitlab-ci.yml", root), ("child.yml", &child)], false), Vec::<String>::new());
    assert_eq!(said(&[(".gitlab-ci.yml", &child)], false), [".gitlab-ci.yml:6 gl-double-pipeline"]);
}

#[test]
fn a_file_that_somebody_names_finds_what_it_includes() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(".gitlab-ci.yml"), "include: other.yml\n").expect("a file");
    fs::write(folder.path().join("other.yml"), "build:\n  image: python:latest\n  trigger: a/b\n").expect("a file");
    let said = told(folder.path().join(".gitlab-ci.yml"), folder.path(), false);
    assert!(said.contains(&"other.yml:2 unpinned-images".to_owned()), "{said:?}");
}

#[test]
fn both_forges_of_a_repository_are_judged_each_by_its_own_rules() {
    let workflow = "name: CI\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: someone/thing@v1\n";
    let gitlab = "build:\n  image: python:latest\n  script: make\n";
    let said = said(&[(".github/workflows/ci.yml", workflow), (".gitlab-ci.yml", gitlab)], false);
    assert_eq!(said, [".github/workflows/ci.yml:9 unpinned-uses", ".gitlab-ci.yml:2 unpinned-images"]);
}
