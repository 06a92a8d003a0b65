//! How long `audit` takes on 6, 520 and 10,400 workflows, beside the peers, in turn and in the same run.
//!
//! `cargo bench --bench audit` prints medians of whole processes. The workflows are those of `tests/agreement`, which somebody wrote to be
//! found fault with, five to a repository. It fails if a goal is missed.

#[path = "peers/peer.rs"]
mod peer;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use peer::Peer;

/// How many files, how often they are looked at, and what that may take: time, and memory in MiB.
const SIZES: [(usize, usize, Duration, u64); 3] = [
    (6, 21, Duration::from_millis(8), 40),
    (520, 9, Duration::from_millis(70), 40),
    (10_400, 3, Duration::from_millis(700), 100),
];
/// What is no YAML, and what zizmor stops at, so that it looks at nothing at all: a step that names no version.
const STOPS: [&str; 2] = ["tabs.yml", "mixed-pins.yml"];
/// How many files a repository has.
const EACH: usize = 5;

fn main() -> io::Result<()> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = seeds(home)?;
    let mut out = io::stdout();
    let mut missed = false;
    writeln!(out, "   files      audit     memory   peers")?;
    for (files, rounds, goal, most) in SIZES {
        let root = tempfile::tempdir()?;
        write(root.path(), &seeds, files)?;
        let mut audit = Command::new(env!("CARGO_BIN_EXE_pipeward"));
        audit.arg("audit").arg(root.path());
        let repositories = fs::read_dir(root.path())?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
        let mut peers = Peer::installed(home, root.path(), &repositories)?;
        let (mut audits, mut others) = (Vec::new(), vec![Vec::new(); peers.len()]);
        for _ in 0..rounds {
            audits.push(run(&mut audit)?);
            for (times, peer) in others.iter_mut().zip(&mut peers) {
                times.push(peer.run()?);
            }
        }
        let (took, memory) = (median(&mut audits), memory(&audit)?);
        let shown = memory.map_or_else(|| "unknown".to_owned(), |mebibytes| format!("{mebibytes} MiB"));
        write!(out, "{files:>8} {:>10} {shown:>10}  ", seconds(took))?;
        for (times, peer) in others.iter_mut().zip(&peers) {
            write!(out, " {} {}", peer.name, seconds(median(times)))?;
        }
        let met = took <= goal && memory.is_none_or(|memory| memory <= most);
        missed |= !met;
        writeln!(out, "\n         in at most {} and {most} MiB: {}", seconds(goal), if met { "met" } else { "MISSED" })?;
    }
    if missed { Err(io::Error::other("a goal is missed")) } else { Ok(()) }
}

/// The texts of the workflows, sorted by the names of their files.
fn seeds(home: &Path) -> io::Result<Vec<Vec<u8>>> {
    let entries = fs::read_dir(home.join("tests/agreement"))?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.retain(|path| {
        path.extension().is_some_and(|extension| extension == "yml") && !STOPS.iter().any(|name| path.ends_with(name))
    });
    paths.sort();
    paths.into_iter().map(fs::read).collect()
}

/// Repositories side by side below a folder.
fn write(root: &Path, seeds: &[Vec<u8>], files: usize) -> io::Result<()> {
    for number in 0..files {
        let folder = root.join(format!("r{:04}/.github/workflows", number / EACH));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("w{}.yml", number % EACH)), &seeds[number % seeds.len()])?;
    }
    Ok(())
}

/// How long an audit takes that looks at everything and finds something.
fn run(command: &mut Command) -> io::Result<Duration> {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    let took = start.elapsed();
    if status.code() == Some(1) { Ok(took) } else { Err(io::Error::other(format!("{command:?} ends with {status}"))) }
}

/// The most memory a run had at once, in MiB; none if `time` of GNU is not there.
fn memory(audit: &Command) -> io::Result<Option<u64>> {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%M"]).arg(audit.get_program()).args(audit.get_args()).stdout(Stdio::null());
    let Ok(output) = command.output() else { return Ok(None) };
    let said = String::from_utf8_lossy(&output.stderr);
    let kibibytes = said.lines().last().and_then(|line| line.trim().parse::<u64>().ok());
    Ok(kibibytes.map(|kibibytes| kibibytes >> 10))
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}
