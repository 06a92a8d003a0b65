//! What a job has on GitLab in the end: its own words, over those of the jobs it extends, over what every job starts from. Rules
//! look at it, and at the steps it comes to; no backend writes it.

use indexmap::IndexMap;

use super::super::Pipeline;
use super::super::job::Job;
use super::super::project::Project;
use super::super::step::Step;
use super::super::surroundings::Environment;
use super::super::value::Bindings;
use super::commands;
use super::file::File;
use super::{Data, Entry, Tree, job};
use crate::origin::{At, Origin};

/// How often jobs extend each other at most, and references lead on. As documented, read 2026-11.
const DEPTH: usize = 11;

/// What all of GitLab's words of a job come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Whole {
    /// The words, each as it holds in the end.
    pub words: IndexMap<String, Entry>,
    /// The variables, those of the whole file included.
    pub variables: Bindings,
    /// The commands as steps, and what is cached.
    pub steps: Vec<Step>,
    /// Where the commands stand that are a step together as well as one by one.
    pub joined: Vec<Origin>,
    /// Whether it extends what no file of the project says.
    pub is_open: bool,
}

impl Whole {
    /// The word of that name.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&Tree> {
        self.words.get(name).map(|entry| &entry.tree)
    }

    /// What it deploys to, as far as these words say so without variables.
    #[must_use]
    pub fn environment(&self) -> Option<At<Environment>> {
        self.word("environment").and_then(job::environment)
    }
}

/// Works out for each job of a project what its words come to.
pub fn settle(project: &mut Project) {
    let mut settled = Vec::new();
    for pipeline in &project.pipelines {
        let of_project = project.backends.gitlab.as_ref().map(|settings| &settings.file);
        // What is written as files is one configuration; a pipeline of a project sees no other one, unless both are as they are
        // written and one file includes the other.
        let included = if project.declares { together(&project.pipelines, pipeline) } else { Vec::new() };
        let is_beside = |other: &&Pipeline| {
            let same = if project.declares { included.contains(&other.id.as_str()) } else { true };
            same && other.id != pipeline.id
        };
        let beside: Vec<&Pipeline> = project.pipelines.iter().filter(is_beside).collect();
        let files: Vec<&File> =
            pipeline.gitlab.iter().chain(of_project).chain(beside.iter().filter_map(|other| other.gitlab.as_ref())).collect();
        let jobs = std::iter::once(pipeline).chain(beside).map(|pipeline| &pipeline.jobs).collect();
        let around = Around { project, files, jobs };
        settled.push(pipeline.jobs.values().map(|job| around.whole(job)).collect::<Vec<Whole>>());
    }
    for (pipeline, wholes) in project.pipelines.iter_mut().zip(settled) {
        for (job, whole) in pipeline.jobs.values_mut().zip(wholes) {
            job.on_gitlab = whole;
        }
    }
}

/// The pipelines whose files are one configuration with that of a pipeline, each as it is written: those that it includes or that
/// include it, and what these do.
fn together<'a>(pipelines: &'a [Pipeline], from: &'a Pipeline) -> Vec<&'a str> {
    let file = |pipeline: &'a Pipeline| pipeline.gitlab.as_ref().filter(|file| file.as_written);
    let Some(own) = file(from) else { return Vec::new() };
    let mut found = vec![(from, own)];
    let mut at = 0;
    while let Some((pipeline, words)) = found.get(at).copied() {
        let is_new = |found: &[(&Pipeline, &File)], other: &Pipeline| found.iter().all(|(known, _)| known.id != other.id);
        for other in pipelines {
            if let Some(theirs) = file(other).filter(|_| is_new(&found, other))
                && (includes(words, other) || includes(theirs, pipeline))
            {
                found.push((other, theirs));
            }
        }
        at += 1;
    }
    found.into_iter().map(|(pipeline, _)| pipeline.id.as_str()).collect()
}

/// Whether a file includes that of a pipeline by its path.
fn includes(words: &File, pipeline: &Pipeline) -> bool {
    let Some(path) = pipeline.gitlab_file() else { return false };
    let is_it = |one: &Tree| {
        let local = one.text().or_else(|| one.get("local").and_then(Tree::text));
        local.is_some_and(|local| local.trim_start_matches('/') == path)
    };
    words.word("include").is_some_and(|include| include.items().iter().any(is_it))
}

/// What a job can take from.
pub(super) struct Around<'a> {
    pub(super) project: &'a Project,
    /// What is said of the pipeline, then what is said of the project and beside it.
    files: Vec<&'a File>,
    /// The jobs of the pipeline, then those beside it.
    jobs: Vec<&'a IndexMap<String, Job>>,
}

/// Words that once stood at the top of a file and are what all jobs start from; GitLab reads them there still.
pub(crate) const ONCE_AT_THE_TOP: &[&str] = &["image", "services", "cache", "before_script", "after_script"];

type Words = IndexMap<String, Entry>;

