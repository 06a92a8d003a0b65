//! A small project with a finding planted in it, and the real binary run on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) use crate::sample::{PIPELINE as GOOD, PROJECT as MAIN};

/// The rule of the finding that every run must tell, whatever becomes of other files.
pub(crate) const PLANTED: &str = "job-timeout-over-limit";

/// A project in a directory of its own.
pub(crate) struct Project {
    root: PathBuf,
    _own: Option<TempDir>,
}

/// What a run said, and how long it took.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) took: Duration,
}

impl Project {
    /// One good pipeline.
    pub(crate) fn new() -> Self {
        let own = tempfile::tempdir().expect("there is room");
        Self { root: Self::at(own.path()).root, _own: Some(own) }
    }

    /// The same in a directory that is there.
    pub(crate) fn at(root: &Path) -> Self {
        let project = Self { root: root.to_owned(), _own: None };
        project.write("pipelines/main.ncl", MAIN);
        project.write("pipelines/ci.ncl", GOOD);
        project
    }

    /// The same, and a pipeline that a rule objects to.
    pub(crate) fn planted() -> Self {
        let project = Self::new();
        project.write("pipelines/planted.ncl", GOOD.replace("10m", "7h"));
        project
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().expect("it has one")).expect("it can be made");
        fs::write(place, text).expect("it can be written");
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        said(self.command(args))
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
        command.current_dir(self.root()).args(args).env_remove("NO_COLOR");
        command
    }
}

pub(crate) fn said(mut command: Command) -> Said {
    let began = Instant::now();
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("it writes text");
    Said { code: status.code(), out: text(stdout), err: text(stderr), took: began.elapsed() }
}

/// Writes `text` as a pipeline beside the planted finding and checks: the file is refused with these words, in time, and the planted
/// finding is told all the same. Nothing is emitted.
#[track_caller]
pub(crate) fn refused(text: impl AsRef<[u8]>, words: &[&str]) {
    refused_with(&Project::planted(), text, words);
}

/// The same in a project that has been prepared.
#[track_caller]
pub(crate) fn refused_with(project: &Project, text: impl AsRef<[u8]>, words: &[&str]) {
    project.write("pipelines/bad.ncl", text);
    is_refused(project, "pipelines/bad.ncl", words);
}

/// The same of whatever file. Time is no limit here: on a busy machine it would be met before any other.
#[track_caller]
pub(crate) fn is_refused(project: &Project, file: &str, words: &[&str]) {
    is_refused_within(&["--time-limit=120"], project, file, words);
}

/// The same within limits.
#[track_caller]
pub(crate) fn is_refused_within(limits: &[&str], project: &Project, file: &str, words: &[&str]) {
    let said = project.run(&[&["check"], limits].concat());
    let shown: String = said.out.chars().take(4_000).collect();
    assert_eq!(said.code, Some(3), "{shown}{}", said.err);
    // The promise is 10 s; a build without optimisation on a busy machine gets more.
    let most = if limits.is_empty() { 30 } else { 120 };
    assert!(said.took < Duration::from_secs(most), "it took {:?}", said.took);
    assert!(said.out.contains(file), "{file} is not named: {shown}");
    for words in words {
        assert!(said.out.contains(words), "`{words}` is not said: {shown}");
    }
    assert!(said.out.contains(PLANTED), "the planted finding is not told: {shown}");
    assert!(said.out.len() < 300_000, "{} bytes are said", said.out.len());
    let emitted = project.run(&[&["emit"], limits].concat());
    assert_eq!((emitted.code, emitted.err.as_str()), (Some(3), "nothing was written\n"));
    assert!(!project.path(".github").exists(), "something was written");
}
