//! What a run knows of earlier ones: baselines read and written.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Error, Session};
use crate::baseline::{self, Baseline, Held};
use crate::disk;
use crate::finding::{Finding, Verdict};
use crate::report::count;
use crate::revision::{Entry, Revision};

/// As many entries that match nothing any more are named.
const NAMED: usize = 10;

/// Reads a baseline; with a revision whose policies judge, the one of that revision: what is known is part of the gate.
pub(super) fn read(path: &Path, root: &Path, revision: Option<&Revision>) -> Result<Baseline, Error> {
    let fails = |why: String| Error::Baseline { path: path.to_owned(), why };
    let text = match (revision, below(path, root)) {
        (Some(revision), Some(below)) => match revision.read(&format!("{}{below}", revision.prefix())) {
            Ok(Entry::File(text)) => text,
            Ok(_) => return Err(fails(format!("{} has no such file", revision.name()))),
            Err(error) => return Err(fails(error.to_string())),
        },
        _ => fs::read_to_string(path).map_err(|error| fails(error.to_string()))?,
    };
    Baseline::parse(&text).map_err(|error| fails(error.to_string()))
}

/// The way to a file from the project's root, if it is below; the file need not be there.
fn below(path: &Path, root: &Path) -> Option<String> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = folder.canonicalize().ok()?.join(path.file_name()?);
    disk::below(root, &place)?.into_os_string().into_string().ok()
}

/// Says what was known and what is gone.
pub(super) fn tell(verb: &str, held: &Held, path: &Path, verdict: Verdict, session: &mut Session) {
    if held.known > 0 {
        session.say(&format!("{} not shown: {} knows them", count(held.known, "known finding"), path.display()));
    }
    // What could not be checked is perhaps not gone.
    if held.gone.is_empty() || verdict == Verdict::CouldNotCheck {
        return;
    }
    let (number, path) = (held.gone.len(), path.display());
    session.say(&format!(
        "{} of {path} not found any more; what `pipeward {verb} --write-baseline {path}` writes is without:",
        count(number, "finding")
    ));
    for entry in held.gone.iter().take(NAMED) {
        session.say(&format!("  {} in {}", entry.rule, entry.identity));
    }
    if number > NAMED {
        session.say(&format!("  and {} more", number - NAMED));
    }
}

/// Writes what was found as a baseline; the exit code.
pub(super) fn write(path: &PathBuf, found: &[Finding], verdict: Verdict, session: &mut Session) -> Result<u8, Error> {
    if verdict == Verdict::CouldNotCheck {
        session.say("no baseline was written: something could not be checked");
        return Ok(verdict.exit_code());
    }
    super::sink::hold(path, &session.directory)?;
    let (text, number) = baseline::write(found);
    fs::write(path, text).map_err(|source| Error::Output { path: path.clone(), source })?;
    session.say(&format!("{} written to {}", count(number, "finding"), path.display()));
    let left = found.len() - number;
    if left > 0 {
        session.say(&format!("{} cannot wait: mend what it is about", count(left, "finding")));
        return Ok(verdict.exit_code());
    }
    Ok(0)
}
