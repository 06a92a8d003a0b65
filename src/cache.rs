//! REMEMBER: what an earlier run had to say about a project that has not changed since.
//!
//! What is said of a project depends on the build, the day, the limits, the files that are listed and read, and, on the disk, the emitted
//! files and those that something uses, and on nothing else. All of that is kept beside the answer and looked at again before the answer is given; whatever cannot be
//! looked at again, such as a revision of git or a file that was refused, is not remembered.

mod folder;
mod pack;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::folder::Folder;
use self::pack::Pack;
use crate::backend;
use crate::check::{self, Outcome, Terms};
use crate::digest::hex;
use crate::drift::{Entry, OnDisk};
use crate::finding::{self, Finding, Kind};
use crate::local::{self, Sought};
use crate::origin::Files;
use crate::parallel;
use crate::source::{Digest, Evaluator, Request};
use crate::{vendor, workspace};

/// The program, by all it is made of: the library is a part of it.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "-", env!("PIPEWARD_BUILD"));

/// What an answer hangs on, and the answer.
#[derive(Serialize, Deserialize)]
struct Memory {
    /// The files that make up the project, as its directories list them.
    requests: Vec<Request>,
    /// Every file that was read or missed, from the root: what was in it.
    read: BTreeMap<String, Option<Digest>>,
    /// Where files are written.
    written: Vec<String>,
    /// What was there, and what else of ours.
    disk: Digest,
    /// What something uses, and whether it was there.
    sought: Sought,
    findings: Vec<Finding>,
    quiet: Vec<Finding>,
    files: Vec<(String, String)>,
    pipelines: usize,
    rules: usize,
}

/// Checks the project of a root as [`check::check`] does, as far as earlier runs have not: the whole of it is remembered, or else what
/// each of its files holds, and what custom rules say of each pipeline.
///
/// # Errors
///
/// Those of [`check::check`].
pub fn check(folder: &Folder, root: &Path, evaluator: Evaluator, terms: &Terms<'_>) -> Result<Outcome, workspace::Error> {
    if let Some(outcome) = recall(folder, root, &evaluator, terms) {
        return Ok(outcome);
    }
    let Some(pack) = pack(folder, root, &evaluator).map(Arc::new) else { return check::check(root, &evaluator, terms) };
    let evaluator = evaluator.remembering(Arc::<Pack>::clone(&pack));
    let outcome = check::check(root, &evaluator, terms)?;
    pack.save();
    keep(folder, root, &evaluator, terms, &outcome);
    Ok(outcome)
}

/// What is kept of single files: it hangs on them, on the limits and on nothing of the terms.
fn pack(folder: &Folder, root: &Path, evaluator: &Evaluator) -> Option<Pack> {
    let files = workspace::requests(root).ok()?.len();
    Some(Pack::open(folder, &named(BUILD, root, evaluator, "")?, files))
}

/// What an earlier run with the same terms had to say, if nothing that matters has changed.
#[must_use]
pub fn recall(folder: &Folder, root: &Path, evaluator: &Evaluator, terms: &Terms<'_>) -> Option<Outcome> {
    let memory: Memory = postcard::from_bytes(&folder.read(&name(root, evaluator, terms)?)?).ok()?;
    let current = workspace::requests(root).ok()? == memory.requests
        && parallel::map(memory.read.iter().collect(), |(path, digest)| evaluator.look_at(path) == Some(*digest))
            .iter()
            .all(|same| *same)
        && digest(&on_disk(root, &memory.written)) == memory.disk
        && local::is_unchanged(root, &memory.sought)
        && vendor::stale(root, &mut Files::default()).is_empty();
    current.then(|| memory.answer())
}

/// Keeps what a run had to say for the next one, if it may be kept. That it cannot be is no fault of the run.
fn keep(folder: &Folder, root: &Path, evaluator: &Evaluator, terms: &Terms<'_>, outcome: &Outcome) {
    let _: Option<()> = Memory::of(root, evaluator, outcome).and_then(|memory| {
        let bytes = postcard::to_stdvec(&memory).ok()?;
        folder.write(&name(root, evaluator, terms)?, &bytes)
    });
}

