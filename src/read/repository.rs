//! The files of one repository as a project, and what is wrong with them as files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{Document, Slip, control};
use super::gitlab::{self, Held, Lookup, Part};
use super::{action, dependabot, github, platform, words};
use crate::finding::{Finding, Identity, Kind, Severity};
use crate::origin::{FileId, Files, Origin};
use crate::parallel;
use crate::pipeline::action::{Action, FAMILY, File};
use crate::pipeline::gitlab::begins;
use crate::pipeline::{Pipeline, Place, Project, Reader};
use crate::refusal;
use crate::rule;
use crate::source::{Fault, Node, Value};

/// What is said of the repository as a whole, and the file it is written in.
const PROJECT: &str = "project";
const UPDATES: &str = ".github/dependabot.yml";
const NOWHERE: Origin = Origin::whole(FileId(0));

/// What a file is to a forge, or to a bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A workflow of GitHub.
    Workflow,
    /// A file of GitLab's: the one it begins with, or one that is included.
    GitLab,
    /// What describes an action.
    Action,
    /// What Dependabot keeps up to date.
    Dependabot,
    /// What another bot keeps up to date; only whether it is there is of interest.
    Updater,
}

impl What {
    /// What a file is by its path in a repository.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match (folder, name) {
            (".github/workflows", _) if name.ends_with(".yml") || name.ends_with(".yaml") => Some(Self::Workflow),
            (".github", "dependabot.yml" | "dependabot.yaml") => Some(Self::Dependabot),
            ("" | ".github" | ".gitlab", _) if is_updater(name) => Some(Self::Updater),
            (_, "action.yml" | "action.yaml") => Some(Self::Action),
            _ => None,
        }
    }
}

/// Whether Renovate looks for its configuration under that name.
pub(crate) fn is_updater(name: &str) -> bool {
    matches!(name, "renovate.json" | "renovate.json5" | ".renovaterc" | ".renovaterc.json" | ".renovaterc.json5")
}

/// One file of a repository.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it is.
    pub what: What,
    /// Where it lies, from the root of the repository, with `/` between names.
    pub path: String,
    /// The path it is shown by.
    pub shown: String,
    /// What it says.
    pub text: String,
}

/// A repository, read.
#[derive(Debug)]
pub struct Repository {
    /// The model of what is GitHub's in it.
    pub project: Project,
    /// A model for each configuration of GitLab's: a file, and those that it includes.
    pub configurations: Vec<Project>,
    /// What is wrong with its files before any rule looks: faults of YAML and of words, under the ids of the rules they stand for.
    pub found: Vec<Finding>,
    /// The path of each pipeline, by its id.
    pub paths: BTreeMap<String, String>,
    /// Whether Dependabot's file is one of its files.
    has_updates: bool,
}

impl Repository {
    /// Reads the files of a repository; their texts go into `files`.
    #[must_use]
    pub fn read(name: &str, sources: &[Source], files: &mut Files) -> Self {
        let mut read = Self::empty(name);
        let mut begun = Vec::new();
        for source in sources {
            if source.what == What::Updater {
                read.project.is_updated_elsewhere = true;
                continue;
            }
            let is_workflow = source.what == What::Workflow;
            let name = is_workflow.then(|| read.id_for("", stem(&source.path), &source.path));
            begun.push((source, files.add(&source.shown, &source.text), name));
        }
        // A workflow is read without the others, so all cores may read some.
        let done = parallel::map(begun, |(source, id, workflow)| {
            let mut document = Document::read(&source.text, id);
            document.slips.extend(control(&source.text, id, source.what == What::GitLab));
            let Some(workflow) = workflow else { return (source, id, Ok(document)) };
            let mut alone = Self::empty(name);
            alone.workflow(source, document, (&workflow, id));
            (source, id, Err(Box::new(alone)))
        });
        let (mut parts, mut all_read) = (Vec::new(), true);
        for (source, id, document) in done {
            let document = match document {
                Ok(document) => document,
                Err(workflow) => {
                    read.add(*workflow);
                    continue;
                }
            };
            match source.what {
                What::Action => read.action(source, document, id),
                What::Dependabot => read.updates(source, document, id),
                What::GitLab => match read.part(source, document, id) {
                    Some(part) => parts.push(part),
                    None => all_read = false,
                },
                What::Workflow | What::Updater => {}
            }
        }
        for (from, missing) in gitlab::too_deep(&parts) {
            read.found.extend(missing.told(&parts[from].id));
        }
        for configuration in gitlab::configurations(&parts) {
            read.configuration(name, &parts, &configuration, all_read);
        }
        read.project.pipelines.sort_by(|one, other| one.id.cmp(&other.id));
        read.project.actions.sort_by(|one, other| one.id.cmp(&other.id));
        read
    }

