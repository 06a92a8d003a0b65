//! What gitlab-ci-local, which nobody here wrote, reads of GitLab's file: its preview has every job with all that it comes to.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_yaml::Value;

const PROGRAM: &str = "gitlab-ci-local";

/// What it reads of a file; none where it is not there, which is a failure in CI and said at the end of the tests elsewhere.
pub(crate) fn of(file: &str) -> Option<Value> {
    let room = tempfile::tempdir().expect("a directory");
    if Command::new(PROGRAM).arg("--version").current_dir(&room).output().is_err() {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci != "true"),
            "the comparison with what another program reads needs {PROGRAM}"
        );
        let list = concat!(env!("CARGO_TARGET_TMPDIR"), "/skipped");
        let mut list = OpenOptions::new().append(true).create(true).open(list).expect("it can be written");
        writeln!(list, "skipped: GitLab's pipelines as they are read (needs {PROGRAM})").expect("it can be written");
        return None;
    }
    repository(room.path(), file);
    // It ends before a pipe has taken all that it prints.
    let printed = room.path().join("preview.yml");
    run(Command::new(PROGRAM).arg("--preview").stdout(fs::File::create(&printed).expect("written")), room.path());
    Some(serde_yaml::from_slice(&fs::read(printed).expect("it is there")).expect("YAML"))
}

/// All that the program asks of a repository that was cloned.
fn repository(root: &Path, file: &str) {
    fs::write(root.join(".gitlab-ci.yml"), file).expect("written");
    for words in [
        "init --quiet --initial-branch main",
        "config user.name n",
        "config user.email n@example.com",
        "add --all",
        "commit --quiet --message all",
        "remote add origin git@gitlab.example.com:a/b.git",
        "update-ref refs/remotes/origin/main HEAD",
        "symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main",
    ] {
        run(Command::new("git").args(words.split(' ')), root);
    }
}

fn run(command: &mut Command, root: &Path) {
    let output = command.current_dir(root).env("HOME", root).stderr(Stdio::piped()).spawn().and_then(Child::wait_with_output);
    let output = output.expect("it starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
