//! `pipeward check`: everything there is to say about a project.

use clap::{ArgMatches, Args as _, Command};

use super::judging::Judging;
use super::{Error, Session, Verb, options};

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    #[command(flatten)]
    judging: Judging,
}

fn command() -> Command {
    Options::augment_args(Command::new("check"))
        .about("Judge the pipelines by the policies, and compare the emitted files with their sources")
        .after_help("Example:\n  pipeward check --format github\n\nDrift is mended by `pipeward emit`. --format json is described in docs/json.md.")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { judging } = options(matches)?;
    let outcome = judging.check(session)?;
    judging.report(&outcome.report(session.color), session);
    if outcome.findings.is_empty() && judging.is_for_people() {
        session.say(&outcome.passed());
    }
    Ok(outcome.verdict().exit_code())
}
