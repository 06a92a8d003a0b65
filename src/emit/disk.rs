//! The few things done to a disk while files are written, as a seam at which a test can pull the plug.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

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

/// How long another run that is writing is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A turn at writing below a root: one process has it at a time, and a process that dies has it no more.
///
/// # Errors
/// Another process has had it for long.
pub(super) fn take_turn(root: &Path) -> io::Result<Option<File>> {
    // Where directories cannot be opened or locked, whole files are still moved into place.
    let Ok(turn) = File::open(root) else { return Ok(None) };
    let began = Instant::now();
    loop {
        match turn.try_lock() {
            Ok(()) => return Ok(Some(turn)),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::WouldBlock) => return Err(io::Error::new(io::ErrorKind::WouldBlock, "another run is writing")),
            Err(TryLockError::Error(_)) => return Ok(None),
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
