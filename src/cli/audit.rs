//! `pipeward audit`: everything there is to say about YAML that nobody emits.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::{ArgMatches, Args as _, Command};

use super::judging::format_argument;
use super::{Error, Session, Verb, options};
use crate::audit::{self, Search, Terms};
use crate::finding::Verdict;
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
    let Options { paths, strict, no_ignore, now } = options(matches)?;
    let paths = if paths.is_empty() { vec![session.directory.clone()] } else { paths };
    let (found, lost) = audit::find(&Search { paths, ignores: !no_ignore });
    for reason in &lost {
        session.say(&format!("error: {reason}"));
    }
    let mut all = audit::Told::default();
    audit::audit(found, &Terms { now: now.unwrap_or_else(today), strict }, |judged| all.add(judged));
    if all.looked == 0 && lost.is_empty() {
        return Err(Error::Usage {
            message: "there is no workflow to look at".to_owned(),
            help: "name a repository, or files of it: pipeward audit .github/workflows/ci.yml".to_owned(),
        });
    }
    let format = matches.get_one::<String>("format").and_then(|format| report::find(format));
    let report = Report {
        findings: &all.findings,
        files: &all.files,
        pipelines: all.looked,
        known: 0,
        color: session.color,
        losses: &[],
        links: None,
    };
    if let Some(format) = format {
        session.out = (format.write)(&report);
        if all.findings.is_empty() && format.id == report::FORMATS[0].id {
            session.say(&format!("ok: {}", count(all.looked, "file")));
        }
    }
    let verdict = Verdict::of(&all.findings);
    let code = if lost.is_empty() { verdict } else { Verdict::CouldNotCheck }.exit_code();
    // The process ends here: it need not give back what it holds piece by piece.
    std::mem::forget(all);
    Ok(code)
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "expected a day such as 2027-01-31".to_owned())
}

fn today() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Date::from_unix(since.as_secs())
}
