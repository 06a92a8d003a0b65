//! `pipeward policy`: what there is to do with policies themselves.

use clap::{ArgMatches, Args as _, Command};

use super::judging::format_argument;
use super::limits::Limits;
use super::{Error, Session, Verb, options};
use crate::finding::{Finding, Verdict};
use crate::origin::Files;
use crate::proof::{self, Proof};
use crate::report::{self, FORMATS, Report, Thing, count};
use crate::workspace;

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// Leave out the built-in rules
    #[arg(long)]
    own: bool,
    #[command(flatten)]
    limits: Limits,
}

fn command() -> Command {
    let test = Options::augment_args(Command::new("test"))
        .about("Hold every rule to its examples: the built-in ones, and those of the project's policies")
        .arg(format_argument())
        .after_help("Example:\n  pipeward policy test");
    Command::new("policy")
        .about("Test the rules of policies by their examples")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(test)
        .after_help(
            "Example:\n  pipeward policy test\n\nExit codes: 0 all examples show what they should, 1 some do not, 3 some could not be \
             evaluated",
        )
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Some(("test", matches)) = matches.subcommand() else { return Ok(2) };
    let Options { own: alone, limits } = options(matches)?;
    let root = session.root()?;
    let evaluator = Session::evaluator(&root, &limits)?;
    let own = workspace::prove(&root, &evaluator)?;
    let built_in = if alone { Proof::default() } else { proof::built_in(&root, &evaluator) };
    let told = |proof: &Proof, sort| format!("{} of {}", count(proof.examples, "example"), count(proof.rules, sort));
    let mut said = format!("ok: {}", told(&own, "custom rule"));
    if !alone {
        said = [said, told(&built_in, "built-in rule")].join(", ");
    }
    let (findings, files) = joined(own, built_in);
    let wanted = matches.get_one::<String>("format").map_or(FORMATS[0].id, String::as_str);
    if let Some(format) = report::find(wanted) {
        let report = Report { color: session.color, ..Report::new(&findings, &files, 0, Thing::Pipeline) };
        session.out.push_str(&(format.write)(&report));
    }
    if findings.is_empty() && wanted == FORMATS[0].id {
        session.say(&said);
    }
    Ok(Verdict::of(&findings).exit_code())
}

/// The findings of both; those of built-in rules point nowhere.
fn joined(own: Proof, built_in: Proof) -> (Vec<Finding>, Files) {
    let Proof { mut findings, files, .. } = own;
    findings.extend(built_in.findings);
    report::sort(&mut findings, &files);
    (findings, files)
}
