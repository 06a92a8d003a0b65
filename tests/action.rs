//! The composite action and the hooks, by their own scripts: what they run, what they write, and that nothing they are given is a command.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const PROJECT: &str = "{\n  name = \"a\",\n  visibility = 'Public,\n  updates = [{ ecosystem = \"github-actions\", interval = 'Weekly, cooldown = \"7 days\" }],\n}\n";
const PIPELINE: &str = "{\n  name = \"CI\",\n  on.push.branches = [\"main\"],\n  concurrency = { group = 'PerRef, cancel = false },\n  jobs.test = { timeout = \"5m\", permissions = {}, steps = [{ run = \"true\" }] },\n}\n";

fn write(root: &Path, path: &str, text: &str) {
    let place = root.join(path);
    fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
    fs::write(place, text).expect("it can be written");
}

/// A repository with a project in `sub`, and room for what a runner keeps.
fn repository() -> tempfile::TempDir {
    let room = tempfile::tempdir().expect("there is room");
    write(room.path(), "sub/pipelines/main.ncl", PROJECT);
    write(room.path(), "sub/pipelines/ci.ncl", PIPELINE);
    room
}

/// Runs a script of the action with `pipeward` on PATH and no other environment than a runner's.
fn script(name: &str, root: &Path, first_on_path: &Path, environment: &[(&str, &str)]) -> Output {
    let path = format!("{}:/usr/bin:/bin", first_on_path.display());
    Command::new("bash")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("action").join(name))
        .current_dir(root)
        .env_clear()
        .env("PATH", path)
        .envs([
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "o/n"),
            ("GITHUB_SHA", "0a1b"),
            ("GITHUB_STEP_SUMMARY", "summary.md"),
            ("RUNNER_TEMP", "temp"),
            ("GITHUB_PATH", "path"),
        ])
        .envs(environment.iter().copied())
        .output()
        .expect("bash runs")
}

fn binaries() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_pipeward")).parent().expect("a folder")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_gate_decides_and_every_report_is_written() {
    let room = repository();
    let root = room.path();
    let environment = [("PIPEWARD_DIRECTORY", "sub"), ("PIPEWARD_SARIF", "out.sarif")];
    let output = script("check.sh", root, binaries(), &environment);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("::error file=sub/pipelines/ci.ncl,"), "{}", text(&output.stdout));
    let summary = fs::read_to_string(root.join("summary.md")).expect("a summary");
    assert!(summary.starts_with("### Pipeward: failed: 2 errors in 1 pipeline\n"), "{summary}");
    assert!(summary.contains("(https://github.com/o/n/blob/0a1b/sub/pipelines/ci.ncl#L1)"), "{summary}");
    let sarif: Value = serde_json::from_str(&fs::read_to_string(root.join("out.sarif")).expect("a report")).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "generated-file-drift");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "sub/pipelines/ci.ncl");

    let emitted = Command::new(env!("CARGO_BIN_EXE_pipeward")).args(["-C", "sub", "emit"]).current_dir(root).status();
    assert!(emitted.expect("pipeward runs").success());
    let quiet = script("check.sh", root, binaries(), &[("PIPEWARD_DIRECTORY", "./sub"), ("PIPEWARD_FORMAT", "text")]);
    assert_eq!((quiet.status.code(), text(&quiet.stdout)), (Some(0), String::new()), "{}", text(&quiet.stderr));
    assert!(fs::read_to_string(root.join("summary.md")).expect("a summary").ends_with("### Pipeward: passed: 1 pipeline\n"));
}

#[test]
fn what_it_is_given_is_never_a_command() {
    let room = repository();
    let root = room.path();
    let evil = "$(touch pwned)`touch pwned`; touch pwned #\n::error::x";
    for name in ["PIPEWARD_DIRECTORY", "PIPEWARD_FORMAT", "PIPEWARD_POLICY_REF", "PIPEWARD_SARIF"] {
        let given: Vec<(&str, &str)> =
            [("PIPEWARD_DIRECTORY", "sub"), (name, evil), ("PIPEWARD_SUMMARY", "false")].into_iter().collect();
        let output = script("check.sh", root, binaries(), &given);
        assert_ne!(output.status.code(), Some(0), "{name}");
        assert!(!root.join("pwned").exists() && !root.join("sub/pwned").exists(), "{name}");
        assert!(!root.join("summary.md").exists(), "{name}");
    }
    let output = script("install.sh", root, binaries(), &[("PIPEWARD_VERSION", evil)]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(!root.join("pwned").exists());
}

#[test]
fn a_pipeward_of_the_right_version_is_not_built_again() {
    let room = repository();
    for version in ["", env!("CARGO_PKG_VERSION")] {
        let output = script("install.sh", room.path(), binaries(), &[("PIPEWARD_VERSION", version)]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), format!("pipeward {} is there already\n", env!("CARGO_PKG_VERSION")));
    }
    assert!(!room.path().join("path").exists());
}

