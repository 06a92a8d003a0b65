//! SEEK: what pipelines use of their own repository by its path, and nothing emits, on the disk.

use std::collections::BTreeMap;
use std::path::Path;

use crate::backend::gitlab;
use crate::disk::locate;
use crate::finding::{Finding, Identity};
use crate::origin::Origin;
use crate::path::join_inside;
use crate::pipeline::backends::Forge;
use crate::pipeline::github::action::CHECKOUT;
use crate::pipeline::job::Callee;
use crate::pipeline::step::Kind as Does;
use crate::pipeline::uses::Used;
use crate::pipeline::{Job, Pipeline, Project};
use crate::rule;
use crate::view::actions;
use crate::view::gitlab::include::{self, From, Included};
use crate::view::glob;

/// The rules this is said under: of what GitHub's workflows use, and of what GitLab's files include.
const USED: &str = "uses-missing";
const INCLUDED: &str = "gl-include-missing";

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
    let known = project.unread.is_empty() || !project.declares;
    if known && project.backends.write_for(Forge::GitLab) {
        seeking.included(project);
    }
    if known && project.backends.write_for(Forge::GitHub) {
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

/// Whether a file is there, or one that a pattern fits: `*` is any part of a name, `**` any folders too.
fn is_there(root: &Path, path: &str) -> bool {
    let Some(star) = path.find('*') else { return locate(root, path).is_ok_and(|place| place.is_file()) };
    let folder = path[..star].rfind('/').map_or("", |slash| &path[..slash]);
    let parts: Vec<&str> = path[folder.len()..].trim_start_matches('/').split('/').collect();
    let start = if folder.is_empty() { root.canonicalize().ok() } else { locate(root, folder).ok() };
    start.is_some_and(|folder| fits(&folder, &parts, 0))
}

/// How deep folders are looked into for a pattern.
const DEPTH: u8 = 32;

/// Whether a file below a folder fits the parts of a pattern. Nothing is followed out of it: a link is no folder.
fn fits(folder: &Path, parts: &[&str], depth: u8) -> bool {
    let Some((part, rest)) = parts.split_first() else { return false };
    if *part == "**" && fits(folder, rest, depth) {
        return true;
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.filter_map(Result::ok).any(|entry| {
        let name = entry.file_name();
        let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { return false };
        let inside = |parts| kind.is_dir() && name != ".git" && depth < DEPTH && fits(&entry.path(), parts, depth + 1);
        match (*part, rest) {
            ("**", _) => inside(parts),
            (pattern, []) if pattern.contains("**") => kind.is_file() && glob::matches(pattern, name) || inside(parts),
            (pattern, []) => kind.is_file() && glob::matches(pattern, name),
            (pattern, rest) => glob::matches(pattern, name) && inside(rest),
        }
    })
}

struct Seeking<'a> {
    root: &'a Path,
    sought: Sought,
    findings: Vec<Finding>,
}

impl Seeking<'_> {
    /// What is included by its path, but for what is written by ourselves.
    fn included(&mut self, project: &Project) {
        let emitted: Vec<String> =
            project.pipelines.iter().filter(|pipeline| pipeline.on.call.is_some()).map(gitlab::called_path).collect();
        for Included { identity, words, from } in include::all(project) {
            let From::Local(written) = from else { continue };
            let path = written.trim_start_matches('/');
            // What a variable is a part of is known when the pipeline is made.
            if path.contains('$') || emitted.iter().any(|file| glob::matches(path, file)) || self.any([path.to_owned()]) {
                continue;
            }
            let message = match path.contains('*') {
                true => format!("no file fits `{written}`"),
                false => format!("there is no `{written}`"),
            };
            self.say(INCLUDED, identity, words.origin, message);
        }
    }

    fn call(&mut self, project: &Project, pipeline: &Pipeline, job: &Job) {
        let Some(call) = job.call() else { return };
        if let Callee::File(file) = &call.callee.value
            && project.callee(call).is_none()
            && !self.any([format!("{OURS}workflows/{file}")])
        {
            let message = format!("there is no `{OURS}workflows/{file}`");
            self.say(USED, pipeline.job_identity(job), call.callee.origin, message);
        }
    }

    fn steps(&mut self, project: &Project, pipeline: &Pipeline, job: &Job) {
        for step in job.all_steps() {
            let Does::Uses(uses) = &step.kind.value else { continue };
            // From here on the folder may be that of another repository.
            if actions::is(uses, CHECKOUT) && actions::input(uses, "repository").is_some() {
                return;
            }
            let used = uses.used();
            if project.actions.iter().any(|action| action.is_used_by(used)) {
                continue;
            }
            let Some(path) = of_the_commit(used) else { continue };
            if !self.any(ACTION.map(|file| format!("{path}/{file}"))) {
                let message = format!("there is no action in `{path}`");
                self.say(USED, pipeline.step_identity(job, step), uses.action.origin, message);
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

    fn say(&mut self, id: &str, identity: Identity, origin: Origin, message: String) {
        let Some(rule) = rule::find(id) else { return };
        self.findings.push(Finding {
            origin: Some(origin),
            help: vec!["write its path from the root of the repository, or add it".to_owned()],
            key: if id == USED { "uses" } else { "include" }.to_owned(),
            ..Finding::new(id, rule.summary, rule.severity, identity, message)
        });
    }
}

/// The directory of an action that is in the commit if it is anywhere.
fn of_the_commit(used: Used<'_>) -> Option<String> {
    join_inside("", used.own()?).filter(|path| path.starts_with(OURS))
}
