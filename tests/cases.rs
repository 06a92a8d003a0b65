//! Broken variants of K2: each case file makes one mistake, and says what the gate must answer and where.
//!
//! A case names a file (`in`), the text it takes out (`-`) and puts in (`+`, where `^` marks the place of the finding), the
//! exit code (`exits`), and what must be said at the mark (`says RULE IDENTITY: beginning of the message`) or anywhere (`also`).

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{copy, pipeward, project};

/// One case file.
#[derive(Default)]
struct Case {
    file: String,
    removed: String,
    added: String,
    exit: i32,
    says: Vec<String>,
    also: Vec<String>,
}

impl Case {
    fn read(text: &str) -> Self {
        let mut case = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (word, rest) = line.split_once(' ').expect("a word and its text");
            match word {
                "in" => rest.clone_into(&mut case.file),
                "-" => rest.clone_into(&mut case.removed),
                "+" => rest.clone_into(&mut case.added),
                "exits" => case.exit = rest.parse().expect("an exit code"),
                "says" => case.says.push(rest.to_owned()),
                "also" => case.also.push(rest.to_owned()),
                _ => panic!("no case knows `{word}`"),
            }
        }
        assert!(!case.says.is_empty(), "a case that expects nothing passes for nothing");
        case
    }

    /// Makes the mistake in a copy of the project; answers the line of the mark.
    fn make(&self, root: &Path) -> usize {
        let path = root.join(&self.file);
        let text = fs::read_to_string(&path).expect("the case's file");
        let start = text.find(&self.removed).unwrap_or_else(|| panic!("{} has no `{}`", self.file, self.removed));
        let mark = self.added.find('^').expect("a mark");
        let (before, after) = (&text[..start], &text[start + self.removed.len()..]);
        fs::write(&path, format!("{before}{}{after}", self.added.replace('^', ""))).expect("a write");
        before.matches('\n').count() + self.added[..mark].matches('\n').count() + 1
    }
}

/// The gate's answer: its exit code, and each finding as `RULE IDENTITY: message` with its file and line.
fn gate(root: &Path) -> (i32, Vec<(String, String, u64)>) {
    let output = pipeward(root, &["check", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().expect("findings").iter().map(|finding| {
        let said = format!("{} {}: {}", text(finding, "rule"), text(finding, "identity"), text(finding, "message"));
        (said, text(finding, "file"), finding["line"].as_u64().unwrap_or_default())
    });
    (output.status.code().unwrap_or(-1), findings.collect())
}

#[test]
fn each_mistake_is_said_at_its_line() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases: Vec<PathBuf> = fs::read_dir(repository.join("tests/cases/k2"))
        .expect("the cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "case"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 10, "only {} cases", cases.len());
    let mut wrong = String::new();
    for path in cases {
        let case = Case::read(&fs::read_to_string(&path).expect("a case"));
        let room = tempfile::tempdir().expect("a directory");
        copy(&project("examples/k2"), room.path());
        let (line, (exit, findings)) = (case.make(room.path()), gate(room.path()));
        let at_mark = |expected: &&String| {
            findings
                .iter()
                .any(|(said, file, at)| said.starts_with(expected.as_str()) && *file == case.file && *at == line as u64)
        };
        let anywhere = |expected: &&String| findings.iter().any(|(said, ..)| said.starts_with(expected.as_str()));
        let missing: Vec<&String> =
            case.says.iter().filter(|says| !at_mark(says)).chain(case.also.iter().filter(|also| !anywhere(also))).collect();
        if exit != case.exit || !missing.is_empty() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            writeln!(wrong, "{name} ({}:{line}): exit {exit}, lacks {missing:#?} in {findings:#?}", case.file).expect("a text");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Everything a job of an emitted workflow runs, a line each; the environment of a step as one line `NAME=value NAME=value`.
fn lines_of(workflow: &serde_yaml::Value, job: &str) -> Vec<String> {
    let steps = workflow["jobs"][job]["steps"].as_sequence().cloned().unwrap_or_default();
    let pair = |(name, value): (&serde_yaml::Value, &serde_yaml::Value)| Some(format!("{}={}", name.as_str()?, value.as_str()?));
    let mut lines = Vec::new();
    for step in steps {
        lines.extend(step["run"].as_str().unwrap_or_default().lines().map(|line| line.trim().to_owned()));
        let pairs: Vec<String> = step["env"].as_mapping().into_iter().flatten().filter_map(pair).collect();
        lines.push(pairs.join(" "));
    }
    lines
}

#[test]
fn the_commands_of_the_documents_stand_in_their_jobs() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(repository.join("tests/cases/k2/commands.tsv")).expect("the table");
    let rows: Vec<(&str, &str)> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').expect("a job and a command"))
        .collect();
    assert!(rows.len() >= 30, "only {} commands", rows.len());
    for (job, command) in rows {
        let (pipeline, job) = job.split_once('/').expect("a pipeline and a job");
        let path = repository.join(format!("examples/k2/.github/workflows/{pipeline}.yml"));
        let workflow = serde_yaml::from_str(&fs::read_to_string(path).expect("a workflow")).expect("YAML");
        let lines = lines_of(&workflow, job);
        assert!(lines.iter().any(|line| line == command), "{pipeline}/{job} does not run `{command}`: {lines:#?}");
    }
}

#[test]
fn the_sources_are_shorter_than_what_they_emit() {
    fn bytes(path: &Path, extension: &str) -> u64 {
        let entries = fs::read_dir(path).expect("a directory").map(|entry| entry.expect("an entry").path());
        let size = |path: PathBuf| {
            if path.is_dir() {
                bytes(&path, extension)
            } else if path.extension().is_some_and(|found| found == extension) {
                fs::metadata(path).expect("a file").len()
            } else {
                0
            }
        };
        entries.map(size).sum()
    }
    let k2 = project("examples/k2");
    let (written, emitted) = (bytes(&k2.join("pipelines"), "ncl"), bytes(&k2.join(".github"), "yml"));
    assert!(written > 0 && written < emitted, "{written} bytes of Nickel, {emitted} of YAML");
}

#[test]
fn the_unbroken_project_passes() {
    let (exit, findings) = gate(&project("examples/k2"));
    assert_eq!((exit, findings), (0, Vec::new()));
}

/// What this repository has for either forge is what its own pipelines say.
#[test]
fn this_repository_passes() {
    let root = project(".");
    assert!(root.join(".github/workflows/pr-validation.yml").is_file() && root.join(".gitlab-ci.yml").is_file());
    let (exit, findings) = gate(&root);
    assert_eq!((exit, findings), (0, Vec::new()));
}