/// Cargo is stood in for by a script that says what it was asked for and installs what a build would.
#[test]
fn its_own_version_is_built_from_its_sources_and_another_from_its_tag() {
    for (version, expected) in [
        ("", "install --locked --path . --root "),
        ("9.9.9", "install --locked --git https://forge.example/o/n --tag v9.9.9 --root "),
    ] {
        let room = repository();
        let root = room.path();
        let cargo = "#!/bin/bash\nprintf '%s\\n' \"$*\" >>\"$LOG\"\npwd >>\"$LOG\"\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\nprintf '#!/bin/bash\\necho built\\n' >\"$2/bin/pipeward\"\nchmod +x \"$2/bin/pipeward\"\n";
        write(root, "bin/cargo", cargo);
        fs::set_permissions(root.join("bin/cargo"), fs::Permissions::from_mode(0o755)).expect("it can be set");
        let log = root.join("log").to_string_lossy().into_owned();
        let temp = root.join("temp").to_string_lossy().into_owned();
        let environment = [
            ("PIPEWARD_VERSION", version),
            ("PIPEWARD_REPOSITORY", "https://forge.example/o/n"),
            ("LOG", log.as_str()),
            ("RUNNER_TEMP", temp.as_str()),
        ];
        let output = script("install.sh", root, &root.join("bin"), &environment);
        assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(0), "built\n"), "{}", text(&output.stderr));
        let asked = fs::read_to_string(root.join("log")).expect("what was asked");
        assert!(asked.starts_with(expected), "{asked}");
        assert_eq!(asked.contains(&format!("\n{}\n", env!("CARGO_MANIFEST_DIR"))), version.is_empty(), "{asked}");
        let path = fs::read_to_string(root.join("path")).expect("the path for later steps");
        assert!(Path::new(path.trim()).join("pipeward").exists(), "{path}");
    }
}

#[test]
fn without_anything_to_build_it_says_so() {
    let room = repository();
    fs::create_dir(room.path().join("empty")).expect("it can be made");
    let output = script("install.sh", room.path(), &room.path().join("empty"), &[("PIPEWARD_VERSION", "9.9.9")]);
    // A machine with a cargo of its own in /usr/bin would build.
    if !Path::new("/usr/bin/cargo").exists() {
        assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    }
}

fn yaml(path: &str) -> serde_yaml::Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it is there");
    serde_yaml::from_str(&text).expect("it is YAML")
}

/// The action hands every input on by the environment, and its scripts read each.
#[test]
fn every_input_reaches_a_script_by_the_environment() {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    let mut handed = String::new();
    for step in steps {
        let run = step["run"].as_str().expect("a script");
        assert!(!run.contains("${{"), "{run}");
        let script = run.trim_end_matches('"').rsplit('/').next().expect("a name");
        let script = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action").join(script)).expect("a script");
        for (name, value) in step["env"].as_mapping().expect("an environment") {
            let name = name.as_str().expect("a name");
            assert!(script.contains(&format!("${{{name}")) || script.contains(&format!("${name}")), "no script reads {name}");
            handed.push_str(value.as_str().expect("a value"));
        }
    }
    for input in action["inputs"].as_mapping().expect("inputs").keys() {
        let input = input.as_str().expect("a name");
        assert!(handed.contains(&format!("inputs.{input} }}}}")), "{input} reaches nobody");
    }
}

#[test]
fn every_hook_runs_a_verb_on_the_files_it_is_about() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_sequence().expect("a list");
    assert_eq!(hooks.len(), 3);
    for hook in hooks {
        let entry = hook["entry"].as_str().expect("an entry");
        let help = Command::new(env!("CARGO_BIN_EXE_pipeward")).args(entry.split(' ').skip(1)).arg("--help").output();
        assert!(entry.starts_with("pipeward ") && help.expect("pipeward runs").status.success(), "{entry}");
        for field in ["id", "name", "description", "language"] {
            assert!(hook[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
        }
        assert_eq!(hook["pass_filenames"], serde_yaml::Value::Bool(false));
        assert!(["rust", "system"].contains(&hook["language"].as_str().expect("a language")));
        let files = hook["files"].as_str().expect("files");
        for path in ["pipelines/ci.ncl", "pipelines/lib/x.ncl", ".github/workflows/ci.yml", ".github/dependabot.yml", "README.md"]
        {
            let grep =
                Command::new("bash").args(["-c", "grep -qE -- \"$0\" <<<\"$1\"", files, path]).status().expect("bash runs");
            assert_eq!(grep.success(), path != "README.md", "{path}");
        }
    }
}
