//! What the verbs that evaluate let one file take.

use std::time::Duration;

use clap::value_parser;

use crate::source;

/// Options of the verbs that evaluate.
#[derive(clap::Args)]
#[command(next_help_heading = "Limits of evaluating one file")]
pub(super) struct Limits {
    /// Seconds its evaluation may take [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=86_400))]
    time_limit: Option<u64>,
    /// Mebibytes of memory its evaluation may need [default: 1024]
    #[arg(long, value_name = "MIB", value_parser = value_parser!(u64).range(64..=1 << 20))]
    memory_limit: Option<u64>,
    /// Mebibytes of stack its evaluation may need [default: 64]
    #[arg(long, value_name = "MIB", value_parser = value_parser!(u64).range(1..=1 << 14))]
    stack_limit: Option<u64>,
    /// Mebibytes it may have, with everything it imports [default: 8]
    #[arg(long, value_name = "MIB", value_parser = value_parser!(u64).range(1..=1 << 10))]
    size_limit: Option<u64>,
}

impl Limits {
    /// The limits asked for, the usual ones where nothing was.
    pub(super) fn chosen(&self) -> source::Limits {
        let usual = source::Limits::default();
        let bytes = |mebibytes: Option<u64>, usual| mebibytes.map_or(usual, |mebibytes| mebibytes << 20);
        source::Limits {
            time: self.time_limit.map_or(usual.time, Duration::from_secs),
            memory: bytes(self.memory_limit, usual.memory),
            stack: bytes(self.stack_limit, usual.stack),
            size: bytes(self.size_limit, usual.size),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command, FromArgMatches as _};

    use super::*;

    fn chosen(args: &[&str]) -> Option<source::Limits> {
        let command = Limits::augment_args(Command::new("check").no_binary_name(true));
        let matches = command.try_get_matches_from(args).ok()?;
        Some(Limits::from_arg_matches(&matches).ok()?.chosen())
    }

    #[test]
    fn help_tells_the_usual_limits() {
        let usual = source::Limits::default();
        assert_eq!(chosen(&[]), Some(usual));
        let told = format!(
            "--time-limit={} --memory-limit={} --stack-limit={} --size-limit={}",
            usual.time.as_secs(),
            usual.memory >> 20,
            usual.stack >> 20,
            usual.size >> 20
        );
        let help = Limits::augment_args(Command::new("check")).render_help().to_string();
        for option in told.split(' ') {
            assert_eq!(chosen(&[option]), Some(usual), "{option}");
            let (name, value) = option.split_once('=').expect("it has a value");
            let line = help.lines().skip_while(|line| !line.contains(name)).take(2).collect::<String>();
            assert!(line.contains(&format!("[default: {value}]")), "{option}: {line}");
        }
    }

    #[test]
    fn a_limit_is_a_number_above_nothing() {
        for option in ["--time-limit=0", "--memory-limit=1", "--stack-limit=-1", "--size-limit=lots"] {
            assert_eq!(chosen(&[option]), None, "{option}");
        }
        assert_eq!(chosen(&["--time-limit=60"]).map(|limits| limits.time), Some(Duration::from_secs(60)));
    }
}
