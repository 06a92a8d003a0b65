//! The command line: arguments in, text on the two sinks it is given and an exit code out.
//!
//! Only here are the clock and the environment read, and only here are exit codes decided.

mod audit;
mod caching;
mod check;
mod completions;
mod emit;
mod explain;
mod gate;
mod import;
mod init;
mod judging;
mod known;
mod limits;
mod man;
mod merge;
mod new;
mod outline;
mod policy;
mod rules;
mod show;
mod sink;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args as _, ColorChoice, Command, FromArgMatches as _, ValueEnum};

use crate::finding::Verdict;
use crate::source::{self, Evaluator};
use crate::{emit as writer, merge as merger, report, revision, scaffold, workspace};
use limits::Limits;

/// One verb of the command line.
struct Verb {
    /// Its name, its options and its help.
    command: fn() -> Command,
    /// What it does; it returns the exit code.
    run: fn(&ArgMatches, &mut Session) -> Result<u8, Error>,
}

/// Every verb, in the order help lists them.
///
/// To add one: its file, a `mod` line and a line here.
const VERBS: &[Verb] = &[
    check::VERB,
    emit::VERB,
    audit::VERB,
    merge::VERB,
    import::VERB,
    gate::VERB,
    show::VERB,
    rules::VERB,
    explain::VERB,
    policy::VERB,
    init::VERB,
    new::VERB,
    completions::VERB,
    man::VERB,
];

/// What every verb takes.
#[derive(clap::Args)]
struct Global {
    /// Work in this directory; its project is the nearest at or above it with a pipelines/main.ncl
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".")]
    directory: PathBuf,
    /// When to write in colour
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// Write to this file what would go to standard output
    #[arg(long, value_name = "FILE", global = true)]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
enum Error {
    /// What was asked for does not exist.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to write instead.
        help: String,
    },
    /// There is nothing to work on.
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    /// Files could not be written.
    #[error(transparent)]
    Emit(#[from] writer::Error),
    /// New files could not be written.
    #[error(transparent)]
    Scaffold(#[from] scaffold::Error),
    /// The output could not be written.
    #[error("cannot write `{}`: {source}", .path.display())]
    Output {
        /// Where to.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What earlier runs have found cannot be read, so nothing can be told from it.
    #[error("cannot use the baseline {}: {why}", .path.display())]
    Baseline {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A report cannot be read.
    #[error("cannot read the report {name}: {why}")]
    Report {
        /// The file.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// Reports are not one.
    #[error(transparent)]
    Merge(#[from] merger::Error),
    /// The program does not know where it is, so it cannot start its workers.
    #[error("cannot find the running program: {0}")]
    Program(io::Error),
}

impl Error {
    const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::Emit(writer::Error::Stranger(_)) | Self::Scaffold(scaffold::Error::InTheWay(_)) => 1,
            _ => 3,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Workspace(workspace::Error::Revision(error)) => revision_help(error),
            _ => Cow::Borrowed(self.fixed_help()?),
        })
    }

    fn fixed_help(&self) -> Option<&str> {
        match self {
            Self::Usage { help, .. } => Some(help),
            Self::Workspace(workspace::Error::NoProject(_)) => {
                Some("`pipeward init` writes a first project; or name another project's directory with `-C DIR`")
            }
            Self::Workspace(workspace::Error::NoPolicy(_)) => {
                Some("name a folder with a main.ncl, a .ncl file, or one of a git revision: origin/main:policies")
            }
            Self::Scaffold(scaffold::Error::InTheWay(_)) => {
                Some("nothing was written; move what is there, or choose another place or name")
            }
            Self::Baseline { .. } => Some("`--write-baseline FILE` writes one"),
            Self::Merge(merger::Error::Missing { .. }) => {
                Some("name the reports of all parts: a run of `audit --shard` may have failed")
            }
            Self::Emit(writer::Error::Stranger(_)) => Some("`pipeward emit --adopt` replaces it"),
            _ => None,
        }
    }
}

/// What to do about a revision that cannot be had.
fn revision_help(error: &revision::Error) -> Cow<'static, str> {
    Cow::Borrowed(match error {
        revision::Error::Name(_) => "name a branch, a tag or a commit: origin/main",
        revision::Error::NoGit(_) => "install git, or judge by the project's own policies",
        revision::Error::NoRepository => "run it in a clone of the repository",
        revision::Error::NoCommonCommit(_) => "fetch the history between the two: git fetch --unshallow",
        revision::Error::Unknown(name) => return Cow::Owned(fetch_help(name)),
        revision::Error::NoCommit(_) => "name a branch, a tag or a commit: origin/main",
        revision::Error::Absent { .. } => "nothing there can judge: name a revision that has the project at the same place",
        revision::Error::Unreadable { .. } | revision::Error::Failed(_) => "nothing there can judge: name another revision",
    })
}

/// How to have a revision that is not known here, as far as its name tells.
fn fetch_help(name: &str) -> String {
    let commit = name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    match name.strip_prefix("origin/") {
        Some(branch) => format!("fetch it first: git fetch origin {branch}"),
        None if commit => format!("fetch it first: git fetch origin {name}, or the whole history with git fetch --unshallow"),
        None => {
            "name a branch, a tag or a commit that is here, as `git branch --all` and `git tag` list them: origin/main".to_owned()
        }
    }
}

/// What a verb works with.
struct Session<'a> {
    directory: PathBuf,
    /// Whether what is said may be coloured.
    color: bool,
    /// What goes to standard output or to the file that stands for it.
    out: String,
    /// Where a long output goes while it is made; none if a file stands for standard output, which is written whole.
    direct: Option<&'a mut (dyn Write + Send)>,
    /// What has become of it.
    directly: io::Result<()>,
    /// What is said beside it, on standard error.
    aside: String,
}

