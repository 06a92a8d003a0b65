//! `pipeward audit`: everything there is to say about YAML that nobody emits.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::{ArgMatches, Args as _, Command};

use super::judging::format_argument;
use super::{Error, Session, Verb, known, options};
use crate::audit::{self, Change, Mended, Search, Terms};
use crate::drift;
use crate::finding::{Finding, Verdict};
use crate::fix::Which;
use crate::policy::Date;
use crate::report::{self, Report, count};

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

/// What a reader is told behind the findings.
fn close(session: &mut Session, all: &audit::Told) {
    if all.findings.is_empty() {
        session.say(&format!("ok: {}", count(all.looked, "file")));
    }
    session.say(&format!("note: {}", audit::limits()));
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { paths, strict, no_ignore, fix, dry_run, baseline, write_baseline, now } = options(matches)?;
    let paths = if paths.is_empty() { vec![session.directory.clone()] } else { paths };
    let (found, mut lost) = audit::find(&Search { paths, ignores: !no_ignore });
    for reason in &lost {
        session.say(&format!("error: {reason}"));
    }
    let known = baseline.as_ref().map(|path| known::read(path, &session.directory, None)).transpose()?;
    let mut all = audit::Told::default();
    let terms = Terms { now: now.unwrap_or_else(today), strict };
    let mut diff = String::new();
    match fix {
        None => audit::audit(found, &terms, |judged| all.add(judged)),
        Some(which) => {
            let which = if which == "unsafe" { Which::Unsafe } else { Which::Safe };
            let mut unwritten = Vec::new();
            audit::mend(found, &terms, which, |mended| {
                unwritten.extend(fixed(&mended, dry_run, &mut diff, session));
                all.add(mended.judged);
            });
            lost.extend(unwritten);
        }
    }
    if all.looked == 0 && lost.is_empty() {
        return Err(Error::Usage {
            message: "there is no workflow to look at".to_owned(),
            help: "name a repository, or files of it: pipeward audit .github/workflows/ci.yml".to_owned(),
        });
    }
    let checked = |findings: &[Finding]| if lost.is_empty() { Verdict::of(findings) } else { Verdict::CouldNotCheck };
    if let Some(path) = &write_baseline {
        return known::write(path, &all.findings, checked(&all.findings), session);
    }
    let held = known.map(|known| known.hold(&mut all.findings)).unwrap_or_default();
    let verdict = checked(&all.findings);
    if let Some(path) = &baseline {
        known::tell("audit", &held, path, verdict, session);
    }
    let format = matches.get_one::<String>("format").and_then(|format| report::find(format));
    let report = Report {
        findings: &all.findings,
        files: &all.files,
        pipelines: all.looked,
        known: held.known,
        color: session.color,
        losses: &[],
        links: None,
    };
    if dry_run {
        session.out = diff;
    } else if let Some(format) = format {
        session.out = (format.write)(&report);
        if format.id == report::FORMATS[0].id {
            close(session, &all);
        }
    }
    let code = verdict.exit_code();
    // The process ends here: it need not give back what it holds piece by piece.
    std::mem::forget(all);
    Ok(code)
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

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "expected a day such as 2027-01-31".to_owned())
}

fn today() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Date::from_unix(since.as_secs())
}
