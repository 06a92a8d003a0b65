//! Translations that are withdrawn place by place until what the model writes says what the workflow says.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;

use super::gitlab::{self, Runners};
use super::machine::Machines;
use super::same::{self, Difference};
use super::tree::Tree;
use super::workflow::{Counted, Translator, Withdrawn};
use crate::backend;
use crate::origin::{Files, Origin};
use crate::parallel;
use crate::pipeline::backends::Forge;
use crate::pipeline::{Pipeline, Place, Project, Reader};
use crate::read::{self, Document};
use crate::source::{Fault, Node};

/// How often what differs is withdrawn before it is told.
const ROUNDS: usize = 24;

/// A workflow or a file of GitLab's that is imported.
#[derive(Debug)]
pub(super) struct Workflow {
    /// Whose it is.
    pub(super) forge: Forge,
    /// What it is called in messages.
    pub(super) shown: String,
    /// The name of its file; of a file of GitLab's its path from the root of the repository.
    pub(super) file: String,
    /// The head of a file of GitLab's.
    pub(super) head: Option<Node>,
    /// The id of the pipeline it becomes.
    pub(super) id: String,
    pub(super) root: Node,
    /// What is to be said of it besides.
    pub(super) notes: Vec<String>,
    /// The reasons behind its permissions, by where the levels end.
    pub(super) reasons: HashMap<u32, String>,
}

impl Workflow {
    /// Where a project writes it.
    pub(super) fn path(&self) -> String {
        match self.forge {
            Forge::GitHub => format!(".github/workflows/{}", self.file),
            Forge::GitLab => self.file.clone(),
        }
    }

    /// Something wrong at a place of what it has become.
    pub(super) fn blamed(&self, tree: &Tree, path: &[String], message: &str) -> Difference {
        match self.forge {
            Forge::GitHub => blamed(self, tree.nearest(path).origin, message),
            // What an alias stands for lies elsewhere in the file, so the place alone does not tell.
            Forge::GitLab => {
                let origin = tree.nearest(path).origin;
                Difference { path: gitlab::path_in_file(tree, path), message: message.to_owned(), origin }
            }
        }
    }
}

/// What a workflow has become so far.
#[derive(Debug)]
pub(super) struct State {
    pub(super) withdrawn: Withdrawn,
    pub(super) tree: Option<Tree>,
    /// How many keys are said in our words, and how many could be and are not.
    pub(super) counted: (usize, usize),
    pub(super) differences: Vec<Difference>,
    pub(super) scalars: usize,
}

impl State {
    pub(super) fn of(workflow: &Workflow) -> Self {
        let withdrawn = Withdrawn::of(workflow.forge);
        Self { withdrawn, tree: None, counted: (0, 0), differences: Vec::new(), scalars: 0 }
    }
}

/// What all workflows of an import share.
pub(super) struct Common {
    pub(super) project: Project,
    pub(super) runners: Runners,
    pub(super) machines: Machines,
    pub(super) pins: IndexMap<String, (String, String)>,
    pub(super) callable: HashMap<String, String>,
}

/// Translates every workflow until nothing more is to be withdrawn.
pub(super) fn settle(workflows: &[Workflow], states: &mut [State], common: &Common) {
    let mut open: Vec<bool> = vec![true; workflows.len()];
    let mut pipelines: Vec<Option<(Pipeline, Vec<Difference>)>> = workflows.iter().map(|_| None).collect();
    for _ in 0..ROUNDS {
        let todo: Vec<usize> = (0..workflows.len()).filter(|index| open[*index]).collect();
        if todo.is_empty() {
            return;
        }
        let translated = parallel::map(todo.clone(), |index| translate(&workflows[index], &states[index].withdrawn, common));
        for (index, (tree, counted, pipeline, faults)) in todo.iter().zip(translated) {
            states[*index].tree = Some(tree);
            states[*index].counted = counted;
            pipelines[*index] = Some((pipeline, faults)).and_then(|(pipeline, faults)| Some((pipeline?, faults)));
            if pipelines[*index].is_none() {
                let message = "the model has no place for it".to_owned();
                states[*index].differences =
                    vec![Difference { path: Vec::new(), message, origin: workflows[*index].root.origin }];
            }
        }
        let mut project = common.project.clone();
        project.pipelines = pipelines.iter().flatten().map(|(pipeline, _)| pipeline.clone()).collect();
        project.pipelines.sort_by(|one, other| one.id.cmp(&other.id));
        let written = Written::of(&project);
        for index in todo {
            let Some((_, faults)) = &pipelines[index] else {
                open[index] = false;
                continue;
            };
            let (found, scalars) = written.compare(&workflows[index]);
            let mut found: Vec<Difference> = faults.iter().cloned().chain(found).collect();
            found.dedup();
            open[index] = withdraw(&mut states[index].withdrawn, &found);
            states[index].differences = found;
            states[index].scalars = scalars;
        }
    }
}

/// Withdraws what is to blame for each difference; whether there was anything left.
pub(super) fn withdraw(withdrawn: &mut Withdrawn, found: &[Difference]) -> bool {
    let mut any = false;
    let mut done: Vec<&[String]> = Vec::new();
    for difference in found {
        if !done.contains(&difference.path.as_slice()) {
            any |= withdrawn.withdraw(&difference.path);
            done.push(&difference.path);
        }
    }
    any
}