impl Session<'_> {
    /// The project's root.
    fn root(&self) -> Result<PathBuf, Error> {
        Ok(workspace::find_root(&self.directory)?)
    }

    /// Whether there is what `-C` names.
    fn is_somewhere(&self) -> Result<(), Error> {
        if self.directory.is_dir() {
            return Ok(());
        }
        Err(Error::Usage {
            message: format!("`-C` names no directory: {}", self.directory.display()),
            help: "name the project's directory, or one below it".to_owned(),
        })
    }

    /// The paths that somebody names, or else the one that `-C` does.
    fn paths(&self, named: Vec<PathBuf>) -> Vec<PathBuf> {
        if named.is_empty() { vec![self.directory.clone()] } else { named }
    }

    /// What evaluates the files of a root: workers that run this same program.
    fn evaluator(root: &Path, limits: &Limits) -> Result<Evaluator, Error> {
        Ok(Evaluator::workers(root, std::env::current_exe().map_err(Error::Program)?).within(limits.chosen()))
    }

    /// Puts a piece of a long output where it goes, at once if it can.
    fn tell(&mut self, piece: &str) {
        match &mut self.direct {
            None => self.out.push_str(piece),
            Some(direct) if self.directly.is_ok() => self.directly = direct.write_all(piece.as_bytes()),
            Some(_) => {}
        }
    }

    /// Says a line beside the output proper.
    fn say(&mut self, line: &str) {
        self.aside.push_str(&report::inline(line));
        self.aside.push('\n');
    }
}

/// Does what the arguments ask for; the exit code is 0 for nothing to say, 1 for findings, 2 for wrong usage, 3 for what
/// could not be read or written.
///
/// `terminal` tells whether `stdout` is one.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    stdout: &mut (dyn Write + Send),
    stderr: &mut dyn Write,
    terminal: bool,
) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_some_and(|first| first == source::WORKER_ARGUMENT) {
        return source::serve(io::stdin().lock(), io::stdout()).map_or(3, |()| 0);
    }
    let matches = match command().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => {
            let text = error.render();
            let _ = if error.use_stderr() { write!(stderr, "{text}") } else { write!(stdout, "{text}") };
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    let Some((global, verb, options)) = choose(&matches) else { return 2 };
    let color = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && global.output.is_none() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let mut session = Session {
        directory: global.directory,
        color,
        out: String::new(),
        direct: global.output.is_none().then_some(stdout),
        directly: Ok(()),
        aside: String::new(),
    };
    let hold = || global.output.as_deref().map_or(Ok(()), |file| sink::hold(file, &session.directory));
    let held = session.is_somewhere().and_then(|()| hold());
    if let Err(error) = held {
        return fail(&error, &mut session, stderr);
    }
    let done = (verb.run)(options, &mut session);
    let said = deliver(&mut session, global.output);
    match done.and_then(|code| said.map(|()| code)) {
        Ok(code) => {
            // Nobody is there to be told that nobody listens.
            let _ = stderr.write_all(session.aside.as_bytes());
            code
        }
        Err(error) => fail(&error, &mut session, stderr),
    }
}

