//! Broken projects: each case file is one broken file of a small project, and the snapshot beside it what the gate says of it.
//!
//! A case is the project's pipeline `ci`, unless its first line names another file: `# in policies/main.ncl`.

use std::fs;
use std::path::{Path, PathBuf};

use pipeward::check;
use pipeward::finding::Verdict;
use pipeward::policy::Date;
use pipeward::report;
use pipeward::source::Evaluator;

const PROJECT: &str = r#"{
  name = "example",
  visibility = 'Public,
  pins = {
    "actions/checkout" = { version = "v7.0.1", revision = "3d3c42e5aac5ba805825da76410c181273ba90b1" },
    "actions/upload-artifact" = { version = "v7.0.1", revision = "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a" },
  },
  secrets.TOKEN = { purpose = "publishes", owner = "platform" },
  updates = [{ ecosystem = "github-actions", interval = 'Weekly, cooldown = "7 days" }],
}
"#;
const PIPELINE: &str = r#"{
  name = "CI",
  on.pull_request = {},
  concurrency = { group = 'PerRef, cancel = true },
  jobs.test = { timeout = "10m", steps = [{ checkout = {} }, { run = "make test", env.TOKEN = 'Secret "TOKEN" }] },
}
"#;
/// Nothing is emitted in these projects, no environment guards the one secret, and not every case uses every pin.
const POLICY: &str =
    "{ rules = { generated-file-drift.severity = 'Off, secrets-ungated.severity = 'Off, pin-unused.severity = 'Off } }\n";

#[test]
fn what_is_broken_is_said_at_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/broken");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "ncl"));
    cases.sort();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("cases/broken");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    let mut whole = Vec::new();
    for path in cases {
        let text = fs::read_to_string(&path).expect("a case");
        let named = text.lines().next().and_then(|line| line.strip_prefix("# in "));
        let (said, verdict) = gate(named.unwrap_or("pipelines/ci.ncl"), &text);
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if verdict == Verdict::Passed && !said.contains("warning[") {
            whole.push(name.clone());
        }
        insta::assert_snapshot!(name, said);
    }
    assert!(whole.is_empty(), "nothing is said of {whole:?}");
}

fn gate(broken: &str, text: &str) -> (String, Verdict) {
    let room = tempfile::tempdir().expect("a directory");
    for (name, sound) in [("pipelines/main.ncl", PROJECT), ("pipelines/ci.ncl", PIPELINE), ("policies/main.ncl", POLICY)] {
        let path = room.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, if name == broken { text } else { sound }).expect("a file");
    }
    let now = Date::parse("2026-06-01").expect("a day");
    let terms = check::Terms { now, policies: None, known: None };
    let outcome = check::check(room.path(), &Evaluator::here(room.path()), &terms).expect("a project");
    let said = (report::FORMATS[0].write)(&outcome.report(false));
    (format!("exit {}\n\n{said}", outcome.verdict().exit_code()), outcome.verdict())
}

#[test]
fn the_unbroken_project_passes() {
    let (said, verdict) = gate("nothing", "");
    assert_eq!(verdict, Verdict::Passed, "{said}");
}
