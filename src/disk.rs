//! How files of a project are written, whoever writes them: inside the root, beside their place, synced, then moved there.
//!
//! The few things that are done to a disk meanwhile are a seam at which a test can pull the plug.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A place that may not be written to, and why.
    #[error("`{0}` {1}")]
    Refused(String, String),
    /// The disk said no.
    #[error("cannot {doing} `{path}`: {source}")]
    Disk {
        /// What was tried.
        doing: &'static str,
        /// With which file, from the project's root.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

impl Error {
    /// Of something that was tried with a file of this path from the root.
    pub(crate) fn of(doing: &'static str, path: &str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Disk { doing, path, source }
    }
}

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
pub(crate) fn take_turn(root: &Path) -> io::Result<Option<File>> {
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

/// Writes a file beside its place and moves it there, with the mode of the file it replaces.
///
/// # Errors
/// What could not be done; the file is then as it was.
pub(crate) fn replace(place: &Path, path: &str, bytes: &[u8], disk: &mut dyn Disk) -> Result<(), Error> {
    let beside = beside(place);
    if let Some(directory) = place.parent() {
        disk.create_directories(directory).map_err(Error::of("make the directory of", path))?;
    }
    let mode = fs::metadata(place).map(|metadata| metadata.permissions()).ok();
    disk.remove(&beside).map_err(Error::of("clear the way for", path))?;
    let moved = disk
        .write_new(&beside, bytes, mode)
        .map_err(Error::of("write", path))
        .and_then(|()| disk.rename(&beside, place).map_err(Error::of("put in place", path)));
    if moved.is_err() {
        // What matters is the first error; a leftover is cleared at the next run.
        let _ = disk.remove(&beside);
    }
    moved
}

/// Where a file is written before it has its name: the same directory, so that the move is one step.
pub(crate) fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.pipeward"))
}

/// The place of a file that is to be written, from the root.
///
/// # Errors
/// Those of [`locate`].
pub(crate) fn place(root: &Path, path: &str) -> Result<PathBuf, Error> {
    locate(root, path).map_err(|reason| Error::Refused(path.to_owned(), reason))
}

/// The way from the root to a place with no symlink in it; none if it is not below.
pub(crate) fn below(root: &Path, real: &Path) -> Option<PathBuf> {
    real.strip_prefix(root.canonicalize().ok()?).ok().map(Path::to_owned)
}

/// Where a path from the root really is, every symlink on the way followed. The file itself need not be there.
///
/// # Errors
/// Why it may not be touched, as a fragment that goes on after the path: it is not a path below the root, or a symlink leads out of it.
pub fn locate(root: &Path, path: &str) -> Result<PathBuf, String> {
    let root = root.canonicalize().map_err(|error| format!("is below a root that cannot be read: {error}"))?;
    let mut place = root.clone();
    for component in Path::new(path).components() {
        let Component::Normal(name) = component else {
            return Err("is not a path below the project's root".to_owned());
        };
        place.push(name);
        match place.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => {
                place = place.canonicalize().map_err(|_| "is a symlink that leads nowhere".to_owned())?;
                if below(&root, &place).is_none() {
                    return Err("is a symlink that leads out of the project".to_owned());
                }
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err("is below something that is not a directory".to_owned());
            }
            Err(error) => return Err(format!("cannot be looked at: {error}")),
        }
    }
    if place == root { Err("is not a path below the project's root".to_owned()) } else { Ok(place) }
}
