//! Files that GitLab's files include out of their repository, or start child pipelines from, whatever they are called.

use std::collections::BTreeSet;

use super::find::{Candidate, Found, folder, shown};
use super::unreadable;
use crate::disk;
use crate::finding::Finding;
use crate::read::{self, Source, What};

/// Adds the files that others include: those that were found and look like nothing, and those that are on the disk beside a file that
/// somebody names; and what is to be said of those that cannot be read, if nobody has said it.
pub(super) fn follow(found: &Found, sources: &mut Vec<Source>) -> Vec<Finding> {
    let mut lost = Vec::new();
    let mut known: BTreeSet<String> = sources.iter().map(|source| source.path.clone()).collect();
    let mut next = 0;
    while let Some(source) = sources.get(next) {
        next += 1;
        if source.what != What::GitLab || !source.text.contains("include") {
            continue;
        }
        for include in read::included(&source.text) {
            let mut more: Vec<Candidate> = found
                .files
                .iter()
                .filter(|file| include.fits(&file.path) && !known.contains(&file.path))
                .map(|file| Candidate { what: Some(What::GitLab), ..file.clone() })
                .collect();
            if let Some(path) = include.path()
                && more.is_empty()
                && !known.contains(path)
                && let Ok(place) = disk::locate(folder(&found.root), path)
                && place.is_file()
            {
                let shown = shown(&found.root.join(path));
                more.push(Candidate::included(path, place, shown));
            }
            for file in more {
                known.insert(file.path.clone());
                match file.read() {
                    Ok(text) => sources.push(Source { what: What::GitLab, path: file.path, shown: file.shown, text }),
                    Err(_) if found.files.iter().any(|known| known.path == file.path) => {}
                    Err(reason) => lost.push(unreadable(&file.shown, &reason)),
                }
            }
        }
    }
    lost
}
