//! `pipeward check`: everything there is to say about a project.

use std::path::PathBuf;

use clap::{ArgMatches, Args as _, Command};

use super::caching::Caching;
use super::judging::Judging;
use super::known;
use super::{Error, Session, Verb, options};
use crate::finding::{Finding, Verdict};
use crate::report::Report;

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// Write what is found to this file, for --baseline, and report nothing
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// List what does not mean on a forge what it means in the pipelines, and what is done instead: in --format text and json
    #[arg(long)]
    loss: bool,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    caching: Caching,
}

fn command() -> Command {
    Options::augment_args(Command::new("check"))
        .about("Judge the pipelines by the policies, and compare the emitted files with their sources")
        .after_help("Example:\n  pipeward check --format github\n\nDrift is mended by `pipeward emit`. --format json is described in docs/json.md.")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { write_baseline, loss, judging, caching } = options(matches)?;
    // What is remembered of a run is its findings alone.
    let folder = caching.folder().filter(|_| !loss);
    let outcome = judging.check(session, folder.as_ref())?;
    if let Some(path) = &write_baseline {
        if outcome.verdict() == Verdict::CouldNotCheck {
            judging.report(&outcome.report(session.color), session);
        }
        // What the errors kept from being said is as old as they are.
        let found: Vec<Finding> = outcome.findings.iter().chain(&outcome.quiet).cloned().collect();
        return known::write(path, &found, outcome.verdict(), session);
    }
    let losses = if loss { outcome.losses.as_slice() } else { &[] };
    judging.report(&Report { losses, ..outcome.report(session.color) }, session);
    if outcome.findings.is_empty() && judging.is_for_people() {
        session.say(&outcome.passed());
    }
    let code = outcome.verdict().exit_code();
    // The process ends here: to give a large model back piece by piece would take as long as to judge it by ten rules.
    std::mem::forget(outcome);
    Ok(code)
}
