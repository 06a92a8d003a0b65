//! The names in GitLab's own words, held to what stands in the file: GitLab refuses a file that names what is not there.

use std::collections::HashMap;

use super::lowering::Place;
use crate::backend::cannot_write;
use crate::finding::{Finding, Identity};
use crate::pipeline::gitlab::file::File;
use crate::pipeline::gitlab::{Data, Tree};
use crate::pipeline::{Job, Pipeline, Project};
use crate::source::nearest;
use crate::yaml::{Map, Node};

/// What of a file is no job, for all that it is a map.
const NO_JOBS: &[&str] = &["default", "spec", "variables", "workflow"];

/// What the author's words name and the document has not. Of a file of its own, `called` is the pipeline that is in it.
///
/// What is included may have any name, so nothing is known where something is; neither while a pipeline could not be read.
pub(super) fn check(project: &Project, file: &File, called: Option<&Pipeline>, document: &Map) -> Vec<Finding> {
    if document.get("include").is_some() || (called.is_none() && !project.unread.is_empty()) {
        return Vec::new();
    }
    let place = if called.is_some() { Place::Called } else { Place::Root };
    let identity = called.map_or_else(|| Identity::of("project"), Pipeline::identity);
    let entries = document.entries.iter().rev().map(|entry| (entry.key.as_str(), &entry.value)).collect();
    let mut names = Names { document, entries, place, pipeline: called, identity, found: Vec::new() };
    names.file(file);
    for pipeline in called.map_or_else(|| project.pipelines.iter().collect(), |pipeline| vec![pipeline]) {
        names.pipeline = Some(pipeline);
        names.identity = pipeline.identity();
        // What nothing starts is not in the file, and neither are the words of a pipeline that is only called.
        let there: Vec<&Job> = pipeline.jobs.values().filter(|job| names.resolve(&job.id).is_some()).collect();
        if let (None, Some(file)) = (called, pipeline.gitlab.as_ref().filter(|_| !there.is_empty())) {
            names.file(file);
        }
        for job in there {
            names.identity = pipeline.job_identity(job);
            names.job(job);
        }
    }
    names.found
}

/// The job that an entry of `needs` names.
fn job_of(need: &Node) -> Option<&str> {
    match need {
        Node::Text(name) => Some(name),
        Node::Map(need) => need.get("job").and_then(job_of),
        _ => None,
    }
}

/// The names of a document, and what is said of those that it has not.
struct Names<'a> {
    document: &'a Map,
    /// Its entries by their names.
    entries: HashMap<&'a str, &'a Node>,
    /// The pipeline whose words are looked at; none if they are the project's.
    pipeline: Option<&'a Pipeline>,
    place: Place,
    identity: Identity,
    found: Vec<Finding>,
}

