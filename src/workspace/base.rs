//! The policies of a revision, which judge the work tree in place of its own: a change cannot weaken the gate it goes through.

use std::fs;
use std::path::Path;

use super::layer::{self, Loaded, Source};
use super::{POLICY, SHIPPED, shipped};
use crate::finding::{Finding, Identity};
use crate::origin::{At, Files, Origin};
use crate::pipeline::Project;
use crate::policy::{Layer, Policy, Weakened};
use crate::refusal;
use crate::revision::{Entry, Error, Revision};
use crate::source::Evaluator;

/// What a revision says of policies.
pub(super) struct Base {
    /// What its project says; none if that could not be read.
    project: Option<Project>,
    /// Its policies.
    pub(super) policies: Vec<Loaded>,
    /// What was refused of it.
    pub(super) refused: Vec<Finding>,
}

/// What the work tree says of policies.
pub(super) struct Work<'a> {
    pub(super) root: &'a Path,
    pub(super) project: &'a Project,
    pub(super) policies: &'a [Loaded],
}

impl Base {
    /// Reads the policies of a revision.
    ///
    /// # Errors
    ///
    /// If it has no project there, or cannot be read.
    pub(super) fn read(revision: &Revision, root: &Path, evaluator: &Evaluator, files: &mut Files) -> Result<Self, Error> {
        let mut base = Self { project: None, policies: Vec::new(), refused: Vec::new() };
        let project = match layer::project(revision, evaluator, files)? {
            Ok(project) => project,
            Err(refused) => {
                base.refused = refused;
                return Ok(base);
            }
        };
        let path = format!("{}{POLICY}", revision.prefix());
        let own = match revision.read(&path)? {
            Entry::Absent if project.organisation.is_some() => None,
            Entry::Absent => Some(Source::repository(&shipped())),
            _ => Some(layer::of_revision(revision, evaluator, &path, Layer::Repository)?),
        };
        base.take(own.map(|source| source.load(evaluator, files)));
        if let Some(named) = &project.organisation {
            match layer::organisation(root, evaluator, named, Some(revision)) {
                Ok(source) => base.take(source.map(|source| source.load(evaluator, files))),
                Err(fault) => base.refused.push(refusal::of_project(&fault)),
            }
        }
        base.project = Some(project);
        Ok(base)
    }

    fn take(&mut self, found: Option<Result<Loaded, Vec<Finding>>>) {
        match found {
            Some(Ok(loaded)) => self.policies.push(loaded),
            Some(Err(refused)) => self.refused.extend(refused),
            None => {}
        }
    }

    /// What the work tree's policies let pass that these do not.
    pub(super) fn weakened(&self, work: &Work<'_>, revision: &Revision, files: &mut Files) -> Vec<Finding> {
        let mut weakened = Weakened::default();
        if let Some(project) = &self.project {
            pointer(&mut weakened, project.organisation.as_ref(), work.project);
            weakened.facts(project, work.project);
        }
        let of = |policies: &'_ [Loaded], layer| policies.iter().position(|loaded| loaded.policy.layer == layer);
        for layer in [Layer::Organisation, Layer::Repository] {
            let was = of(&self.policies, layer).map(|index| &self.policies[index]);
            let is = of(work.policies, layer).map(|index| &work.policies[index]);
            match (was, is) {
                (Some(was), Some(is)) => {
                    if was.source.request.name != SHIPPED && is.source.request.name == SHIPPED {
                        removed(&mut weakened, &was.policy, work.project);
                        continue;
                    }
                    weakened.compare(Some(&was.policy), &is.policy, files);
                    if !was.policy.custom.is_empty() {
                        imported(&mut weakened, was, is, work.root, revision, files);
                    }
                }
                // What the shipped defaults found is found by an organisation's policy from now on, or by none.
                (Some(was), None) if was.source.request.name == SHIPPED => {
                    if let Some(other) = work.policies.first() {
                        weakened.compare(Some(&was.policy), &other.policy, files);
                    }
                }
                // Without it being there, it was refused: that is said.
                (Some(was), None) if layer == Layer::Repository && !work.root.join(POLICY).exists() => {
                    removed(&mut weakened, &was.policy, work.project);
                }
                (None, Some(is)) => weakened.compare(None, &is.policy, files),
                _ => {}
            }
        }
        weakened.findings()
    }
}

/// The decision where the organisation's policy is.
fn pointer(weakened: &mut Weakened, was: Option<&At<String>>, project: &Project) {
    let Some(was) = was else { return };
    let identity = Identity::of("project").part("policy").part("organisation");
    match &project.organisation {
        None => {
            let message = format!("the organisation's policy no longer judges the project: it was {}", was.value);
            weakened.certain(identity, project.origin, Some(was.origin), message);
        }
        Some(is) if is.value != was.value => {
            let message = format!("the organisation's policy is {}, and was {}", is.value, was.value);
            weakened.certain(identity, is.origin, Some(was.origin), message);
        }
        Some(_) => {}
    }
}

fn removed(weakened: &mut Weakened, was: &Policy, project: &Project) {
    weakened.certain(Identity::of(&was.source), project.origin, Some(was.origin), "the repository's policy is removed");
}

/// What the custom rules of a policy may be made of, besides what is compared already: files that it imports.
fn imported(weakened: &mut Weakened, was: &Loaded, is: &Loaded, root: &Path, revision: &Revision, files: &mut Files) {
    // A policy that is itself of a revision is not changed by a file of the work tree.
    let (Some(tree), None) = (&was.source.tree, &is.source.tree) else { return };
    let is = &is.policy;
    let known = |files: &Files, path: &str| {
        let shown = format!("{}{path}", tree.label);
        path == was.source.request.name || was.policy.custom.iter().any(|rule| files.name(rule.origin.file) == shown)
    };
    for (path, text) in &tree.texts {
        // What lies above the project cannot be changed by one of its files.
        let Some(name) = path.strip_prefix(revision.prefix()) else { continue };
        if known(files, path) {
            continue;
        }
        let there = fs::read_to_string(root.join(name)).ok();
        if there.as_deref() != Some(text) {
            let origin = there.map_or(is.origin, |there| Origin::whole(files.add(name, &there)));
            let message = format!("{name} has changed, and rules of the policy may be made of it");
            weakened.unclear(Identity::of(&is.source).part("custom"), origin, None, message);
        }
    }
}
