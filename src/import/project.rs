//! The main file of a project: what its workflows use, declared.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::comment::Comments;
use super::gitlab::{self, Runners};
use super::machine::{self, Machines};
use super::settle::{Common, Workflow};
use super::tree::{Entries, Tree, Word};
use super::{Callable, Pins, Request, nickel};
use crate::origin::{FileId, Origin};
use crate::pipeline::backends::Forge;
use crate::pipeline::reader::is_identifier;
use crate::pipeline::step::slug;
use crate::pipeline::uses::{Used, is_commit};
use crate::pipeline::words::Words;
use crate::pipeline::{Place, Project, Reader, Reference};
use crate::source::{Node, Value};
use crate::workspace::PROJECT;

/// What is known of the project.
pub(super) struct Main {
    name: String,
    pins: Pins,
    secrets: BTreeMap<String, BTreeSet<String>>,
    variables: BTreeMap<String, BTreeSet<String>>,
    pub(super) updates: Option<Tree>,
    runners: Runners,
    machines: Machines,
    forges: BTreeSet<&'static str>,
    there: Option<Project>,
    pub(super) taken: HashSet<String>,
}

impl Main {
    pub(super) fn new(request: &Request<'_>, workflows: &[Workflow], comments: &[Comments]) -> Self {
        let mut main = Self {
            name: request.name.to_owned(),
            pins: Pins::new(),
            secrets: BTreeMap::new(),
            variables: BTreeMap::new(),
            updates: None,
            runners: runners(workflows, request.project),
            machines: machine::of(workflows, request.project),
            forges: workflows.iter().map(|workflow| workflow.forge.name()).collect(),
            there: request.project.cloned(),
            taken: request.taken.clone(),
        };
        let of_github = |(workflow, _): &(&Workflow, &Comments)| workflow.forge == Forge::GitHub;
        for (workflow, comments) in workflows.iter().zip(comments).filter(of_github) {
            main.pinned(&workflow.root, comments);
            let handed =
                workflow.root.get("on").and_then(|on| on.get("workflow_call")?.get("secrets")?.fields()).unwrap_or_default();
            let handed: HashSet<String> = handed.iter().map(|field| field.name.to_ascii_uppercase()).collect();
            texts(&workflow.root, &mut |text, is_condition| {
                for mention in mentions(text, is_condition) {
                    match mention {
                        Reference::Secret(name) if !handed.contains(&name) => declare(&mut main.secrets, name, &workflow.id),
                        Reference::Variable(name) => declare(&mut main.variables, name, &workflow.id),
                        _ => {}
                    }
                }
            });
        }
        for workflow in workflows.iter().filter(|workflow| workflow.forge == Forge::GitLab) {
            for name in gitlab::secrets(&workflow.root) {
                declare(&mut main.secrets, name, &workflow.id);
            }
        }
        if let Some(there) = &main.there {
            main.pins = there
                .pins
                .iter()
                .map(|(name, pin)| (name.clone(), (pin.version.value.clone(), pin.revision.value.clone())))
                .collect();
            main.secrets.retain(|name, _| !there.secrets.contains_key(name));
            main.variables.retain(|name, _| !there.variables.contains_key(name));
        }
        main.pins.sort_keys();
        main
    }

    /// Collects the actions that are used at a commit with a version behind it; the first revision of each counts.
    fn pinned(&mut self, node: &Node, comments: &Comments) {
        for field in node.fields().unwrap_or_default() {
            if field.name == "uses"
                && let Some(text) = field.node.text()
                && let Some(foreign) = Used::of(text).foreign()
                && let Some(revision) = foreign.revision.filter(|revision| is_commit(revision))
                && let Some(version) = comments.beside(field.node.origin.end).and_then(version)
                && foreign.repository().contains('/')
            {
                self.pins.entry(foreign.repository().to_owned()).or_insert_with(|| (version.to_owned(), revision.to_owned()));
            }
            self.pinned(&field.node, comments);
        }
        for item in node.items().unwrap_or_default() {
            self.pinned(item, comments);
        }
    }

    /// What all workflows share while they are translated.
    pub(super) fn common(&self, workflows: &[Workflow]) -> Common {
        let of_github = workflows.iter().filter(|workflow| workflow.forge == Forge::GitHub);
        let mut callable: Callable = of_github.map(|workflow| (workflow.file.clone(), workflow.id.clone())).collect();
        let project = self.there.clone().or_else(|| self.read()).unwrap_or_else(|| Project::of_files(&self.name, nowhere()));
        callable.extend(project.pipelines.iter().map(|pipeline| (pipeline.file_name(), pipeline.id.clone())));
        let project = Project { pipelines: Vec::new(), ..project };
        Common { project, pins: self.pins.clone(), callable, runners: self.runners.clone(), machines: self.machines.clone() }
    }

    fn read(&self) -> Option<Project> {
        let node = self.tree().node();
        Project::read(&mut Reader::default(), &Place::root(&node), PROJECT)
    }

