//! A project's root in, the files that are where emitted files go out; nothing outside the root is ever read.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use super::is_ours;

/// The directories in which files that nothing renders any more are looked for.
const OWNED: &[&str] = &[".github", ".github/workflows"];
/// As much of a file as tells whose it is.
const HEAD: u64 = 4096;
/// More than any forge reads.
const LARGEST: u64 = 16 << 20;

/// The files that are where emitted files go, by their path from the root.
#[derive(Clone, Debug, Default)]
pub struct OnDisk {
    entries: BTreeMap<String, Entry>,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file's text: all of it where something is rendered, else its first line.
    Text(Vec<u8>),
    /// Something that cannot or may not be read, and why: a fragment that goes on after the path.
    Refused(String),
}

impl OnDisk {
    /// Looks at the paths that are rendered, and for our own files in the directories we own.
    #[must_use]
    pub fn read<'a>(root: &Path, rendered: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for path in rendered {
            if let Some(entry) = read_file(root, path) {
                found.entries.insert(path.to_owned(), entry);
            }
        }
        for directory in OWNED {
            found.look_for_ours(root, directory);
        }
        found
    }

    /// What is at a path, if anything is.
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Everything, sorted by path.
    pub fn entries(&self) -> impl Iterator<Item = (&String, &Entry)> {
        self.entries.iter()
    }

    fn look_for_ours(&mut self, root: &Path, directory: &str) {
        // A directory that is not there or not ours to read holds nothing that we wrote.
        let Ok(place) = locate(root, directory) else { return };
        let Ok(items) = fs::read_dir(place) else { return };
        for item in items.flatten() {
            let (Ok(kind), Ok(name)) = (item.file_type(), item.file_name().into_string()) else { continue };
            let path = format!("{directory}/{name}");
            if !kind.is_file() || self.entries.contains_key(&path) {
                continue;
            }
            if let Ok(mut head) = read_up_to(&item.path(), HEAD)
                && is_ours(&head)
            {
                let line = head.iter().position(|byte| *byte == b'\n').map_or(head.len(), |end| end + 1);
                head.truncate(line);
                self.entries.insert(path, Entry::Text(head));
            }
        }
    }
}

impl FromIterator<(String, Entry)> for OnDisk {
    fn from_iter<T: IntoIterator<Item = (String, Entry)>>(items: T) -> Self {
        Self { entries: items.into_iter().collect() }
    }
}

fn read_file(root: &Path, path: &str) -> Option<Entry> {
    let place = match locate(root, path) {
        Ok(place) => place,
        Err(reason) => return Some(Entry::Refused(reason)),
    };
    let size = match fs::metadata(&place) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Some(Entry::Refused("is not a file".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(Entry::Refused(format!("cannot be read: {error}"))),
    };
    if size > LARGEST {
        return Some(Entry::Refused(format!("is larger than {} MiB", LARGEST >> 20)));
    }
    Some(read_up_to(&place, LARGEST).map_or_else(|error| Entry::Refused(format!("cannot be read: {error}")), Entry::Text))
}

fn read_up_to(place: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(place)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
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
                if !place.starts_with(&root) {
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

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "# Generated from pipelines/ci.ncl by pipeward; do not edit.\n";

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("there is room");
        for (path, text) in files {
            let place = root.path().join(path);
            fs::create_dir_all(place.parent().expect("it has one")).expect("it can be made");
            fs::write(place, text).expect("it can be written");
        }
        root
    }

    #[test]
    fn rendered_paths_are_read_whole_and_ours_by_their_first_line() {
        let root = tree(&[
            (".github/workflows/ci.yml", "theirs\n"),
            (".github/workflows/old.yml", &format!("{OURS}on: push\n")),
            (".github/workflows/theirs.yml", "on: push\n"),
            (".github/workflows/deep/old.yml", OURS),
            ("elsewhere/old.yml", OURS),
        ]);
        let found = OnDisk::read(root.path(), [".github/workflows/ci.yml", "none.yml"]);
        let paths: Vec<&str> = found.entries().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, [".github/workflows/ci.yml", ".github/workflows/old.yml"]);
        assert_eq!(found.entry(".github/workflows/ci.yml"), Some(&Entry::Text(b"theirs\n".to_vec())));
        assert_eq!(found.entry(".github/workflows/old.yml"), Some(&Entry::Text(OURS.as_bytes().to_vec())));
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let root = tree(&[(".github/workflows/ci.yml/x", ""), ("file", "")]);
        let found =
            OnDisk::read(root.path(), [".github/workflows/ci.yml", "file/below.yml", "../outside.yml", "/etc/hostname", ""]);
        for path in [".github/workflows/ci.yml", "file/below.yml", "../outside.yml", "/etc/hostname", ""] {
            assert!(matches!(found.entry(path), Some(Entry::Refused(_))), "{path}: {:?}", found.entry(path));
        }
    }

    #[cfg(unix)]
    #[test]
    fn symlinks_are_followed_only_within_the_root() {
        use std::os::unix::fs::symlink;
        let outside = tree(&[("secret.yml", &format!("{OURS}secret\n"))]);
        let root = tree(&[("real/ci.yml", "text\n"), (".github/x", "")]);
        symlink(outside.path(), root.path().join(".github/workflows")).expect("it can be made");
        symlink(outside.path().join("secret.yml"), root.path().join("out.yml")).expect("it can be made");
        symlink("nowhere", root.path().join("dangling.yml")).expect("it can be made");
        symlink("real", root.path().join("linked")).expect("it can be made");
        let paths = [".github/workflows/secret.yml", "out.yml", "dangling.yml", "linked/ci.yml"];
        let found = OnDisk::read(root.path(), paths);
        for path in &paths[..3] {
            assert!(matches!(found.entry(path), Some(Entry::Refused(reason)) if reason.contains("symlink")), "{path}");
        }
        assert_eq!(found.entry("linked/ci.yml"), Some(&Entry::Text(b"text\n".to_vec())));
        assert_eq!(found.entries().count(), 4, "the directory outside was looked through");
    }
}
