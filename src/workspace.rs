//! A project as it lies on the disk, loaded: every file evaluated on its own, so that one broken file hides nothing in another.

mod alone;
mod base;
mod examples;
mod layer;
mod loading;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

pub use self::alone::Alone;
use self::base::{Base, Work};
pub use self::examples::prove;
use self::layer::{Loaded, Source};
use self::loading::{Loading, Read, merge};
use crate::finding::{Finding, Kind};
use crate::origin::{Files, Origin};
use crate::pipeline::{Pipeline, Project, data};
use crate::policy::{self, Date, Exception, Layer, Layered, Level, Policy};
use crate::revision::{self, Revision};
use crate::source::{Digest, Evaluator, Fault, Made, Models, Request, Role, Verdict};

/// The file that makes a directory the root of a project.
pub const PROJECT: &str = "pipelines/main.ncl";
/// Where the actions of a project are.
const ACTIONS: &str = "actions";
/// The repository's own policy.
pub const POLICY: &str = "policies/main.ncl";
/// What stands for a policy nobody wrote: the shipped defaults.
const SHIPPED: &str = "(the shipped policy)";

/// Why a project cannot be loaded at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no project.
    #[error("no {PROJECT} in {} or above", .0.display())]
    NoProject(PathBuf),
    /// There is no policy where somebody says.
    #[error("there is no policy at {0}")]
    NoPolicy(String),
    /// A directory cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The revision whose policies are to judge cannot be had.
    #[error(transparent)]
    Revision(#[from] revision::Error),
}

/// A project, its policies, and what was wrong with their files.
#[derive(Debug)]
pub struct Workspace {
    /// The project's root.
    pub root: PathBuf,
    /// The texts that origins point into.
    pub files: Files,
    /// The project with every pipeline that could be read; none if the project itself could not.
    pub project: Option<Project>,
    /// The policies that judge it, each on its own.
    pub policies: Vec<Judging>,
    /// What was refused: faults of files that did not become a model.
    pub refused: Vec<Finding>,
    /// What the work tree's policies let pass that those of the revision that judges do not.
    pub weakened: Vec<Finding>,
    /// What the pipelines of each file are made of, by its digest: that file, the project's, and all that the two import. Nothing
    /// where nothing is remembered.
    pub made_of: HashMap<String, Digest>,
}

/// One policy and the answers of its custom rules.
#[derive(Debug)]
pub struct Judging {
    /// The policy.
    pub policy: Policy,
    /// What its custom rules answer.
    pub verdicts: Vec<Verdict>,
    /// If it is of a revision, the exceptions that the work tree leaves of it.
    pub left: Option<Vec<Exception>>,
}

/// The nearest directory at or above `directory` that holds a project.
///
/// # Errors
///
/// If there is none.
pub fn find_root(directory: &Path) -> Result<PathBuf, Error> {
    let start = directory.canonicalize().map_err(|source| Error::Unreadable { path: directory.to_owned(), source })?;
    let found = start.ancestors().find(|candidate| candidate.join(PROJECT).is_file()).map(Path::to_owned);
    found.ok_or_else(|| Error::NoProject(directory.to_owned()))
}

/// Loads the project of a root.
///
/// # Errors
///
/// If the directory of pipelines cannot be listed. Everything wrong with a file is a finding instead.
pub fn load(root: &Path, evaluator: &Evaluator) -> Result<Workspace, Error> {
    load_under(root, evaluator, None)
}

/// Loads the project of a root, with the policies of a revision in place of its own, if there is one.
///
/// # Errors
///
/// If the directory of pipelines cannot be listed, or the revision has no project there.
pub fn load_under(root: &Path, evaluator: &Evaluator, revision: Option<&Revision>) -> Result<Workspace, Error> {
    let requests = requests(root)?;
    let mut files = Files::default();
    let base = revision.map(|revision| Ok::<_, Error>((revision, Base::read(revision, root, evaluator, &mut files)?)));
    Ok(put_together(root, evaluator, &requests, base.transpose()?, files))
}

