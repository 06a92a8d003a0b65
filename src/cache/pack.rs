//! Many answers in a few files, so that reading them all is quick and so is writing one anew.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use sha2::{Digest as _, Sha256};

use super::folder::{Folder, LARGEST};
use crate::digest::hex;
use crate::source::{Digest, Memory};

/// How many answers a file is for, and how many files there are at most.
const SHARE: usize = 32;
const MOST: usize = 16;
/// After how many times that its file was written anew without anybody asking for it an answer is dropped.
const OLDEST: u8 = 8;

/// The answers of one project; what is kept is written with [`save`](Pack::save).
#[derive(Debug)]
pub(super) struct Pack {
    folder: Folder,
    /// What its files are called by, besides their numbers.
    name: String,
    /// Each is read when somebody asks for something in it.
    shards: Vec<OnceLock<Shard>>,
    asked: Mutex<HashSet<Digest>>,
    kept: Mutex<BTreeMap<Digest, Vec<u8>>>,
}

/// What is in one file.
#[derive(Debug, Default)]
struct Shard {
    bytes: Vec<u8>,
    entries: HashMap<Digest, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    age: u8,
    place: Range<usize>,
}

impl Pack {
    /// The answers about a project of some files. With many more files it is another pack.
    pub(super) fn open(folder: &Folder, name: &str, files: usize) -> Self {
        let count = (files / SHARE).next_power_of_two().min(MOST);
        Self {
            folder: folder.clone(),
            name: format!("{count}-{name}"),
            shards: (0..count).map(|_| OnceLock::new()).collect(),
            asked: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    /// Writes what was kept, each file in one piece. That it cannot be written is no fault of the run.
    pub(super) fn save(&self) {
        let mut fresh: Vec<BTreeMap<Digest, Vec<u8>>> = self.shards.iter().map(|_| BTreeMap::new()).collect();
        for (name, bytes) in std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner)) {
            fresh[self.number(&name)].insert(name, bytes);
        }
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, fresh) in fresh.iter().enumerate().filter(|(_, fresh)| !fresh.is_empty()) {
            let content = self.shard(number).with(fresh, &asked);
            let _: Option<()> = self.folder.write(&self.file(number), &content);
        }
    }

    fn number(&self, name: &Digest) -> usize {
        usize::from(name[0]) % self.shards.len()
    }

    fn file(&self, number: usize) -> String {
        hex(&Sha256::digest(format!("{}-{number}", self.name)))
    }

    fn shard(&self, number: usize) -> &Shard {
        self.shards[number].get_or_init(|| self.folder.read(&self.file(number)).and_then(Shard::of).unwrap_or_default())
    }
}

impl Memory for Pack {
    fn recall(&self, name: &Digest) -> Option<&[u8]> {
        let shard = self.shard(self.number(name));
        let entry = shard.entries.get(name)?;
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(*name);
        shard.bytes.get(entry.place.clone())
    }

    fn keep(&self, name: Digest, bytes: Vec<u8>) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(name, bytes);
    }
}

impl Shard {
    /// What a file says: name, age and length of each entry, and its bytes; none if it is not such a file.
    fn of(bytes: Vec<u8>) -> Option<Self> {
        let mut entries = HashMap::new();
        let mut start = 0;
        while start < bytes.len() {
            let (name, rest) = bytes[start..].split_first_chunk::<{ size_of::<Digest>() }>()?;
            let (age, rest) = rest.split_first()?;
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let length = u32::from_le_bytes(*length) as usize;
            let from = bytes.len() - rest.len();
            start = from + rest.get(..length)?.len();
            entries.insert(*name, Entry { age: *age, place: from..start });
        }
        Some(Self { bytes, entries })
    }

