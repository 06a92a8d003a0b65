//! A project's root in, the files that are where emitted files go out; nothing outside the root is ever read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use super::source_of;
use crate::disk::locate;
use crate::parallel;

/// As much of a file as tells whose it is.
const HEAD: u64 = 4096;
/// More than any forge reads.
const LARGEST: u64 = 16 << 20;

/// The files that are where emitted files go, by their path from the root.
#[derive(Clone, Debug, Default)]
pub struct OnDisk {
    entries: BTreeMap<String, Entry>,
    strangers: BTreeSet<String>,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file's text.
    Text(Vec<u8>),
    /// Something that cannot or may not be read, and why: a fragment that goes on after the path.
    Refused(String),
}

impl OnDisk {
    /// Looks at the paths that are rendered, unless they were `seen` already, and for our own files where backends write.
    ///
    /// `owned` are files, and directories that are looked at but not below; `*` at the end of one is each directory in it. A file of ours there is left out if `spared`
    /// says so of its path and of the source it names: nothing renders it now, but only because of another finding.
    #[must_use]
    pub fn read<'a>(
        root: &Path,
        rendered: impl IntoIterator<Item = &'a str>,
        mut seen: BTreeMap<String, Entry>,
        owned: &[&str],
        spared: &dyn Fn(&str, &str) -> bool,
    ) -> Self {
        let mut found = Self::default();
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for path in rendered {
            match seen.remove_entry(path) {
                Some(entry) => known.push(entry),
                None => unknown.push(path),
            }
        }
        let read = parallel::map(unknown, |path| Some((path.to_owned(), Self::look(root, path)?)));
        found.entries = known.into_iter().chain(read.into_iter().flatten()).collect();
        for path in owned.iter().flat_map(|path| list(root, path)) {
            if found.entries.contains_key(&path) {
                continue;
            }
            match whose(root, &path, spared) {
                Whose::Ours(text) => drop(found.entries.insert(path, Entry::Text(text))),
                Whose::Spared => {}
                Whose::Theirs => drop(found.strangers.insert(path)),
            }
        }
        found
    }

    /// What is at a path from the root now, if anything is.
    #[must_use]
    pub fn look(root: &Path, path: &str) -> Option<Entry> {
        read_file(root, path)
    }

    /// The files where backends write that somebody else wrote and that nothing renders, sorted: their paths.
    pub fn strangers(&self) -> impl Iterator<Item = &String> {
        self.strangers.iter()
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
}

impl FromIterator<(String, Entry)> for OnDisk {
    fn from_iter<T: IntoIterator<Item = (String, Entry)>>(items: T) -> Self {
        Self { entries: items.into_iter().collect(), strangers: BTreeSet::new() }
    }
}

/// A path itself if it is a plain file, the plain files and symlinks in it if it is a directory.
///
/// What is not there, may not be read or is a symlink holds nothing that we wrote.
fn list(root: &Path, path: &str) -> Vec<String> {
    if let Some(parent) = path.strip_suffix("/*") {
        return directories(root, parent).iter().flat_map(|directory| list(root, directory)).collect();
    }
    let Ok(place) = locate(root, path) else { return Vec::new() };
    if root.join(path).symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
        return vec![path.to_owned()];
    }
    let Ok(items) = fs::read_dir(place) else { return Vec::new() };
    let plain = items.flatten().filter(|item| item.file_type().is_ok_and(|kind| kind.is_file() || kind.is_symlink()));
    plain.filter_map(|item| Some(format!("{path}/{}", item.file_name().into_string().ok()?))).collect()
}

/// The directories in a directory; what a symlink leads to is none of them.
fn directories(root: &Path, path: &str) -> Vec<String> {
    let Ok(items) = locate(root, path).and_then(|place| fs::read_dir(place).map_err(|error| error.to_string())) else {
        return Vec::new();
    };
    let found = items.flatten().filter(|item| item.file_type().is_ok_and(|kind| kind.is_dir()));
    found.filter_map(|item| Some(format!("{path}/{}", item.file_name().into_string().ok()?))).collect()
}

/// Whose file is where a backend writes.
enum Whose {
    /// Ours, with its text.
    Ours(Vec<u8>),
    /// Ours, and nothing renders it now only because of another finding.
    Spared,
    /// Somebody else's, or nothing that can be read.
    Theirs,
}