    fn tree(&self) -> Tree {
        let mut entries = Entries::default();
        entries.put("name", nowhere(), Tree::text(&self.name, nowhere()));
        let mut visibility = Tree::tag("Public", None, nowhere());
        visibility.above =
            vec!["Write 'Private if not everybody can read the repository: it decides what the forge allows.".to_owned()];
        entries.put("visibility", nowhere(), visibility);
        for (name, declared) in [("secrets", &self.secrets), ("variables", &self.variables)] {
            if let Some(mut tree) = declared_tree(declared) {
                tree.above = vec![format!(
                    "Say what each is for and who looks after it: pipeward could only see where these {name} are used."
                )];
                entries.put(name, nowhere(), tree);
            }
        }
        if let Some(pins) = self.pins_tree() {
            entries.put("pins", nowhere(), pins);
        }
        if let Some(runners) = machine::tree(&self.machines) {
            entries.put("runners", nowhere(), runners);
        }
        let mut backends = Entries::default();
        if self.forges.contains("github") || self.forges.is_empty() {
            backends.put("github", nowhere(), Tree::record(Vec::new(), nowhere()));
        }
        if self.forges.contains("gitlab") {
            backends.put("gitlab", nowhere(), self.gitlab());
        }
        if self.updates.is_some() {
            backends.put("dependabot", nowhere(), Tree::record(Vec::new(), nowhere()));
        }
        entries.put("backends", nowhere(), Tree::record(backends.all, nowhere()));
        if let Some(updates) = &self.updates {
            entries.put("updates", nowhere(), updates.clone());
        }
        Tree::record(entries.all, nowhere())
    }

    /// What stands for the runners by their tags.
    fn gitlab(&self) -> Tree {
        let mut runners = Entries::default();
        for (tags, name) in &self.runners {
            let tags = tags.iter().map(|tag| Tree::text(tag, nowhere())).collect();
            let mut machine = Entries::default();
            machine.put("tags", nowhere(), Tree::list(tags, nowhere()));
            runners.put(name, nowhere(), Tree::record(machine.all, nowhere()));
        }
        let mut gitlab = Entries::default();
        if let Some(tree) = runners.some(nowhere()) {
            gitlab.put("runners", nowhere(), tree);
        }
        Tree::record(gitlab.all, nowhere())
    }

    fn pins_tree(&self) -> Option<Tree> {
        let mut pins = Entries::default();
        for (name, (version, revision)) in &self.pins {
            let mut pin = Entries::default();
            pin.put("version", nowhere(), Tree::text(version, nowhere()));
            pin.put("revision", nowhere(), Tree::text(revision, nowhere()));
            pins.put(name, nowhere(), Tree::record(pin.all, nowhere()));
        }
        pins.some(nowhere())
    }

    /// The text of the main file; nothing if there is one already.
    pub(super) fn text(&self) -> Option<String> {
        if self.there.is_some() {
            return None;
        }
        let body = nickel::write(&self.tree(), 0, usize::MAX / 2);
        Some(format!("let ci = import \"pipeward.ncl\" in\n{body} | ci.Project\n"))
    }

    /// What a main file that is there already has to say as well.
    pub(super) fn told(&self) -> Vec<String> {
        if self.there.is_none() {
            return Vec::new();
        }
        let parts = [("secrets", declared_tree(&self.secrets)), ("variables", declared_tree(&self.variables))];
        let told =
            parts.into_iter().filter_map(|(name, tree)| Some(format!("{name} = {},", nickel::write(&tree?, 0, name.len()))));
        told.collect()
    }
}

/// What runners are called by their tags: as the project that is there says, else by the tags themselves.
fn runners(workflows: &[Workflow], there: Option<&Project>) -> Runners {
    let mut runners = Runners::new();
    if let Some(project) = there {
        for (name, machine) in project.backends.gitlab.iter().flat_map(|settings| &settings.runners) {
            runners.entry(machine.tags.iter().map(|tag| tag.value.clone()).collect()).or_insert_with(|| name.clone());
        }
        return runners;
    }
    let mut taken = BTreeSet::new();
    let all =
        workflows.iter().filter(|workflow| workflow.forge == Forge::GitLab).flat_map(|workflow| gitlab::tags(&workflow.root));
    for tags in all {
        let name = slug(&tags.join("-"));
        if !runners.contains_key(&tags) && is_identifier(&name) && taken.insert(name.clone()) {
            runners.insert(tags, name);
        }
    }
    runners
}

fn declared_tree(declared: &BTreeMap<String, BTreeSet<String>>) -> Option<Tree> {
    let mut entries = Entries::default();
    for (name, users) in declared {
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let purpose = match users.as_slice() {
            few if few.len() <= 4 => format!("to be said; used by {}", few.join(", ")),
            many => format!("to be said; used by {} and {} more", many[..3].join(", "), many.len() - 3),
        };
        let mut one = Entries::default();
        one.put("purpose", nowhere(), Tree::text(&purpose, nowhere()));
        one.put("owner", nowhere(), Tree::text("to be named", nowhere()));
        entries.put(name, nowhere(), Tree::new(Word::Record(one.all), nowhere()));
    }
    entries.some(nowhere())
}

const fn nowhere() -> Origin {
    Origin::whole(FileId(0))
}

fn declare(declared: &mut BTreeMap<String, BTreeSet<String>>, name: String, user: &str) {
    if is_identifier(&name) && !name.contains('-') && !name.starts_with("GITHUB_") {
        declared.entry(name).or_default().insert(user.to_owned());
    }
}

/// The version that a comment begins with.
pub(super) fn version(comment: &str) -> Option<&str> {
    let word = comment.split_whitespace().next()?.trim_start_matches("tag=");
    word.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit()).then_some(word)
}

/// Every text of a workflow, and whether it is a condition.
fn texts(node: &Node, see: &mut impl FnMut(&str, bool)) {
    for field in node.fields().unwrap_or_default() {
        match &field.node.value {
            Value::String(text) => see(text, field.name == "if"),
            _ => texts(&field.node, see),
        }
    }
    for item in node.items().unwrap_or_default() {
        match &item.value {
            Value::String(text) => see(text, false),
            _ => texts(item, see),
        }
    }
}

fn mentions(text: &str, is_condition: bool) -> Vec<Reference> {
    if !is_condition && !text.contains("${{") {
        return Vec::new();
    }
    Words::parse(text).map(|words| words.mentions().to_vec()).unwrap_or_default()
}
