//! Where policies come from: the repository's own, the organisation's, of the work tree or of a revision.

use std::path::Path;

use super::{POLICY, PROJECT};
use crate::disk;
use crate::finding::Finding;
use crate::origin::{At, Files};
use crate::path::join_inside;
use crate::pipeline::{Place, Project, Reader};
use crate::policy::{Layer, Policy};
use crate::refusal;
use crate::revision::{self, Entry, Revision};
use crate::source::{Evaluation, Evaluator, Fault, FaultKind, Request, Role, Tree};

/// The file of a folder of policies that is the policy.
pub(super) const MAIN: &str = "main.ncl";

/// A policy file, found.
pub(super) struct Source {
    layer: Layer,
    /// What identities and messages call it.
    name: String,
    pub(super) request: Request,
    /// What reads it, if it is a revision's.
    evaluator: Option<Evaluator>,
    /// The files it is made of, if it is a revision's.
    pub(super) tree: Option<Tree>,
}

/// A policy, evaluated, with what its custom rules are asked by.
pub(super) struct Loaded {
    pub(super) source: Source,
    pub(super) policy: Policy,
}

impl Source {
    /// The repository's own policy, in a file of the work tree or in a text that stands for it.
    pub(super) fn repository(request: &Request) -> Self {
        let name = request.name.clone();
        Self { layer: Layer::Repository, name, request: request.clone(), evaluator: None, tree: None }
    }

    /// An organisation's policy, by its path from the folder that it may import from.
    pub(super) fn of_organisation(path: &str) -> Self {
        let request = Request { name: path.to_owned(), text: None, role: Role::Policy };
        Self { layer: Layer::Organisation, name: path.to_owned(), request, evaluator: None, tree: None }
    }

    /// What evaluates it.
    pub(super) fn evaluator<'a>(&'a self, of_the_work_tree: &'a Evaluator) -> &'a Evaluator {
        self.evaluator.as_ref().unwrap_or(of_the_work_tree)
    }

    /// What there is to say of a fault of it.
    pub(super) fn refusal(&self, fault: &Fault) -> Finding {
        refusal::of_policy(fault, &self.name)
    }

    /// Evaluates it and reads it; what was refused, if that does not come to a policy.
    pub(super) fn load(self, evaluator: &Evaluator, files: &mut Files) -> Result<Loaded, Vec<Finding>> {
        let found = self.evaluator(evaluator).evaluate(std::slice::from_ref(&self.request), files);
        found.into_iter().next().map_or_else(|| Err(Vec::new()), |evaluation| self.take(evaluation))
    }

    /// Reads what was evaluated.
    pub(super) fn take(self, evaluation: Evaluation) -> Result<Loaded, Vec<Finding>> {
        let mut reader = Reader::default();
        let policy = Policy::read(&mut reader, &Place::root(&evaluation.node), self.layer, &self.name);
        let faults = super::merge(evaluation.faults, reader.faults);
        match policy {
            Some(policy) if faults.is_empty() => Ok(Loaded { source: self, policy }),
            _ => Err(faults.iter().map(|fault| self.refusal(fault)).collect()),
        }
    }
}

/// The organisation's policy; none if it is the repository's own, a fault at the project's line if it cannot be had.
///
/// With a revision, what the project names by a path lies there.
pub(super) fn organisation(
    root: &Path,
    evaluator: &Evaluator,
    named: &At<String>,
    at: Option<&Revision>,
) -> Result<Option<Source>, Fault> {
    let found = match (named.split_once(':'), at) {
        (Some((revision, path)), _) => {
            Revision::open(root, revision).and_then(|revision| of_revision(&revision, evaluator, path, Layer::Organisation))
        }
        (None, Some(revision)) => of_revision(revision, evaluator, &format!("./{}", named.value), Layer::Organisation),
        (None, None) => return of_work_tree(root, named),
    };
    let source = found.map_err(|error| fault(named, error.to_string()))?;
    let own = at.is_some_and(|revision| source.request.name == format!("{}{POLICY}", revision.prefix()));
    Ok((!own).then_some(source))
}

