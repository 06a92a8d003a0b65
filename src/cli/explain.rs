//! `pipeward explain`: one rule, with the reason for it and what does and does not make it fire.

use clap::{ArgMatches, Args as _, Command};

use super::limits::Limits;
use super::{Error, Session, Verb, options};
use crate::policy::{Custom, Level};
use crate::report::multiline;
use crate::rule::{self, Check, Example, RULES, Rule};
use crate::source::nearest;
use crate::workspace;

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// The rule's id, as findings name it
    #[arg(value_name = "RULE")]
    rule: String,
    #[command(flatten)]
    limits: Limits,
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
    format!("{} ({severity}, a rule of this project's policy)\n{}\n\n{}\n", rule.id, rule.summary, folded(&rule.why))
}

fn built_in(rule: &Rule) -> String {
    let mut text = format!("{} ({})\n{}\n\n{}\n", rule.id, rule.severity.word(), rule.summary, folded(rule.why));
    text.push_str(match rule.check {
        Check::Project(_) | Check::Policy(_) => "",
        Check::Contract => "\nThe contracts refuse it, so no policy can turn it off.\n",
        Check::Backend => "\nNothing can be written that way, so no policy can turn it off.\n",
        Check::Drift => "\n`pipeward emit` mends it.\n",
        Check::Change => "\nIt speaks under `--policy-ref` alone.\n",
    });
    if !rule.settings.trim().is_empty() {
        text.push_str(&section("Settings, in a policy under rules.<id>.settings", rule.settings));
    }
    for (title, fires) in [("Fires on", true), ("Does not fire on", false)] {
        for example in rule.examples.iter().filter(|example| example.fires == fires) {
            text.push_str(&section(title, &sources(example)));
        }
    }
    text
}

/// The files of an example, each under its path; what is not written is as in a small complete project.
fn sources(example: &Example) -> String {
    let said = |text: &str| !matches!(text.trim(), "" | "{}");
    let mut files: Vec<(String, &str)> =
        example.pipelines.iter().map(|(id, text)| (format!("pipelines/{id}.ncl"), *text)).collect();
    files.extend(said(example.project).then(|| ("pipelines/main.ncl".to_owned(), example.project)));
    files.extend(said(example.policy).then(|| ("policies/main.ncl".to_owned(), example.policy)));
    if files.is_empty() {
        return "a project that says nothing of it".to_owned();
    }
    files.iter().map(|(path, text)| format!("# {path}\n{}\n", text.trim())).collect()
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

fn section(title: &str, text: &str) -> String {
    let lines: String = text.trim_matches('\n').lines().map(|line| format!("  {line}\n").replace("  \n", "\n")).collect();
    format!("\n{title}:\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

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
            refused: &[],
            check: Check::Contract,
            examples: EXAMPLES,
        };
        insta::assert_snapshot!(built_in(&rule));
    }
}
