//! What earlier runs have written, and still stands where it was written: what a pipeline was written as is remembered by its digest,
//! and the text is on the disk.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::backend;
use crate::drift::{Entry, OnDisk};
use crate::pipeline::Pipeline;
use crate::source::{Digest, Evaluator, Made};

/// The texts of one project.
pub(super) struct Earlier<'a> {
    root: &'a Path,
    evaluator: &'a Evaluator,
    /// What the pipelines of each file are made of.
    made_of: &'a HashMap<String, Digest>,
    /// What was read to see whether it stands.
    read: Mutex<BTreeMap<String, Entry>>,
}

impl<'a> Earlier<'a> {
    pub(super) fn new(root: &'a Path, evaluator: &'a Evaluator, made_of: &'a HashMap<String, Digest>) -> Self {
        Self { root, evaluator, made_of, read: Mutex::default() }
    }

    /// What was read.
    pub(super) fn read(self) -> BTreeMap<String, Entry> {
        self.read.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn made<'b>(&'b self, pipeline: &'b Pipeline) -> Option<Made<'b>> {
        let of = self.made_of.get(&pipeline.source)?;
        Some(Made { task: "write for GitHub", source: &pipeline.source, id: &pipeline.id, of })
    }
}

impl backend::Earlier for Earlier<'_> {
    fn recall(&self, pipeline: &Pipeline, path: &str) -> Option<String> {
        let written = self.evaluator.recall_made(&self.made(pipeline)?)?;
        let entry = OnDisk::look(self.root, path)?;
        let text = match &entry {
            Entry::Text(text) if Sha256::digest(text)[..] == written => String::from_utf8(text.clone()).ok(),
            _ => None,
        };
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), entry);
        text
    }

    fn keep(&self, pipeline: &Pipeline, text: &str) {
        if let Some(made) = self.made(pipeline) {
            self.evaluator.keep_made(&made, Sha256::digest(text).into());
        }
    }
}
