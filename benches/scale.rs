//! How long `check` takes on projects of 10 to 1,000 pipelines, beside the evaluation alone and beside the peers, in turn and in the same
//! run.
//!
//! `cargo bench --bench scale` prints the least of a few whole processes, since whatever else the machine does only adds to it. A cold run
//! remembers in a directory that is empty, an unchanged one in the directory of the run before. It fails if a goal is missed.

#[path = "peers/peer.rs"]
mod peer;
#[path = "scale/project.rs"]
mod project;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use peer::Peer;
use pipeward::origin::Files;
use pipeward::source::Evaluator;
use pipeward::workspace;

const SIZES: [usize; 3] = [10, 100, 1000];
const ROUNDS: usize = 3;
/// What a project of the last size may take.
const GOAL: Duration = Duration::from_secs(3);
const MEMORY: u64 = 600 << 20;
/// What a project of the last size may take if nothing, or one file, has changed since the run before.
const UNCHANGED: Duration = Duration::from_millis(150);
const CHANGED: Duration = Duration::from_millis(200);
/// What `check` may take of the evaluation alone.
const RATIO: f64 = 1.8;
/// What `check` may take for two forges, of what it takes for one.
const BOTH: f64 = 1.2;
/// What a pipeline more may cost in a project of the last size, of what one costs in a project of the middle size.
const GROWTH: f64 = 1.3;

fn main() -> io::Result<()> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = PathBuf::from(env!("CARGO_BIN_EXE_pipeward"));
    let mut out = io::stdout();
    let mut missed = false;
    let mut checks = Vec::new();
    writeln!(out, "pipelines       cold   evaluation   ratio   unchanged   one changed   memory of the largest process")?;
    for size in SIZES {
        let root = tempfile::tempdir()?;
        let root = root.path();
        project::write(root, size)?;
        run(pipeward(&program, root, &["emit"]))?;
        let requests = workspace::requests(root).map_err(io::Error::other)?;
        let (mut check, mut evaluation, mut unchanged, mut changed) = <(_, _, _, _)>::from([Duration::MAX; 4]);
        for round in 0..ROUNDS {
            evaluation = evaluation.min(evaluate(root, &program, &requests));
            let memory = tempfile::tempdir()?;
            let again = || pipeward(&program, root, &["check", "--cache-dir", &memory.path().to_string_lossy()]);
            check = check.min(run(again())?);
            unchanged = unchanged.min(run(again())?);
            project::touch(root, round)?;
            changed = changed.min(run(again())?);
        }
        let memory = memory(&program, root)?;
        let ratio = check.as_secs_f64() / evaluation.as_secs_f64();
        let shown = memory.map_or_else(|| "unknown".to_owned(), |bytes| format!("{} MiB", bytes >> 20));
        let [cold, alone, unchanged_for, changed_for] = [check, evaluation, unchanged, changed].map(seconds);
        writeln!(out, "{size:>9} {cold:>10} {alone:>12} {ratio:>7.2} {unchanged_for:>11} {changed_for:>13}   {shown}")?;
        checks.push(check);
        if size == SIZES[2] {
            missed |= goal(&mut out, "in at most 3 s", check <= GOAL)?;
            missed |= goal(&mut out, "at most 1.8 times the evaluation", ratio <= RATIO)?;
            missed |= goal(&mut out, "unchanged in at most 0.15 s", unchanged <= UNCHANGED)?;
            missed |= goal(&mut out, "one file changed in at most 0.2 s", changed <= CHANGED)?;
            if let Some(memory) = memory {
                missed |= goal(&mut out, "in at most 600 MiB", memory <= MEMORY)?;
            }
            missed |= both(&mut out, &program, root)?;
            for mut peer in Peer::installed(home, root, &[root.to_owned()])? {
                let took = peer.run()?;
                writeln!(out, "          {} on what is emitted: {}", peer.name, seconds(took))?;
            }
        }
    }
    let each =
        |more: usize, less: usize| (checks[more].as_secs_f64() - checks[less].as_secs_f64()) / (SIZES[more] - SIZES[less]) as f64;
    missed |= goal(&mut out, "linear", each(2, 1) <= GROWTH * each(1, 0))?;
    if missed { Err(io::Error::other("a goal is missed")) } else { Ok(()) }
}

fn goal(out: &mut impl io::Write, what: &str, met: bool) -> io::Result<bool> {
    writeln!(out, "          {what}: {}", if met { "met" } else { "MISSED" })?;
    Ok(!met)
}

/// What a second forge costs: the project that is written for GitHub alone, and the same written for GitLab too, are checked in turn.
fn both(out: &mut impl io::Write, program: &Path, alone: &Path) -> io::Result<bool> {
    let root = tempfile::tempdir()?;
    project::write(root.path(), SIZES[2])?;
    project::for_both(root.path())?;
    run(pipeward(program, root.path(), &["emit"]))?;
    let (mut one, mut two) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        one = one.min(run(pipeward(program, alone, &["check", "--no-cache"]))?);
        two = two.min(run(pipeward(program, root.path(), &["check", "--no-cache"]))?);
    }
    let ratio = two.as_secs_f64() / one.as_secs_f64();
    writeln!(out, "          for GitHub {}, for GitLab too {}: {ratio:.2} times", seconds(one), seconds(two))?;
    goal(out, "for two forges at most 1.2 times", ratio <= BOTH)
}

/// How long the files take in workers of their own, from the first process to the last answer.
fn evaluate(root: &Path, program: &Path, requests: &[pipeward::source::Request]) -> Duration {
    let start = Instant::now();
    let evaluator = Evaluator::workers(root, program.to_owned());
    let found = evaluator.evaluate(requests, &mut Files::default());
    assert!(found.iter().all(|one| one.faults.is_empty()), "the generated project evaluates");
    start.elapsed()
}

fn pipeward(program: &Path, root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.arg("-C").arg(root).args(arguments).args(["--now", "2026-06-01"]);
    command
}

/// The time of a process that must find nothing.
fn run(mut command: Command) -> io::Result<Duration> {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    let took = start.elapsed();
    if status.success() { Ok(took) } else { Err(io::Error::other(format!("{command:?} ends with {status}"))) }
}

/// The most memory any process of a run had at once; none if `time` of GNU is not there.
fn memory(program: &Path, root: &Path) -> io::Result<Option<u64>> {
    let check = pipeward(program, root, &["check", "--no-cache"]);
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%M"]).arg(check.get_program()).args(check.get_args()).stdout(Stdio::null());
    let Ok(output) = command.output() else { return Ok(None) };
    let said = String::from_utf8_lossy(&output.stderr);
    let kibibytes = said.lines().last().and_then(|line| line.trim().parse::<u64>().ok());
    Ok(kibibytes.map(|kibibytes| kibibytes << 10))
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}
