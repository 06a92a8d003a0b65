//! IMPORT: workflows in, the Nickel that emits them again out, with the proof that it does.
//!
//! Each workflow is translated in our words as far as they go ([`workflow`]). What the model then writes is compared with the
//! workflow, place by place ([`same`]); where the two differ, the translation of that key is withdrawn in favour of the forge's own
//! words, and all is tried again ([`settle`]). So which word may be used where is decided by what comes of it. At the end the texts
//! are evaluated as they will be, and what they emit is compared once more.

mod comment;
mod condition;
mod factor;
mod gitlab;
mod job;
mod machine;
mod nickel;
mod project;
mod prove;
mod report;
mod same;
mod settle;
mod step;
mod tree;
mod trigger;
mod update;
mod value;
mod workflow;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use indexmap::IndexMap;

use self::comment::Comments;
use self::prove::Ground;
pub use self::report::{Imported, Told, share};
pub use self::same::gitlab::differences as gitlab_differences;
pub use self::same::{Difference, differences};
use self::settle::{State, Workflow, Written};
use crate::origin::Files;
use crate::pipeline::backends::Forge;
use crate::pipeline::{self, Pipeline, Project};
use crate::read::{Document, Slip};
use crate::scaffold::New;
use crate::source::Evaluator;

/// The folder of what several pipelines are made of.
const SHARED: &str = "pipelines/lib/steps.ncl";

/// How long the id of a pipeline gets, with room for a number behind it.
const LONGEST: usize = 90;

/// A file that is imported.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name of the file, without folders; of a file of GitLab's its path from the root of the repository.
    pub file: String,
    /// The path it is shown by.
    pub shown: String,
    /// What it says.
    pub text: String,
}

/// What is to be imported, and into what.
#[derive(Debug)]
pub struct Request<'a> {
    /// What a new project is called.
    pub name: &'a str,
    /// The workflows.
    pub workflows: Vec<Source>,
    /// The files of GitLab's, each by its path from the root of the repository.
    pub gitlab: Vec<Source>,
    /// What a bot keeps up to date, if there is such a file.
    pub updates: Option<Source>,
    /// The project that is there already.
    pub project: Option<&'a Project>,
    /// The paths that are taken, from the root.
    pub taken: HashSet<String>,
    /// The main file of the project that is there, and what it imports, by their paths.
    pub texts: BTreeMap<String, String>,
}

/// Imports workflows: the files to be written, and what is to be said of each workflow. The texts of the workflows go into `files`.
///
/// Nothing is read from the disk; `root` and `evaluator` are those of the project.
pub fn import(request: &Request<'_>, root: &Path, evaluator: &Evaluator, files: &mut Files) -> Imported {
    with(request, Some(&Ground { root, evaluator, texts: &request.texts }), files)
}

/// The same without the last word: nothing is evaluated, so what contracts refuse is not seen.
#[must_use]
pub fn draft(request: &Request<'_>, files: &mut Files) -> Imported {
    with(request, None, files)
}

fn with(request: &Request<'_>, ground: Option<&Ground<'_>>, files: &mut Files) -> Imported {
    let mut imported = Imported::default();
    let mut ids: BTreeSet<String> = ["main".to_owned()].into();
    ids.extend(request.project.iter().flat_map(|project| &project.pipelines).map(|pipeline| pipeline.id.clone()));
    ids.extend(request.taken.iter().filter_map(|path| Some(path.strip_prefix("pipelines/")?.strip_suffix(".ncl")?.to_owned())));
    let mut workflows = Vec::new();
    let mut comments = Vec::new();
    let there = request.project.map(Written::of);
    let of_gitlab = request.gitlab.iter().map(|source| (Forge::GitLab, source));
    for (forge, source) in request.workflows.iter().map(|source| (Forge::GitHub, source)).chain(of_gitlab) {
        match read(source, forge, &mut ids, files) {
            Ok((workflow, _))
                if workflows.iter().any(|other: &Workflow| other.forge == forge && other.path() == workflow.path()) =>
            {
                let message = format!(
                    "another file that is imported lies at {} as well: import each repository by itself",
                    workflow.path()
                );
                let difference = Difference { path: Vec::new(), message, origin: workflow.root.origin };
                let differences = vec![difference];
                imported.told.push(Told { shown: source.shown.clone(), differences, ..Told::default() });
            }
            Ok((workflow, own)) => {
                let Some(path) = emitting(request.project, there.as_ref(), &workflow) else {
                    workflows.push(workflow);
                    comments.push(own);
                    continue;
                };
                let (differences, scalars) = there.as_ref().map(|there| there.compare(&workflow)).unwrap_or_default();
                let notes = vec!["the project writes it already, and it was compared with that".to_owned()];
                let path = Some(path);
                imported.told.push(Told { shown: source.shown.clone(), path, differences, scalars, notes, ..Told::default() });
            }
            Err(told) => imported.told.push(*told),
        }
    }
    let update = request.updates.as_ref().and_then(|source| update::read(source, files));
    let mut main = project::Main::new(request, &workflows, &comments);
    main.updates = update.as_ref().and_then(|update| update.tree.clone());
    let mut states: Vec<State> = workflows.iter().map(State::of).collect();
    let common = main.common(&workflows);
    prove::prove(&workflows, &comments, &mut states, &common, &main, ground, &mut imported);
    if let Some(update) = update {
        imported.told.push(update.told(request.project.is_some()));
    }
    imported.told.sort_by(|one, other| one.shown.cmp(&other.shown));
    imported
}