/// Whose a file is; of somebody else's no more is read than tells that.
fn whose(root: &Path, path: &str, spared: &dyn Fn(&str, &str) -> bool) -> Whose {
    // What lies behind a symlink may not be read: whatever it is, we did not put it there.
    let place = locate(root, path).ok().filter(|_| root.join(path).symlink_metadata().is_ok_and(|metadata| metadata.is_file()));
    let Some(place) = place else { return Whose::Theirs };
    let Ok(head) = read_up_to(&place, HEAD, HEAD) else { return Whose::Theirs };
    match source_of(&head) {
        Some(source) if spared(path, source) => Whose::Spared,
        Some(_) => read_up_to(&place, HEAD, LARGEST).map_or(Whose::Theirs, Whose::Ours),
        // What would be rendered there is kept back by a finding of its own.
        None if spared(path, "") => Whose::Spared,
        None => Whose::Theirs,
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
    Some(read_up_to(&place, size, LARGEST).map_or_else(|error| Entry::Refused(format!("cannot be read: {error}")), Entry::Text))
}

/// The bytes of a file up to a limit; about `size` are expected.
fn read_up_to(place: &Path, size: u64, limit: u64) -> io::Result<Vec<u8>> {
    // One more than there are: then the end is seen without making room for what does not come.
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or_default() + 1);
    File::open(place)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNED: &[&str] = &[".github/workflows", ".github/dependabot.yml", "none", ".github/actions/*"];

    fn read(root: &Path, paths: &[&str], spared: &dyn Fn(&str, &str) -> bool) -> OnDisk {
        OnDisk::read(root, paths.iter().copied(), BTreeMap::new(), OWNED, spared)
    }

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
    fn rendered_paths_are_read_and_elsewhere_only_what_is_ours() {
        let root = tree(&[
            (".github/workflows/ci.yml", "theirs\n"),
            (".github/workflows/old.yml", &format!("{OURS}on: push\n")),
            (".github/workflows/theirs.yml", "on: push\n"),
            (".github/workflows/deep/old.yml", OURS),
            (".github/dependabot.yml", OURS),
            (".github/other.yml", OURS),
            (".github/actions/old/action.yml", OURS),
            (".github/actions/theirs/action.yml", "name: theirs\n"),
            (".github/actions/old/deep/action.yml", OURS),
            (".github/actions/action.yml", OURS),
        ]);
        let found = read(root.path(), &[".github/workflows/ci.yml", "none.yml"], &|_, _| false);
        let paths: Vec<&str> = found.entries().map(|(path, _)| path.as_str()).collect();
        let ours = [".github/actions/old/action.yml", ".github/dependabot.yml"];
        assert_eq!(paths, [&ours[..], &[".github/workflows/ci.yml", ".github/workflows/old.yml"]].concat());
        assert_eq!(found.strangers().collect::<Vec<_>>(), [".github/actions/theirs/action.yml", ".github/workflows/theirs.yml"]);
        assert_eq!(found.entry(".github/workflows/ci.yml"), Some(&Entry::Text(b"theirs\n".to_vec())));
        assert_eq!(found.entry(".github/workflows/old.yml"), Some(&Entry::Text(format!("{OURS}on: push\n").into_bytes())));
    }

    #[test]
    fn what_another_finding_withholds_is_left_out() {
        let root =
            tree(&[(".github/workflows/a.yml", OURS), (".github/workflows/b.yml", OURS), (".github/dependabot.yml", OURS)]);
        let by_path = read(root.path(), &[], &|path, _| path == ".github/workflows/a.yml");
        assert_eq!(by_path.entries().count(), 2);
        let by_source = read(root.path(), &["none.yml"], &|_, source| source == "pipelines/ci.ncl");
        assert_eq!(by_source.entries().count(), 0);
    }

    #[test]
    fn what_is_no_file_is_refused() {
        const PATHS: &[&str] = &[".github/workflows/ci.yml", "file/below.yml", "../outside.yml", "/etc/hostname", ""];
        let root = tree(&[(".github/workflows/ci.yml/x", ""), ("file", "")]);
        let found = read(root.path(), PATHS, &|_, _| false);
        for path in PATHS {
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
        let found = read(root.path(), &paths, &|_, _| false);
        for path in &paths[..3] {
            assert!(matches!(found.entry(path), Some(Entry::Refused(reason)) if reason.contains("symlink")), "{path}");
        }
        assert_eq!(found.entry("linked/ci.yml"), Some(&Entry::Text(b"text\n".to_vec())));
        assert_eq!(found.entries().count(), 4, "the directory outside was looked through");
    }
}
