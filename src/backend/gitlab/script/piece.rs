//! The pieces of which a file's hidden job is made: the functions that scripts of jobs call. A file holds those that its jobs call, and
//! what these call in turn, and no other: who reads it wants to see a pipeline.
//!
//! Whoever writes a call says so by `Lowering::call`. Only what commands do with GitHub's files cannot be known when they are written:
//! see [`Piece::of_commands`].

use crate::backend::script;

/// A file of shell functions that is complete with those it calls, or commands that several steps have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::backend::gitlab) enum Piece {
    Base,
    Variables,
    Shell,
    Timeout,
    Files,
    Outputs,
    Environment,
    Path,
    Annotations,
    Directory,
    Kept,
    Summary,
    Report,
    Skip,
    Warn,
    Beside,
    Inherit,
    OsName,
    EventName,
    HashOf,
    ResultOf,
    Do,
    Cache,
    Checkout,
    Comment,
    DockerBuild,
    Download,
    Email,
    Slack,
    Upload,
    WaitForService,
    WaitForUrl,
}

/// All pieces, in the order in which they are written: each after those it calls, and what looks at how a step ended after what may
/// change it.
#[rustfmt::skip]
const ALL: &[(Piece, Text, &[Piece])] = &[
    (Piece::Base, Text::Functions(include_str!("base.sh")), &[]),
    (Piece::Variables, Text::Functions(include_str!("variables.sh")), &[Piece::Base]),
    (Piece::Shell, Text::Functions(include_str!("shell.sh")), &[Piece::Base]),
    (Piece::Timeout, Text::Functions(include_str!("timeout.sh")), &[Piece::Base]),
    (Piece::Files, Text::Functions(include_str!("files.sh")), &[Piece::Base]),
    (Piece::Outputs, Text::Functions(include_str!("outputs.sh")), &[Piece::Files]),
    (Piece::Environment, Text::Functions(include_str!("environment.sh")), &[Piece::Files, Piece::Variables]),
    (Piece::Path, Text::Functions(include_str!("path.sh")), &[Piece::Base]),
    (Piece::Annotations, Text::Functions(include_str!("annotations.sh")), &[Piece::Base]),
    (Piece::Directory, Text::Functions(include_str!("directory.sh")), &[Piece::Base]),
    (Piece::Kept, Text::Functions(include_str!("kept.sh")), &[Piece::Base]),
    (Piece::Summary, Text::Functions(include_str!("summary.sh")), &[Piece::Kept]),
    (Piece::Report, Text::Functions(include_str!("report.sh")), &[Piece::Kept]),
    (Piece::Skip, Text::Functions(include_str!("skip.sh")), &[Piece::Base]),
    (Piece::Warn, Text::Functions(include_str!("warn.sh")), &[Piece::Base]),
    (Piece::Beside, Text::Functions(include_str!("beside.sh")), &[Piece::Warn]),
    (Piece::Inherit, Text::Functions(include_str!("inherit.sh")), &[]),
    (Piece::OsName, Text::Functions(include_str!("os_name.sh")), &[]),
    (Piece::EventName, Text::Functions(include_str!("event_name.sh")), &[]),
    (Piece::HashOf, Text::Functions(include_str!("hash_of.sh")), &[Piece::Base]),
    (Piece::ResultOf, Text::Functions(include_str!("result_of.sh")), &[]),
    (Piece::Do, Text::Functions(include_str!("do.sh")), &[Piece::Base]),
    (Piece::Cache, Text::Commands("link_cached", include_str!("cache.sh")), &[Piece::Do]),
    (Piece::Checkout, Text::Commands("check_out", include_str!("checkout.sh")), &[Piece::Do]),
    (Piece::Comment, Text::Commands("comment", include_str!("comment.sh")), &[Piece::Do]),
    (Piece::DockerBuild, Text::Commands("docker_build", include_str!("docker_build.sh")), &[Piece::Do]),
    (Piece::Download, Text::Commands("download", include_str!("download.sh")), &[Piece::Do]),
    (Piece::Email, Text::Commands("email", script::EMAIL), &[Piece::Do]),
    (Piece::Slack, Text::Commands("slack", script::SLACK), &[Piece::Do]),
    (Piece::Upload, Text::Commands("upload", include_str!("upload.sh")), &[Piece::Do]),
    (Piece::WaitForService, Text::Commands("wait_for_service", script::WAIT_FOR_SERVICE), &[Piece::Do]),
    (Piece::WaitForUrl, Text::Commands("wait_for_url", script::WAIT_FOR_URL), &[Piece::Do]),
];

