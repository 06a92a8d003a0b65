//! New files in, those files on disk out: all of them or none, and never over what is there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::{self, Disk as _, Real, beside};

/// A file to be written for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// Its path from the root.
    pub path: String,
    /// What is to be in it.
    pub text: String,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Files are there already.
    #[error("{} there already: {}", if .0.len() == 1 { "a file is" } else { "files are" }, .0.join(", "))]
    InTheWay(Vec<String>),
    /// A place may not be written to, or the disk said no.
    #[error(transparent)]
    Disk(#[from] disk::Error),
}

/// Writes files where there are none yet.
///
/// Each is written whole beside its place first; only when all are there does the first one get its name, and what has got one is
/// taken away again if a later one cannot.
///
/// # Errors
/// What is in the way, or the first thing that could not be done; nothing was written then.
pub fn write(root: &Path, files: &[New]) -> Result<(), Error> {
    let mut places = Vec::with_capacity(files.len());
    let mut taken = Vec::new();
    for file in files {
        let place = disk::place(root, &file.path)?;
        if root.join(&file.path).symlink_metadata().is_ok() {
            taken.push(file.path.clone());
        }
        places.push(place);
    }
    if !taken.is_empty() {
        return Err(Error::InTheWay(taken));
    }
    let mut done = Done::default();
    let written = place(files, &places, &mut done);
    if written.is_err() {
        done.undo();
    }
    for beside in &done.beside {
        // The file itself has its name by now, or the error is told already.
        let _ = fs::remove_file(beside);
    }
    written
}

/// What has been done so far.
#[derive(Default)]
struct Done {
    directories: Vec<PathBuf>,
    beside: Vec<PathBuf>,
    placed: Vec<PathBuf>,
}

impl Done {
    /// Takes away what was placed, and the directories that were made for it and are empty.
    fn undo(&mut self) {
        for place in self.placed.drain(..).chain(self.beside.drain(..)) {
            let _ = fs::remove_file(place);
        }
        for directory in self.directories.drain(..).rev() {
            let _ = fs::remove_dir(directory);
        }
    }
}

fn place(files: &[New], places: &[PathBuf], done: &mut Done) -> Result<(), Error> {
    for (file, place) in files.iter().zip(places) {
        let failed = |doing| disk::Error::of(doing, &file.path);
        make_directories(place, done).map_err(failed("make the directory of"))?;
        let beside = beside(place);
        // One that is left over from a run that was cut short is ours: nobody else gives that name.
        let _ = fs::remove_file(&beside);
        done.beside.push(beside.clone());
        Real.write_new(&beside, file.text.as_bytes(), None).map_err(failed("write"))?;
    }
    for (file, place) in files.iter().zip(places) {
        give_name(&beside(place), place).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => Error::InTheWay(vec![file.path.clone()]),
            _ => disk::Error::of("put in place", &file.path)(source).into(),
        })?;
        done.placed.push(place.clone());
    }
    Ok(())
}

/// Makes the directories above a file, and remembers those that were not there.
fn make_directories(place: &Path, done: &mut Done) -> io::Result<()> {
    let above: Vec<&Path> = place.ancestors().skip(1).take_while(|directory| !directory.exists()).collect();
    for directory in above.into_iter().rev() {
        fs::create_dir(directory)?;
        done.directories.push(directory.to_owned());
    }
    Ok(())
}

/// Gives a file its name, which nobody may have taken meanwhile.
fn give_name(beside: &Path, place: &Path) -> io::Result<()> {
    match fs::hard_link(beside, place) {
        // Not every file system has links; there a name taken in this very moment is lost.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !place.exists() => fs::rename(beside, place),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(path: &str) -> New {
        New { path: path.to_owned(), text: format!("{path}\n") }
    }

    fn tree(root: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(root).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                found.extend(tree(&path));
            }
            found.push(path.to_string_lossy().into_owned());
        }
        found
    }

    #[test]
    fn files_are_written_with_their_directories_and_nothing_beside_them() {
        let root = tempfile::tempdir().expect("there is room");
        write(root.path(), &[new("a/b/c.ncl"), new("d.ncl")]).expect("it works");
        assert_eq!(fs::read_to_string(root.path().join("a/b/c.ncl")).expect("it is there"), "a/b/c.ncl\n");
        assert_eq!(tree(root.path()).len(), 4, "{:?}", tree(root.path()));
    }

    #[test]
    fn what_is_there_is_named_and_nothing_else_written() {
        let root = tempfile::tempdir().expect("there is room");
        for path in ["one", "two"] {
            fs::write(root.path().join(path), "theirs").expect("it can be written");
        }
        let error = write(root.path(), &[new("new/x"), new("one"), new("two")]).expect_err("it cannot work");
        assert_eq!(error.to_string(), "files are there already: one, two");
        assert_eq!(tree(root.path()).len(), 2);
        assert_eq!(fs::read_to_string(root.path().join("one")).expect("it is there"), "theirs");
    }

    #[test]
    fn a_set_that_cannot_be_completed_is_taken_away_again() {
        let root = tempfile::tempdir().expect("there is room");
        fs::create_dir(root.path().join("kept")).expect("it can be made");
        let long = format!("kept/{}", "x".repeat(300));
        let error = write(root.path(), &[new("made/one"), new("kept/two"), new(&long)]).expect_err("the name is too long");
        assert!(matches!(error, Error::Disk(_)), "{error}");
        assert_eq!(tree(root.path()), [root.path().join("kept").to_string_lossy()]);
        // The name that is given last is too long only for what is written beside it.
        let nearly = format!("kept/{}", "x".repeat(250));
        assert!(write(root.path(), &[new("made/one"), new(&nearly)]).is_err());
        assert_eq!(tree(root.path()).len(), 1);
    }

    #[test]
    fn nothing_is_written_outside_the_root() {
        let root = tempfile::tempdir().expect("there is room");
        for path in ["../x", "/tmp/x", ""] {
            assert!(matches!(write(root.path(), &[new(path)]), Err(Error::Disk(disk::Error::Refused(..)))), "{path}");
        }
        #[cfg(unix)]
        {
            let outside = tempfile::tempdir().expect("there is room");
            std::os::unix::fs::symlink(outside.path(), root.path().join("pipelines")).expect("it can be made");
            assert!(matches!(write(root.path(), &[new("pipelines/x")]), Err(Error::Disk(disk::Error::Refused(..)))));
            assert!(tree(outside.path()).is_empty());
        }
    }
}