fn fault(named: &At<String>, message: String) -> Fault {
    let path = vec!["policy".to_owned(), "organisation".to_owned()];
    let mut fault = Fault::new(FaultKind::Unreadable, path, named.origin, message);
    fault.notes.push("name a folder with a main.ncl, a .ncl file, or one of a git revision: \"origin/main:policies\"".to_owned());
    fault
}

fn of_work_tree(root: &Path, named: &At<String>) -> Result<Option<Source>, Fault> {
    let refuse = |message: String| fault(named, message);
    let outside = || refuse(format!("{} leads outside the project", named.value));
    let mut name = join_inside("", &named.value).ok_or_else(outside)?;
    let place = root.join(&name);
    if place.is_dir() {
        name = beneath(&name, MAIN);
    }
    if name == POLICY {
        return Ok(None);
    }
    let place = root.join(&name);
    let real = place.canonicalize().map_err(|_| refuse(format!("the project has no {name}")))?;
    if disk::below(root, &real).is_none() {
        return Err(outside());
    }
    Ok(Some(Source::of_organisation(&name)))
}

/// A policy of a revision, with all it imports. A path is told from the top of the repository, or, as git has it, from the
/// project's root if it begins with `./`.
pub(super) fn of_revision(
    revision: &Revision,
    evaluator: &Evaluator,
    path: &str,
    layer: Layer,
) -> Result<Source, revision::Error> {
    let absent = |path: &str| revision::Error::Absent { revision: revision.name().to_owned(), path: path.to_owned() };
    let from = if path == "." || path.starts_with("./") { revision.prefix() } else { "" };
    let mut path = join_inside(from, path).ok_or_else(|| absent(path))?;
    if revision.read(&path)? == Entry::Folder {
        path = beneath(&path, MAIN);
    }
    let tree = gather(revision, evaluator, &path)?;
    if !tree.texts.contains_key(&path) {
        return Err(absent(&path));
    }
    let own = path == format!("{}{POLICY}", revision.prefix());
    // What it is called by does not depend on the revision: exceptions and fingerprints stay what they are.
    let name = if layer == Layer::Repository && own { POLICY.to_owned() } else { format!("{}{path}", tree.label) };
    let request = Request { name: path, text: None, role: Role::Policy };
    Ok(Source { layer, name, request, evaluator: Some(evaluator.over(tree.clone())), tree: Some(tree) })
}

/// The project of a revision, without its pipelines: what it says of policies is what matters.
pub(super) fn project(
    revision: &Revision,
    evaluator: &Evaluator,
    files: &mut Files,
) -> Result<Result<Project, Vec<Finding>>, revision::Error> {
    let path = format!("{}{PROJECT}", revision.prefix());
    let tree = gather(revision, evaluator, &path)?;
    if !tree.texts.contains_key(&path) {
        return Err(revision::Error::Absent { revision: revision.name().to_owned(), path });
    }
    let request = Request { name: path, text: None, role: Role::Project };
    let mut refused = Vec::new();
    for evaluation in evaluator.over(tree).evaluate(std::slice::from_ref(&request), files) {
        let mut reader = Reader::default();
        let project = Project::read(&mut reader, &Place::root(&evaluation.node), &request.name);
        let faults = super::merge(evaluation.faults, reader.faults);
        match project {
            Some(project) if faults.is_empty() => return Ok(Ok(project)),
            _ => refused.extend(faults.iter().map(refusal::of_project)),
        }
    }
    Ok(Err(refused))
}

/// A file of a revision and all it imports.
fn gather(revision: &Revision, evaluator: &Evaluator, path: &str) -> Result<Tree, revision::Error> {
    Tree::gather(evaluator, format!("{}:", revision.name()), path, |path| {
        Ok(match revision.read(path)? {
            Entry::File(text) => Some(text),
            Entry::Folder | Entry::Absent => None,
        })
    })
}

fn beneath(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
