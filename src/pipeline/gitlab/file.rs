//! What a file of GitLab's says beside its jobs: of the project as a whole, or of one pipeline.

use indexmap::IndexMap;

use super::super::reader::{Place, Reader};
use super::whole::ONCE_AT_THE_TOP;
use super::{Data, Entry, Tree, hold, trees, verbatim, words};
use crate::origin::At;
use crate::source::{Fault, FaultKind, Value};

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
    /// Whether it is a file of its own that says what the pipeline says and nothing more. Of a pipeline only.
    pub as_written: bool,
    /// What every job starts from that is said at the top of such a file and not under `default`, put together.
    pub of_old: Option<Tree>,
    /// Where that file lies, if something is said.
    pub file: Option<At<String>>,
}

/// The words of a file.
const WORDS: &[&str] = &["$schema", "include", "default", "variables", "workflow"];
/// What a pipeline says besides that is written as it is.
const AS_WRITTEN: &[&str] = &["file", "stages", verbatim::WORD];
/// Where GitLab looks for the file that it begins with.
pub const ROOT: &str = ".gitlab-ci.yml";
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
        let known: Vec<&str> = Self::of_projects().chain(["rules", "as_written"]).chain(AS_WRITTEN.iter().copied()).collect();
        reader.known(&place, &known);
        if is_as_written(around) {
            return Some(Self::as_written(reader, &place));
        }
        for name in AS_WRITTEN {
            if let Some(here) = place.get(name) {
                let message = format!("`{name}` belongs to a pipeline that is as it is written");
                reader.refuse(&here, message, "write gitlab.as_written = true, or remove it");
            }
        }
        Some(Self::read(reader, &place))
    }

    /// A file of its own: what it says is held as loosely as a file that somebody else wrote.
    fn as_written(reader: &mut Reader, place: &Place<'_>) -> Self {
        Self::hold(reader, place);
        let templates = reader.record_of(place, "templates").map_or_else(IndexMap::new, |templates| trees(reader, &templates));
        let mut file = Self { templates, as_written: true, file: Self::file(reader, place), ..Self::words(reader, place) };
        if let (Some(field), Some(here)) = (place.node.field("stages"), place.get("stages"))
            && let Some(tree) = words(reader, &here)
        {
            file.words.insert(field.name.clone(), Entry { key: field.key, tree });
        }
        let more = reader.record_of(place, verbatim::WORD).map_or_else(IndexMap::new, |verbatim| trees(reader, &verbatim));
        for (name, entry) in more {
            let into = if name.starts_with('.') { &mut file.templates } else { &mut file.words };
            verbatim::put(into, name, entry);
        }
        let of_old = ONCE_AT_THE_TOP.iter().filter_map(|name| Some(((*name).to_owned(), file.words.get(*name)?.clone())));
        let of_old: IndexMap<String, Entry> = of_old.collect();
        file.of_old = (!of_old.is_empty()).then(|| Tree { data: Data::Map(of_old), origin: place.origin() });
        file
    }

    /// Where the file lies: a path from the root of the repository.
    fn file(reader: &mut Reader, place: &Place<'_>) -> Option<At<String>> {
        let file = reader.text_of(place, "file")?;
        let is_plain = file.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && part != ".git");
        let is_yaml = file.ends_with(".yml") || file.ends_with(".yaml");
        if !is_plain || !is_yaml || file.contains(['\\', ':', '\n']) {
            let message = format!("expected the path of a file of GitLab's, got \"{}\"", file.escape_debug());
            reader.misnamed(place, file.origin, message, "write it from the root of the repository: ci/build.yml");
        }
        Some(file)
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
        Self { words, spec, rules, ..Self::default() }
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

    /// Where its file lies, if it has one of its own.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.as_written.then(|| self.file.as_ref().map_or(ROOT, |file| file.value.as_str()))
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

/// Whether the pipeline at a place says of itself that it is as it is written for GitLab.
pub(in crate::pipeline) fn is_as_written(place: &Place<'_>) -> bool {
    let said = place.node.get("gitlab").and_then(|words| words.get("as_written"));
    said.is_some_and(|said| said.value == Value::Bool(true))
}
