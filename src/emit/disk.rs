//! The few things done to a disk while files are written, as a seam at which a test can pull the plug.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::path::Path;

/// A disk.
pub trait Disk {
    /// Makes a directory and those above it; it may be there already.
    ///
    /// # Errors
    /// What the system says.
    fn create_directories(&mut self, place: &Path) -> io::Result<()>;

    /// Writes a file that is not there yet, with a mode if one is given, down to the platter.
    ///
    /// # Errors
    /// What the system says.
    fn write_new(&mut self, place: &Path, bytes: &[u8], mode: Option<Permissions>) -> io::Result<()>;

    /// Moves a file within its directory, over whatever has the name.
    ///
    /// # Errors
    /// What the system says.
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file; it may be gone already.
    ///
    /// # Errors
    /// What the system says.
    fn remove(&mut self, place: &Path) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Clone, Copy, Debug)]
pub struct Real;

impl Disk for Real {
    fn create_directories(&mut self, place: &Path) -> io::Result<()> {
        fs::create_dir_all(place)
    }

    fn write_new(&mut self, place: &Path, bytes: &[u8], mode: Option<Permissions>) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(place)?;
        file.write_all(bytes)?;
        if let Some(mode) = mode {
            file.set_permissions(mode)?;
        }
        file.sync_all()
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)?;
        sync_directory_of(to);
        Ok(())
    }

    fn remove(&mut self, place: &Path) -> io::Result<()> {
        match fs::remove_file(place) {
            Ok(()) => {
                sync_directory_of(place);
                Ok(())
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Makes a changed name survive a loss of power, where the system can: not every one opens directories.
fn sync_directory_of(place: &Path) {
    if let Some(directory) = place.parent()
        && let Ok(directory) = File::open(directory)
    {
        let _ = directory.sync_all();
    }
}
