//! Runs a script of ours as a forge does, with stand-ins for what it calls.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// What a script did: whether it went well, what it printed, and what the stand-ins wrote down.
pub(crate) struct Ran {
    pub(crate) well: bool,
    pub(crate) said: String,
    pub(crate) log: String,
}

/// Runs a script as GitHub does, with stand-ins for the programs it calls. A stand-in is a script that finds `$LOG`.
pub(crate) fn run(script: &str, stand_ins: &[(&str, &str)], env: &[(&str, &str)]) -> Ran {
    let directory = tempfile::tempdir().expect("a directory");
    let log = directory.path().join("log");
    fs::write(&log, "").expect("a log");
    for (name, text) in stand_ins {
        stand_in(&directory.path().join(name), text);
    }
    let file = directory.path().join("script");
    fs::write(&file, script).expect("a script");
    let path = format!("{}:/usr/bin:/bin", directory.path().display());
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail"])
        .arg(&file)
        .env_clear()
        .env("PATH", path)
        .env("LOG", &log)
        .env("GITHUB_REPOSITORY", "k2/k2")
        .env("GITHUB_STEP_SUMMARY", &log)
        .envs(env.iter().copied())
        .output()
        .expect("bash");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Ran { well: output.status.success(), said, log: fs::read_to_string(&log).expect("the log") }
}

fn stand_in(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/bash\n{text}\n")).expect("a stand-in");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("made executable");
}

/// Writes its arguments down, one a line.
pub(crate) const LOG_ARGUMENTS: &str = r#"printf '<%s>\n' "$@" >> "$LOG""#;