/// The policies that judge a project, and no pipeline of it.
///
/// # Errors
///
/// As of [`load`].
pub fn policies(root: &Path, evaluator: &Evaluator) -> Result<Workspace, Error> {
    let requests: Vec<Request> =
        requests(root)?.into_iter().filter(|request| matches!(request.role, Role::Project | Role::Policy)).collect();
    Ok(assemble(root, evaluator, &requests))
}

/// Puts a project together from files, or from texts that stand for files.
#[must_use]
pub fn assemble(root: &Path, evaluator: &Evaluator, requests: &[Request]) -> Workspace {
    put_together(root, evaluator, requests, None, Files::default())
}

fn put_together(
    root: &Path,
    evaluator: &Evaluator,
    requests: &[Request],
    base: Option<(&Revision, Base)>,
    mut files: Files,
) -> Workspace {
    let mut loading = Loading::of(requests.len());
    for (request, read) in requests.iter().zip(evaluator.read(requests, &mut files, Read::of)) {
        loading.take(request, read);
    }
    let project = loading.join(root, evaluator, &mut files);
    let mut refused = std::mem::take(&mut loading.refused);
    let mut weakened = Vec::new();
    let mut left: Option<Vec<(Layer, Vec<Exception>)>> = None;
    if let Some((revision, base)) = base {
        if let Some(project) = &project {
            let work = Work { root, project, policies: &loading.policies };
            weakened = base.weakened(&work, revision, &mut files);
        }
        refused.extend(base.refused);
        let of_the_change = std::mem::replace(&mut loading.policies, base.policies);
        left = Some(of_the_change.into_iter().map(|loaded| (loaded.policy.layer, loaded.policy.exceptions)).collect());
    }
    if loading.policies.is_empty() {
        // A policy that could not be read must not hide what is wrong elsewhere: the shipped defaults judge in its place.
        evaluator.read(&[shipped()], &mut files, Read::of).into_iter().for_each(|read| loading.take(&shipped(), read));
    }
    let mut policies = Vec::new();
    for Loaded { source, policy } in std::mem::take(&mut loading.policies) {
        let (verdicts, faults) = project
            .as_ref()
            .map_or_else(Default::default, |project| answers(project, &source, &policy, evaluator, &loading.made_of, &mut files));
        for finding in faults.iter().map(|fault| source.refusal(fault)) {
            if !refused.contains(&finding) {
                refused.push(finding);
            }
        }
        let left = left.as_ref().map(|left| {
            let of_layer = left.iter().filter(|(layer, _)| *layer == policy.layer);
            of_layer.flat_map(|(_, exceptions)| exceptions.iter().cloned()).collect()
        });
        policies.push(Judging { policy, verdicts, left });
    }
    Workspace { root: root.to_owned(), files, project, policies, refused, weakened, made_of: loading.made_of }
}

/// What a policy's own rules answer, and what is wrong with them.
fn answers(
    project: &Project,
    source: &Source,
    policy: &Policy,
    evaluator: &Evaluator,
    made_of: &HashMap<String, Digest>,
    files: &mut Files,
) -> (Vec<Verdict>, Vec<Fault>) {
    let rules: Vec<String> =
        policy.custom.iter().filter(|rule| rule.severity != Level::Off).map(|rule| rule.id.clone()).collect();
    if rules.is_empty() {
        return Default::default();
    }
    let (pipelines, actions) = (&project.pipelines, &project.actions);
    let model = |number: usize| match pipelines.get(number) {
        Some(pipeline) => (pipeline.id.clone(), data::of(pipeline)),
        None => {
            let action = &actions[number - pipelines.len()];
            (action.identity().to_string(), data::of_action(action))
        }
    };
    let made = |number: usize| {
        let Pipeline { source, id, .. } = pipelines.get(number)?;
        Some(Made { task: "give to rules", source, id, of: made_of.get(source)? })
    };
    let models = Models { count: pipelines.len() + actions.len(), of: &model, made: &made };
    let (answers, mut faults) = source.evaluator(evaluator).judge(&source.request, &rules, models, files);
    faults.iter_mut().for_each(|fault| place(fault, policy));
    (answers, faults)
}

