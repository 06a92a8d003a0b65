//! Files to write in, those files on disk out: each whole, or as it was before.
//!
//! A file is written beside its place, synced and renamed over it. Before the first one a journal names the whole set, so
//! that a set that was cut short is known at the next run, which removes what is half-written and completes the set from
//! what is rendered then.

mod journal;

use std::fs;
use std::io;
use std::path::Path;

use journal::Journal;

use crate::backend::Rendered;
use crate::disk::{self, Disk};
use crate::drift::{self, Entry, OnDisk};

/// Why files could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else's file is in the way.
    #[error("`{0}` was not written by pipeward")]
    Stranger(String),
    /// A place may not be written to, or the disk said no.
    #[error(transparent)]
    Disk(#[from] disk::Error),
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files to write, in the order they are rendered in.
    pub writes: Vec<Write>,
    /// Our own files that nothing renders any more.
    pub removals: Vec<Removal>,
    /// Whether somebody else's files may be replaced.
    pub adopt: bool,
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Its path from the root.
    pub path: String,
    /// What is there now.
    pub before: Option<String>,
    /// What is to be there.
    pub text: String,
}

/// A file to remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Its path from the root.
    pub path: String,
    /// What is there now.
    pub before: String,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Whether an earlier run had been cut short.
    pub resumed: bool,
    /// The files written.
    pub written: Vec<String>,
    /// The files removed.
    pub removed: Vec<String>,
}

impl Plan {
    /// What it takes to bring the disk to what is rendered. A file that is as it should be is not part of it.
    ///
    /// # Errors
    /// Something is in the way: somebody else's file unless `adopt`, or a place outside the root.
    pub fn new(rendered: &[Rendered], on_disk: &OnDisk, adopt: bool) -> Result<Self, Error> {
        let mut plan = Self { adopt, ..Self::default() };
        for file in rendered {
            let before = match on_disk.entry(&file.path) {
                Some(Entry::Text(text)) if text == file.text.as_bytes() => continue,
                Some(Entry::Text(text)) if !adopt && !drift::is_ours(text) => return Err(Error::Stranger(file.path.clone())),
                Some(Entry::Text(text)) => Some(String::from_utf8_lossy(text).into_owned()),
                Some(Entry::Refused(reason)) => {
                    return Err(disk::Error::Refused(file.path.clone(), reason.clone()).into());
                }
                None => None,
            };
            plan.writes.push(Write { path: file.path.clone(), before, text: file.text.clone() });
        }
        plan.removals = drift::orphans(rendered, on_disk)
            .map(|(path, text)| Removal { path: path.clone(), before: String::from_utf8_lossy(text).into_owned() })
            .collect();
        Ok(plan)
    }

    /// Whether everything is as it should be.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.removals.is_empty()
    }

    /// What it would change, as one text of unified diffs.
    #[must_use]
    pub fn diff(&self) -> String {
        let writes = self.writes.iter().map(|write| (&write.path, write.before.as_deref(), Some(write.text.as_str())));
        let removals = self.removals.iter().map(|removal| (&removal.path, Some(removal.before.as_str()), None));
        let diff = |(path, before, after): (&String, _, _)| {
            drift::diff(path, before, after).unwrap_or_else(|| format!("Files a/{path} and b/{path} differ\n"))
        };
        writes.chain(removals).map(diff).collect()
    }

    /// Does it, after clearing away what an earlier run left half-done.
    ///
    /// # Errors
    /// The first thing that could not be done. Every file is then as before or as it should be, and the next run goes on.
    pub fn apply(&self, root: &Path, disk: &mut dyn Disk) -> Result<Done, Error> {
        // Two runs at once would move each other's half-written files into place.
        let _turn = disk::take_turn(root).map_err(disk::Error::of("write below", "."))?;
        let mut done = Done { resumed: Journal::clear(root, disk)?, ..Done::default() };
        if !self.is_empty() {
            Journal::of(self).write(root, disk)?;
        }
        for write in &self.writes {
            self.write(root, write, disk)?;
            done.written.push(write.path.clone());
        }
        for removal in &self.removals {
            if remove(root, &removal.path, disk)? {
                done.removed.push(removal.path.clone());
            }
        }
        Journal::remove(root, disk)?;
        Ok(done)
    }

    fn write(&self, root: &Path, write: &Write, disk: &mut dyn Disk) -> Result<(), Error> {
        let place = disk::place(root, &write.path)?;
        match fs::read(&place) {
            // Whoever put it there did so after the plan was made.
            Ok(text) if !self.adopt && !drift::is_ours(&text) => return Err(Error::Stranger(write.path.clone())),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(disk::Error::of("read", &write.path)(error).into());
            }
            _ => {}
        }
        Ok(disk::replace(&place, &write.path, write.text.as_bytes(), disk)?)
    }
}

/// Removes a file if it is still one of ours.
fn remove(root: &Path, path: &str, disk: &mut dyn Disk) -> Result<bool, disk::Error> {
    let place = disk::place(root, path)?;
    match fs::read(&place) {
        Ok(text) if drift::is_ours(&text) => disk.remove(&place).map(|()| true).map_err(disk::Error::of("remove", path)),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(disk::Error::of("read", path)(error)),
    }
}

#[cfg(test)]
mod tests;
