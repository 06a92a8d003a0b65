//! What is written in GitLab's own words, as rules look at it: of the project's file, of a pipeline, of a job.

pub(crate) mod include;
pub(crate) mod start;

use super::scope::Spot;
use super::scripts::Script;
use crate::finding::Identity;
use crate::origin::{At, Origin};
use crate::pipeline::gitlab::file::File;
use crate::pipeline::gitlab::{Entry, Tree};
use crate::pipeline::surroundings::Environment;
use crate::pipeline::{Job, Pipeline, Project};

/// The words of a file of GitLab's, but for its jobs: the project's, or those of one pipeline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// The pipeline; none if the project says it of all.
    pub(crate) pipeline: Option<&'a Pipeline>,
    /// The words.
    pub(crate) file: &'a File,
}

/// The words in which a job is described: its own, those of a template, or those that all jobs start from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Described<'a> {
    /// The pipeline; none if the project says it of all.
    pub(crate) pipeline: Option<&'a Pipeline>,
    /// The job, if it is the job's own.
    pub(crate) job: Option<&'a Job>,
    /// What it is called: `default`, `.template`, the job's id.
    pub(crate) name: &'a str,
    /// The words.
    pub(crate) words: &'a Tree,
}

/// A variable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variable<'a> {
    /// The pipeline; none if the project says it of all.
    pub(crate) pipeline: Option<&'a Pipeline>,
    /// The job, if it is the job's own.
    pub(crate) job: Option<&'a Job>,
    /// Its name.
    pub(crate) name: &'a str,
    /// Where the name stands.
    pub(crate) key: Origin,
    /// Its value.
    pub(crate) value: &'a Tree,
    /// Whether variables in it are filled in.
    pub(crate) expands: bool,
}

fn identity(pipeline: Option<&Pipeline>, job: Option<&Job>) -> Identity {
    match (pipeline, job) {
        (Some(pipeline), Some(job)) => pipeline.job_identity(job),
        (Some(pipeline), None) => pipeline.identity(),
        (None, _) => Identity::of("project"),
    }
}

impl Said<'_> {
    /// Whose words they are.
    pub(crate) fn identity(self) -> Identity {
        identity(self.pipeline, None)
    }
}

impl Described<'_> {
    /// Whose words they are.
    pub(crate) fn identity(self) -> Identity {
        identity(self.pipeline, self.job)
    }
}

impl Variable<'_> {
    /// Whose it is.
    pub(crate) fn identity(self) -> Identity {
        identity(self.pipeline, self.job)
    }

    /// Whether what stands at a spot finds it.
    pub(crate) fn reaches(self, spot: Option<Spot<'_>>) -> bool {
        let same = |pipeline: &Pipeline| spot.is_some_and(|spot| std::ptr::eq(spot.pipeline, pipeline));
        let within = |job: &Job| spot.and_then(|spot| spot.job).is_some_and(|one| std::ptr::eq(one, job));
        self.pipeline.is_none_or(same) && self.job.is_none_or(within)
    }
}

/// Everything that is said of files.
pub(crate) fn said(project: &Project) -> Vec<Said<'_>> {
    let whole = project.backends.gitlab.as_ref().map(|settings| Said { pipeline: None, file: &settings.value.file });
    let own =
        project.pipelines.iter().filter_map(|pipeline| Some(Said { pipeline: Some(pipeline), file: pipeline.gitlab.as_ref()? }));
    whole.into_iter().chain(own).collect()
}

/// Everything that is said of jobs.
pub(crate) fn described(project: &Project) -> Vec<Described<'_>> {
    let mut all = Vec::new();
    for Said { pipeline, file } in said(project) {
        let default = file.word("default").map(|words| ("default", words));
        let of_old = file.of_old.as_ref().map(|words| ("default", words));
        let templates = file.templates.iter().map(|(name, entry)| (name.as_str(), &entry.tree));
        all.extend(default.into_iter().chain(of_old).chain(templates).map(|(name, words)| Described {
            pipeline,
            job: None,
            name,
            words,
        }));
    }
    for pipeline in &project.pipelines {
        for job in pipeline.jobs.values() {
            all.extend(job.gitlab.as_ref().map(|words| Described {
                pipeline: Some(pipeline),
                job: Some(job),
                name: &job.id,
                words,
            }));
        }
    }
    all
}

/// What a job deploys to, whoever says so: its field, its own words, a template.
pub(crate) fn deployment(job: &Job) -> Option<At<Environment>> {
    job.environment.clone().or_else(|| job.on_gitlab.environment()).filter(|environment| environment.is_deployed_to())
}

/// Every variable that is set, wherever it is: for all jobs, for one, by a rule, for a service.
pub(crate) fn variables(project: &Project) -> Vec<Variable<'_>> {
    let mut all = Vec::new();
    for Said { pipeline, file } in said(project) {
        for (name, entry) in file.parts().filter(|(name, _)| matches!(*name, "variables" | "workflow" | "rules")) {
            set((pipeline, None), name, &entry.tree, &mut all);
        }
    }
    for Described { pipeline, job, words, .. } in described(project) {
        for (name, entry) in words.entries().filter(|(name, _)| matches!(*name, "variables" | "rules" | "services")) {
            set((pipeline, job), name, &entry.tree, &mut all);
        }
    }
    all
}

/// Gathers the variables under a word: its own entries, or those of `variables` in what it holds.
fn set<'a>(spot: (Option<&'a Pipeline>, Option<&'a Job>), word: &str, tree: &'a Tree, all: &mut Vec<Variable<'a>>) {
    if word == "variables" {
        for (name, Entry { key, tree }) in tree.entries() {
            // A variable of a whole file may be a record that says more of it.
            let value = tree.get("value").unwrap_or(tree);
            let expands = tree.get("expand").and_then(Tree::flag) != Some(false);
            all.push(Variable { pipeline: spot.0, job: spot.1, name, key: *key, value, expands });
        }
        return;
    }
    for item in tree.items().iter().filter(|item| item.entries().next().is_some()) {
        item.entries().for_each(|(name, entry)| {
            if matches!(name, "variables" | "rules") {
                set(spot, name, &entry.tree, all);
            }
        });
    }
}

/// Every command that stands in no job, each as a script of its own. What those of jobs come to are steps.
pub(crate) fn scripts(project: &Project) -> Vec<Script<'_>> {
    let mut all = Vec::new();
    for Described { pipeline, words, .. } in described(project).into_iter().filter(|part| part.job.is_none()) {
        let spot = pipeline.map(|pipeline| Spot { pipeline, job: None, step: None });
        for (name, entry) in words.entries() {
            match name {
                "script" | "before_script" | "after_script" | "hooks" => commands(spot, &entry.tree, &mut all),
                "run" => {
                    let scripts = entry.tree.items().iter().filter_map(|step| step.get("script"));
                    scripts.for_each(|script| commands(spot, script, &mut all));
                }
                _ => {}
            }
        }
    }
    all
}

fn commands<'a>(spot: Option<Spot<'a>>, tree: &'a Tree, all: &mut Vec<Script<'a>>) {
    let texts = tree.texts().into_iter().map(|(_, At { value: text, origin })| (text, origin));
    all.extend(texts.map(|(text, origin)| Script { spot, text, origin, posix: true, powershell: false }));
}
