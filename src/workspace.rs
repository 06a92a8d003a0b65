//! A project as it lies on the disk, loaded: every file evaluated on its own, so that one broken file hides nothing in another.

mod base;
mod examples;
mod layer;
mod refusal;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use self::base::{Base, Work};
pub use self::examples::prove;
use self::layer::{Loaded, Source};
use crate::finding::{Finding, Kind};
use crate::origin::{Files, Origin};
use crate::pipeline::action::Action;
use crate::pipeline::{Pipeline, Place, Project, Reader, data, version};
use crate::policy::{self, Date, Exception, Layer, Layered, Level, Policy};
use crate::revision::{self, Revision};
use crate::source::{Evaluation, Evaluator, Fault, FaultKind, Request, Role, Verdict};

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
    let evaluations = evaluator.evaluate(requests, &mut files);
    let mut loading = Loading::default();
    for (request, evaluation) in requests.iter().zip(evaluations) {
        loading.take(request, evaluation);
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
        if let Some(evaluation) = evaluator.evaluate(&[shipped()], &mut files).into_iter().next() {
            loading.take(&shipped(), evaluation);
        }
    }
    let mut policies = Vec::new();
    for Loaded { source, policy } in std::mem::take(&mut loading.policies) {
        let (verdicts, faults) =
            project.as_ref().map_or_else(Default::default, |project| answers(project, &source, &policy, evaluator, &mut files));
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
    Workspace { root: root.to_owned(), files, project, policies, refused, weakened }
}

