//! `pipeward gate coverage`

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use clap::{ArgMatches, Args as _, Command};

use super::{Gate, Judges, Judging};
use crate::audit;
use crate::cli::{Error, Session, options, sink};
use crate::disk;
use crate::finding::Verdict;
use crate::gate::coverage::{self, Baseline, Changed, Measured, Terms, Tree, Whole};
use crate::gate::{Fault, Report};
use crate::report::count;
use crate::revision::Revision;
use crate::workspace;

pub(super) const GATE: Gate = Gate { command, run };

/// How large a file of the tree may be whose lines are looked at.
const LARGEST: u64 = 16 << 20;

#[derive(clap::Args)]
struct Options {
    /// Reports: LCOV, Cobertura, JaCoCo, Clover, Go's cover profiles, JSON of coverage.py or llvm-cov; several are joined
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<PathBuf>,
    /// How many reports there have to be: one of each part of a split test run
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    parts: Option<u16>,
    /// Hold it against an earlier measurement: what --write-baseline wrote
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what was measured to this file, for --baseline, if nothing fails
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Judge the lines, too, that the commits change since they left this revision, such as origin/main
    #[arg(long, value_name = "REF")]
    diff: Option<String>,
    #[command(flatten)]
    judging: Judging,
}

fn command() -> Command {
    Options::augment_args(Command::new("coverage"))
        .about("Hold coverage against a minimum, a baseline and the lines of a change")
        .after_help("Example:\n  pipeward gate coverage shard-*.info --parts 4 --baseline coverage.json --diff origin/main")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { reports, parts, baseline, write_baseline, diff, judging } = options(matches)?;
    let mut judges = judging.judges(session)?;
    let baseline = baseline.as_deref().map(known).transpose()?;
    let root = judges.root.clone();
    let changed = diff.as_deref().map(|name| changed(&root, name)).transpose()?;
    let tree = Tree::of(audit::files_below(&root).map_err(|why| Error::Report { name: root.display().to_string(), why })?);
    let text = |path: &str| text_of(&root.join(path));
    let committed = Revision::open(&root, "HEAD").and_then(|head| head.committed()).ok();
    let read: Vec<_> = reports.iter().map(|path| read(path)).collect();
    let Judges { policies, files, .. } = &mut judges;
    let policies: Vec<_> = policies.iter().collect();
    let terms = Terms {
        policies: &policies,
        tree: &tree,
        text: &text,
        committed,
        parts: parts.map(usize::from),
        baseline: baseline.as_ref(),
        changed: changed.as_ref(),
    };
    let Measured { coverage, findings, reports, changed } = coverage::judge(&read, &terms, files);
    let code = judging.end(judges, findings, session);
    let total = coverage.count();
    if let Some(percent) = total.percent() {
        let files = count(coverage.files().len(), "file");
        let (of, lines) = (count(reports, "report"), count(usize::try_from(total.lines).unwrap_or(usize::MAX), "line"));
        session.say(&format!("measured: {} of {lines} in {files} are run by tests ({percent} %), by {of}", total.covered));
    }
    if let Some(changed) = changed {
        let number = count(usize::try_from(changed.lines).unwrap_or(usize::MAX), "changed line");
        let said = if changed.lines == 0 {
            "changes: none that a test could run".to_owned()
        } else {
            format!("changes: {} of {number} are run by tests", changed.covered)
        };
        session.say(&said);
    }
    if code == Verdict::Passed.exit_code() && judging.is_for_people() {
        session.say("ok: coverage");
    }
    if let Some(path) = &write_baseline {
        if code != Verdict::Passed.exit_code() {
            session.say("no baseline was written: the gate has not passed");
            return Ok(code);
        }
        sink::hold(path, &session.directory)?;
        disk::replace(path, &path.to_string_lossy(), Baseline::of(&coverage).text().as_bytes(), &mut disk::Real)
            .map_err(|error| Error::Output { path: path.clone(), source: io::Error::other(error) })?;
        session.say(&format!("written to {}", path.display()));
    }
    Ok(code)
}

fn read(path: &Path) -> Result<Whole, (String, Fault)> {
    let name = path.to_string_lossy().into_owned();
    let lost = |message: String| (name.clone(), Fault { line: None, message });
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(lost("it is no plain file".to_owned())),
        Err(error) => return Err(lost(format!("it cannot be read: {error}"))),
    }
    let written = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let written = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_secs());
    let file = File::open(path).map_err(|error| lost(format!("it cannot be read: {error}")))?;
    coverage::read(Report { name: name.clone(), written, bytes: Box::new(file) }).map_err(|fault| (name, fault))
}

fn known(path: &Path) -> Result<Baseline, Error> {
    let fails = |why: String| Error::Baseline { path: path.to_owned(), why };
    let text = fs::read_to_string(path).map_err(|error| fails(error.to_string()))?;
    Baseline::read(&text).map_err(fails)
}

fn changed(root: &Path, name: &str) -> Result<Changed, Error> {
    let lines = Revision::open(root, name).and_then(|revision| revision.changed()).map_err(workspace::Error::from)?;
    Ok(Changed { since: name.to_owned(), lines })
}

/// What stands in a file of the tree; nothing of one that is too large to be a source.
fn text_of(path: &Path) -> Option<String> {
    let is_small = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST);
    let bytes = if is_small { fs::read(path).ok()? } else { return None };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
