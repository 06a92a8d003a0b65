//! Defects planted in YAML: an audit finds each, by the rule that is named and at the place that is marked.
//!
//! The cases stand in tests/planted. A line `== RULE HEAD` begins one, `-- PATH` a further file of its repository; what follows a `|` is a
//! policy. `»` stands before the place where the finding must be; without it, the finding is in none of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use pipeward::rule::{Audit, RULES};
use serde_json::Value;

/// What stands before what is planted, and in which file.
const HEADS: &[(&str, &str, &str)] = &[
    ("workflow", CI, ""),
    ("step", CI, "on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"),
    ("trusted", CI, "on: pull_request_target\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"),
    ("release", CI, "on: { push: { tags: [v*] } }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"),
    ("job", CI, "on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps: [run: make]\n"),
    ("gitlab", ".gitlab-ci.yml", ""),
    ("script", ".gitlab-ci.yml", "test:\n  image: alpine:latest\n  script:\n"),
];

const CI: &str = ".github/workflows/ci.yml";

/// Rules that nothing in YAML shows, and why.
const NOT_IN_YAML: &[(&str, &str)] = &[
    ("deployment-not-blocked", "it is about a word of ours that YAML has none for"),
    ("env-name-taken", "it is about what we write into a step besides what its author wrote"),
    ("workflow-too-large", "such a file is half a MiB: a test below makes one"),
];

/// One planted defect.
struct Case {
    rule: String,
    policy: String,
    /// The files of its repository, the marks taken out.
    files: Vec<(String, String)>,
    /// The file, line and column that are marked.
    place: Option<(String, u64, u64)>,
}

impl Case {
    fn read(text: &str) -> Self {
        let (head, rest) = text.split_once('\n').expect("a line of its own");
        let (head, policy) = head.split_once(" | ").unwrap_or((head, ""));
        let (rule, head) = head.split_once(' ').expect("a rule and a head");
        let (path, before) =
            HEADS.iter().find(|(name, ..)| *name == head).map_or((head, ""), |(_, path, before)| (*path, *before));
        let mut parts = rest.split("\n-- ");
        let first = (path.to_owned(), format!("{before}{}", parts.next().unwrap_or_default()));
        let more = parts.map(|part| part.split_once('\n').expect("a path and a text"));
        let mut files: Vec<(String, String)> =
            std::iter::once(first).chain(more.map(|(path, text)| (path.to_owned(), text.to_owned()))).collect();
        let mut place = None;
        for (path, text) in &mut files {
            let Some(mark) = text.find('»') else { continue };
            let (line, start) = (text[..mark].matches('\n').count() + 1, text[..mark].rfind('\n').map_or(0, |end| end + 1));
            let column = text[start..mark].chars().count() + 1;
            place = Some((path.clone(), u64::try_from(line).expect("small"), u64::try_from(column).expect("small")));
            *text = text.replacen('»', "", 1);
        }
        Self { rule: rule.to_owned(), policy: policy.to_owned(), files, place }
    }
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/planted");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|path| fs::read_to_string(path).expect("a text")).collect();
    let all = format!("\n{}", texts.concat());
    all.split("\n== ").filter(|case| !case.is_empty()).map(|case| Case::read(&format!("{case}\n"))).collect()
}

/// Writes each case as a repository of its own, audits all of them at once, and gives what is said of each.
fn said(cases: &[&Case], policy: &str) -> Vec<Vec<Value>> {
    let folder = tempfile::tempdir().expect("a folder");
    for (number, case) in cases.iter().enumerate() {
        let root = folder.path().join(format!("{number:03}"));
        fs::create_dir_all(root.join(".git")).expect("folders");
        for (path, text) in &case.files {
            fs::create_dir_all(root.join(path).parent().expect("a parent")).expect("folders");
            fs::write(root.join(path), text).expect("a file");
        }
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
    command.current_dir(folder.path()).args(["audit", "--strict", "--format", "json", "--now", "2026-11-22", "."]);
    if !policy.is_empty() {
        let policy = format!("let ci = import \"pipeward.ncl\" in {{ {policy} }} | ci.Policy\n");
        fs::write(folder.path().join("policy.ncl"), policy).expect("a file");
        command.args(["--policy", "policy.ncl"]);
    }
    let output = command.output().expect("it starts");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut all = vec![Vec::new(); cases.len()];
    for finding in report["findings"].as_array().expect("findings") {
        let identity = finding["identity"].as_str().expect("an identity");
        let number = identity.get(..3).and_then(|number| number.parse::<usize>().ok());
        if let Some(said) = number.and_then(|number| all.get_mut(number)) {
            said.push(finding.clone());
        }
    }
    all
}

/// Whether a finding is the one that a case asks for.
fn is_asked(finding: &Value, case: &Case) -> bool {
    let is_in = |path: &str| finding["file"].as_str().is_some_and(|file| file.ends_with(path));
    let is_there = match &case.place {
        Some((path, line, column)) => is_in(path) && finding["line"] == *line && finding["column"] == *column,
        None => !case.files.iter().any(|(path, _)| is_in(path)),
    };
    finding["rule"] == *case.rule && is_there
}

#[test]
fn what_is_planted_in_yaml_is_found_at_its_place() {
    let cases = cases();
    let mut by_policy: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in &cases {
        by_policy.entry(&case.policy).or_default().push(case);
    }
    let mut wrong = Vec::new();
    for (policy, cases) in by_policy {
        for (case, said) in cases.iter().zip(said(&cases, policy)) {
            if !said.iter().any(|finding| is_asked(finding, case)) {
                let said: Vec<String> = said
                    .iter()
                    .map(|finding| format!("{}:{}:{} {}", finding["file"], finding["line"], finding["column"], finding["rule"]))
                    .collect();
                wrong.push(format!(
                    "{} is not said at {:?}, but\n{}\nof\n{}",
                    case.rule,
                    case.place,
                    said.join("\n"),
                    case.files[0].1
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_about_yaml_has_a_planted_case() {
    let planted: BTreeSet<String> = cases().into_iter().map(|case| case.rule).collect();
    let shown: BTreeSet<&str> = planted.iter().map(String::as_str).chain(NOT_IN_YAML.iter().map(|(rule, _)| *rule)).collect();
    assert_eq!(shown.len(), planted.len() + NOT_IN_YAML.len(), "planted, and said to be in no YAML");
    let about: BTreeSet<&str> = RULES.iter().filter(|rule| rule.audit != Audit::Never).map(|rule| rule.id).collect();
    assert_eq!(about.difference(&shown).collect::<Vec<_>>(), Vec::<&&str>::new());
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(shown.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn a_workflow_that_the_forge_does_not_read_for_its_size_is_said() {
    let text = |lines: usize| {
        let script = "          echo a line of some length\n".repeat(lines);
        format!("on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n{script}")
    };
    for (lines, is_too_large) in [(100, false), (20_000, true)] {
        let case = Case::read(&format!("workflow-too-large workflow\n{}", text(lines)));
        let found = said(&[&case], "");
        assert_eq!(found[0].iter().any(|finding| finding["rule"] == "workflow-too-large"), is_too_large, "{lines}");
    }
}
