//! `pipeward gate`: what coverage, tests and benchmarks come to, held against what policies demand.

mod coverage;

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};

use super::judging::{date, today};
use super::limits::Limits;
use super::{Error, Session, Verb, judging};
use crate::audit::shipped_policy;
use crate::finding::{Finding, Verdict};
use crate::origin::Files;
use crate::policy::{self, Date, Policy};
use crate::report::{self, FORMATS, Report, Thing};
use crate::workspace::{self, Alone};

pub(super) const VERB: Verb = Verb { command, run };

/// One gate.
struct Gate {
    /// Its name, its options and its help.
    command: fn() -> Command,
    /// What it does; it returns the exit code.
    run: fn(&ArgMatches, &mut Session) -> Result<u8, Error>,
}

/// Every gate, in the order help lists them.
///
/// To add one: its file, a `mod` line and a line here.
const GATES: &[Gate] = &[coverage::GATE];

fn command() -> Command {
    Command::new("gate")
        .about("Hold what tests and coverage came to against the policy; what measured nothing has not passed")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(GATES.iter().map(|gate| (gate.command)()))
        .after_help(
            "Example:\n  pipeward gate coverage coverage.xml\n\nExit codes: 0 passed, 1 failed, 3 could not check: a report is empty, cut off, of \
             something else or missing",
        )
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(2) };
    let gate = GATES.iter().find(|gate| (gate.command)().get_name() == name);
    gate.map_or(Ok(2), |gate| (gate.run)(matches, session))
}

/// Options of every gate.
#[derive(clap::Args)]
struct Judging {
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].id, value_parser = judging::formats())]
    format: String,
    /// The policy that judges: a folder with a main.ncl, a file, or one of a git revision [default: the project's, else the shipped one]
    #[arg(long, value_name = "PATH")]
    policy: Option<String>,
    /// The day that decides which exceptions still hold [default: today, in UTC]
    #[arg(long, value_name = "DATE", value_parser = date)]
    now: Option<Date>,
    #[command(flatten)]
    limits: Limits,
}

/// What judges.
struct Judges {
    policies: Vec<Policy>,
    /// The texts that policies point into.
    files: Files,
    /// What is wrong with the policies.
    refused: Vec<Finding>,
    /// The folder that reports are about.
    root: PathBuf,
}

impl Judging {
    /// The policies: the one that is named, or the project's, or else the shipped one.
    fn judges(&self, session: &Session) -> Result<Judges, Error> {
        let project = workspace::find_root(&session.directory).ok();
        let root = project.clone().unwrap_or_else(|| top(&session.directory));
        let mut judges = Judges { policies: Vec::new(), files: Files::default(), refused: Vec::new(), root };
        match (&self.policy, project) {
            (Some(named), _) => match Alone::load(named, &session.directory, |root| Session::evaluator(root, &self.limits))? {
                Ok(alone) => {
                    judges.policies.push(alone.policy().clone());
                    judges.files = alone.files().clone();
                }
                Err((refused, files)) => (judges.refused, judges.files) = (refused, files),
            },
            (None, Some(root)) => {
                let loaded = workspace::policies(&root, &Session::evaluator(&root, &self.limits)?)?;
                judges.policies = loaded.policies.into_iter().map(|judging| judging.policy).collect();
                (judges.files, judges.refused) = (loaded.files, loaded.refused);
            }
            (None, None) => judges.policies.extend(shipped_policy()),
        }
        Ok(judges)
    }

    /// Takes away what exceptions cover, and says the rest; the exit code.
    fn end(&self, judges: Judges, mut findings: Vec<Finding>, session: &mut Session) -> u8 {
        let now = self.now.unwrap_or_else(today);
        for policy in &judges.policies {
            let covered = policy::cover(policy, &mut findings, now);
            for (exception, _) in
                policy.exceptions.iter().zip(covered).filter(|(_, covered)| covered.is_some_and(|count| count > 0))
            {
                session.say(&format!("excused by {}: {} at {}", exception.name, exception.rule.value, exception.identity.value));
            }
        }
        findings.extend(judges.refused);
        report::sort(&mut findings, &judges.files);
        findings.dedup();
        if let Some(format) = report::find(&self.format) {
            let report = Report { color: session.color, ..Report::new(&findings, &judges.files, 0, Thing::File) };
            session.out.push_str(&(format.write)(&report));
        }
        Verdict::of(&findings).exit_code()
    }

    /// Whether people read the report.
    fn is_for_people(&self) -> bool {
        self.format == FORMATS[0].id
    }
}

/// The folder of the repository around a folder, or else the folder itself.
fn top(directory: &Path) -> PathBuf {
    let real = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    let found = real.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
    found.unwrap_or(real)
}
