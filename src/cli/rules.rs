//! `pipeward rules`: every built-in rule.

use clap::{ArgMatches, Args as _, Command, ValueEnum};
use serde_json::json;

use super::{Error, Session, Verb, options};
use crate::report::json_text;
use crate::rule::{Check, Forges, RULES, Rule};

pub(super) const VERB: Verb = Verb { command, run };

/// The formats of verbs that list things.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(clap::Args)]
struct Options {
    /// How the list is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn command() -> Command {
    Options::augment_args(Command::new("rules"))
        .about("List the built-in rules: id, severity unless a policy says otherwise, what is wrong where it fires")
        .after_help("Example:\n  pipeward rules --format json\n\n`pipeward explain RULE` says more of one.")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { format } = options(matches)?;
    session.out = match format {
        Format::Text => table(RULES),
        Format::Json => json_text(&json!({ "version": 1, "rules": RULES.iter().map(|rule| data(rule)).collect::<Vec<_>>() })),
    };
    Ok(0)
}

fn table(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    rules
        .iter()
        .map(|rule| {
            format!("{:width$}  {:7}  {}{}{}\n", rule.id, rule.severity.word(), rule.summary, only(rule.forges), waits(rule))
        })
        .collect()
}

/// What is said of a rule about one forge.
fn only(forges: Forges) -> String {
    match forges {
        Forges::Every => String::new(),
        Forges::Only(forge) => format!("; {} only", forge.title()),
    }
}

/// What is said of a rule that says nothing unless a policy has settings for it.
fn waits(rule: &Rule) -> &'static str {
    if rule.waits_for_settings() { "; silent until a policy has settings for it" } else { "" }
}

fn data(rule: &Rule) -> serde_json::Value {
    json!({
        "id": rule.id,
        "severity": rule.severity.word(),
        "summary": rule.summary,
        "why": rule.why,
        "settings": rule.settings,
        "forges": rule.forges.names(),
        "waits_for_settings": rule.waits_for_settings(),
        "stops": match rule.check {
            Check::Project(_) | Check::Policy(_) | Check::Loss => "policy",
            Check::Contract => "contract",
            Check::Backend => "backend",
            Check::Drift => "drift",
            Check::Change => "change",
            Check::Gate | Check::Unmeasured => "gate",
        },
    })
}
