//! What a file of GitLab's says beside its jobs: of the project as a whole, or of one pipeline.

use indexmap::IndexMap;

use super::super::reader::{Place, Reader};
use super::{Entry, Tree, hold, trees, words};
use crate::source::{Fault, FaultKind};

/// The words of a file, each as it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// `$schema`, `include`, `default`, `variables`, `workflow`, by name and in the author's order.
    pub words: IndexMap<String, Entry>,
    /// The head of the file, which is a document of its own.
    pub spec: Option<Entry>,
    /// Jobs that never run, by name, which begins with a dot.
    pub templates: IndexMap<String, Entry>,
    /// When the jobs of a pipeline run, instead of what its triggers say. Of a pipeline only.
    pub rules: Option<Entry>,
}

/// The words of a file.
const WORDS: &[&str] = &["$schema", "include", "default", "variables", "workflow"];
/// What else a project says of its file, and a pipeline of its own.
const BESIDE: &[&str] = &["spec", "templates"];

/// How long the name of a job may be. As documented, read 2026-11.
const LONGEST: usize = 255;

impl File {
    /// The names of its fields that a project has as well.
    pub(in crate::pipeline) fn of_projects() -> impl Iterator<Item = &'static str> {
        WORDS.iter().chain(BESIDE).copied()
    }

    /// Reads the `gitlab` part of a pipeline.
    pub(in crate::pipeline) fn of_pipeline(reader: &mut Reader, around: &Place<'_>) -> Option<Self> {
        let place = reader.record_of(around, "gitlab")?;
        let known: Vec<&str> = Self::of_projects().chain(["rules"]).collect();
        reader.known(&place, &known);
        Some(Self::read(reader, &place))
    }

    /// Reads the words of a file out of a record that may hold others.
    pub(in crate::pipeline) fn read(reader: &mut Reader, place: &Place<'_>) -> Self {
        Self::hold(reader, place);
        let templates = reader.record_of(place, "templates").map_or_else(IndexMap::new, |templates| {
            Self::hold_templates(reader, &templates);
            trees(reader, &templates)
        });
        Self { templates, ..Self::words(reader, place) }
    }

    /// All but the templates.
    fn words(reader: &mut Reader, place: &Place<'_>) -> Self {
        let mut entry = |name: &str| {
            let field = place.node.field(name)?;
            Some(Entry { key: field.key, tree: words(reader, &place.get(name)?)? })
        };
        let spec = entry("spec");
        let rules = entry("rules");
        let written: Vec<&str> = place.fields().map(|(field, _)| field.name.as_str()).collect();
        let chosen = written.iter().filter(|name| WORDS.contains(name));
        let words = chosen.filter_map(|name| Some(((*name).to_owned(), entry(name)?))).collect();
        Self { words, spec, templates: IndexMap::new(), rules }
    }

    /// Reads what a file of GitLab's says beside its jobs. A template is held to nothing: it may be any part of a job.
    pub(in crate::pipeline) fn of_file(reader: &mut Reader, around: &Place<'_>) -> Option<Self> {
        let place = reader.record_of(around, "gitlab")?;
        Self::hold(reader, &place);
        let templates = reader.record_of(&place, "templates").map_or_else(IndexMap::new, |templates| trees(reader, &templates));
        Some(Self { templates, ..Self::words(reader, &place) })
    }

    fn hold(reader: &mut Reader, place: &Place<'_>) {
        if let Some(included) = place.get("include") {
            hold::included(reader, &included);
        }
        if let Some(spec) = place.get("spec") {
            if let Some(inputs) = spec.get("inputs") {
                hold::inputs(reader, &inputs);
            }
            if let Some(included) = spec.get("include") {
                hold::included(reader, &included);
            }
        }
        let workflow = place.get("workflow");
        let rules = [place.get("rules"), workflow.as_ref().and_then(|workflow| workflow.get("rules"))];
        for rules in rules.iter().flatten() {
            rules.items().for_each(|rule| hold::rule(reader, &rule));
        }
    }

    fn hold_templates(reader: &mut Reader, templates: &Place<'_>) {
        for (field, here) in templates.fields() {
            if !field.name.starts_with('.') || field.name.len() < 2 || field.name.chars().count() > LONGEST {
                let message = format!("expected a name that begins with a dot, got \"{}\"", field.name);
                let help = format!("write .{}, of at most {LONGEST} characters: a job without the dot runs", field.name);
                reader.faults.push(Fault { notes: vec![help], ..Fault::new(FaultKind::Name, here.path(), field.key, message) });
            }
            hold::job(reader, &here);
        }
    }

    /// The word of that name.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&Tree> {
        self.words.get(name).map(|entry| &entry.tree)
    }

    /// Every part of it, under the name it is written by.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &Entry)> {
        let lone = [("spec", &self.spec), ("rules", &self.rules)];
        let lone = lone.into_iter().filter_map(|(name, entry)| Some((name, entry.as_ref()?)));
        let named = self.words.iter().chain(&self.templates).map(|(name, entry)| (name.as_str(), entry));
        named.chain(lone)
    }
}
