//! The last word on an import: the texts are evaluated as they will be, and what they emit is compared with the workflows.

use std::collections::BTreeMap;
use std::path::Path;

use super::comment::Comments;
use super::factor::{self, Shared};
use super::project::Main;
use super::report::{Imported, Told};
use super::settle::{self, Common, State, Workflow, Written};
use super::tree::Tree;
use super::{SHARED, new, nickel, path_of, same::Difference};
use crate::finding::Finding;
use crate::pipeline::Project;
use crate::source::{self, Evaluator, Request, Role};
use crate::workspace::{self, PROJECT};

/// How often what evaluation refuses is withdrawn before the file is given up.
const ROUNDS: usize = 8;

/// What evaluates files that are not on the disk yet.
pub(super) struct Ground<'a> {
    pub(super) root: &'a Path,
    pub(super) evaluator: &'a Evaluator,
    /// The main file of a project that is there, and what that imports.
    pub(super) texts: &'a BTreeMap<String, String>,
}

impl Ground<'_> {
    /// The project that texts make, and what was refused of it. Nothing is read from the disk.
    fn evaluate(&self, texts: &BTreeMap<String, String>) -> (Option<Project>, Vec<Refused>) {
        let texts: BTreeMap<String, String> =
            self.texts.iter().chain(texts).map(|(path, text)| (path.clone(), text.clone())).collect();
        let request = |(path, text): (&String, &String)| {
            let role = if path == PROJECT { Role::Project } else { Role::Pipeline };
            Request { name: path.clone(), text: Some(text.clone()), role }
        };
        let is_read = |path: &str| path == PROJECT || !self.texts.contains_key(path) && path != SHARED;
        let mut requests: Vec<Request> = texts.iter().filter(|(path, _)| is_read(path)).map(request).collect();
        requests.push(workspace::shipped());
        let evaluator = self.evaluator.over(source::Tree { label: String::new(), texts });
        let workspace = workspace::assemble(self.root, &evaluator, &requests);
        let refused = |finding: &Finding| Refused {
            pipeline: finding.identity.as_str().split('/').next().unwrap_or_default().to_owned(),
            path: finding.key.split('/').map(str::to_owned).collect(),
            message: finding.message.clone(),
        };
        (workspace.project, workspace.refused.iter().map(refused).collect())
    }
}

/// Something that evaluation refused.
struct Refused {
    /// The pipeline.
    pipeline: String,
    /// The names and indices that lead to the place.
    path: Vec<String>,
    /// What is wrong.
    message: String,
}

pub(super) fn prove(
    workflows: &[Workflow],
    comments: &[Comments],
    states: &mut [State],
    common: &Common,
    main: &Main,
    ground: Option<&Ground<'_>>,
    imported: &mut Imported,
) {
    let mut shared = Shared::default();
    let mut kept = Vec::new();
    let mut sound: Vec<usize> = Vec::new();
    let mut given_up: BTreeMap<usize, Vec<Difference>> = BTreeMap::new();
    for round in 0.. {
        settle::settle(workflows, states, common);
        let is_sound = |index: &usize| {
            states[*index].differences.is_empty() && states[*index].tree.is_some() && !given_up.contains_key(index)
        };
        sound = (0..workflows.len()).filter(is_sound).collect();
        let mut trees: Vec<Tree> = sound.iter().filter_map(|index| states[*index].tree.clone()).collect();
        kept = workflows.iter().map(|_| 0).collect();
        for (tree, index) in trees.iter_mut().zip(&sound) {
            kept[*index] = comments[*index].put(tree);
        }
        shared = factor::factor(&mut trees, main.taken.contains(SHARED));
        imported.files = texts(workflows, comments, &sound, &trees, &shared, main);
        let Some(ground) = ground else { break };
        let by_path: BTreeMap<String, String> =
            imported.files.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
        let (project, refused) = ground.evaluate(&by_path);
        let found = wrong(workflows, &sound, &trees, project.as_ref(), &refused, states);
        if found.is_empty() {
            break;
        }
        for (index, found) in found {
            // What cannot be said in plainer words is not written.
            if !settle::withdraw(&mut states[index].withdrawn, &found) || round >= ROUNDS {
                given_up.insert(index, found);
            }
        }
    }
    for (index, found) in given_up {
        states[index].differences = found;
    }
    let made = |index: usize| sound.iter().position(|one| *one == index);
    for (index, (workflow, state)) in workflows.iter().zip(&*states).enumerate() {
        let shared = made(index).and_then(|tree| shared.used.get(&tree).copied()).unwrap_or(0);
        let told = told(workflow, &comments[index], state);
        imported.told.push(Told { shared, lost: comments[index].count().saturating_sub(kept[index]), ..told });
    }
    imported.main = main.told();
}

/// What is wrong with each pipeline that was evaluated: what was refused of it, and if nothing was of any, in what it differs from its
/// workflow.
fn wrong(
    workflows: &[Workflow],
    sound: &[usize],
    trees: &[Tree],
    project: Option<&Project>,
    refused: &[Refused],
    states: &mut [State],
) -> Vec<(usize, Vec<Difference>)> {
    let mut all = Vec::new();
    for (&index, tree) in sound.iter().zip(trees) {
        let workflow = &workflows[index];
        let own = refused.iter().filter(|refused| refused.pipeline == workflow.id);
        let found: Vec<Difference> = own.map(|refused| workflow.blamed(tree, &refused.path, &refused.message)).collect();
        if !found.is_empty() {
            all.push((index, found));
        }
    }
    let Some(project) = project.filter(|_| all.is_empty()) else { return all };
    let written = Written::of(project);
    for &index in sound {
        let (found, scalars) = written.compare(&workflows[index]);
        states[index].scalars = scalars;
        if !found.is_empty() {
            all.push((index, found));
        }
    }
    all
}

/// What is to be said of a workflow, but for what hangs on the others.
fn told(workflow: &Workflow, comments: &Comments, state: &State) -> Told {
    Told {
        shown: workflow.shown.clone(),
        path: state.differences.is_empty().then(|| path_of(&workflow.id)),
        differences: state.differences.clone(),
        scalars: state.scalars,
        ours: state.counted.0,
        forges: state.counted.1,
        comments: comments.count(),
        aliases: comments.aliases,
        notes: workflow.notes.clone(),
        ..Told::default()
    }
}

fn texts(
    workflows: &[Workflow],
    comments: &[Comments],
    sound: &[usize],
    trees: &[Tree],
    shared: &Shared,
    main: &Main,
) -> Vec<crate::scaffold::New> {
    let mut files = Vec::new();
    if let Some(text) = main.text() {
        files.push(new(PROJECT, text));
    }
    if let Some(text) = shared.text() {
        files.push(new(SHARED, text));
    }
    for (index, tree) in sound.iter().zip(trees) {
        let head = comments[*index].head();
        let imports = if factor::uses_shared(tree) { "let shared = import \"lib/steps.ncl\" in\n" } else { "" };
        let body = nickel::write(tree, 0, usize::MAX / 2);
        let text = format!("{head}let ci = import \"pipeward.ncl\" in\n{imports}{body} | ci.Pipeline\n");
        files.push(new(&path_of(&workflows[*index].id), text));
    }
    files
}