    fn empty(name: &str) -> Self {
        Self {
            project: Project::of_files(name, NOWHERE),
            configurations: Vec::new(),
            found: Vec::new(),
            paths: BTreeMap::new(),
            has_updates: false,
        }
    }

    /// Adds a workflow that was read alone.
    fn add(&mut self, workflow: Self) {
        self.found.extend(workflow.found);
        self.project.pipelines.extend(workflow.project.pipelines);
        self.project.unread.extend(workflow.project.unread);
    }

    /// Says that no other file of the repository counts: what is not here is not there. What should be in a file that is not there is
    /// said of the `folder` of its workflows.
    #[must_use]
    pub fn whole(mut self, folder: &str, files: &mut Files) -> Self {
        self.project.is_whole = true;
        if !self.has_updates {
            self.paths.insert(PROJECT.to_owned(), UPDATES.to_owned());
            self.project.origin = Origin::whole(files.add(folder, ""));
        }
        self
    }

    fn workflow(&mut self, source: &Source, document: Document, (id, file): (&str, FileId)) {
        let Some((root, mut slips)) = self.root(source, document, (id, file), "write name, on and jobs") else { return };
        let node = github::pipeline(root, &source.text, stem(&source.path), &mut slips);
        let mut reader = Reader::of_yaml(vec![(file, source.text.as_str().into())]);
        let place = Place::root(&node);
        let pipeline = Pipeline::read(&mut reader, &place, id, &source.path);
        self.say(&slips, id, Kind::Judged);
        self.refuse(reader, &node, words::in_yaml, |faults| refusal::of_pipelines(faults, id, &place));
        match pipeline {
            Some(pipeline) => {
                self.found.append(&mut platform::refused(&pipeline, source.text.len()));
                self.project.pipelines.push(pipeline);
            }
            None => self.project.unread.push(source.path.clone()),
        }
    }

    /// A file of GitLab's as data.
    fn part(&mut self, source: &Source, mut document: Document, file: FileId) -> Option<Part> {
        let id = self.id_for("", stem(&source.path), &source.path);
        let is_empty = document.roots.is_empty() && document.slips.is_empty();
        let heads = usize::from(document.roots.first().is_some_and(|root| root.get("spec").is_some()));
        let second = document.roots.get(1 + heads).filter(|root| root.value != Value::Null).map(|root| further(root.origin));
        document.slips.extend(second);
        let part = if document.is_whole { Part::of(&mut document, &source.text, (&source.path, &id, file)) } else { None };
        if part.is_none() && document.is_whole {
            let message = if is_empty { "the file is empty" } else { "expected a mapping of jobs" }.to_owned();
            let help = "write a job, with script: below it".to_owned();
            document.slips.push(Slip { origin: Origin::whole(file), message, help, path: Vec::new() });
        }
        self.say(&document.slips, &id, if part.is_some() { Kind::Judged } else { Kind::Refused });
        part
    }

