//! `pipeward audit`: everything there is to say about YAML that nobody emits.

use std::path::PathBuf;

use clap::{ArgMatches, Args as _, Command};

use super::judging::{date, format_argument, today};
use super::{Error, Session, Verb, known, options};
use crate::audit::{self, Change, Found, Judged, Mended, Search, Terms};
use crate::drift;
use crate::finding::{Finding, Verdict};
use crate::fix::Which;
use crate::policy::Date;
use crate::report::{self, Counts, Format, Pieces, Report, Shard, count};

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// Files, repositories, or folders of many [default: the directory of -C]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Say what is right to say and what few would mend, too
    #[arg(long)]
    strict: bool,
    /// Look at files that version control ignores, too
    #[arg(long)]
    no_ignore: bool,
    /// Mend what leaves a file as its author meant it; with `unsafe`, also what somebody should look at afterwards
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe", value_parser = ["safe", "unsafe"])]
    fix: Option<String>,
    /// With --fix: show as unified diffs what would change, and write nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Leave out the findings that this file knows: an earlier `audit --format json`, or what --write-baseline wrote
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what is found to this file, for --baseline, and report nothing
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Look at one of several parts of the repositories, such as 2/8; `pipeward merge` joins what is said of them
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with_all = ["fix", "baseline", "write_baseline"])]
    shard: Option<Shard>,
    /// The day that decides which exceptions still hold [default: today, in UTC]
    #[arg(long, value_name = "DATE", value_parser = date)]
    now: Option<Date>,
}

fn command() -> Command {
    Options::augment_args(Command::new("audit"))
        .about("Judge workflows as they are: no project, no policy and no network is needed")
        .arg(format_argument())
        .after_help("Example:\n  pipeward audit .github/workflows --format sarif")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { paths, strict, no_ignore, fix, dry_run, baseline, write_baseline, shard, now } = options(matches)?;
    let paths = session.paths(paths);
    let (found, lost) = audit::find(&Search { paths, ignores: !no_ignore, shard });
    let lost = audit::of_lost(&lost);
    let format = matches.get_one::<String>("format").and_then(|format| report::find(format)).unwrap_or(&report::FORMATS[0]);
    if let Some(pieces) = format.pieces
        && fix.is_none()
        && baseline.is_none()
        && write_baseline.is_none()
    {
        let terms = Terms { now: now.unwrap_or_else(today), strict };
        let counts = tell_pieces(lost, found, &terms, pieces, session);
        return end(&counts, shard, format, session).map(|()| counts.verdict().exit_code());
    }
    let known = baseline.as_ref().map(|path| known::read(path, &session.directory, None)).transpose()?;
    let mut all = audit::Told::default();
    all.add(lost);
    let mut unwritten = Vec::new();
    let terms = Terms { now: now.unwrap_or_else(today), strict };
    let mut diff = String::new();
    match fix {
        None => audit::audit(found, &terms, |judged| judged, |judged| all.add(judged)),
        Some(which) => {
            let which = if which == "unsafe" { Which::Unsafe } else { Which::Safe };
            audit::mend(found, &terms, which, |mended| {
                unwritten.extend(fixed(&mended, dry_run, &mut diff, session));
                all.add(mended.judged);
            });
        }
    }
    let checked = |findings: &[Finding]| if unwritten.is_empty() { Verdict::of(findings) } else { Verdict::CouldNotCheck };
    if let Some(path) = &write_baseline {
        return known::write(path, &all.findings, checked(&all.findings), session);
    }
    let held = known.map(|known| known.hold(&mut all.findings)).unwrap_or_default();
    let verdict = checked(&all.findings);
    if let Some(path) = &baseline {
        known::tell("audit", &held, path, verdict, session);
    }
    let report = Report {
        findings: &all.findings,
        files: &all.files,
        pipelines: all.looked,
        known: held.known,
        color: session.color,
        losses: &[],
        links: None,
        shard,
    };
    if dry_run {
        session.out = diff;
    } else {
        session.out = (format.write)(&report);
        end(&report.counts(), shard, format, session)?;
    }
    let code = verdict.exit_code();
    // The process ends here: it need not give back what it holds piece by piece.
    std::mem::forget(all);
    Ok(code)
}

/// Says what there is to say of each repository as soon as it is known, and holds on to nothing.
fn tell_pieces(lost: Judged, found: Vec<Found>, terms: &Terms, pieces: Pieces, session: &mut Session) -> Counts {
    let (color, mut all) = (session.color, Counts::default());
    let make = |judged: Judged| {
        let Judged { findings, files, looked } = &judged;
        let report = Report { findings, files, pipelines: *looked, known: 0, color, losses: &[], links: None, shard: None };
        ((pieces.each)(&report), report.counts())
    };
    let mut tell = |(text, counts): (String, Counts)| {
        all.join(counts);
        session.tell(&text);
    };
    tell(make(lost));
    audit::audit(found, terms, make, tell);
    session.tell(&(pieces.end)(&all));
    all
}

/// What is said behind the findings, and where nothing was looked at: one of many parts may be empty.
fn end(counts: &Counts, shard: Option<Shard>, format: &Format, session: &mut Session) -> Result<(), Error> {
    if counts.pipelines == 0 && counts.all() == 0 && shard.is_none() {
        return Err(Error::Usage {
            message: "there is no workflow to look at".to_owned(),
            help: "name a repository, or files of it: pipeward audit .github/workflows/ci.yml".to_owned(),
        });
    }
    if format.id == report::FORMATS[0].id {
        if counts.all() == 0 {
            session.say(&format!("ok: {}", count(counts.pipelines, "file")));
        }
        session.say(&format!("note: {}", audit::limits()));
    }
    Ok(())
}

/// Writes what was mended, or shows it, and says so; why files could not be written.
fn fixed(mended: &Mended, dry_run: bool, diff: &mut String, session: &mut Session) -> Vec<String> {
    let mut unwritten = Vec::new();
    for Change { file, before, after, rules } in &mended.changes {
        if dry_run {
            diff.push_str(&drift::diff(&file.shown, Some(before), Some(after)).unwrap_or_default());
            continue;
        }
        let number = rules.values().sum();
        match file.write(before, after) {
            Ok(()) => {
                let each: Vec<String> = rules.iter().map(|(rule, number)| format!("{rule} ({number})")).collect();
                session.say(&format!("{}: {} fixed: {}", file.shown, count(number, "finding"), each.join(", ")));
            }
            Err(reason) => {
                session.say(&format!("error: {}: nothing fixed: {reason}", file.shown));
                unwritten.push(file.shown.clone());
            }
        }
    }
    for (shown, reason) in &mended.undone {
        session.say(&format!("{shown}: nothing fixed: {reason}"));
    }
    unwritten
}

fn shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).ok_or_else(|| "expected a part of a whole such as 2/8, from 1/8 to 8/8".to_owned())
}
