//! `pipeward audit`: everything there is to say about YAML that nobody emits.

use std::path::PathBuf;

use clap::{ArgMatches, Args as _, Command};

use super::judging::{date, format_argument, today};
use super::limits::Limits;
use super::{Error, Session, Verb, known, options};
use crate::audit::{self, Change, Found, Given, Judged, Mended, Pattern, Search, Terms};
use crate::drift;
use crate::finding::{Finding, Verdict};
use crate::fix::Which;
use crate::origin::Files;
use crate::policy::Date;
use crate::report::{self, Counts, Format, Pieces, Report, Shard, Tail, Thing, count};
use crate::workspace::Alone;

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// Files, repositories, or folders of many [default: the directory of -C]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Also say what is true and what many decide otherwise
    #[arg(long)]
    strict: bool,
    /// Look at files that .gitignore or .pipewardignore leaves out, too
    #[arg(long)]
    no_ignore: bool,
    /// Leave out what is at such paths below a folder, in the form of a line of .gitignore: 'tests/', '*.bad.yml'; may be repeated
    #[arg(long, value_name = "GLOB", value_parser = Pattern::parse)]
    exclude: Vec<Pattern>,
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
    /// Judge by this policy: a folder with a main.ncl, a .ncl file, or one of a git revision such as origin/main:policies
    #[arg(long, value_name = "PATH")]
    policy: Option<String>,
    /// Look at one of several parts of the repositories, such as 2/8; `pipeward merge` joins what is said of them
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with_all = ["fix", "baseline", "write_baseline"])]
    shard: Option<Shard>,
    /// The day that decides which exceptions still hold [default: today, in UTC]
    #[arg(long, value_name = "DATE", value_parser = date)]
    now: Option<Date>,
    #[command(flatten)]
    limits: Limits,
}

fn command() -> Command {
    Options::augment_args(Command::new("audit"))
        .about("Judge workflows as they are: no project, no policy and no network is needed")
        .arg(format_argument())
        .after_help("Example:\n  pipeward audit .github/workflows --format sarif")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { paths, strict, no_ignore, exclude, fix, dry_run, baseline, write_baseline, policy, shard, now, limits } =
        options(matches)?;
    let format = matches.get_one::<String>("format").and_then(|format| report::find(format)).unwrap_or(&report::FORMATS[0]);
    let given = match policy.map(|named| given(&named, &limits, session)).transpose()? {
        Some(Err((refused, files))) => return Ok(refuse(&refused, &files, format, session)),
        Some(Ok(alone)) => Some(Given::new(alone, strict, shard.is_none())),
        None => None,
    };
    let terms = Terms { now: now.unwrap_or_else(today), strict, policy: given.as_ref() };
    let (found, lost) = audit::find(&Search { paths: session.paths(paths), ignores: !no_ignore, exclude, shard });
    let which = fix.map(|which| if which == "unsafe" { Which::Unsafe } else { Which::Safe });
    let run = Run { found, lost: audit::of_lost(&lost), terms, fix: which, is_shown: dry_run, shard };
    match format.pieces {
        Some(pieces) if baseline.is_none() && write_baseline.is_none() && !dry_run => run.in_pieces(pieces, format, session),
        _ => run.at_once(baseline.as_ref(), write_baseline.as_ref(), format, session),
    }
}

/// What is looked at, and what is done about what is found.
struct Run<'a> {
    found: Vec<Found>,
    lost: Judged,
    terms: Terms<'a>,
    /// What is mended.
    fix: Option<Which>,
    /// Whether what would be mended is only shown.
    is_shown: bool,
    shard: Option<Shard>,
}

