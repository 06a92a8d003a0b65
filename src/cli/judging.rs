//! What the verbs that judge have in common: the day, the format, the report.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Arg;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::known;
use super::limits::Limits;
use super::{Error, Session};
use crate::cache::{self, Folder};
use crate::check::{self, Outcome, Terms};
use crate::policy::Date;
use crate::report::{self, FORMATS, Report};
use crate::revision::Revision;
use crate::workspace;

/// Options of the verbs that judge.
#[derive(clap::Args)]
pub(super) struct Judging {
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].id, value_parser = formats())]
    format: String,
    /// The address that files are found under, for the links of --format markdown: https://forge/owner/name/blob/REVISION
    #[arg(long, value_name = "URL", value_parser = address)]
    links: Option<String>,
    /// Where the project is in its repository: said before the names of files, for a forge that knows them from there
    #[arg(long, value_name = "DIR", value_parser = folder)]
    prefix: Option<String>,
    /// The day that decides which exceptions still hold [default: today, in UTC]
    #[arg(long, value_name = "DATE", value_parser = date)]
    now: Option<Date>,
    #[command(flatten)]
    limits: Limits,
    /// Judge by the policies of this git revision, such as origin/main, instead of the project's own; what these weaken is found
    #[arg(long, value_name = "REF")]
    policy_ref: Option<String>,
    /// Leave out the findings that this file knows: an earlier `check --format json`, or what --write-baseline wrote
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// How findings are written, for verbs that report and do not judge pipelines.
pub(super) fn format_argument() -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .help("How findings are written")
        .default_value(FORMATS[0].id)
        .value_parser(formats())
}

pub(super) fn formats() -> PossibleValuesParser {
    FORMATS.iter().map(|format| PossibleValue::new(format.id).help(format.summary)).collect::<Vec<_>>().into()
}

/// An address that ends no link early, wherever it is written.
fn address(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/:-._~%@+".contains(&byte);
    let known = text.starts_with("https://") || text.starts_with("http://");
    if known && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("expected an address such as https://forge.example/owner/name/blob/main".to_owned())
    }
}

/// A folder of a repository, from its root.
fn folder(text: &str) -> Result<String, String> {
    let path = text.trim_start_matches("./").trim_end_matches('/');
    let plain = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if plain { Ok(path.to_owned()) } else { Err("expected a folder from the repository's root, such as services/api".to_owned()) }
}

pub(super) fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "expected a day such as 2027-01-31".to_owned())
}

impl Judging {
    /// Checks the session's project, or remembers what there was to say of it; then no file is in the outcome.
    pub(super) fn check(&self, session: &mut Session, folder: Option<&Folder>) -> Result<Outcome, Error> {
        let root = session.root()?;
        let named = self.policy_ref.as_deref().map(|name| Revision::open(&root, name));
        let policies = named.transpose().map_err(workspace::Error::from)?;
        let read = |path: &PathBuf| known::read(path, &root, policies.as_ref());
        let known = self.baseline.as_ref().map(read).transpose()?;
        let now = self.now.unwrap_or_else(today);
        let terms = Terms { now, policies: policies.as_ref(), known: known.as_ref() };
        let evaluator = Session::evaluator(&root, &self.limits)?;
        let outcome = match folder {
            Some(folder) => cache::check(folder, &root, evaluator, &terms)?,
            None => check::check(&root, &evaluator, &terms)?,
        };
        if let Some(path) = &self.baseline {
            known::tell("check", &outcome.held, path, outcome.verdict(), session);
        }
        Ok(outcome)
    }

    /// Writes a report in the format asked for.
    pub(super) fn report(&self, report: &Report<'_>, session: &mut Session) {
        let Some(format) = report::find(&self.format) else { return };
        let below = self.prefix.as_deref().map(|folder| report.files.below(folder));
        let files = below.as_ref().unwrap_or(report.files);
        session.out.push_str(&(format.write)(&Report { links: self.links.as_deref(), files, ..*report }));
    }

    /// Whether people read the report.
    pub(super) fn is_for_people(&self) -> bool {
        self.format == FORMATS[0].id
    }
}

pub(super) fn today() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Date::from_unix(since.as_secs())
}
