//! The files below a folder, but those that are left out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::overrides::OverrideBuilder;
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::find::Search;
use crate::parallel;

/// A folder with more entries than these is searched on all cores; in a smaller one that would take longer.
const MANY: usize = 64;

/// What is left out, in the form of a line of `.gitignore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Such a line; else why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('!') {
            return Err("expected what is left out, without `!`".to_owned());
        }
        let pattern = Self(text.to_owned());
        pattern.add(&mut OverrideBuilder::new("")).map(|()| pattern)
    }

    fn add(&self, to: &mut OverrideBuilder) -> Result<(), String> {
        to.add(&format!("!{}", self.0)).map(|_| ()).map_err(|error| error.to_string().replace("glob '!", "glob '"))
    }
}

/// What lies below a folder, each sorted.
#[derive(Default)]
pub(super) struct Below {
    /// The plain files.
    pub(super) files: Vec<PathBuf>,
    /// The links, which nobody follows here.
    pub(super) links: Vec<PathBuf>,
    /// Why some may be missing.
    pub(super) errors: Vec<String>,
}

impl Below {
    fn add(&mut self, entry: Result<DirEntry, ignore::Error>) {
        match entry {
            Ok(entry) => match entry.file_type() {
                Some(kind) if kind.is_file() => self.files.push(entry.into_path()),
                Some(kind) if kind.is_symlink() => self.links.push(entry.into_path()),
                _ => {}
            },
            Err(error) => self.errors.push(error.to_string()),
        }
    }
}

/// What lies below a folder.
pub(super) fn files(folder: &Path, search: &Search) -> Result<Below, String> {
    let mut walk = builder(folder, search)?;
    let mut below = Below::default();
    let is_large = fs::read_dir(folder).is_ok_and(|entries| entries.take(MANY).count() == MANY);
    if is_large && parallel::cores() > 1 {
        let found = Mutex::new(&mut below);
        walk.threads(parallel::cores()).build_parallel().run(|| {
            Box::new(|entry| {
                found.lock().unwrap_or_else(PoisonError::into_inner).add(entry);
                WalkState::Continue
            })
        });
    } else {
        walk.build().for_each(|entry| below.add(entry));
    }
    below.files.sort_unstable();
    below.links.sort_unstable();
    below.errors.sort_unstable();
    Ok(below)
}

/// The files below a folder by their paths from it, but those that version control ignores.
///
/// # Errors
///
/// If some may be missing, why.
pub fn files_below(folder: &Path) -> Result<Vec<String>, String> {
    let search = Search { paths: Vec::new(), ignores: true, exclude: Vec::new(), shard: None };
    let Below { files, errors, .. } = files(folder, &search)?;
    match errors.into_iter().next() {
        Some(error) => Err(error),
        None => {
            let below = files.iter().filter_map(|file| file.strip_prefix(folder).ok());
            Ok(below.map(|file| file.to_string_lossy().replace('\\', "/")).collect())
        }
    }
}

fn builder(folder: &Path, search: &Search) -> Result<WalkBuilder, String> {
    let mut excluded = OverrideBuilder::new(folder);
    search.exclude.iter().try_for_each(|pattern| pattern.add(&mut excluded))?;
    let excluded = excluded.build().map_err(|error| error.to_string())?;
    let mut walk = WalkBuilder::new(folder);
    walk.hidden(false).ignore(search.ignores).git_ignore(search.ignores).git_exclude(search.ignores).git_global(false);
    walk.parents(search.ignores).overrides(excluded).require_git(false).filter_entry(|entry| entry.file_name() != ".git");
    Ok(walk)
}
