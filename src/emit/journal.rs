//! The set of files that is being written, on disk before the first of them and gone after the last.
//!
//! It is a file of the project and so may come from anybody: nothing is done on its word but to remove files of our own
//! making, below the root, by a name that only we give.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Plan;
use crate::digest::hex;
use crate::disk::{Disk, Error, beside, place, replace};

/// Where it is, from the root.
const PATH: &str = ".github/.pipeward-emit";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    steps: Vec<Step>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    action: Action,
    path: String,
    /// Of the text to be written, for whoever looks at a set cut short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Action {
    Write,
    Remove,
}

impl Journal {
    /// What a plan is about to do.
    pub(super) fn of(plan: &Plan) -> Self {
        let writes = plan.writes.iter().map(|write| {
            let sha256 = hex(&Sha256::digest(&write.text));
            Step { action: Action::Write, path: write.path.clone(), sha256: Some(sha256) }
        });
        let removals =
            plan.removals.iter().map(|removal| Step { action: Action::Remove, path: removal.path.clone(), sha256: None });
        Self { steps: writes.chain(removals).collect() }
    }

    /// Puts it on disk.
    pub(super) fn write(&self, root: &Path, disk: &mut dyn Disk) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self).map_err(|error| Error::of("write", PATH)(error.into()))?;
        replace(&place(root, PATH)?, PATH, &text, disk)
    }

    /// Takes it off the disk.
    pub(super) fn remove(root: &Path, disk: &mut dyn Disk) -> Result<(), Error> {
        disk.remove(&place(root, PATH)?).map_err(Error::of("remove", PATH))
    }

    /// Removes what a run that was cut short left half-written, and says whether there was one.
    ///
    /// The journal itself stays until the set is complete. One that cannot be read names nothing to clear; every file is
    /// written beside its place under a name that the next write clears anyway.
    pub(super) fn clear(root: &Path, disk: &mut dyn Disk) -> Result<bool, Error> {
        let journal = place(root, PATH)?;
        disk.remove(&beside(&journal)).map_err(Error::of("remove what is beside", PATH))?;
        let Ok(text) = fs::read(&journal) else { return Ok(false) };
        let journal: Self = serde_json::from_slice(&text).unwrap_or(Self { steps: Vec::new() });
        for step in journal.steps {
            if let Ok(place) = place(root, &step.path) {
                disk.remove(&beside(&place)).map_err(Error::of("remove what is beside", &step.path))?;
            }
        }
        Ok(true)
    }
}
