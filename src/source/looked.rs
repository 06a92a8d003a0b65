//! What evaluation has looked at on the disk, so that somebody may look whether it is still so.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{Limits, reading};
use crate::path::normal;

/// The SHA-256 of a text as it is evaluated.
pub type Digest = [u8; 32];

/// The digest of a text.
pub(super) fn digest(text: &str) -> Digest {
    Sha256::digest(text).into()
}

/// A text as it is evaluated.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) digest: Digest,
    pub(super) text: String,
}

/// What evaluation would find at a path from the root: a text, or nothing there; none if it would refuse to read it.
pub(super) fn sight(root: &Path, path: &str, limits: Limits) -> Option<Option<Sight>> {
    let path = normal(&root.join(path));
    match reading::read(&path, root, limits.size) {
        Ok(text) => Some(Some(Sight { digest: digest(&text), text })),
        Err(_) if path.symlink_metadata().is_err() => Some(None),
        Err(_) => None,
    }
}

/// All that one evaluator has looked at.
#[derive(Debug, Default)]
pub(super) struct Looked {
    files: BTreeMap<String, Option<Digest>>,
    lost: bool,
}

impl Looked {
    /// Adds what was looked at; what is seen in two states at once cannot be looked at again.
    pub(super) fn add(&mut self, files: Vec<(String, Option<Digest>)>) {
        for (path, digest) in files {
            let known = *self.files.entry(path).or_insert(digest);
            self.lost |= known != digest;
        }
    }

    /// Notes that something was looked at that cannot be looked at again.
    pub(super) const fn lose(&mut self) {
        self.lost = true;
    }

    /// Everything, unless something is lost.
    pub(super) fn all(&self) -> Option<BTreeMap<String, Option<Digest>>> {
        (!self.lost).then(|| self.files.clone())
    }
}