fn translate(
    workflow: &Workflow,
    withdrawn: &Withdrawn,
    common: &Common,
) -> (Tree, (usize, usize), Option<Pipeline>, Vec<Difference>) {
    let (tree, counted) = match workflow.forge {
        Forge::GitHub => of_github(workflow, withdrawn, common),
        Forge::GitLab => of_gitlab(workflow, withdrawn, common),
    };
    let node = tree.node();
    let mut reader = Reader::default();
    let place = Place::root(&node);
    let pipeline = Pipeline::read(&mut reader, &place, &workflow.id, &format!("pipelines/{}.ncl", workflow.id));
    let said = |fault: &Fault| match workflow.forge {
        Forge::GitHub => blamed(workflow, fault.origin, &fault.message),
        Forge::GitLab => workflow.blamed(&tree, &fault.path, &fault.message),
    };
    let faults = reader.faults.iter().map(said).collect();
    let counted = (counted.ours.get(), counted.forges.get());
    (tree, counted, pipeline, faults)
}

fn of_gitlab(workflow: &Workflow, withdrawn: &Withdrawn, common: &Common) -> (Tree, Counted) {
    let translator = gitlab::Translator {
        withdrawn,
        runners: &common.runners,
        counted: Counted::default(),
        ids: gitlab::ids(&workflow.root),
        secrets: gitlab::secrets(&workflow.root),
        strategy: workflow.root.get("variables").and_then(|variables| variables.get("GIT_STRATEGY")),
    };
    let tree = translator.pipeline(workflow.head.as_ref(), &workflow.root, &workflow.file);
    (tree, translator.counted)
}

fn of_github(workflow: &Workflow, withdrawn: &Withdrawn, common: &Common) -> (Tree, Counted) {
    let translator = Translator {
        withdrawn,
        pins: &common.pins,
        callable: &common.callable,
        machines: &common.machines,
        reasons: &workflow.reasons,
        counted: Counted::default(),
    };
    let tree = translator.pipeline(&workflow.root, &workflow.file, &workflow.id);
    (tree, translator.counted)
}

/// Something wrong at a place of the workflow.
pub(super) fn blamed(workflow: &Workflow, origin: Origin, message: &str) -> Difference {
    Difference { path: path_to(&workflow.root, origin.start), message: message.to_owned(), origin }
}

/// The names and indices that lead to what stands at a byte.
fn path_to(node: &Node, at: u32) -> Vec<String> {
    let mut path = Vec::new();
    let mut here = node;
    loop {
        if let Some(fields) = here.fields() {
            let Some(field) = fields.iter().rev().find(|field| field.key.start <= at && at <= field.node.origin.end) else {
                break;
            };
            path.push(field.name.clone());
            here = &field.node;
        } else if let Some(items) = here.items() {
            let Some(index) = items.iter().rposition(|item| item.origin.start <= at && at <= item.origin.end) else { break };
            path.push(index.to_string());
            here = &items[index];
        } else {
            break;
        }
    }
    path
}

/// What a project writes.
pub(super) struct Written {
    texts: BTreeMap<String, String>,
    /// The file that each is made from, those that are withheld left out.
    sources: BTreeMap<String, String>,
    withheld: Vec<(String, Origin, String)>,
}

impl Written {
    pub(super) fn of(project: &Project) -> Self {
        let output = backend::render(project);
        let withheld = output.findings.into_iter().filter_map(|finding| {
            let pipeline = finding.identity.as_str().split('/').next().unwrap_or_default().to_owned();
            Some((pipeline, finding.origin?, finding.message))
        });
        let sources = output.files.iter().map(|file| (file.path.clone(), file.source.clone())).collect();
        Self {
            withheld: withheld.collect(),
            sources,
            texts: output.files.into_iter().map(|file| (file.path, file.text)).collect(),
        }
    }

    /// The file that what stands at a path is made from.
    pub(super) fn source(&self, path: &str) -> Option<&str> {
        self.sources.get(path).map(String::as_str)
    }

    /// In what the file of a workflow's pipeline differs from it, and how many scalars the workflow has.
    pub(super) fn compare(&self, workflow: &Workflow) -> (Vec<Difference>, usize) {
        let Some(text) = self.texts.get(&workflow.path()) else {
            let own = self.withheld.iter().filter(|(pipeline, ..)| *pipeline == workflow.id);
            let mut found: Vec<Difference> = own.map(|(_, origin, message)| blamed(workflow, *origin, message)).collect();
            if found.is_empty() {
                found.push(blamed(workflow, workflow.root.origin, "nothing is emitted for it"));
            }
            return (found, 1);
        };
        compare(workflow, text)
    }
}

/// In what a text differs from a workflow.
pub(super) fn compare(workflow: &Workflow, text: &str) -> (Vec<Difference>, usize) {
    let id = Files::default().add(&workflow.shown, text);
    let mut document = Document::read(text, id);
    let broken = || (vec![blamed(workflow, workflow.root.origin, "what is emitted is no YAML")], 1);
    if !document.is_whole {
        return broken();
    }
    if workflow.forge == Forge::GitHub {
        return document.roots.first().map_or_else(broken, |root| same::differences(&workflow.root, root, &workflow.file));
    }
    match read::configuration(&mut document, text, id) {
        Some((head, root)) => same::gitlab::differences((workflow.head.as_ref(), &workflow.root), (head.as_ref(), &root)),
        None => broken(),
    }
}
