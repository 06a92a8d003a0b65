//! What files hold, read into the model one after the other, and what is wrong with it.

use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::SHIPPED;
use super::layer::{self, Loaded, Source};
use crate::finding::Finding;
use crate::origin::Files;
use crate::pipeline::action::Action;
use crate::pipeline::reader::ONE_OF;
use crate::pipeline::{self, Pipeline, Place, Project, Reader, gitlab, version};
use crate::refusal;
use crate::source::{Digest, Evaluation, Evaluator, Fault, FaultKind, Node, Request, Role, Value};

/// What one file holds, as far as that is its own matter.
pub(super) enum Read {
    /// Pipelines.
    Pipelines {
        /// Those that could be read.
        pipelines: Vec<Pipeline>,
        /// What was wrong.
        reader: Reader,
        /// What contracts refused.
        faults: Vec<Fault>,
        /// The value, if something was wrong with it: it names what that is about.
        node: Node,
        /// What all of it was made of.
        made_of: Option<Digest>,
    },
    /// Anything else: there is little of it.
    Other(Evaluation),
}

impl Read {
    /// Reads what was evaluated.
    pub(super) fn of(request: &Request, evaluation: Evaluation) -> Self {
        if !matches!(request.role, Role::Pipeline | Role::Free) {
            return Self::Other(evaluation);
        }
        let Evaluation { node, faults, made_of, .. } = evaluation;
        let mut reader = Reader::default();
        let pipelines = Pipeline::read_file(&mut reader, &Place::root(&node), &stem(&request.name), &request.name);
        let sound = faults.is_empty() && reader.faults.is_empty();
        // A value takes more room than what is read from it, and nobody looks at it again.
        let node = if sound { Node { value: Value::Broken, origin: node.origin } } else { node };
        Self::Pipelines { pipelines, reader, faults, node, made_of }
    }
}

/// What has been read so far.
#[derive(Default)]
pub(super) struct Loading {
    project: Option<Project>,
    pipelines: Vec<Pipeline>,
    /// The file of each pipeline, by id.
    sources: HashMap<String, String>,
    actions: Vec<Action>,
    unread: Vec<String>,
    pub(super) policies: Vec<Loaded>,
    pub(super) refused: Vec<Finding>,
    /// The project asks for a newer version than this one: nothing but that is worth saying.
    outdated: bool,
    /// What the value of each file was made of; once all are joined, with what the project's was made of.
    pub(super) made_of: HashMap<String, Digest>,
    project_made_of: Option<Digest>,
}

impl Loading {
    /// Nothing yet, with room for so many files.
    pub(super) fn of(files: usize) -> Self {
        Self { pipelines: Vec::with_capacity(files), ..Self::default() }
    }

