//! The files of one repository as a project, and what is wrong with them as files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{Document, Slip};
use super::gitlab::{self, Held, Lookup, Part};
use super::{github, words};
use crate::finding::{Finding, Identity, Kind, Severity};
use crate::origin::{FileId, Files, Origin};
use crate::pipeline::{Pipeline, Place, Project, Reader};
use crate::rule;
use crate::source::Fault;
use crate::workspace::refusal;

/// What a file is to a forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A workflow of GitHub.
    Workflow,
    /// A file of GitLab's: the one it begins with, or one that is included.
    GitLab,
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
}

impl Repository {
    /// Reads the files of a repository; their texts go into `files`.
    #[must_use]
    pub fn read(name: &str, sources: &[Source], files: &mut Files) -> Self {
        let nowhere = Origin::whole(FileId(0));
        let mut read = Self {
            project: Project::of_files(name, nowhere),
            configurations: Vec::new(),
            found: Vec::new(),
            paths: BTreeMap::new(),
        };
        let (mut parts, mut all_read) = (Vec::new(), true);
        for source in sources {
            let id = files.add(&source.shown, &source.text);
            let document = Document::read(&source.text, id);
            match source.what {
                What::Workflow => read.workflow(source, document, id),
                What::GitLab => match read.part(source, document, id) {
                    Some(part) => parts.push(part),
                    None => all_read = false,
                },
            }
        }
        for configuration in gitlab::configurations(&parts) {
            read.configuration(name, &parts, &configuration, all_read);
        }
        read.project.pipelines.sort_by(|one, other| one.id.cmp(&other.id));
        read
    }

    fn workflow(&mut self, source: &Source, document: Document, file: FileId) {
        let Document { mut roots, mut slips, is_whole, .. } = document;
        let id = self.id_for(&source.path);
        if !is_whole || roots.is_empty() {
            if roots.is_empty() && slips.is_empty() {
                let help = "write name, on and jobs".to_owned();
                slips.push(Slip { origin: Origin::whole(file), message: "the file is empty".to_owned(), help, path: Vec::new() });
            }
            self.say(&slips, &id, Kind::Refused);
            self.project.unread.push(source.path.clone());
            return;
        }
        let node = github::pipeline(roots.swap_remove(0), &source.text, stem(&source.path), &mut slips);
        let mut reader = Reader::of_yaml(Arc::from(source.text.as_str()));
        let place = Place::root(&node);
        let pipeline = Pipeline::read(&mut reader, &place, &id, &source.path);
        self.say(&slips, &id, Kind::Judged);
        let faults: Vec<Fault> = reader.faults.into_iter().map(|fault| words::in_yaml(fault, &node)).collect();
        self.found.extend(refusal::of_pipelines(&faults, &id, &place).into_iter().map(judged));
        match pipeline {
            Some(pipeline) => self.project.pipelines.push(pipeline),
            None => self.project.unread.push(source.path.clone()),
        }
    }

    /// A file of GitLab's as data.
    fn part(&mut self, source: &Source, mut document: Document, file: FileId) -> Option<Part> {
        let id = self.id_for(&source.path);
        let is_empty = document.roots.is_empty() && document.slips.is_empty();
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
        let is_whole = all_read && gitlab::begins(&first.path) && around.iter().all(|part| part.includes.iter().all(is_there));
        let mut pipelines = Vec::new();
        for part in &around {
            let own = std::iter::once(*part).chain(around.iter().copied().filter(|other| other.path != part.path));
            let lookup = Lookup { parts: own.collect() };
            let mut slips = Vec::new();
            let node = gitlab::pipeline(part, &lookup, &mut slips);
            let mut reader = Reader::default();
            let place = Place::root(&node);
            pipelines.push(Pipeline::of_gitlab(&mut reader, &place, &part.id, &part.path));
            self.say(&slips, &part.id, Kind::Judged);
            let faults: Vec<Fault> = reader.faults.into_iter().map(|fault| words::in_yaml(fault, &node)).collect();
            self.found.extend(refusal::of_gitlab(&faults, &part.id).into_iter().map(judged));
            let mut missing = if first.path == gitlab::ROOT && all_read { gitlab::unmet(part, &paths) } else { Vec::new() };
            if is_whole {
                missing.extend(Held::missing(&lookup, part));
            }
            self.found.extend(missing.into_iter().filter_map(|missing| missing.told(&part.id)));
        }
        self.configurations.push(Project::of_gitlab_files(name, Origin::whole(first.file), pipelines));
    }

    /// An id that no other file of the repository has: the file's stem, as far as it can be one.
    fn id_for(&mut self, path: &str) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-') { letter } else { '-' };
        let mut id: String = stem(path).chars().map(plain).collect();
        if !id.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            id.insert(0, '_');
        }
        while self.paths.contains_key(&id) {
            id.push('_');
        }
        self.paths.insert(id.clone(), path.to_owned());
        id
    }

    fn say(&mut self, slips: &[Slip], id: &str, kind: Kind) {
        let rule = rule::find("syntax");
        self.found.extend(slips.iter().map(|slip| {
            let mut identity = Identity::of(id);
            if let [jobs, job, ..] = slip.path.as_slice()
                && jobs == "jobs"
            {
                identity = identity.part(job);
            }
            Finding {
                rule: "syntax".to_owned(),
                severity: Severity::Error,
                kind,
                identity,
                summary: rule.map_or("", |rule| rule.summary).to_owned(),
                message: slip.message.clone(),
                origin: Some(slip.origin),
                related: Vec::new(),
                help: vec![slip.help.clone()],
                diff: None,
                key: slip.path.join("/"),
            }
        }));
    }
}

/// A file that a contract would refuse is judged all the same: nobody can wait for its author.
fn judged(finding: Finding) -> Finding {
    Finding { kind: Kind::Judged, ..finding }
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
}