/// What a project that is there writes the file from.
fn emitting(project: Option<&Project>, there: Option<&Written>, workflow: &Workflow) -> Option<String> {
    let is_own = |pipeline: &&Pipeline| match workflow.forge {
        Forge::GitHub => pipeline.gitlab_file().is_none() && pipeline.file_name() == workflow.file,
        Forge::GitLab => pipeline.gitlab_file() == Some(&workflow.file),
    };
    let own = project?.pipelines.iter().find(is_own).map(|pipeline| pipeline.source.clone());
    own.or_else(|| there?.source(&workflow.path()).map(str::to_owned))
}

/// Reads a file with its comments; else what is wrong with it.
fn read(source: &Source, forge: Forge, ids: &mut BTreeSet<String>, files: &mut Files) -> Result<(Workflow, Comments), Box<Told>> {
    let file_id = files.add(&source.shown, &source.text);
    let mut document = Document::read(&source.text, file_id);
    let refused = |message: String, origin| {
        let difference = Difference { path: Vec::new(), message, origin };
        Err(Box::new(Told { shown: source.shown.clone(), differences: vec![difference], ..Told::default() }))
    };
    // GitLab's reader takes the last of two keys.
    let said = |slip: &Slip| format!("line {}: {}, and the last counts", files.place(slip.origin).line, slip.message);
    let notes = document.slips.iter().map(said).collect();
    if let Some(slip) = document.slips.first().filter(|_| forge == Forge::GitHub || !document.is_whole) {
        return refused(format!("this is no YAML that {} takes: {}", forge.title(), slip.message), slip.origin);
    }
    let whole = crate::origin::Origin::whole(file_id);
    let aliases = document.aliases.len();
    let (head, root) = match (forge, document.roots.len()) {
        (Forge::GitLab, _) => match crate::read::configuration(&mut document, &source.text, file_id) {
            Some(read) => read,
            None => return refused("expected a mapping of jobs".to_owned(), whole),
        },
        (Forge::GitHub, 1) => (None, document.roots.swap_remove(0)),
        (Forge::GitHub, count) => return refused(format!("expected one document, got {count}"), whole),
    };
    if forge == Forge::GitHub && (root.field("jobs").is_none() || root.field("on").is_none()) {
        return refused("expected a workflow: `on` and `jobs`".to_owned(), root.origin);
    }
    let comments = Comments::of(&source.text, &root, aliases);
    let id = id_for(&source.file, ids);
    let reasons = comments.reasons();
    let file = source.file.clone();
    let workflow = Workflow { forge, shown: source.shown.clone(), file, head, id, root, notes, reasons };
    Ok((workflow, comments))
}

/// The id of the pipeline that a file becomes: its stem, as far as it can be one and is not taken.
fn id_for(file: &str, ids: &mut BTreeSet<String>) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stem = if stem == ".gitlab-ci" { "gitlab" } else { stem.trim_start_matches('.') };
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let mut id = pipeline::id(&stem.chars().map(plain).collect::<String>());
    if !id.starts_with(|first: char| first.is_ascii_alphabetic()) {
        id = format!("workflow-{}", id.trim_start_matches('-'));
    }
    id.truncate(LONGEST);
    let mut free = id.clone();
    let mut number = 2;
    while !ids.insert(free.clone()) {
        free = format!("{id}-{number}");
        number += 1;
    }
    free
}

/// The file of a pipeline.
fn path_of(id: &str) -> String {
    format!("pipelines/{id}.ncl")
}

/// A file to be written.
fn new(path: &str, text: String) -> New {
    New { path: path.to_owned(), text }
}

/// Pins by repository: the version for people, and the revision.
type Pins = IndexMap<String, (String, String)>;

/// Pipelines by the names of their files.
type Callable = HashMap<String, String>;