impl Run<'_> {
    /// Says what there is to say of each repository as soon as it is known, and holds on to nothing.
    fn in_pieces(self, pieces: Pieces, format: &Format, session: &mut Session) -> Result<u8, Error> {
        let (color, mut all, mut done) = (session.color, Counts::default(), Done::default());
        let make = |judged: Judged| {
            let judged = if pieces.mends { judged.with_fixes() } else { judged };
            let report = Report { color, ..Report::new(&judged.findings, &judged.files, judged.looked, Thing::File) };
            (pieces.inner(&report), report.counts())
        };
        let mut tell = |(text, counts): (String, Counts), session: &mut Session| {
            if !text.is_empty() && all.all() > 0 {
                session.tell(pieces.between);
            }
            all.join(counts);
            session.tell(&text);
        };
        session.tell(pieces.start);
        tell(make(self.lost), session);
        match self.fix {
            None => audit::audit(self.found, &self.terms, make, |made| tell(made, session)),
            Some(which) => audit::mend(self.found, &self.terms, which, |mended| {
                done.fix(&mended, None, session);
                tell(make(mended.judged), session);
            }),
        }
        session.tell(&(pieces.end)(&all, Tail { shard: self.shard, is_audit: true, ..Tail::default() }));
        end(&all, self.shard, format, session)?;
        done.tell(false, session);
        Ok(done.checked(all.verdict()).exit_code())
    }

    /// Says everything at the end, without what a baseline knows.
    fn at_once(
        self,
        baseline: Option<&PathBuf>,
        write_baseline: Option<&PathBuf>,
        format: &Format,
        session: &mut Session,
    ) -> Result<u8, Error> {
        let known = baseline.map(|path| known::read(path, &session.directory, None)).transpose()?;
        let (mut all, mut done, mut diff) = (audit::Told::default(), Done::default(), String::new());
        all.add(self.lost);
        match self.fix {
            None => audit::audit(self.found, &self.terms, Judged::with_fixes, |judged| all.add(judged)),
            Some(which) => audit::mend(self.found, &self.terms, which, |mended| {
                done.fix(&mended, self.is_shown.then_some(&mut diff), session);
                all.add(mended.judged.with_fixes());
            }),
        }
        if let Some(path) = write_baseline {
            return known::write(path, &all.findings, done.checked(Verdict::of(&all.findings)), session);
        }
        let held = known.map(|known| known.hold(&mut all.findings)).unwrap_or_default();
        done.tell(self.is_shown, session);
        let verdict = done.checked(Verdict::of(&all.findings));
        if let Some(path) = baseline {
            known::tell("audit", &held, path, verdict, session);
        }
        let (known, color, shard) = (held.known, session.color, self.shard);
        let report = Report { known, color, shard, ..Report::new(&all.findings, &all.files, all.looked, Thing::File) };
        if self.is_shown {
            session.out = diff;
        } else {
            session.out = (format.write)(&report);
            end(&report.counts(), shard, format, session)?;
        }
        // The process ends here: it need not give back what it holds piece by piece.
        std::mem::forget(all);
        Ok(verdict.exit_code())
    }
}

/// The policy that somebody names, or what is wrong with it.
fn given(named: &str, limits: &Limits, session: &Session) -> Result<Result<Alone, (Vec<Finding>, Files)>, Error> {
    Alone::load(named, &session.directory, |root| Session::evaluator(root, limits))
}

/// Says what is wrong with the policy: nothing can be judged by it.
fn refuse(findings: &[Finding], files: &Files, format: &Format, session: &mut Session) -> u8 {
    let report = Report { color: session.color, ..Report::new(findings, files, 0, Thing::File) };
    session.out = (format.write)(&report);
    Verdict::of(findings).exit_code()
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

/// What became of the files that are mended.
#[derive(Default)]
struct Done {
    files: usize,
    findings: usize,
    is_unwritten: bool,
}

impl Done {
    /// Writes what was mended and says so, or puts it into `shown`.
    fn fix(&mut self, mended: &Mended, mut shown: Option<&mut String>, session: &mut Session) {
        for Change { file, before, after, rules } in &mended.changes {
            let number: usize = rules.values().sum();
            if let Some(shown) = &mut shown {
                shown.push_str(&drift::diff(&file.shown, Some(before), Some(after)).unwrap_or_default());
            } else if let Err(reason) = file.write(before, after) {
                session.say(&format!("error: {}: nothing fixed: {reason}", file.shown));
                self.is_unwritten = true;
                continue;
            } else {
                let each: Vec<String> = rules.iter().map(|(rule, number)| format!("{rule} ({number})")).collect();
                session.say(&format!("{}: {} fixed: {}", file.shown, count(number, "finding"), each.join(", ")));
            }
            self.files += 1;
            self.findings += number;
        }
        for (shown, reason) in &mended.undone {
            session.say(&format!("{shown}: not fixed: {reason}"));
        }
    }

    /// Says what all of it comes to, where that is more than was said of one file.
    fn tell(&self, is_shown: bool, session: &mut Session) {
        if self.files > 1 || (is_shown && self.files > 0) {
            let would = if is_shown { "would be " } else { "" };
            session.say(&format!("{} {would}fixed in {}", count(self.findings, "finding"), count(self.files, "file")));
        }
    }

    /// What a run comes to in which some files perhaps could not be written.
    const fn checked(&self, verdict: Verdict) -> Verdict {
        if self.is_unwritten { Verdict::CouldNotCheck } else { verdict }
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).ok_or_else(|| "expected a part of a whole such as 2/8, from 1/8 to 8/8".to_owned())
}
