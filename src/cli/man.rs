//! `pipeward man`: the manual pages, made of the same definitions as the help.

use std::path::PathBuf;

use clap::{ArgMatches, Args as _, Command};
use clap_mangen::Man;

use super::{Error, Session, Verb, command as program, options};
use crate::source::nearest;

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// The verb whose page it is [default: the page of the whole]
    #[arg(value_name = "VERB", conflicts_with = "into")]
    verb: Option<String>,
    /// Write every page into this directory, which is made if it is not there
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

fn command() -> Command {
    Options::augment_args(Command::new("man"))
        .about("Write manual pages, one of the whole and one of each verb")
        .after_help("Example:\n  pipeward man --into ~/.local/share/man/man1")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { verb, into } = options(matches)?;
    let pages = pages();
    let Some(directory) = into else {
        let name = verb.as_ref().map_or_else(|| "pipeward".to_owned(), |verb| format!("pipeward-{verb}"));
        let Some((_, text)) = pages.iter().find(|(page, _)| *page == name) else {
            let known: Vec<&str> = pages.iter().filter_map(|(page, _)| page.strip_prefix("pipeward-")).collect();
            let verb = verb.unwrap_or_default();
            let help = nearest(&verb, &known)
                .map_or_else(|| format!("the verbs are {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
            return Err(Error::Usage { message: format!("no verb is called `{verb}`"), help });
        };
        session.out.clone_from(text);
        return Ok(0);
    };
    let failed = |path: PathBuf| move |source| Error::Output { path, source };
    std::fs::create_dir_all(&directory).map_err(failed(directory.clone()))?;
    for (name, text) in &pages {
        let path = directory.join(format!("{name}.1"));
        std::fs::write(&path, text).map_err(failed(path.clone()))?;
        session.say(&format!("wrote {}", path.display()));
    }
    Ok(0)
}

/// Every page: its name without the section, and its text.
fn pages() -> Vec<(String, String)> {
    let mut whole = program();
    // Hands down to the verbs what they all take.
    whole.build();
    let verbs = whole.get_subcommands().filter(|verb| verb.get_name() != "help").map(|verb| {
        let name = format!("pipeward-{}", verb.get_name());
        (name.clone(), page(verb.clone().name(name).version(env!("CARGO_PKG_VERSION"))))
    });
    std::iter::once(("pipeward".to_owned(), page(whole.clone()))).chain(verbs).collect()
}

fn page(command: Command) -> String {
    let mut text = Vec::new();
    let written = Man::new(command).render(&mut text);
    debug_assert!(written.is_ok(), "memory takes every byte");
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::VERBS;

    #[test]
    fn every_verb_has_a_page_with_its_options_and_those_of_all() {
        let pages = pages();
        assert_eq!(pages.len(), VERBS.len() + 1);
        for verb in VERBS {
            let command = (verb.command)();
            let name = format!("pipeward-{}", command.get_name());
            let (_, text) = pages.iter().find(|(page, _)| *page == name).expect("it has a page");
            // A page has its hyphens escaped.
            let text = text.replace("\\-", "-");
            assert!(text.contains(&format!(".TH {name} 1")) && text.contains("Example:") && text.contains("-C"), "{text}");
            for option in command.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(text.contains(&format!("--{option}")), "{name} has no --{option}: {text}");
            }
        }
        assert!(pages[0].1.replace("\\-", "-").contains("pipeward-check(1)"), "{}", pages[0].1);
    }
}
