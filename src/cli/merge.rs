//! `pipeward merge`: the reports of runs that looked at a part each, as one.

use std::path::PathBuf;

use clap::{ArgMatches, Args as _, Command};

use super::{Error, Session, Verb, options};
use crate::merge::{self, Part};
use crate::report;

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// Reports in JSON or SARIF, all in one form: of `audit --shard`, or of several projects
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

fn command() -> Command {
    Options::augment_args(Command::new("merge"))
        .about("Join reports in JSON or SARIF: the same findings once, and the exit code of all together")
        .after_help("Example:\n  pipeward merge part-1.json part-2.json --output audit.json")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { files } = options(matches)?;
    let part = |path: PathBuf| {
        let name = path.to_string_lossy().into_owned();
        let text =
            std::fs::read_to_string(&path).map_err(|error| Error::Report { name: name.clone(), why: error.to_string() })?;
        let document = serde_json::from_str(&text)
            .map_err(|error| Error::Report { name: name.clone(), why: format!("it is no JSON: {error}") })?;
        Ok(Part { name, document })
    };
    let parts = files.into_iter().map(part).collect::<Result<Vec<_>, Error>>()?;
    let whole = merge::merge(&parts)?;
    session.out = report::json_text(&whole.document);
    Ok(whole.verdict.exit_code())
}
