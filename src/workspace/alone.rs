//! A policy without a project: what judges files that nobody emits.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::layer::{self, Loaded, Source};
use super::{Error, PROJECT, answers};
use crate::finding::Finding;
use crate::origin::Files;
use crate::pipeline::Project;
use crate::policy::Policy;
use crate::revision::Revision;
use crate::source::{Evaluator, Verdict};

/// A policy, evaluated once, and what asks its custom rules.
pub struct Alone {
    loaded: Loaded,
    evaluator: Evaluator,
    files: Files,
}

/// Where a policy is that somebody names.
enum Place {
    /// A file of the disk: the folder that it may import from, and its path from there.
    Disk(PathBuf, String),
    /// A file or a folder of a git revision.
    Revision(Revision, String),
}

impl Alone {
    /// Evaluates the policy that somebody names: a folder with a `main.ncl`, a file, or one of a git revision, `origin/main:policies`.
    /// `evaluator` makes what evaluates the files below a folder. What was refused, with the texts that it points into, if that does not
    /// come to a policy.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn load<E: From<Error>>(
        named: &str,
        directory: &Path,
        evaluator: impl FnOnce(&Path) -> Result<Evaluator, E>,
    ) -> Result<Result<Self, (Vec<Finding>, Files)>, E> {
        let (evaluator, source) = match find(named, directory)? {
            Place::Disk(root, path) => (evaluator(&root)?, Source::of_organisation(&path)),
            Place::Revision(revision, path) => {
                let evaluator = evaluator(directory)?;
                let source = layer::of_revision(&revision, &evaluator, &path, crate::policy::Layer::Organisation);
                let source = source.map_err(Error::from)?;
                (evaluator, source)
            }
        };
        let mut files = Files::default();
        Ok(match source.load(&evaluator, &mut files) {
            Ok(loaded) => Ok(Self { loaded, evaluator, files }),
            Err(refused) => Err((refused, files)),
        })
    }

    /// What it decides.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.loaded.policy
    }

    /// The texts that its origins point into.
    #[must_use]
    pub const fn files(&self) -> &Files {
        &self.files
    }

    /// What its custom rules answer about a project, and what is wrong with them.
    pub fn answers(&self, project: &Project, files: &mut Files) -> (Vec<Verdict>, Vec<Finding>) {
        let Loaded { source, policy } = &self.loaded;
        let (verdicts, faults) = answers(project, source, policy, &self.evaluator, &HashMap::new(), files);
        (verdicts, faults.iter().map(|fault| source.refusal(fault)).collect())
    }
}

fn find(named: &str, directory: &Path) -> Result<Place, Error> {
    let place = Path::new(named);
    let place = if place.is_dir() { place.join(layer::MAIN) } else { place.to_owned() };
    if place.is_file() {
        let real = place.canonicalize().map_err(|source| Error::Unreadable { path: place, source })?;
        let root = root_of(&real, directory);
        if let Ok(path) = real.strip_prefix(&root) {
            return Ok(Place::Disk(root.clone(), path.to_string_lossy().replace('\\', "/")));
        }
    } else if let Some((revision, path)) = named.split_once(':') {
        return Ok(Place::Revision(Revision::open(directory, revision)?, path.to_owned()));
    }
    Err(Error::NoPolicy(named.to_owned()))
}

/// What a policy may import from: the project or the repository that it is in, else its folder; all of where somebody works, if it is in
/// there, since files are called by their way from here.
fn root_of(file: &Path, directory: &Path) -> PathBuf {
    let above = || file.ancestors().skip(1);
    let project = above().find(|folder| folder.join(PROJECT).is_file());
    let root = project.or_else(|| above().find(|folder| folder.join(".git").exists())).or_else(|| file.parent());
    let root = root.map_or_else(PathBuf::new, Path::to_owned);
    directory.canonicalize().ok().filter(|directory| root.starts_with(directory)).unwrap_or(root)
}
