//! Where a verb remembers what it had to say.

use std::env;
use std::path::PathBuf;

use crate::cache::Folder;

/// The variable that names the directory; if it is empty, nothing is remembered.
const VARIABLE: &str = "PIPEWARD_CACHE_DIR";

/// Options of the verbs that remember.
#[derive(clap::Args)]
#[command(next_help_heading = "Cache")]
pub(super) struct Caching {
    /// Remember in this directory what there is to say of a project until it changes [default: $PIPEWARD_CACHE_DIR, or pipeward in
    /// $XDG_CACHE_HOME]
    #[arg(long, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
    /// Remember nothing, and look at everything anew
    #[arg(long, conflicts_with = "cache_dir")]
    no_cache: bool,
}

impl Caching {
    /// The directory; none if nothing is to be remembered, or nothing can be.
    pub(super) fn folder(&self) -> Option<Folder> {
        let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        // A relative one would be another in every directory; of XDG's it is to be ignored.
        let absolute = |name: &str| named(name).filter(|path| path.is_absolute());
        let usual = || Some(absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?.join("pipeward"));
        let chosen = match (&self.cache_dir, env::var_os(VARIABLE)) {
            _ if self.no_cache => None,
            (Some(path), _) => Some(path.clone()),
            (None, Some(_)) => named(VARIABLE),
            (None, None) => usual(),
        };
        Folder::open(&chosen?)
    }
}