/// Says what was said so far and why that is all; the exit code.
fn fail(error: &Error, session: &mut Session, stderr: &mut dyn Write) -> u8 {
    session.say(&format!("error: {error}"));
    if let Some(help) = error.help() {
        session.say(&format!("help: {help}"));
    }
    let _ = stderr.write_all(session.aside.as_bytes());
    error.exit_code()
}

impl Verdict {
    /// The exit code it stands for.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::CouldNotCheck => 3,
        }
    }
}

fn command() -> Command {
    Global::augment_args(Command::new("pipeward"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Typed CI pipelines in Nickel, judged against policies, emitted as the workflows that run")
        .after_help(
            "Exit codes: 0 nothing to say, 1 findings at `error`, 2 wrong usage, 3 something could not be read or evaluated",
        )
        .color(ColorChoice::Never)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(VERBS.iter().map(|verb| (verb.command)()))
}

fn choose(matches: &ArgMatches) -> Option<(Global, &'static Verb, &ArgMatches)> {
    let (name, options) = matches.subcommand()?;
    let verb = VERBS.iter().find(|verb| (verb.command)().get_name() == name)?;
    Some((Global::from_arg_matches(matches).ok()?, verb, options))
}

fn deliver(session: &mut Session, file: Option<PathBuf>) -> Result<(), Error> {
    if let Some(path) = file {
        return std::fs::write(&path, &session.out).map_err(|source| Error::Output { path, source });
    }
    let rest = std::mem::take(&mut session.out);
    session.tell(&rest);
    let told = std::mem::replace(&mut session.directly, Ok(()));
    match told.and_then(|()| session.direct.as_mut().map_or(Ok(()), Write::flush)) {
        // The reader, such as `head`, has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(source) => Err(Error::Output { path: PathBuf::from("standard output"), source }),
        Ok(()) => Ok(()),
    }
}

/// Options of a verb, read from its matches.
fn options<T: clap::FromArgMatches>(matches: &ArgMatches) -> Result<T, Error> {
    T::from_arg_matches(matches).map_err(|error| Error::Usage { message: error.to_string(), help: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_documented_with_an_example() {
        command().debug_assert();
        assert!(command().get_about().is_some_and(|about| about.to_string().starts_with("Typed CI pipelines")));
        let names: Vec<String> = VERBS.iter().map(|verb| (verb.command)().get_name().to_owned()).collect();
        for (index, verb) in VERBS.iter().enumerate() {
            let mut command = (verb.command)();
            assert!(!names[..index].contains(&names[index]), "{} is there twice", names[index]);
            let help = command.render_long_help().to_string();
            assert!(help.contains(&format!("Example:\n  pipeward {}", names[index])), "{help}");
            assert!(command.get_about().is_some_and(|about| !about.to_string().is_empty()), "{help}");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", names[index], argument.get_id());
            }
        }
    }

    #[test]
    fn help_goes_to_standard_output_and_wrong_usage_to_the_other() {
        for (args, code, on_out) in
            [(vec!["--help"], 0, true), (vec!["check", "--help"], 0, true), (vec!["chekc"], 2, false), (vec![], 2, false)]
        {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let all = std::iter::once("pipeward").chain(args.clone()).map(OsString::from);
            assert_eq!(run(all, &mut out, &mut err, true), code, "{args:?}");
            assert_eq!((!out.is_empty(), !err.is_empty()), (on_out, !on_out), "{args:?}");
            assert!(!out.contains(&0x1b) && !err.contains(&0x1b));
        }
    }
}
