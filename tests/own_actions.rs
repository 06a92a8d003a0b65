//! The actions of a project, by the real binary: from `actions/ID.ncl` to the file, its use, its faults and its end.

#[path = "support/sample.rs"]
mod sample;

use std::fs;
use std::path::Path;
use std::process::Command;

use sample::{PIPELINE, PROJECT};

/// The job of the sample uses the action, and what it says.
const STEPS: &str = r#"steps = [{ id = "set", uses = "./.github/actions/set-up", with.level = "high" }, { run = "make test", env.P = 'Step "set.path" }]"#;
const ACTION: &str = r#"{
  name = "Set up",
  description = "Installs what the tests need.",
  inputs.level = { description = "How much.", required = true },
  outputs.path = { description = "Where.", value = 'Step "find.path" },
  steps = [{ id = "find", name = "Find", run = "make find", env.LEVEL = 'Input "level" }],
}
"#;
const WRITTEN: &str = ".github/actions/set-up/action.yml";

fn pipeline() -> String {
    let (head, _) = PIPELINE.split_once("steps = ").expect("it has steps");
    format!("{}{STEPS},\n  }},\n}}\n", head.replace("permissions.contents = 'Read", "permissions = {}"))
}

fn project() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("there is room");
    let pipeline = pipeline();
    for (path, text) in
        [("pipelines/main.ncl", PROJECT), ("pipelines/ci.ncl", &pipeline), ("actions/set_up.ncl", ACTION), ("actions/README", "")]
    {
        write(root.path(), path, text);
    }
    root
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, text).expect("written");
}

/// The exit code and everything that was said.
fn run(root: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_pipeward")).current_dir(root).args(args).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().expect("it ended by itself"), said)
}

#[test]
fn an_action_is_written_used_and_held_to_its_source() {
    let root = project();
    let (code, said) = run(root.path(), &["emit"]);
    assert_eq!(code, 0, "{said}");
    let text = fs::read_to_string(root.path().join(WRITTEN)).expect("it is written");
    assert!(text.starts_with("# Generated from actions/set_up.ncl by pipeward; do not edit.\nname: Set up\n"), "{text}");
    assert!(text.contains("using: composite") && text.contains("shell: bash") && text.contains("LEVEL: ${{ inputs.level }}"));
    let workflow = fs::read_to_string(root.path().join(".github/workflows/ci.yml")).expect("it is written");
    assert!(workflow.contains("uses: $/.github/actions/set-up\n"), "{workflow}");
    assert_eq!(run(root.path(), &["check"]).0, 0);

    write(root.path(), WRITTEN, &text.replace("make find", "make lost"));
    let (code, said) = run(root.path(), &["check"]);
    assert!(code == 1 && said.contains("generated-file-drift") && said.contains(WRITTEN), "{said}");
    assert_eq!(run(root.path(), &["emit"]).0, 0);
    assert_eq!(fs::read_to_string(root.path().join(WRITTEN)).expect("it is written"), text);
}

#[test]
fn an_action_that_has_no_source_any_more_is_removed_and_a_strangers_stays() {
    let root = project();
    let theirs = ".github/actions/theirs/action.yml";
    write(root.path(), theirs, "name: Theirs\n");
    assert_eq!(run(root.path(), &["emit"]).0, 0);
    fs::remove_file(root.path().join("actions/set_up.ncl")).expect("it was there");
    let (code, said) = run(root.path(), &["check"]);
    assert!(code == 1 && said.contains(WRITTEN), "{said}");
    let (code, said) = run(root.path(), &["emit"]);
    assert_eq!(code, 0, "{said}");
    assert!(!root.path().join(WRITTEN).exists() && root.path().join(theirs).exists());
}

#[test]
fn faults_of_an_action_are_said_at_its_step_and_withhold_no_other_file() {
    let root = project();
    for (from, to, code, rule, place) in [
        ("run = \"make find\"", "run = \"make find\", timeout = \"5m\"", 3, "action-step-unsupported", "actions/set-up/find"),
        ("run = \"make find\"", "run = \"make find\", shell = \"fish\"", 3, "shell-name", "actions/set-up/find"),
        ("'Input \"level\"", "'Secret \"TOKEN\"", 1, "reference-unavailable", "actions/set-up/find"),
        ("'Input \"level\"", "'Input \"levle\"", 1, "input-unknown", "actions/set-up/find"),
        ("'Step \"find.path\"", "'Step \"fnid.path\"", 1, "step-output-unknown", "actions/set-up"),
        (
            "run = \"make find\", env.LEVEL = 'Input \"level\"",
            "uses = \"some/action\"",
            1,
            "unpinned-uses",
            "actions/set-up/find",
        ),
        ("inputs.level", "inputs.depth", 1, "local-action-inputs", "ci/unit/set"),
        ("name = \"Set up\"", "nmae = \"Set up\"", 3, "unknown-field", "actions/set-up"),
    ] {
        assert!(ACTION.contains(from), "{from}");
        write(root.path(), "actions/set_up.ncl", &ACTION.replace(from, to));
        let (found, said) = run(root.path(), &["check", "--format=json"]);
        assert_eq!(found, code, "{rule}: {said}");
        let report: serde_json::Value = serde_json::from_str(&said).expect("JSON");
        let findings = report["findings"].as_array().expect("findings");
        let here = |finding: &&serde_json::Value| finding["rule"] == rule && finding["identity"] == place;
        assert!(findings.iter().any(|finding| here(&finding)), "{rule} at {place}: {said}");
        // A pipeline that is read is judged whatever is wrong with an action.
        let (_, said) = run(root.path(), &["emit", "--dry-run"]);
        assert!(!said.contains("panicked"), "{said}");
    }
}
