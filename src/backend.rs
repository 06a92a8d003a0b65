//! WRITE: the model as the files a forge reads.

use crate::finding::Identity;
use crate::origin::Origin;

/// One file as it should be on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Where it goes, from the project's root, with `/` on every system.
    pub path: String,
    /// The whole of it.
    pub text: String,
    /// The file it is made from, from the project's root.
    pub source: String,
    /// What it is made from.
    pub identity: Identity,
    /// Where that is written.
    pub origin: Origin,
}
