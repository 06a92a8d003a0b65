//! READ a revision of the repository: the only place that starts git.
//!
//! Git is asked for objects by their names and for nothing else: no network, no hook, no pager, no filter, no program that a
//! configuration names. The repository may be a stranger's.

mod changed;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The most a file of a revision may hold: 16 MiB, far more than any policy.
const LARGEST: u64 = 16 << 20;

/// Settings that keep git from starting anything or asking anybody, whatever the repository's own say.
const SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    // A container's user rarely owns the files it is given. That is a danger only where programs are started.
    "safe.directory=*",
];

/// Why a revision, or a file of one, cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name is none, or could be taken for something else.
    #[error("expected a revision, got \"{0}\"")]
    Name(String),
    /// There is no git.
    #[error("git does not start: {0}")]
    NoGit(std::io::Error),
    /// The project is in no repository.
    #[error("the project is in no git repository")]
    NoRepository,
    /// The repository does not know the revision.
    #[error("no revision is called \"{0}\" here")]
    Unknown(String),
    /// The name is known, and not that of a commit.
    #[error("\"{0}\" is no commit")]
    NoCommit(String),
    /// Nothing is known of where the two have parted.
    #[error("HEAD and \"{0}\" have no commit in common here")]
    NoCommonCommit(String),
    /// The revision has something else there.
    #[error("{revision} has no {path}")]
    Absent {
        /// The revision, as it was named.
        revision: String,
        /// The path from the top of the repository.
        path: String,
    },
    /// What is there cannot be read as a text.
    #[error("{path} of {revision} is {what}")]
    Unreadable {
        /// The revision, as it was named.
        revision: String,
        /// The path from the top of the repository.
        path: String,
        /// What it is instead.
        what: &'static str,
    },
    /// Git failed at something it should be able to do.
    #[error("git {0} failed")]
    Failed(String),
}

/// What a revision has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Absent,
    /// A folder.
    Folder,
    /// A text.
    File(String),
}

/// One commit of the repository that a project is in.
#[derive(Clone, Debug)]
pub struct Revision {
    root: PathBuf,
    name: String,
    commit: String,
    prefix: String,
}

impl Revision {
    /// Finds a revision of the repository around a project's root, by any name git knows: a branch, a tag, a commit.
    ///
    /// # Errors
    ///
    /// If the name is none, or there is no git, no repository or no such commit.
    pub fn open(root: &Path, name: &str) -> Result<Self, Error> {
        let odd = |character: char| character.is_whitespace() || character.is_control() || character == ':';
        if name.is_empty() || name.starts_with('-') || name.contains(odd) {
            return Err(Error::Name(name.to_owned()));
        }
        let prefix = git(root, &["rev-parse", "--show-prefix"])?.ok_or(Error::NoRepository)?;
        let commit = git(root, &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
        let commit = commit.and_then(text).filter(|commit| !commit.trim().is_empty());
        let Some(commit) = commit else {
            let known = git(root, &["cat-file", "-e", name])?.is_some();
            return Err(if known { Error::NoCommit(name.to_owned()) } else { Error::Unknown(name.to_owned()) });
        };
        Ok(Self {
            root: root.to_owned(),
            name: name.to_owned(),
            commit: commit.trim().to_owned(),
            prefix: text(prefix).ok_or(Error::NoRepository)?.trim_end_matches('\n').to_owned(),
        })
    }

    /// The name it was asked for by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The project's folder from the top of the repository: empty, or with a `/` at its end.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What is at a path from the top of the repository.
    ///
    /// # Errors
    ///
    /// If it is there and no text: a symbolic link, a submodule, too large, not UTF-8.
    pub fn read(&self, path: &str) -> Result<Entry, Error> {
        let unreadable = |what| Error::Unreadable { revision: self.name.clone(), path: path.to_owned(), what };
        if path.is_empty() {
            return Ok(Entry::Folder);
        }
        if path.contains('\0') {
            return Ok(Entry::Absent);
        }
        let failed = || Error::Failed("ls-tree".to_owned());
        let listed = git(&self.root, &["ls-tree", "-z", "-l", "--full-tree", &self.commit, "--", path])?.ok_or_else(failed)?;
        // `<mode> <type> <object> <size>\t<path>\0`
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let Some((facts, _)) = listed.split('\0').filter_map(|line| line.split_once('\t')).find(|(_, name)| *name == path) else {
            return Ok(Entry::Absent);
        };
        let facts: Vec<&str> = facts.split_whitespace().collect();
        let [mode, kind, object, size] = facts[..] else { return Err(failed()) };
        match (kind, mode) {
            ("tree", _) => return Ok(Entry::Folder),
            ("blob", "120000") => return Err(unreadable("a symbolic link, which is not followed there")),
            ("blob", _) => {}
            _ => return Err(unreadable("a submodule")),
        }
        if size.parse::<u64>().is_ok_and(|size| size > LARGEST) {
            return Err(unreadable("larger than 16 MiB"));
        }
        let bytes = git(&self.root, &["cat-file", "blob", object])?;
        let bytes = bytes.ok_or_else(|| Error::Failed("cat-file".to_owned()))?;
        text(bytes).map(Entry::File).ok_or_else(|| unreadable("no UTF-8 text"))
    }
}

fn text(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok()
}

/// What git writes; none if it fails.
fn git(root: &Path, arguments: &[&str]) -> Result<Option<Vec<u8>>, Error> {
    let mut command = Command::new("git");
    // Run by a hook, this process inherits variables that name another repository, index or program.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    for (name, value) in [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("LC_ALL", "C"),
    ] {
        command.env(name, value);
    }
    command.arg("--no-pager").args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    let output = command.arg("-C").arg(root).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.map_err(Error::NoGit)?;
    Ok(output.status.success().then_some(output.stdout))
}