impl Around<'_> {
    fn whole(&self, job: &Job) -> Whole {
        let mut words = Words::new();
        if let Some(Tree { data: Data::Map(own), .. }) = &job.gitlab {
            // What other files say of a job of this name is said of it too.
            for other in self.jobs.iter().skip(1).rev().filter_map(|jobs| jobs.get(&job.id)?.gitlab.as_ref()) {
                if let Data::Map(other) = &other.data {
                    merge(&mut words, &self.extended(other, DEPTH));
                }
            }
            merge(&mut words, &self.extended(own, DEPTH));
        }
        self.start_from(job, &mut words);
        let is_open = job.gitlab.as_ref().is_some_and(|own| self.is_open(own, DEPTH));
        let mut whole = Whole { is_open, variables: self.variables(&words), words, ..Whole::default() };
        (whole.steps, whole.joined) = commands::steps(self, job, &whole);
        whole
    }

    /// The words over those of the jobs and templates that they extend, the last named over the first.
    fn extended(&self, own: &Words, depth: usize) -> Words {
        let mut words = Words::new();
        if depth > 0
            && let Some(extends) = own.get("extends")
        {
            for name in extends.tree.items().iter().filter_map(Tree::text) {
                if let Some(Tree { data: Data::Map(base), .. }) = self.named(name) {
                    merge(&mut words, &self.extended(base, depth - 1));
                }
            }
        }
        merge(&mut words, own);
        words
    }

    fn is_open(&self, words: &Tree, depth: usize) -> bool {
        let names = words.get("extends").map_or(&[][..], Tree::items).iter().filter_map(Tree::text);
        depth == 0 || names.into_iter().any(|name| self.named(name).is_none_or(|base| self.is_open(base, depth - 1)))
    }

    /// What is written under the name of a template or a job.
    fn named(&self, name: &str) -> Option<&Tree> {
        let template = self.files.iter().find_map(|file| file.templates.get(name)).map(|entry| &entry.tree);
        template.or_else(|| self.jobs.iter().find_map(|jobs| jobs.get(name))?.gitlab.as_ref())
    }

    /// Adds what every job starts from and this one does not say or refuse. A word is taken as a whole or not at all.
    fn start_from(&self, job: &Job, words: &mut Words) {
        let inherited = |name: &str, words: &Words| match words.get("inherit").and_then(|inherit| inherit.tree.get("default")) {
            Some(tree) => tree.flag().unwrap_or_else(|| tree.items().iter().any(|item| item.text() == Some(name))),
            None => true,
        };
        // What is written for the job because of its own fields stands over what it would start from.
        let taken = |name: &str| match name {
            "image" => job.container.is_some(),
            "services" => !job.services.is_empty(),
            "before_script" => !job.top_steps().is_empty(),
            "timeout" => job.timeout.is_some(),
            "retry" => job.retry.is_some(),
            _ => false,
        };
        let starts_pipeline = job.call().is_some() || words.contains_key("trigger");
        let defaults = self.files.iter().filter_map(|file| file.word("default")).flat_map(Tree::entries);
        let of_old =
            self.files.iter().flat_map(|file| ONCE_AT_THE_TOP.iter().filter_map(|name| Some((*name, file.words.get(*name)?))));
        for (name, entry) in defaults.chain(of_old).filter(|_| !starts_pipeline) {
            if !words.contains_key(name) && !taken(name) && inherited(name, words) {
                words.insert(name.to_owned(), entry.clone());
            }
        }
    }

    /// The variables of a job, over those of its file.
    fn variables(&self, words: &Words) -> Bindings {
        let inherit = words.get("inherit").and_then(|inherit| inherit.tree.get("variables"));
        let is_taken = |name: &str| match inherit {
            Some(tree) => tree.flag().unwrap_or_else(|| tree.items().iter().any(|item| item.text() == Some(name))),
            None => true,
        };
        let mut variables = Bindings::new();
        for (name, entry) in self.files.iter().rev().filter_map(|file| file.word("variables")).flat_map(Tree::entries) {
            if is_taken(name) {
                commands::bind(self.project, &mut variables, name, entry);
            }
        }
        for (name, entry) in words.get("variables").into_iter().flat_map(|entry| entry.tree.entries()) {
            commands::bind(self.project, &mut variables, name, entry);
        }
        variables
    }

    /// The texts of commands, in their order: a text, lists in each other, and what references lead to.
    pub(super) fn texts<'a>(&'a self, tree: &'a Tree) -> Vec<&'a Tree> {
        let mut found = Vec::new();
        self.gather(tree, DEPTH, &mut found);
        found
    }

    fn gather<'a>(&'a self, tree: &'a Tree, depth: usize, found: &mut Vec<&'a Tree>) {
        match &tree.data {
            _ if depth == 0 => {}
            Data::Text(_) => found.push(tree),
            Data::List(items) => items.iter().for_each(|item| self.gather(item, depth - 1, found)),
            Data::Reference(path) => {
                let keys: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
                if let Some(target) = path.first().and_then(|name| self.named(name)?.at(&keys)) {
                    self.gather(target, depth - 1, found);
                }
            }
            _ => {}
        }
    }
}

/// Puts words over others: what has names is joined by them, everything else replaced.
fn merge(under: &mut Words, over: &Words) {
    for (name, entry) in over {
        match (under.get_mut(name).map(|entry| &mut entry.tree), &entry.tree.data) {
            (Some(Tree { data: Data::Map(there), .. }), Data::Map(more)) => merge(there, more),
            _ => {
                under.insert(name.clone(), entry.clone());
            }
        }
    }
}