/// What a policy's own rules answer, and what is wrong with them.
fn answers(
    project: &Project,
    source: &Source,
    policy: &Policy,
    evaluator: &Evaluator,
    files: &mut Files,
) -> (Vec<Verdict>, Vec<Fault>) {
    let rules: Vec<String> =
        policy.custom.iter().filter(|rule| rule.severity != Level::Off).map(|rule| rule.id.clone()).collect();
    if rules.is_empty() {
        return Default::default();
    }
    let actions = project.actions.iter().map(|action| (action.identity().to_string(), data::of_action(action)));
    let pipelines = project.pipelines.iter().map(|pipeline| (pipeline.id.clone(), data::of(pipeline)));
    let models: Vec<_> = pipelines.chain(actions).collect();
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

/// What has been read so far.
#[derive(Default)]
struct Loading {
    project: Option<Project>,
    pipelines: Vec<Pipeline>,
    /// The file of each pipeline, by id.
    sources: HashMap<String, String>,
    actions: Vec<Action>,
    unread: Vec<String>,
    policies: Vec<Loaded>,
    refused: Vec<Finding>,
    /// The project asks for a newer version than this one: nothing but that is worth saying.
    outdated: bool,
}

impl Loading {
    /// The project with everything that was loaded for it, under its organisation's policy if it names one.
    fn join(&mut self, root: &Path, evaluator: &Evaluator, files: &mut Files) -> Option<Project> {
        let mut project = self.project.take();
        if let Some(project) = &mut project {
            self.pipelines.sort_by(|one, other| one.id.cmp(&other.id));
            project.pipelines = std::mem::take(&mut self.pipelines);
            self.actions.sort_by(|one, other| one.id.cmp(&other.id));
            project.actions = std::mem::take(&mut self.actions);
            project.unread = std::mem::take(&mut self.unread);
            if let Some(named) = &project.organisation {
                // Where an organisation decides, a repository that decides nothing has no layer of its own.
                self.policies.retain(|loaded| loaded.source.request.name != SHIPPED);
                match layer::organisation(root, evaluator, named, None) {
                    Ok(source) => self.policy(source.map(|source| source.load(evaluator, files))),
                    Err(fault) => self.refused.push(refusal::of_project(&fault)),
                }
            }
        }
        project
    }

    fn take(&mut self, request: &Request, evaluation: Evaluation) {
        let mut reader = Reader::default();
        let place = Place::root(&evaluation.node);
        match request.role {
            Role::Project if version::unmet(&place).is_some() => {
                self.outdated = true;
                self.refused = version::unmet(&place).iter().map(refusal::of_project).collect();
            }
            _ if self.outdated => {}
            Role::Project => {
                let project = Project::read(&mut reader, &place, &request.name);
                let faults = merge(evaluation.faults.clone(), reader.faults);
                self.refused.extend(faults.iter().map(refusal::of_project));
                self.project = project.filter(|_| faults.is_empty());
            }
            Role::Policy => {
                self.policy(Some(Source::repository(request).take(evaluation)));
            }
            Role::Action => {
                let stem = stem(&request.name);
                let action = Action::read(&mut reader, &place, &stem, &request.name);
                if let Some(twin) = action.as_ref().and_then(|action| self.actions.iter().find(|twin| twin.id == action.id)) {
                    let message = format!("`{}` is the id of the action in {} as well", twin.id, twin.within.source);
                    reader.misnamed(&place, place.origin(), message, "rename one of the two");
                }
                let faults = merge(evaluation.faults.clone(), reader.faults);
                self.refused.extend(refusal::of_action(&faults, &stem, &place));
                match action.filter(|_| faults.is_empty()) {
                    Some(action) => self.actions.push(action),
                    None => self.unread.push(request.name.clone()),
                }
            }
            Role::Pipeline | Role::Free => {
                let stem = stem(&request.name);
                let pipelines = Pipeline::read_file(&mut reader, &place, &stem, &request.name);
                self.twins(&pipelines, &mut reader, &place);
                let faults = merge(evaluation.faults.clone(), reader.faults);
                self.refused.extend(refusal::of_pipelines(&faults, &stem, &place));
                if faults.is_empty() {
                    self.sources.extend(pipelines.iter().map(|pipeline| (pipeline.id.clone(), pipeline.source.clone())));
                    self.pipelines.extend(pipelines);
                } else {
                    self.unread.push(request.name.clone());
                }
            }
        }
    }

    fn policy(&mut self, found: Option<Result<Loaded, Vec<Finding>>>) {
        match found {
            Some(Ok(loaded)) => self.policies.push(loaded),
            Some(Err(refused)) => self.refused.extend(refused),
            None => {}
        }
    }

    /// Two pipelines of one id would be written to one file.
    fn twins(&self, pipelines: &[Pipeline], reader: &mut Reader, place: &Place<'_>) {
        for pipeline in pipelines {
            if let Some(source) = self.sources.get(&pipeline.id) {
                let message = format!("`{}` is the id of a pipeline in {source} as well", pipeline.id);
                reader.misnamed(place, pipeline.name.origin, message, "rename one of the two");
            }
        }
    }
}

fn stem(name: &str) -> String {
    Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Adds what the reader found to what the contracts refused, without saying anything twice: of two that say the same, the
/// contract's words stay, and the reader's remedy where the contract has none.
fn merge(mut refused: Vec<Fault>, read: Vec<Fault>) -> Vec<Fault> {
    let emptied = |fault: &Fault, refused: &[Fault]| {
        fault.kind == FaultKind::Missing
            && refused.iter().any(|known| known.path.len() > fault.path.len() && known.path.starts_with(&fault.path))
    };
    for fault in read {
        if emptied(&fault, &refused) || misnamed(&fault, &refused) {
            continue;
        }
        match refused.iter_mut().find(|known| known.path == fault.path) {
            Some(known) if known.notes.is_empty() => known.notes = fault.notes,
            Some(_) => {}
            None => refused.push(fault),
        }
    }
    refused
}

/// Whether what is missing was written under a name that nobody knows, and the right one was told there; the forge's own words
/// for it stand under `github`.
fn misnamed(missing: &Fault, refused: &[Fault]) -> bool {
    let (FaultKind::Missing, Some((field, record))) = (missing.kind, missing.path.split_last()) else { return false };
    refused.iter().filter(|fault| fault.kind == FaultKind::Unknown).any(|fault| {
        let Some(([place @ .., name], beside)) = fault
            .path
            .strip_prefix(record)
            .map(|rest| (rest, matches!(rest, [_]) || matches!(rest, [raw, _] if raw == "github")))
        else {
            return false;
        };
        let told = |note: &String| note.starts_with(&format!("did you mean `{field}"));
        beside && (fault.notes.iter().any(told) || !place.is_empty() && name == field)
    })
}