    /// The content of the file with other entries, without those that nobody asks for any more; without any that nobody has asked for
    /// now if it is too large otherwise.
    fn with(&self, fresh: &BTreeMap<Digest, Vec<u8>>, asked: &HashSet<Digest>) -> Vec<u8> {
        let aged = |name: &Digest, entry: &Entry| if asked.contains(name) { 0 } else { entry.age.saturating_add(1) };
        let written = |oldest: u8| {
            let old = self.entries.iter().filter(|(name, entry)| !fresh.contains_key(*name) && aged(name, entry) <= oldest);
            let old = old.filter_map(|(name, entry)| Some((name, aged(name, entry), self.bytes.get(entry.place.clone())?)));
            let mut all: Vec<(&Digest, u8, &[u8])> = old.collect();
            all.extend(fresh.iter().map(|(name, bytes)| (name, 0, bytes.as_slice())));
            all.sort_unstable();
            let mut content = Vec::new();
            for (name, age, bytes) in all {
                let Ok(length) = u32::try_from(bytes.len()) else { continue };
                content.extend(name);
                content.push(age);
                content.extend(length.to_le_bytes());
                content.extend(bytes);
            }
            content
        };
        let content = written(OLDEST);
        if content.len() as u64 > LARGEST / 2 { written(0) } else { content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: u8) -> Digest {
        let mut name = [7; 32];
        name[0] = number;
        name
    }

    fn folder() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().expect("there is room");
        let folder = Folder::open(&home.path().join("cache")).expect("it can be made");
        (home, folder)
    }

    #[test]
    fn what_is_kept_is_recalled_by_the_next() {
        for files in [0, 1, 1000, 100_000] {
            let (_home, folder) = folder();
            let pack = Pack::open(&folder, "p", files);
            for number in 0..=u8::MAX {
                assert_eq!(pack.recall(&name(number)), None);
                pack.keep(name(number), vec![number; usize::from(number)]);
            }
            pack.save();
            let next = Pack::open(&folder, "p", files);
            for number in 0..=u8::MAX {
                assert_eq!(next.recall(&name(number)), Some(&vec![number; usize::from(number)][..]));
            }
            next.keep(name(3), b"other".to_vec());
            next.save();
            let next = Pack::open(&folder, "p", files);
            assert_eq!(next.recall(&name(3)), Some(&b"other"[..]));
            assert_eq!(next.recall(&name(4)), Some(&[4; 4][..]));
            assert_eq!(Pack::open(&folder, "q", files).recall(&name(4)), None);
        }
    }

    #[test]
    fn what_nobody_asks_for_is_dropped_in_the_end() {
        let (_home, folder) = folder();
        let open = || Pack::open(&folder, "p", 1);
        let pack = open();
        pack.keep(name(1), b"one".to_vec());
        pack.keep(name(2), b"two".to_vec());
        pack.save();
        for round in 0..2 * OLDEST {
            let pack = open();
            assert_eq!(pack.recall(&name(1)), Some(&b"one"[..]));
            pack.keep(name(3), vec![round]);
            pack.save();
        }
        assert_eq!((open().recall(&name(1)), open().recall(&name(2))), (Some(&b"one"[..]), None));
    }

    #[test]
    fn a_file_that_is_none_of_ours_holds_nothing() {
        assert!(Shard::of(Vec::new()).is_some_and(|shard| shard.entries.is_empty()));
        let fresh = BTreeMap::from([(name(1), b"one".to_vec()), (name(2), Vec::new())]);
        let whole = Shard::default().with(&fresh, &HashSet::new());
        assert_eq!(Shard::of(whole.clone()).map(|shard| shard.entries.len()), Some(2));
        let cut = (1..whole.len()).filter(|length| Shard::of(whole[..*length].to_vec()).is_some());
        assert_eq!(cut.collect::<Vec<_>>(), [32 + 1 + 4 + 3]);
    }

    #[test]
    fn a_file_that_would_be_too_large_holds_what_is_in_use() {
        let large = vec![0; LARGEST as usize / 8];
        let fresh: BTreeMap<Digest, Vec<u8>> = (0..3).map(|number| (name(number), large.clone())).collect();
        let shard = Shard::of(Shard::default().with(&fresh, &HashSet::new())).expect("it is one");
        let more: BTreeMap<Digest, Vec<u8>> = (3..5).map(|number| (name(number), large.clone())).collect();
        let shard = Shard::of(shard.with(&more, &HashSet::from([name(1)]))).expect("it is one");
        let mut names: Vec<u8> = shard.entries.keys().map(|name| name[0]).collect();
        names.sort_unstable();
        assert_eq!(names, [1, 3, 4]);
    }
}
