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

/// How often what evaluation refuses is withdrawn before it is told.
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
    for _ in 0..ROUNDS {
        settle::settle(workflows, states, common);
        sound =
            (0..workflows.len()).filter(|index| states[*index].differences.is_empty() && states[*index].tree.is_some()).collect();
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
        let mut again = false;
        for (index, tree) in sound.iter().zip(&trees) {
            let (workflow, state) = (&workflows[*index], &mut states[*index]);
            let own = refused.iter().filter(|refused| refused.pipeline == workflow.id);
            let found: Vec<Difference> = own.map(|refused| workflow.blamed(tree, &refused.path, &refused.message)).collect();
            if !found.is_empty() {
                again = true;
                settle::withdraw(&mut state.withdrawn, &found);
                state.differences = found;
            }
        }
        if again {
            continue;
        }
        let Some(project) = project else { break };
        let written = Written::of(&project);
        for &index in &sound {
            let (found, scalars) = written.compare(&workflows[index]);
            again |= !found.is_empty() && settle::withdraw(&mut states[index].withdrawn, &found);
            states[index].differences = found;
            states[index].scalars = scalars;
        }
        if !again {
            break;
        }
    }
    let made = |index: usize| sound.iter().position(|one| *one == index);
    for (index, (workflow, state)) in workflows.iter().zip(&*states).enumerate() {
        let shared = made(index).and_then(|tree| shared.used.get(&tree).copied()).unwrap_or(0);
        let told = told(workflow, &comments[index], state);
        imported.told.push(Told { shared, lost: comments[index].count().saturating_sub(kept[index]), ..told });
    }
    imported.main = main.told();
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
        let head = comments[*index].head.iter().map(|line| format!("{}\n", format!("# {line}").trim_end()));
        let imports = if factor::uses_shared(tree) { "let shared = import \"lib/steps.ncl\" in\n" } else { "" };
        let body = nickel::write(tree, 0, usize::MAX / 2);
        let text = format!("{}let ci = import \"pipeward.ncl\" in\n{imports}{body} | ci.Pipeline\n", head.collect::<String>());
        files.push(new(&path_of(&workflows[*index].id), text));
    }
    files
}