    /// Reads a file of GitLab's with those that it includes: what they name is looked up in all of them.
    fn configuration(&mut self, name: &str, parts: &[Part], indices: &[usize], all_read: bool) {
        let around: Vec<&Part> = indices.iter().map(|index| &parts[*index]).collect();
        let Some(first) = around.first() else { return };
        let paths: Vec<&str> = parts.iter().map(|part| part.path.as_str()).collect();
        let is_there = |include: &gitlab::Include| paths.iter().any(|path| include.fits(path));
        // What another project includes may find there what is not here.
        let is_whole = all_read && begins(&first.path) && around.iter().all(|part| part.includes.iter().all(is_there));
        let texts: Vec<(FileId, Arc<str>)> = around.iter().map(|part| (part.file, part.text.clone())).collect();
        let mut pipelines = Vec::new();
        for part in &around {
            let own = std::iter::once(*part).chain(around.iter().copied().filter(|other| other.path != part.path));
            let lookup = Lookup { parts: own.collect() };
            let mut slips = Vec::new();
            let node = gitlab::pipeline(part, &lookup, &mut slips);
            let mut reader = Reader::of_yaml(texts.clone());
            let place = Place::root(&node);
            pipelines.push(Pipeline::of_gitlab(&mut reader, &place, &part.id, &part.path));
            self.say(&slips, &part.id, Kind::Judged);
            self.refuse(reader, &node, words::in_gitlab, |faults| refusal::of_gitlab(faults, &part.id));
            let mut missing = if first.path == gitlab::ROOT && all_read { gitlab::unmet(part, &paths) } else { Vec::new() };
            missing.extend(gitlab::unknown(part));
            missing.extend(gitlab::unfit(part, parts));
            if is_whole {
                missing.extend(Held::missing(&lookup, part));
            }
            self.found.extend(missing.into_iter().filter_map(|missing| missing.told(&part.id)));
        }
        self.configurations.push(Project::of_gitlab_files(name, Origin::whole(first.file), pipelines));
    }

    fn action(&mut self, source: &Source, document: Document, file: FileId) {
        let directory = source.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let called = directory.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("action").to_owned();
        let id = self.id_for(FAMILY, &called, &source.path);
        let whole = format!("{FAMILY}/{id}");
        let help = "write name, description and runs";
        let Some((root, mut slips)) = self.root(source, document, (&whole, file), help) else { return };
        let node = action::action(root, &called, &mut slips);
        self.say(&slips, &whole, Kind::Judged);
        let Some(node) = node else { return self.project.unread.push(source.path.clone()) };
        let mut reader = Reader::of_yaml(vec![(file, source.text.as_str().into())]);
        let place = Place::root(&node);
        let read = Action::in_words(&mut reader, &place, File { id: id.clone(), directory, source: source.path.clone() });
        self.refuse(reader, &node, words::in_yaml, |faults| refusal::of_action(faults, &id, &place));
        match read {
            Some(action) => self.project.actions.push(action),
            None => self.project.unread.push(source.path.clone()),
        }
    }

    fn updates(&mut self, source: &Source, document: Document, file: FileId) {
        self.paths.insert(PROJECT.to_owned(), source.path.clone());
        self.has_updates = true;
        self.project.origin = Origin::whole(file);
        if let Some((root, slips)) = self.root(source, document, (PROJECT, file), "write version: 2 and updates") {
            self.say(&slips, PROJECT, Kind::Judged);
            self.project.updates = dependabot::updates(&root);
        } else {
            // What it keeps up to date is not known.
            self.project.is_updated_elsewhere = true;
        }
    }

    /// The value of a file and what is wrong with it as YAML; nothing, and that is said, if it cannot be read.
    fn root(&mut self, source: &Source, document: Document, (id, file): (&str, FileId), help: &str) -> Option<(Node, Vec<Slip>)> {
        let Document { mut roots, mut slips, is_whole, .. } = document;
        if is_whole && !roots.is_empty() {
            slips.extend(roots.get(1).map(|second| further(second.origin)));
            return Some((roots.swap_remove(0), slips));
        }
        if roots.is_empty() && slips.is_empty() {
            let message = "the file is empty".to_owned();
            slips.push(Slip { origin: Origin::whole(file), message, help: help.to_owned(), path: Vec::new() });
        }
        self.say(&slips, id, Kind::Refused);
        self.project.unread.push(source.path.clone());
        None
    }

