//! `pipeward new`: a pipeline, an action, a rule or a contract that works, to be changed into the one that is needed.

mod action;
mod contract;
mod pipeline;
mod rule;

use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgMatches, Args as _, Command};

use super::limits::Limits;
use super::{Error, Session, Verb, options};
use crate::scaffold::{self, New};

pub(super) const VERB: Verb = Verb { command, run };

/// Something that can be written anew.
struct Kind {
    /// The word that chooses it.
    id: &'static str,
    /// What it is.
    summary: &'static str,
    /// The files of one of that name, and what is left to do.
    write: fn(&Name, &Path, &Limits) -> Result<Draft, Error>,
}

/// What is written, and what its author does next.
struct Draft {
    files: Vec<New>,
    next: Vec<String>,
}

/// Every kind.
///
/// To add one: its file, a `mod` line and a line here.
const KINDS: &[Kind] = &[pipeline::KIND, action::KIND, rule::KIND, contract::KIND];

#[derive(clap::Args)]
struct Options {
    /// What to write
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: String,
    /// Its name, in small letters with `-` between words
    #[arg(value_name = "NAME", value_parser = Name::parse)]
    name: Name,
    #[command(flatten)]
    limits: Limits,
}

fn kinds() -> PossibleValuesParser {
    KINDS.iter().map(|kind| PossibleValue::new(kind.id).help(kind.summary)).collect::<Vec<_>>().into()
}

fn command() -> Command {
    Options::augment_args(Command::new("new"))
        .about("Write a pipeline, an action, a rule or a contract that works, to be changed into the one needed; never over a file that is there")
        .after_help("Example:\n  pipeward new rule no-friday-deploys")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { kind, name, limits } = options(matches)?;
    let root = session.root()?;
    let Some(kind) = KINDS.iter().find(|known| known.id == kind) else { return Ok(2) };
    let draft = (kind.write)(&name, &root, &limits)?;
    scaffold::write(&root, &draft.files)?;
    for file in &draft.files {
        session.say(&format!("wrote {}", file.path));
    }
    for line in &draft.next {
        session.say(&format!("next: {line}"));
    }
    Ok(0)
}

/// A name that is a file's, an id's and an identifier's: words of small letters and digits, `-` between them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    kebab: String,
}

/// More than any forge shows of a name.
const LONGEST: usize = 60;

impl Name {
    fn parse(text: &str) -> Result<Self, String> {
        let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
        if !begins || !text.split('-').all(word) {
            return Err("expected small letters and digits with `-` between words, such as nightly-soak".to_owned());
        }
        if text.len() > LONGEST {
            return Err(format!("expected at most {LONGEST} letters, got {}", text.len()));
        }
        if text == "main" {
            return Err("`main` is the file that brings all others together".to_owned());
        }
        Ok(Self { kebab: text.to_owned() })
    }

    /// `nightly_soak`
    fn snake(&self) -> String {
        self.kebab.replace('-', "_")
    }

    /// `NightlySoak`
    fn camel(&self) -> String {
        self.kebab.split('-').map(capitalised).collect()
    }

    /// `Nightly soak`
    fn title(&self) -> String {
        capitalised(&self.kebab.replace('-', " "))
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_forms_it_is_needed_in() {
        let name = Name::parse("nightly-soak-2").expect("a name");
        assert_eq!(
            (name.snake().as_str(), name.camel().as_str(), name.title().as_str()),
            ("nightly_soak_2", "NightlySoak2", "Nightly soak 2")
        );
        let long = "x".repeat(61);
        for bad in ["", "Main", "main", "a_b", "-a", "a-", "a--b", "2a", "a/b", "../a", "a.ncl", "é", "a b", "a\n", "a\"", &long]
        {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn kinds_are_told_apart_and_explained() {
        for (index, kind) in KINDS.iter().enumerate() {
            assert!(KINDS[..index].iter().all(|other| other.id != kind.id), "{}", kind.id);
            assert!(!kind.summary.is_empty() && !kind.summary.ends_with('.'), "{}", kind.id);
        }
    }
}
