//! A small project in a directory of its own, which tests may break, with or without git.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::sample::{PIPELINE, PROJECT};

/// The day its runs count as.
pub(crate) const TODAY: &str = "2026-06-01";

/// A project whose files are emitted.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
}

/// What a run said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: String::from_utf8(output.stdout).expect("it writes text"),
            err: String::from_utf8(output.stderr).expect("it writes text"),
        }
    }
}

impl Said {
    /// The findings of `--format json`, each as `RULE IDENTITY: MESSAGE`, with its file and line behind an `@`.
    pub(crate) fn findings(&self) -> Vec<String> {
        let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or("-").to_owned();
        self.list()
            .iter()
            .map(|finding| {
                let said = format!("{} {}: {}", text(finding, "rule"), text(finding, "identity"), text(finding, "message"));
                format!("{said} @ {}:{}", text(finding, "file"), finding["line"])
            })
            .collect()
    }

    /// The findings of `--format json`, as data.
    pub(crate) fn list(&self) -> Vec<Value> {
        self.document()["findings"].as_array().expect("there is a list").clone()
    }

    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

impl Sandbox {
    /// The project, emitted.
    pub(crate) fn new() -> Self {
        let sandbox = Self { root: tempfile::tempdir().expect("there is room") };
        sandbox.write("pipelines/main.ncl", PROJECT);
        sandbox.write("pipelines/ci.ncl", PIPELINE);
        let said = sandbox.run(&["emit"]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        sandbox
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().expect("it has one")).expect("it can be made");
        fs::write(place, text).expect("it can be written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("it is there")
    }

    pub(crate) fn change(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{from} is not in {text}");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// Runs a verb here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        run(self.root.path(), arguments)
    }

    /// `check` as data, on a day that does not change.
    pub(crate) fn check(&self, arguments: &[&str]) -> Said {
        self.run(&[&["check", "--format", "json", "--now", TODAY], arguments].concat())
    }
}

/// Runs a verb in a directory.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
    command.current_dir(directory).args(arguments).env_remove("NO_COLOR").output().expect("it starts").into()
}