/// What a piece is.
#[derive(Clone, Copy, Debug)]
enum Text {
    /// Functions of the script of a job, for any POSIX shell.
    Functions(&'static str),
    /// Commands of steps, for bash, and the name of the function that gives them.
    Commands(&'static str, &'static str),
}

/// Words that run what the repository, and not the machine, holds.
const RUNNERS: &[&str] = &[
    "bash", "deno", "just", "make", "node", "npm", "npx", "perl", "pnpm", "python", "python3", "ruby", "sh", "source", "task",
    "yarn",
];

impl Piece {
    #[cfg(test)]
    pub(super) fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(piece, ..)| *piece)
    }

    fn row(self) -> &'static (Self, Text, &'static [Self]) {
        // The table is in the order of the names: a test holds it to that.
        &ALL[self as usize]
    }

    /// The commands of a piece that is commands, and the name of the function that gives them.
    pub(in crate::backend::gitlab) fn commands(self) -> Option<(&'static str, &'static str)> {
        match self.row().1 {
            Text::Commands(name, text) => Some((name, text)),
            Text::Functions(_) => None,
        }
    }

    /// What commands need that may write GitHub's files: what names one of them, and what runs a program of the repository, which may write
    /// any. Outputs are read if somebody asks for them, too, and summaries are always shown. What writes a variable or a path in spite of
    /// that is told so by the job, and fails: it is never overlooked.
    pub(in crate::backend::gitlab) fn of_commands(text: &str) -> Vec<Self> {
        let files = [("GITHUB_OUTPUT", Self::Outputs), ("GITHUB_ENV", Self::Environment), ("GITHUB_PATH", Self::Path)];
        let runs = runs_the_repository(text);
        let mut found: Vec<Self> =
            files.into_iter().filter(|(name, _)| runs || text.contains(name)).map(|(_, piece)| piece).collect();
        if text.contains("STEP_") && !found.contains(&Self::Outputs) {
            found.push(Self::Outputs);
        }
        found
    }

    /// The text of `before_script` that has all of these and what they call.
    pub(in crate::backend::gitlab) fn together(pieces: impl IntoIterator<Item = Self>) -> String {
        let mut closed: Vec<Self> = pieces.into_iter().collect();
        let mut next = 0;
        while let Some(piece) = closed.get(next) {
            let called = piece.row().2.iter().filter(|called| !closed.contains(called)).copied().collect::<Vec<Self>>();
            closed.extend(called);
            next += 1;
        }
        let written = ALL.iter().filter(|(piece, ..)| closed.contains(piece));
        written
            .map(|(_, text, _)| match text {
                Text::Functions(text) => (*text).to_owned(),
                Text::Commands(name, text) => format!("{name}() {{\n  cat << 'END'\n{}\nEND\n}}\n", text.trim_end()),
            })
            .collect()
    }
}

/// Whether commands may run a program of the repository: a word of theirs is a path, the name of a script, or a program that runs such.
fn runs_the_repository(text: &str) -> bool {
    let words = text.split(|letter: char| letter.is_whitespace() || ";&|(){}`\"'<>=".contains(letter));
    words.filter(|word| !word.is_empty()).any(|word| {
        let path = word.contains('/') && !word.contains("://") && !word.starts_with("/dev/") && !word.starts_with('-');
        let script = word.rsplit_once('.').is_some_and(|(_, end)| ["js", "mjs", "pl", "py", "rb", "sh", "ts"].contains(&end));
        path || script || word == "." || RUNNERS.contains(&word)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names of ours that a text holds.
    fn names(text: &str) -> BTreeSet<&str> {
        let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let words = code.flat_map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_'));
        words.filter(|word| word.starts_with("pw_") && word.len() > 3 || *word == "finish").collect()
    }

    /// Those of them that it defines: functions and variables.
    fn defined(text: &str) -> BTreeSet<&str> {
        let is_defined = |name: &&str| {
            text.contains(&format!("{name}() {{"))
                || text.contains(&format!("{name}="))
                || text.contains(&format!("for {name} in"))
        };
        let read = text.split("read -r ").skip(1).filter_map(|rest| rest.split(['\n', ' ', ';']).next());
        names(text).into_iter().filter(is_defined).chain(read).collect()
    }

    #[test]
    fn the_table_is_in_the_order_of_the_names() {
        for (index, (piece, _, called)) in ALL.iter().enumerate() {
            assert_eq!(*piece as usize, index);
            assert!(called.iter().all(|called| called < piece), "{piece:?}");
        }
    }

    #[test]
    fn a_piece_is_written_with_what_it_calls_and_no_more() {
        for (piece, text, calls) in ALL {
            let Text::Functions(text) = text else { continue };
            let together = Piece::together([*piece]);
            let there = defined(&together);
            // What another piece may have set is read as what may not be there.
            let missing: Vec<&str> =
                names(text).into_iter().filter(|name| !there.contains(name) && !text.contains(&format!("${{{name}:-"))).collect();
            assert!(missing.is_empty(), "{piece:?} calls {missing:?}");
            for called in *calls {
                let Text::Functions(other) = called.row().1 else { continue };
                let other = defined(other);
                assert!(names(text).iter().any(|name| other.contains(name)), "{piece:?} calls nothing of {called:?}");
            }
        }
    }

    #[test]
    fn only_what_may_write_a_file_has_it_read() {
        for none in ["cargo test --all", "true", "echo done > /dev/null", "curl https://example.com/x"] {
            assert!(Piece::of_commands(none).is_empty(), "{none}");
        }
        let all = [Piece::Outputs, Piece::Environment, Piece::Path];
        for any in ["./build", "scripts/x", "python3 -m x", "x.sh", ". env", "a && make b", "X=1 bash<in", "$(tools/version)"] {
            assert_eq!(Piece::of_commands(any), all, "{any}");
        }
        assert_eq!(Piece::of_commands("echo a=b >> $GITHUB_ENV"), [Piece::Environment]);
        assert_eq!(Piece::of_commands("echo \"$STEP_A_B\""), [Piece::Outputs]);
    }
}