    /// The project with everything that was loaded for it, under its organisation's policy if it names one.
    pub(super) fn join(&mut self, root: &Path, evaluator: &Evaluator, files: &mut Files) -> Option<Project> {
        let mut project = self.project.take();
        if let Some(project) = &mut project {
            self.pipelines.sort_by(|one, other| one.id.cmp(&other.id));
            project.pipelines = std::mem::take(&mut self.pipelines);
            self.actions.sort_by(|one, other| one.id.cmp(&other.id));
            project.actions = std::mem::take(&mut self.actions);
            project.unread = std::mem::take(&mut self.unread);
            gitlab::whole::settle(project);
            self.made_of_both();
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

    /// Adds what the project was made of to what each file was made of: a pipeline is read from its file, and what it is in the end is
    /// worked out of that and of what the project says to all.
    fn made_of_both(&mut self) {
        let Some(project) = self.project_made_of else { return self.made_of.clear() };
        for digest in self.made_of.values_mut() {
            *digest = Sha256::new().chain_update(project).chain_update(&digest).finalize().into();
        }
    }

    /// Takes what a file holds, after those before it.
    pub(super) fn take(&mut self, request: &Request, read: Read) {
        let evaluation = match read {
            Read::Pipelines { pipelines, reader, faults, node, made_of } => {
                if !self.outdated {
                    self.made_of.extend(made_of.map(|digest| (request.name.clone(), digest)));
                    self.pipelines(request, pipelines, reader, faults, &Place::root(&node));
                }
                return;
            }
            Read::Other(evaluation) => evaluation,
        };
        let mut reader = Reader::default();
        let place = Place::root(&evaluation.node);
        match request.role {
            Role::Project if version::unmet(&place).is_some() => {
                self.outdated = true;
                self.refused = version::unmet(&place).iter().map(refusal::of_project).collect();
            }
            _ if self.outdated => {}
            Role::Project => {
                self.project_made_of = evaluation.made_of;
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
                self.refused.extend(refusal::of_action(&faults, &pipeline::id(&stem), &place));
                match action.filter(|_| faults.is_empty()) {
                    Some(action) => self.actions.push(action),
                    None => self.unread.push(request.name.clone()),
                }
            }
            // Pipelines are read already.
            Role::Pipeline | Role::Free => {}
        }
    }

    fn pipelines(
        &mut self,
        request: &Request,
        pipelines: Vec<Pipeline>,
        mut reader: Reader,
        faults: Vec<Fault>,
        place: &Place<'_>,
    ) {
        let stem = stem(&request.name);
        self.twins(&pipelines, &mut reader, place);
        let faults = merge(faults, reader.faults);
        self.refused.extend(refusal::of_pipelines(&faults, &pipeline::id(&stem), place));
        if faults.is_empty() {
            self.sources.extend(pipelines.iter().map(|pipeline| (pipeline.id.clone(), pipeline.source.clone())));
            self.pipelines.extend(pipelines);
        } else {
            self.unread.push(request.name.clone());
        }
    }

    pub(super) fn policy(&mut self, found: Option<Result<Loaded, Vec<Finding>>>) {
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
pub(super) fn merge(mut refused: Vec<Fault>, read: Vec<Fault>) -> Vec<Fault> {
    let misspelt: Vec<bool> = refused.iter().map(|fault| misnamed(fault, &refused)).collect();
    let mut misspelt = misspelt.into_iter();
    refused.retain(|_| misspelt.next() != Some(true));
    let emptied = |fault: &Fault, refused: &[Fault]| {
        fault.kind == FaultKind::Missing
            && ways(fault).next().is_none()
            && refused.iter().any(|known| known.path.len() > fault.path.len() && known.path.starts_with(&fault.path))
    };
    for fault in read {
        if emptied(&fault, &refused) || misnamed(&fault, &refused) {
            continue;
        }
        match refused.iter_mut().find(|known| known.path == fault.path) {
            Some(known) if known.notes.is_empty() || known.kind == FaultKind::Missing => known.notes = fault.notes,
            Some(_) => {}
            None => refused.push(fault),
        }
    }
    refused
}

/// Whether what is missing was written under a name that nobody knows, and the right one was told there; the forge's own words
/// for it stand under `github`.
fn misnamed(missing: &Fault, refused: &[Fault]) -> bool {
    if missing.kind != FaultKind::Missing {
        return false;
    }
    let field = missing.path.split_last().map(|(field, record)| (field.as_str(), record));
    let ways = ways(missing).map(|way| (way, missing.path.as_slice()));
    let unknown: Vec<&Fault> = refused.iter().filter(|fault| fault.kind == FaultKind::Unknown).collect();
    field.into_iter().chain(ways).any(|(field, record)| unknown.iter().any(|fault| stands_for(fault, field, record)))
}

/// Whether an unknown name in a record was told to be meant for a field.
fn stands_for(unknown: &Fault, field: &str, record: &[String]) -> bool {
    let Some(rest) = unknown.path.strip_prefix(record) else { return false };
    let told = |note: &String| note.starts_with(&format!("did you mean `{field}`"));
    match rest {
        [_] => unknown.notes.iter().any(told),
        [raw, name] => raw == "github" && (name == field || unknown.notes.iter().any(told)),
        _ => false,
    }
}

/// The fields of which one is required, if none of them is there.
fn ways(missing: &Fault) -> impl Iterator<Item = &str> {
    let named = missing.notes.iter().filter_map(|note| note.strip_prefix(ONE_OF));
    named.flat_map(|names| names.split(", "))
}