impl Names<'_> {
    /// Looks at the words of a file. Nobody misses what a template names that no job extends, but for what it extends itself.
    fn file(&mut self, file: &File) {
        for (_, entry) in file.parts() {
            self.references(&entry.tree);
        }
        for (name, entry) in &file.templates {
            self.texts(&entry.tree, &["extends"], true);
            if self.is_extended(name) {
                self.after(&entry.tree);
            }
        }
    }

    fn job(&mut self, job: &Job) {
        let Some(words) = &job.gitlab else { return };
        self.references(words);
        self.texts(words, &["extends"], true);
        self.needs(words);
        for rule in words.get("rules").map_or(&[][..], Tree::items) {
            self.needs(rule);
        }
        self.after(words);
        self.given(job, words);
    }

    /// Files come only from jobs that are needed, as soon as a job says which those are.
    fn given(&mut self, job: &Job, words: &Tree) {
        let Some(Node::Map(map)) = self.resolve(&job.id) else { return };
        let needed: Vec<&str> = match map.get("needs") {
            Some(Node::List(needs)) => needs.iter().filter_map(job_of).collect(),
            _ => Vec::new(),
        };
        if needed.is_empty() {
            return;
        }
        let missing =
            words.at(&["dependencies"]).map_or(&[][..], Tree::items).iter().filter_map(|tree| Some((tree, tree.plain()?)));
        let missing = missing.filter(|(_, name)| self.resolve(name).is_some() && !needed.contains(&self.name(name).as_str()));
        let found: Vec<Finding> = missing
            .map(|(tree, name)| {
                let message = format!("files are to come from `{name}`, which the job does not need");
                let help = format!("write \"{name}\" in its `needs` as well, or remove it here");
                cannot_write("needs-graph", &self.identity, tree.origin, message, vec![help], name)
            })
            .collect();
        self.found.extend(found);
    }

    /// What a job takes from its templates as well: whose files it gets, what stops its environment, who makes what it starts.
    fn after(&mut self, words: &Tree) {
        self.texts(words, &["dependencies"], false);
        self.texts(words, &["environment", "on_stop"], false);
        let included = words.at(&["trigger", "include"]).map_or(&[][..], Tree::items);
        included.iter().for_each(|file| self.texts(file, &["job"], false));
    }

    fn needs(&mut self, words: &Tree) {
        for need in words.get("needs").map_or(&[][..], Tree::items) {
            let is_ours = ["project", "pipeline"].iter().all(|name| need.get(name).is_none());
            if is_ours && need.get("optional").and_then(Tree::flag) != Some(true) {
                self.texts(need, if need.text().is_some() { &[] } else { &["job"] }, false);
            }
        }
    }

    /// Looks at the names that a path leads to.
    fn texts(&mut self, words: &Tree, path: &[&str], or_template: bool) {
        for tree in words.at(path).map_or(&[][..], Tree::items) {
            let Some(name) = tree.plain() else { continue };
            if self.resolve(name).is_none_or(|_| name.starts_with('.') && !or_template) {
                let known = self.known(or_template);
                self.refuse(tree, format!("nothing in the file is named `{name}`"), name, &known);
            }
        }
    }

    /// Looks at everything that is taken from elsewhere by its name and the keys that lead to it.
    fn references(&mut self, tree: &Tree) {
        match &tree.data {
            Data::Reference(path) => self.reference(tree, path),
            Data::List(items) => items.iter().for_each(|item| self.references(item)),
            _ => tree.entries().for_each(|(_, entry)| self.references(&entry.tree)),
        }
    }

    fn reference(&mut self, tree: &Tree, path: &[String]) {
        let Some((first, keys)) = path.split_first() else { return };
        let Some(mut node) = self.resolve(first) else {
            let known = self.known(true);
            return self.refuse(tree, format!("nothing in the file is named `{first}`"), first, &known);
        };
        let mut way = first.clone();
        for key in keys {
            // What a reference brings in its turn is looked at where it stands.
            let Node::Map(map) = node else { return };
            let Some(next) = map.get(key) else {
                let known: Vec<String> = map.entries.iter().map(|entry| entry.key.clone()).collect();
                return self.refuse(tree, format!("`{way}` says nothing of `{key}`"), key, &known);
            };
            node = next;
            way = format!("{way}.{key}");
        }
    }

    /// What stands under a name as the author writes it.
    fn resolve(&self, name: &str) -> Option<&Node> {
        self.entries.get(self.name(name).as_str()).copied()
    }

    /// The name in the file for one that the author writes: the id of a job of the pipeline, or a name of the file.
    fn name(&self, name: &str) -> String {
        let own = self.pipeline.filter(|pipeline| pipeline.jobs.contains_key(name));
        own.map_or_else(|| name.to_owned(), |pipeline| self.place.name_of(pipeline, name))
    }

    /// The names that could be meant, as the author writes them.
    fn known(&self, or_template: bool) -> Vec<String> {
        let own = self.pipeline.into_iter().flat_map(|pipeline| pipeline.jobs.keys().cloned());
        let of_file = self.document.entries.iter().filter(|entry| matches!(entry.value, Node::Map(_)));
        let of_file = of_file.map(|entry| entry.key.clone()).filter(|name| !NO_JOBS.contains(&name.as_str()));
        own.chain(of_file).filter(|name| or_template || !name.starts_with('.')).collect()
    }

    fn is_extended(&self, template: &str) -> bool {
        let names_it = |entry: &crate::yaml::Entry| {
            let Node::Map(job) = &entry.value else { return false };
            match job.get("extends") {
                Some(Node::List(names)) => names.contains(&Node::from(template)),
                Some(name) => *name == Node::from(template),
                None => false,
            }
        };
        self.document.entries.iter().any(names_it)
    }

    fn refuse(&mut self, tree: &Tree, message: String, name: &str, known: &[String]) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let help = match nearest(name, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "remove it".to_owned(),
            None => format!("the names are {}", known.join(", ")),
        };
        let finding = cannot_write("gl-name-unknown", &self.identity, tree.origin, message, vec![help], name);
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }
}
