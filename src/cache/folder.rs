//! A directory of small files that only its owner may write, and that may be gone or broken at any time.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

/// The largest file.
pub(super) const LARGEST: u64 = 8 << 20;
/// How many files there may be.
const MOST: usize = 128;
/// How many bytes they may have together.
const ROOM: u64 = 256 << 20;
/// What a process that was ended in the middle has left behind is taken away after this long.
const STALE: Duration = Duration::from_secs(3600);
const CHECKSUM: usize = 32;

/// A directory that nobody else writes into.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens a directory, or makes it; none if it cannot be made, is a symlink, or is somebody else's to write.
    #[must_use]
    pub fn open(path: &Path) -> Option<Self> {
        if path.symlink_metadata().is_err() {
            let mut builder = DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(path).ok()?;
        }
        let metadata = path.symlink_metadata().ok()?;
        (metadata.is_dir() && is_ours(&metadata)).then(|| Self { path: path.to_owned() })
    }

    /// What was written under a name; none if nothing was, or if it is not what was written.
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        let file = open(&self.path.join(name))?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || !is_ours(&metadata) || metadata.len() > LARGEST {
            return None;
        }
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes).ok()?;
        let content = bytes.len().checked_sub(CHECKSUM)?;
        if bytes[content..] != Sha256::digest(&bytes[..content])[..] {
            return None;
        }
        bytes.truncate(content);
        Some(bytes)
    }

    /// Writes a file in one piece: who reads meanwhile, finds the old one or the new one.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Option<()> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        if (content.len() + CHECKSUM) as u64 > LARGEST {
            return None;
        }
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let draft = self.path.join(format!("{name}.{}.{number}", std::process::id()));
        let written = create(&draft)
            .and_then(|mut file| file.write_all(content).and_then(|()| file.write_all(&Sha256::digest(content))).ok())
            .and_then(|()| fs::rename(&draft, self.path.join(name)).ok());
        if written.is_none() {
            let _ = fs::remove_file(&draft);
        }
        self.prune();
        written
    }

    /// Takes away the oldest files beyond what there may be, and drafts that nobody finishes.
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        let mut files = Vec::new();
        for entry in entries.flatten() {
            let (name, Ok(metadata)) = (entry.file_name().to_string_lossy().into_owned(), entry.metadata()) else { continue };
            let (stem, draft) = name.split_once('.').map_or((name.as_str(), false), |(stem, _)| (stem, true));
            let named = stem.len() == 64 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !named || !metadata.is_file() {
                continue;
            }
            let changed = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            match draft {
                true if changed.elapsed().is_ok_and(|age| age > STALE) => drop(fs::remove_file(entry.path())),
                true => {}
                false => files.push((changed, entry.path(), metadata.len())),
            }
        }
        files.sort_unstable_by(|one, other| other.cmp(one));
        let mut size = 0;
        for (index, (_, path, length)) in files.iter().enumerate() {
            size += length;
            if index >= MOST || size > ROOM {
                let _ = fs::remove_file(path);
            }
        }
    }
}

#[cfg(unix)]
fn is_ours(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
}

#[cfg(not(unix))]
const fn is_ours(_: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn open(path: &Path) -> Option<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).ok()?;
    OpenOptions::new().read(true).custom_flags(flags).open(path).ok()
}

#[cfg(not(unix))]
fn open(path: &Path) -> Option<File> {
    File::open(path).ok()
}

fn create(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> String {
        format!("{number:064x}")
    }

    #[test]
    fn what_is_broken_is_not_there() {
        let home = tempfile::tempdir().expect("there is room");
        let path = home.path().join("a/b");
        let folder = Folder::open(&path).expect("it can be made");
        assert_eq!(folder.read(&name(1)), None);
        folder.write(&name(1), b"text").expect("it can be written");
        assert_eq!(folder.read(&name(1)).as_deref(), Some(&b"text"[..]));
        let file = path.join(name(1));
        let whole = fs::read(&file).expect("it is there");
        for broken in [&whole[..whole.len() - 1], &whole[1..], &[], &whole[..CHECKSUM - 1]] {
            fs::write(&file, broken).expect("it can be written");
            assert_eq!(folder.read(&name(1)), None);
        }
        fs::remove_dir_all(&path).expect("it is there");
        assert_eq!(folder.read(&name(1)), None);
        assert_eq!(folder.write(&name(1), b"text"), None);
    }

    #[test]
    fn there_are_never_more_than_a_few() {
        let home = tempfile::tempdir().expect("there is room");
        let folder = Folder::open(&home.path().join("cache")).expect("it can be made");
        fs::write(folder.path.join("theirs"), "").expect("it can be written");
        for number in 0..2 * MOST {
            folder.write(&name(number), b"text").expect("it can be written");
        }
        assert_eq!(fs::read_dir(&folder.path).expect("it is there").count(), MOST + 1);
        assert!(folder.path.join("theirs").exists(), "somebody else's file is gone");
        assert_eq!(folder.write(&name(0), &vec![0; LARGEST as usize]), None);
    }

    #[cfg(unix)]
    #[test]
    fn what_others_may_write_is_not_used() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let home = tempfile::tempdir().expect("there is room");
        let path = home.path().join("cache");
        let folder = Folder::open(&path).expect("it can be made");
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o700);
        folder.write(&name(1), b"text").expect("it can be written");
        let link = home.path().join("link");
        symlink(&path, &link).expect("it can be made");
        assert!(Folder::open(&link).is_none(), "a symlink is used");
        fs::rename(path.join(name(1)), home.path().join("elsewhere")).expect("it can be moved");
        symlink(home.path().join("elsewhere"), path.join(name(1))).expect("it can be made");
        assert_eq!(folder.read(&name(1)), None, "a symlink is read");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o777)).expect("it is ours");
        assert!(Folder::open(&path).is_none(), "a directory that all may write is used");
    }
}
