//! SEEK: what pipelines use of their own repository by its path, and nothing emits, on the disk.

use std::collections::BTreeMap;
use std::path::Path;

use crate::disk::locate;
use crate::finding::{Finding, Identity, Kind};
use crate::origin::Origin;
use crate::path::join_inside;
use crate::pipeline::job::Callee;
use crate::pipeline::step::Kind as Does;
use crate::pipeline::uses::Used;
use crate::pipeline::{Job, Pipeline, Project};
use crate::rule;

/// The rule all of this is said under.
pub const RULE: &str = "uses-missing";

/// What makes a directory an action.
const ACTION: [&str; 3] = ["action.yml", "action.yaml", "Dockerfile"];
/// The directory that steps have no reason to write to: what a job uses of it is of the commit.
const OURS: &str = ".github/";

/// The files that were looked for, by their path from the root: whether they were there.
pub type Sought = BTreeMap<String, bool>;

/// What is to be said of what is not there, and what was looked for.
#[must_use]
pub fn missing(root: &Path, project: &Project) -> (Vec<Finding>, Sought) {
    let mut seeking = Seeking { root, sought: Sought::new(), findings: Vec::new() };
    // What a file that could not be read emits is not known.
    let concerns = rule::find(RULE).is_some_and(|rule| rule.concerns(&project.backends));
    if concerns && project.unread.is_empty() {
        for pipeline in &project.pipelines {
            for job in pipeline.jobs.values() {
                seeking.call(project, pipeline, job);
                seeking.steps(project, pipeline, job);
            }
        }
        for action in &project.actions {
            action.job().into_iter().for_each(|job| seeking.steps(project, &action.within, job));
        }
    }
    (seeking.findings, seeking.sought)
}

/// Whether everything is there that was, and nothing else.
#[must_use]
pub fn is_unchanged(root: &Path, sought: &Sought) -> bool {
    sought.iter().all(|(path, there)| is_there(root, path) == *there)
}

fn is_there(root: &Path, path: &str) -> bool {
    locate(root, path).is_ok_and(|place| place.is_file())
}

struct Seeking<'a> {
    root: &'a Path,
    sought: Sought,
    findings: Vec<Finding>,
}

impl Seeking<'_> {
    fn call(&mut self, project: &Project, pipeline: &Pipeline, job: &Job) {
        let Some(call) = job.call() else { return };
        if let Callee::File(file) = &call.callee.value
            && project.callee(call).is_none()
            && !self.any([format!("{OURS}workflows/{file}")])
        {
            let message = format!("there is no `{OURS}workflows/{file}`");
            self.say(pipeline.job_identity(job), call.callee.origin, message);
        }
    }

    fn steps(&mut self, project: &Project, pipeline: &Pipeline, job: &Job) {
        for step in job.all_steps() {
            let Does::Uses(uses) = &step.kind.value else { continue };
            let used = uses.used();
            if project.actions.iter().any(|action| action.is_used_by(used)) {
                continue;
            }
            let Some(path) = of_the_commit(used) else { continue };
            if !self.any(ACTION.map(|file| format!("{path}/{file}"))) {
                let message = format!("there is no action in `{path}`");
                self.say(pipeline.step_identity(job, step), uses.action.origin, message);
            }
        }
    }

    /// Whether one of these files is there.
    fn any(&mut self, paths: impl IntoIterator<Item = String>) -> bool {
        let root = self.root;
        let mut any = false;
        for path in paths {
            any |= *self.sought.entry(path).or_insert_with_key(|path| is_there(root, path));
        }
        any
    }

    fn say(&mut self, identity: Identity, origin: Origin, message: String) {
        let Some(rule) = rule::find(RULE) else { return };
        self.findings.push(Finding {
            rule: RULE.to_owned(),
            severity: rule.severity,
            kind: Kind::Judged,
            identity,
            summary: rule.summary.to_owned(),
            message,
            origin: Some(origin),
            related: Vec::new(),
            help: vec!["write its path from the root of the repository, or add it".to_owned()],
            diff: None,
            key: "uses".to_owned(),
        });
    }
}

/// The directory of an action that is in the commit if it is anywhere.
fn of_the_commit(used: Used<'_>) -> Option<String> {
    join_inside("", used.own()?).filter(|path| path.starts_with(OURS))
}
