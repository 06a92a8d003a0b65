//! A call: the pipeline or workflow that a job runs instead of steps, and what it is given.

use std::fmt;

use super::reader::{Place, Reader, is_identifier};
use super::uses::{Foreign, Used};
use super::value::{Bindings, Value};
use super::{Pipeline, Project};
use crate::origin::{At, Origin};

/// A call of another pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub callee: At<Callee>,
    /// Its inputs.
    pub with: Bindings,
    /// The secrets handed over.
    pub secrets: Bindings,
    /// Where every secret there is is handed over, if it is.
    pub inherit: Option<Origin>,
}

/// What a job calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// A pipeline of this project, by id.
    Pipeline(String),
    /// A workflow of this repository, by the name of its file: a pipeline of the project, or written by hand.
    File(String),
    /// A workflow of another repository: `owner/name/.github/workflows/file.yml`, and the revision if it is written with it.
    Foreign(String, Option<String>),
}

impl fmt::Display for Callee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipeline(name) | Self::File(name) | Self::Foreign(name, None) => f.write_str(name),
            Self::Foreign(name, Some(revision)) => write!(f, "{name}@{revision}"),
        }
    }
}

impl Project {
    /// The pipeline a job calls, if it is one of this project.
    #[must_use]
    pub fn callee(&self, call: &Call) -> Option<&Pipeline> {
        match &call.callee.value {
            Callee::Pipeline(id) => self.pipeline(id),
            Callee::File(file) => {
                let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
                // What is read as YAML is called by its file, whatever that is called.
                let is_it = |pipeline: &&Pipeline| match self.declares {
                    true => pipeline.file_name() == *file,
                    false => pipeline.source.strip_prefix(WORKFLOWS) == Some(file),
                };
                self.pipeline(stem).filter(is_it).or_else(|| self.pipelines.iter().find(is_it))
            }
            Callee::Foreign(..) => None,
        }
    }
}

/// Where GitHub keeps workflows.
const WORKFLOWS: &str = ".github/workflows/";
const HELP: &str = "write \"owner/name/.github/workflows/file.yml\"";

impl Callee {
    /// The workflow if it is one of another repository.
    #[must_use]
    pub fn foreign(&self) -> Option<Foreign<'_>> {
        match self {
            Self::Foreign(path, revision) => Some(Foreign { path, revision: revision.as_deref() }),
            Self::Pipeline(_) | Self::File(_) => None,
        }
    }

    /// The id of the pipeline it is, if it is one of this project.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Pipeline(id) => Some(id),
            Self::File(file) => file.strip_suffix(".yml"),
            Self::Foreign(..) => None,
        }
    }

    /// Reads the id of a pipeline.
    pub fn pipeline(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        reader.text(place).map(|id| id.map(Self::Pipeline))
    }

    /// Reads the path of a workflow: of another repository, or of this one after `$/` or `./`.
    pub fn workflow(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let text = reader.text(place)?;
        let callee = match Used::of(&text) {
            Used::Own(path) => own(path),
            Used::Foreign(named) => foreign(named),
            Used::Image(_) => None,
        };
        if callee.is_none() {
            reader.refuse(place, format!("expected the path of a workflow, got \"{}\"", text.value), HELP);
        }
        callee.map(|callee| At::new(callee, text.origin))
    }
}

fn own(path: &str) -> Option<Callee> {
    path.strip_prefix(WORKFLOWS).filter(|file| is_file(file)).map(|file| Callee::File(file.to_owned()))
}

fn foreign(Foreign { path, revision }: Foreign<'_>) -> Option<Callee> {
    let (repository, file) = path.split_once(&format!("/{WORKFLOWS}"))?;
    let (owner, name) = repository.split_once('/')?;
    let word = |word: &str| is_identifier(&format!("_{}", word.replace('.', "_"))) && !word.is_empty();
    let fits = word(owner) && word(name) && is_file(file) && revision.is_none_or(is_revision);
    fits.then(|| Callee::Foreign(path.to_owned(), revision.map(str::to_owned)))
}

fn is_file(file: &str) -> bool {
    let stem = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml"));
    stem.is_some_and(|stem| is_identifier(&format!("_{}", stem.replace('.', "_"))) && !stem.is_empty())
}

/// A commit, a tag or a branch, and nothing that could end the line.
fn is_revision(revision: &str) -> bool {
    !revision.is_empty() && revision.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/+".contains(&byte))
}

impl Call {
    /// Reads what is given to the callee: the inputs and secrets of a job's own fields.
    pub fn read(reader: &mut Reader, place: &Place<'_>, callee: At<Callee>) -> Self {
        let (with, secrets) = (Value::bindings(reader, place, "with"), Value::bindings(reader, place, "secrets"));
        Self { callee, with, secrets, inherit: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(text: &str) -> Option<Callee> {
        super::foreign(Used::of(text).foreign()?)
    }

    #[test]
    fn a_workflow_is_known_by_its_path() {
        let sha = "0a".repeat(20);
        assert_eq!(own(".github/workflows/a.b.yml"), Some(Callee::File("a.b.yml".to_owned())));
        assert_eq!(
            foreign(&format!("o/r.s/.github/workflows/x.yaml@{sha}")),
            Some(Callee::Foreign("o/r.s/.github/workflows/x.yaml".to_owned(), Some(sha)))
        );
        assert!(matches!(foreign("o/r/.github/workflows/x.yml"), Some(Callee::Foreign(_, None))));
        for wrong in
            ["o/.github/workflows/x.yml", "o/r/x.yml@v1", "o/r/.github/workflows/x.yml@", "o/r/.github/workflows/a/x.yml"]
        {
            assert_eq!(foreign(wrong), None, "{wrong}");
        }
        for wrong in ["workflows/x.yml", ".github/workflows/../x.yml", ".github/workflows/.yml", ".github/workflows/x.json"] {
            assert_eq!(own(wrong), None, "{wrong}");
        }
    }
}
