//! `pipeward explain`: one rule, with the reason for it and what does and does not make it fire.

use std::ffi::OsStr;

use clap::builder::{NonEmptyStringValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, ArgMatches, Args as _, Command};

use super::limits::Limits;
use super::{Error, Session, Verb, options};
use crate::policy::{Custom, Level};
use crate::report::multiline;
use crate::rule::{self, RULES, Rule};
use crate::rulebook::{self, Part};
use crate::source::nearest;
use crate::workspace;

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// The rule's id, as findings name it
    #[arg(value_name = "RULE", value_parser = RuleId, hide_possible_values = true)]
    rule: String,
    #[command(flatten)]
    limits: Limits,
}

/// Any id: shells are offered the built-in ones, and a policy may have others.
#[derive(Clone)]
struct RuleId;

impl TypedValueParser for RuleId {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        NonEmptyStringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(RULES.iter().map(|rule| PossibleValue::new(rule.id).help(rule.summary))))
    }
}

fn command() -> Command {
    Options::augment_args(Command::new("explain"))
        .about("Explain a rule: what is wrong where it fires, why that matters, its settings, examples")
        .after_help("Example:\n  pipeward explain job-timeout-over-limit\n\nKnows the built-in rules and those of the project's own policies.")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { rule, limits } = options(matches)?;
    if let Some(known) = rule::find(&rule) {
        session.out = built_in(known);
        return Ok(0);
    }
    let custom = custom(session, &limits);
    if let Some(known) = custom.iter().find(|known| known.id == rule) {
        session.out = multiline(&of_policy(known));
        return Ok(0);
    }
    let known: Vec<&str> = RULES.iter().map(|rule| rule.id).chain(custom.iter().map(|rule| rule.id.as_str())).collect();
    let help =
        nearest(&rule, &known).map_or_else(|| "`pipeward rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(Error::Usage { message: format!("no rule is called `{rule}`"), help })
}

/// The rules of the project's own policies; none if there is no project to be read.
fn custom(session: &Session, limits: &Limits) -> Vec<Custom> {
    let load = || {
        let root = session.root()?;
        Ok::<_, Error>(workspace::load(&root, &Session::evaluator(&root, limits)?)?)
    };
    load().map_or_else(
        |_| Vec::new(),
        |workspace| workspace.policies.into_iter().flat_map(|judging| judging.policy.custom).collect(),
    )
}

fn of_policy(rule: &Custom) -> String {
    let severity = match rule.severity {
        Level::On(severity) => severity.word(),
        Level::Off => "off",
    };
    let stance = Part::Prose(format!("Severity `{severity}`. A rule of this project's policy."));
    text(&rule.id, &rule.summary, &[stance, Part::Heading("Why"), Part::Prose(rule.why.clone())])
}

fn built_in(rule: &Rule) -> String {
    text(rule.id, rule.summary, &rulebook::parts(rule))
}

/// A rule's page for a terminal.
fn text(id: &str, summary: &str, parts: &[Part]) -> String {
    let mut text = format!("{id}: {summary}\n");
    let mut before: Option<&Part> = None;
    for part in parts {
        let joined = matches!((before, part), (Some(Part::Item(_)), Part::Item(_)) | (Some(Part::Heading(_)), _));
        text.push_str(if joined { "" } else { "\n" });
        let piece = match part {
            Part::Heading(heading) => format!("{heading}:\n"),
            Part::Prose(prose) => indented(&folded(prose)),
            Part::Item(item) => format!("  - {item}\n"),
            Part::Code(code) => indented(code),
        };
        text.push_str(&piece);
        before = Some(part);
    }
    text
}

/// Prose in lines of at most 96 characters; empty lines between paragraphs stay.
fn folded(prose: &str) -> String {
    let mut paragraphs = Vec::new();
    for paragraph in prose.trim().split("\n\n") {
        let mut lines = vec![String::new()];
        for word in paragraph.split_whitespace() {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.chars().count() + 1 + word.chars().count() <= 96 => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        paragraphs.push(lines.join("\n"));
    }
    paragraphs.join("\n\n")
}

fn indented(text: &str) -> String {
    let lines = text.trim_matches('\n').lines();
    lines.map(|line| if line.trim().is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::pipeline::backends::Forge;
    use crate::rule::{Check, Example, Forges, Loosens, Refused};
    use crate::source::FaultKind;

    #[test]
    fn prose_is_folded_between_words() {
        let prose = format!("{}\n\nsecond", "twelve chars ".repeat(9));
        let text = folded(&prose);
        assert!(text.lines().all(|line| line.len() <= 96), "{text}");
        assert_eq!(text.split_whitespace().count(), 19);
        assert_eq!(text.lines().count(), 4, "{text}");
    }

    const EXAMPLES: &[Example] =
        &[Example::bad(&[("ci", "{ a = 9 }")]).policy("{ rules = {} }"), Example::good(&[("ci", "{\n  a = 1,\n}")])];

    #[test]
    fn an_explanation_holds_all_that_a_rule_says() {
        let rule = Rule {
            id: "long",
            summary: "it is long",
            why: "Nobody waits.",
            severity: Severity::Warning,
            settings: "max | Number | default = 3,",
            loosens: &[("max", Loosens::More)],
            refused: &[Refused { kind: FaultKind::Missing, path: "jobs/*/long" }, Refused { kind: FaultKind::Name, path: "**" }],
            check: Check::Contract,
            examples: EXAMPLES,
            forges: Forges::Only(Forge::GitHub),
            audit: rule::Audit::Always,
        };
        insta::assert_snapshot!(built_in(&rule));
    }
}