    /// An id that no other file of its family has: what the file is called, as far as that can be one.
    fn id_for(&mut self, family: &str, called: &str, path: &str) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-') { letter } else { '-' };
        let mut id: String = called.chars().map(plain).collect();
        if !id.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            id.insert(0, '_');
        }
        let whole = |id: &str| if family.is_empty() { id.to_owned() } else { format!("{family}/{id}") };
        // What stands for a family or for the whole is no id.
        while self.paths.contains_key(&whole(&id)) || family.is_empty() && matches!(id.as_str(), FAMILY | PROJECT) {
            id.push('_');
        }
        self.paths.insert(whole(&id), path.to_owned());
        id
    }

    fn say(&mut self, slips: &[Slip], id: &str, kind: Kind) {
        let summary = rule::find("syntax").map_or("", |rule| rule.summary);
        self.found.extend(slips.iter().map(|slip| {
            let mut identity = Identity::of(id);
            if let [jobs, job, ..] = slip.path.as_slice()
                && jobs == "jobs"
            {
                identity = identity.part(job);
            }
            Finding {
                kind,
                origin: Some(slip.origin),
                help: vec![slip.help.clone()],
                key: slip.path.join("/"),
                ..Finding::new("syntax", summary, Severity::Error, identity, slip.message.clone())
            }
        }));
    }

    /// Says what the reader refused of the value of a file, in the words of YAML. A file that a contract would refuse is judged all the
    /// same: nobody can wait for its author.
    fn refuse(
        &mut self,
        reader: Reader,
        node: &Node,
        worded: fn(Fault, &Node) -> Fault,
        told: impl FnOnce(&[Fault]) -> Vec<Finding>,
    ) {
        let faults: Vec<Fault> = reader.faults.into_iter().map(|fault| worded(fault, node)).collect();
        self.found.extend(told(&faults).into_iter().map(|finding| Finding { kind: Kind::Judged, ..finding }));
    }
}

/// What is said of a document behind those that a forge reads.
fn further(origin: Origin) -> Slip {
    Slip {
        origin,
        message: "a further document begins here, which is not read".to_owned(),
        help: "remove the line --- before it, or put it into a file of its own".to_owned(),
        path: Vec::new(),
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands at each expression of an environment, as a rule would point at it.
    fn pointed_at(value: &str) -> Vec<String> {
        let text =
            format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n        env:\n          A: {value}\n");
        let mut files = Files::default();
        let source = Source { what: What::Workflow, path: ".github/workflows/a.yml".to_owned(), shown: "a.yml".to_owned(), text };
        let read = Repository::read("a", &[source], &mut files);
        let job = &read.project.pipelines[0].jobs["a"];
        let value = &job.top_steps()[0].env["A"].value;
        let references = value.references().map(|reference| reference.origin);
        references.map(|origin| files.text(origin.file)[origin.range()].trim().to_owned()).collect()
    }

    #[test]
    fn an_expression_is_pointed_at_in_every_style() {
        for value in [
            "${{ github.sha }} and ${{ secrets.A }}",
            "'it''s ${{ github.sha }} ${{ secrets.A }}'",
            r#""\t${{ github.sha }} é \u00e9 ${{ secrets.A }}""#,
            "|\n            one\n            ${{ github.sha }} and\n              ${{ secrets.A }}",
            ">-\n            one\n            ${{ github.sha }}\n\n            ${{ secrets.A }}",
        ] {
            assert_eq!(pointed_at(value), ["github.sha", "secrets.A"], "{value}");
        }
    }

    #[test]
    fn a_condition_of_gitlab_is_pointed_at_where_it_breaks() {
        let own = ("a.gitlab-ci.yml", "build:\n  script: make\n  rules:\n    - if: '$A = ''b'''\n");
        let far = ".far:\n  rules:\n    - if: \"\\u0024A && = $B\"\n";
        let from = "include: far.yml\nbuild:\n  script: make\n  rules: !reference [.far, rules]\n";
        for files in [vec![own], vec![(".gitlab-ci.yml", from), ("far.yml", far)]] {
            let source = |(path, text): &(&str, &str)| {
                let (path, text) = ((*path).to_owned(), (*text).to_owned());
                Source { what: What::GitLab, shown: path.clone(), path, text }
            };
            let sources: Vec<Source> = files.iter().map(source).collect();
            let mut texts = Files::default();
            let read = Repository::read("a", &sources, &mut texts);
            let place = |finding: &Finding| finding.origin.map(|origin| texts.text(origin.file)[origin.range()].to_owned());
            let broken: Vec<_> = read.found.iter().filter(|finding| finding.message.contains("breaks at")).map(place).collect();
            assert!(!broken.is_empty() && broken.iter().all(|at| at.as_deref() == Some("=")), "{:?}", read.found);
        }
    }
}