impl Workspace {
    /// Everything there is to say about the project: what was refused, and what each policy judges.
    ///
    /// `drifted` is what the comparison with the disk has found; policies decide about that too. What two policies both say is said once,
    /// with the graver severity.
    #[must_use]
    pub fn judge(&self, drifted: &[Finding], now: Date) -> Vec<Finding> {
        let mut findings = self.refused.clone();
        let Some(project) = &self.project else { return findings };
        if self.policies.is_empty() {
            findings.extend_from_slice(drifted);
        }
        let mut known: HashMap<(Option<Origin>, String), usize> = HashMap::new();
        let layers: Vec<Layered<'_>> = self
            .policies
            .iter()
            .map(|judging| Layered { policy: &judging.policy, verdicts: &judging.verdicts, left: judging.left.as_deref() })
            .collect();
        let told: Vec<Finding> = drifted.iter().chain(&self.weakened).cloned().collect();
        for said in policy::judge(project, &layers, &told, now) {
            for finding in said {
                let name = (finding.origin, finding.fingerprint());
                match known.get(&name).and_then(|index| findings.get_mut(*index)) {
                    Some(said) if said.message == finding.message => graver(said, finding),
                    _ => {
                        known.insert(name, findings.len());
                        findings.push(finding);
                    }
                }
            }
        }
        findings
    }
}

/// Of two policies that say the same, the one that enforces it decides, else the one that thinks it graver.
fn graver(said: &mut Finding, other: Finding) {
    let weight = |finding: &Finding| (finding.kind != Kind::Evaluated, finding.severity);
    if weight(&other) > weight(said) {
        *said = other;
    }
}

/// Puts a fault that tells only the custom rule, by a path `custom/<id>`, where the rule's name stands.
fn place(fault: &mut Fault, policy: &Policy) {
    if let [custom, id] = fault.path.as_slice()
        && custom == "custom"
        && let Some(rule) = policy.custom.iter().find(|rule| rule.id == *id)
    {
        fault.origin = rule.key;
    }
}

/// The files of a project: its main file, its pipelines, its actions, its policy.
///
/// # Errors
///
/// If the directory of pipelines or that of actions cannot be listed.
pub fn requests(root: &Path) -> Result<Vec<Request>, Error> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Unreadable { path, source }
    };
    let listed = |folder: &str| -> Result<Vec<String>, Error> {
        let path = root.join(folder);
        let mut names = Vec::new();
        for entry in fs::read_dir(&path).map_err(unreadable(&path))? {
            let name = entry.map_err(unreadable(&path))?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".ncl") && name != "main.ncl" {
                names.push(format!("{folder}/{name}"));
            }
        }
        names.sort();
        Ok(names)
    };
    let names = listed("pipelines")?;
    let actions = if root.join(ACTIONS).is_dir() { listed(ACTIONS)? } else { Vec::new() };
    let file = |name: &str, role| Request { name: name.to_owned(), text: None, role };
    let mut requests = vec![file(PROJECT, Role::Project)];
    requests.extend(names.iter().map(|name| file(name, Role::Pipeline)));
    requests.extend(actions.iter().map(|name| file(name, Role::Action)));
    requests.push(if root.join(POLICY).exists() { file(POLICY, Role::Policy) } else { shipped() });
    Ok(requests)
}

/// The shipped defaults, as a policy that says nothing.
#[must_use]
pub fn shipped() -> Request {
    Request { name: SHIPPED.to_owned(), text: Some("{}".to_owned()), role: Role::Policy }
}