/// What an answer is kept under; none if it hangs on what cannot be looked at again.
fn name(root: &Path, evaluator: &Evaluator, terms: &Terms<'_>) -> Option<String> {
    // Every part is named: a term that is new has to be thought of here.
    let Terms { now, policies, known } = terms;
    if policies.is_some() || known.is_some() {
        return None;
    }
    named(BUILD, root, evaluator, &now.to_string())
}

/// The name of what is kept by a build of a root within limits, and on a day if it hangs on that.
fn named(build: &str, root: &Path, evaluator: &Evaluator, day: &str) -> Option<String> {
    let key = postcard::to_stdvec(&(build, root.canonicalize().ok()?, day, evaluator.limits())).ok()?;
    Some(hex(&Sha256::digest(key)))
}

impl Memory {
    fn of(root: &Path, evaluator: &Evaluator, outcome: &Outcome) -> Option<Self> {
        let requests = workspace::requests(root).ok()?;
        let read = evaluator.looked()?;
        let is_read = |request: &Request| request.text.is_some() || read.contains_key(&request.name);
        let lasting = |finding: &Finding| finding.kind != Kind::Refused && finding.rule != vendor::RULE;
        if !outcome.whole || !outcome.findings.iter().all(lasting) || !requests.iter().all(is_read) {
            return None;
        }
        let mut findings = [outcome.findings.as_slice(), &outcome.quiet].concat();
        let mut files = Files::default();
        finding::carry(&mut findings, &outcome.files, &mut files);
        let quiet = findings.split_off(outcome.findings.len());
        Some(Self {
            requests,
            read,
            written: outcome.rendered.iter().map(|file| file.path.clone()).collect(),
            disk: digest(&outcome.on_disk),
            sought: outcome.sought.clone(),
            findings,
            quiet,
            files: files.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
            pipelines: outcome.pipelines,
            rules: outcome.rules,
        })
    }

    fn answer(self) -> Outcome {
        let mut files = Files::default();
        for (name, text) in &self.files {
            files.add(name, text);
        }
        Outcome {
            findings: self.findings,
            quiet: self.quiet,
            files,
            pipelines: self.pipelines,
            rules: self.rules,
            current: self.written.len(),
            ..Outcome::default()
        }
    }
}

fn on_disk(root: &Path, written: &[String]) -> OnDisk {
    OnDisk::read(root, written.iter().map(String::as_str), BTreeMap::new(), &backend::owned(), &|_, _| false)
}

fn digest(on_disk: &OnDisk) -> Digest {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    };
    part(&on_disk.strangers().count().to_le_bytes());
    for path in on_disk.strangers() {
        part(path.as_bytes());
    }
    let entries = parallel::map(on_disk.entries().collect(), |(path, entry)| match entry {
        Entry::Text(text) => (path, 1, Sha256::digest(text)),
        Entry::Refused(reason) => (path, 0, Sha256::digest(reason)),
    });
    for (path, kind, digest) in entries {
        part(path.as_bytes());
        part(&[kind]);
        part(&digest);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Limits;

    #[test]
    fn what_hangs_on_something_else_is_called_something_else() {
        let home = tempfile::tempdir().expect("there is room");
        let evaluator = || Evaluator::here(home.path());
        let larger = Limits { size: 9 << 20, ..Limits::default() };
        let names = [
            named(BUILD, home.path(), &evaluator(), ""),
            named("another build", home.path(), &evaluator(), ""),
            named(BUILD, Path::new("/"), &evaluator(), ""),
            named(BUILD, home.path(), &evaluator(), "2026-06-01"),
            named(BUILD, home.path(), &evaluator().within(larger), ""),
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(name.is_some() && !names[..index].contains(name), "{index}");
        }
        assert!(BUILD.ends_with(env!("PIPEWARD_BUILD")), "the library is not in the name");
    }
}
