//! Reads a file of the project for the evaluator: below the root, plain, not too large, and text.
//!
//! What is read here is what is evaluated: the evaluator gets the text and never goes to the disk by itself.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::Path;

use super::limits::mebibytes;

/// Why a file is not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// There is nothing of that name.
    Missing,
    /// A symlink to nothing.
    Dangling,
    /// It is not below the root, or a symlink leads away.
    Outside,
    /// A directory, a pipe, a device.
    NotAFile(&'static str),
    /// Larger than this many bytes.
    TooLarge(u64),
    /// Not text: what can be shown of it, where in that the trouble is, what it is.
    NotText(String, Range<usize>, String),
    /// The system refuses.
    Refused(io::Error),
}

impl Unread {
    /// A fragment that goes on after the file's name.
    pub(super) fn said(&self) -> String {
        match self {
            Self::Missing => "is not there".to_owned(),
            Self::Dangling => "is a symlink that leads nowhere".to_owned(),
            Self::Outside => "leads outside the project".to_owned(),
            Self::NotAFile(kind) => format!("is {kind}, not a file"),
            Self::TooLarge(limit) => format!("is larger than {}", mebibytes(*limit)),
            Self::NotText(_, _, what) => format!("is not text: {what}"),
            Self::Refused(error) => format!("cannot be read: {error}"),
        }
    }

    /// What to do about it.
    pub(super) const fn help(&self) -> Option<&'static str> {
        match self {
            Self::Outside => Some("what is evaluated lies below the project's directory"),
            Self::TooLarge(_) => Some(super::confine::RAISE_SIZE),
            Self::NotText(..) => Some("write it in UTF-8"),
            _ => None,
        }
    }
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Refused(error),
        }
    }
}

/// The text of the file at a normal path, at most `limit` bytes of it, without a byte order mark.
pub(super) fn read(path: &Path, root: &Path, limit: u64) -> Result<String, Unread> {
    let real = path.canonicalize().map_err(|error| match Unread::from(error) {
        Unread::Missing if path.is_symlink() => Unread::Dangling,
        other => other,
    })?;
    if !real.starts_with(root) {
        return Err(Unread::Outside);
    }
    // A pipe must not be waited for, and to open a device may already do something.
    plain(&fs::metadata(&real)?, limit)?;
    let file = open(&real)?;
    plain(&file.metadata()?, limit)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Unread::TooLarge(limit));
    }
    text(bytes)
}

/// A text that came from elsewhere, held to the same.
pub(super) fn taken(found: &str, limit: u64) -> Result<String, Unread> {
    if found.len() as u64 > limit { Err(Unread::TooLarge(limit)) } else { text(found.as_bytes().to_vec()) }
}

fn plain(metadata: &fs::Metadata, limit: u64) -> Result<(), Unread> {
    match metadata.file_type() {
        kind if kind.is_file() && metadata.len() > limit => Err(Unread::TooLarge(limit)),
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(Unread::NotAFile("a directory")),
        _ => Err(Unread::NotAFile("a pipe or a device")),
    }
}

/// Opens a real path: not through a symlink that has come there since, and without waiting for a pipe.
#[cfg(unix)]
fn open(real: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).map_err(io::Error::other)?;
    OpenOptions::new().read(true).custom_flags(flags).open(real)
}

#[cfg(not(unix))]
fn open(real: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(real)
}

fn text(bytes: Vec<u8>) -> Result<String, Unread> {
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let start = error.utf8_error().valid_up_to();
            let bytes = error.as_bytes();
            let what = format!("byte {:#04x} at offset {start} is not UTF-8", bytes.get(start).copied().unwrap_or_default());
            return Err(not_text(bytes, start, what));
        }
    };
    if let Some(start) = text.find('\0') {
        return Err(not_text(text.as_bytes(), start, format!("a NUL byte at offset {start}")));
    }
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// What can be shown: the lines up to the trouble, and the rest of its own.
fn not_text(bytes: &[u8], start: usize, what: String) -> Unread {
    let end = bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| start + length);
    let shown = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let next = shown[start..].chars().next().map_or(0, char::len_utf8);
    Unread::NotText(shown, start..start + next, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_is_said_with_its_place() {
        for (bytes, place, said) in [
            (&b"{\n  a = \"caf\xe9\",\n}\n"[..], 12, "byte 0xe9 at offset 12 is not UTF-8"),
            (b"{\n  a = \"caf\x00\",\n}\n", 12, "a NUL byte at offset 12"),
            (b"\xff\xfe{\x00}\x00", 0, "byte 0xff at offset 0 is not UTF-8"),
        ] {
            let Err(Unread::NotText(shown, range, what)) = text(bytes.to_vec()) else { panic!("{bytes:?} is taken for text") };
            assert_eq!((range.start, what.as_str()), (place, said));
            assert!(shown.get(range).is_some() && shown.lines().count() < 3, "{shown:?}");
        }
        assert_eq!(text(b"\xef\xbb\xbf{}\r\n".to_vec()).expect("it is text"), "{}\r\n");
    }
}
