//! `checkout`: the sources, fetched without leaving a credential behind.

use crate::origin::At;
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::value::Value;

/// What is fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkout {
    /// How many commits; 0 is all of them, 1 if nothing is said.
    pub depth: Option<At<u32>>,
    /// Another revision than the one the run is for.
    pub revision: Option<At<Value>>,
    /// Another repository.
    pub repository: Option<At<Value>>,
    /// Where to, from the root of the workspace.
    pub path: Option<At<String>>,
    /// Whether submodules come too.
    pub submodules: Option<At<bool>>,
    /// Whether files of Git LFS come too.
    pub lfs: Option<At<bool>>,
}

impl Checkout {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["depth", "revision", "repository", "path", "submodules", "lfs"]);
        Some(Self {
            depth: place.get("depth").and_then(|depth| reader.count(&depth, 0)),
            revision: Value::field(reader, place, "revision"),
            repository: Value::field(reader, place, "repository"),
            path: reader.text_of(place, "path"),
            submodules: reader.flag_of(place, "submodules"),
            lfs: reader.flag_of(place, "lfs"),
        })
    }

    pub(super) fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        let revision = self.revision.iter().map(|value| ("checkout.revision", value));
        revision.chain(self.repository.iter().map(|value| ("checkout.repository", value))).collect()
    }
}
