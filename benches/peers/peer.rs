//! What else looks at workflows, timed beside us.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Another linter.
pub(crate) struct Peer {
    /// What it is called.
    pub(crate) name: &'static str,
    command: Command,
    /// What it may end with once it has looked at everything.
    ends: &'static [i32],
}

impl Peer {
    /// Those that `./test` has installed, to look at the workflows of repositories that lie in a folder, or are it.
    pub(crate) fn installed(home: &Path, folder: &Path, repositories: &[PathBuf]) -> io::Result<Vec<Self>> {
        let tool = |name: &str| Some(home.join("target/tools/venv/bin").join(name)).filter(|tool| tool.is_file());
        let mut peers = Vec::new();
        if let Some(actionlint) = tool("actionlint") {
            let mut command = Command::new(actionlint);
            command.args(["-shellcheck=", "-pyflakes="]);
            for repository in repositories {
                for file in fs::read_dir(repository.join(".github/workflows"))? {
                    command.arg(file?.path());
                }
            }
            peers.push(Self { name: "actionlint", command, ends: &[0, 1] });
        }
        if let Some(zizmor) = tool("zizmor") {
            let mut command = Command::new(zizmor);
            command.args(["--offline", "--no-config", "--no-exit-codes", "--collect=workflows"]).arg(folder);
            peers.push(Self { name: "zizmor", command, ends: &[0] });
        }
        Ok(peers)
    }

    /// How long it takes. One that gives up early is no measure.
    pub(crate) fn run(&mut self) -> io::Result<Duration> {
        let start = Instant::now();
        let status = self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        let took = start.elapsed();
        if status.code().is_some_and(|code| self.ends.contains(&code)) {
            return Ok(took);
        }
        Err(io::Error::other(format!("{} gives up: {status}", self.name)))
    }
}
