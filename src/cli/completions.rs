//! `pipeward completions`: what a shell needs to complete the command line.

use clap::{ArgMatches, Args as _, Command};
use clap_complete::Shell;

use super::{Error, Session, Verb, command as program, options};

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// The shell to write for
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

fn command() -> Command {
    Options::augment_args(Command::new("completions"))
        .about("Write the completions of a shell: verbs and options; in bash, fish and zsh formats, in bash and zsh ids of rules")
        .after_help("Example:\n  pipeward completions fish --output ~/.config/fish/completions/pipeward.fish")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { shell } = options(matches)?;
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut program(), "pipeward", &mut text);
    session.out = String::from_utf8_lossy(&text).into_owned();
    Ok(0)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;
    use crate::cli::VERBS;
    use crate::report::FORMATS;
    use crate::rule::RULES;

    #[test]
    fn every_shell_is_told_of_every_verb_format_and_rule() {
        for shell in Shell::value_variants() {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut program(), "pipeward", &mut text);
            let text = String::from_utf8(text).expect("text");
            for verb in VERBS {
                let name = (verb.command)().get_name().to_owned();
                assert!(text.contains(&name), "{shell}: {name}");
            }
            // Elvish and PowerShell complete no values, fish only those of options.
            let values = !matches!(shell, Shell::Elvish | Shell::PowerShell);
            let formats = FORMATS.iter().map(|format| format.id).filter(|_| values);
            let rules = RULES.iter().map(|rule| rule.id).filter(|_| values && *shell != Shell::Fish);
            for word in formats.chain(rules) {
                assert!(text.contains(word), "{shell}: {word}");
            }
        }
    }
}
