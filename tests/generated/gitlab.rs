//! What GitLab's pipeline, read back from YAML, means, held against the model it was written from.

use std::collections::{BTreeMap, BTreeSet};

use pipeward::loss::{Fate, Loss};
use pipeward::pipeline::gitlab::expression::{Expression, Scope};
use pipeward::pipeline::runner::Runner;
use pipeward::pipeline::step::{Impact, Kind};
use pipeward::pipeline::{Job, Part, Pipeline, Project};
use serde_yaml::Value as Yaml;

use super::world::World;

/// What does not agree, each with its place.
pub(crate) struct Differences<'a> {
    pipeline: &'a Pipeline,
    file: &'a Yaml,
    /// Whether the file has other pipelines as well.
    is_shared: bool,
    /// The jobs of which GitLab cannot do something.
    lost: BTreeSet<String>,
    pub(crate) list: Vec<String>,
}

impl<'a> Differences<'a> {
    pub(crate) fn new(project: &'a Project, pipeline: &'a Pipeline, file: &'a Yaml, losses: &[Loss]) -> Self {
        let impossible = losses.iter().filter(|loss| matches!(loss.fate(), Fate::Impossible(_)));
        let lost = impossible.map(|loss| loss.identity.as_str().to_owned()).collect();
        Self { pipeline, file, is_shared: project.pipelines.len() > 1, lost, list: Vec::new() }
    }

    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, place: &str, written: T, meant: T) {
        if written != meant {
            self.list.push(format!("{place}: written {written:?}, meant {meant:?}"));
        }
    }

    fn name(&self, job: &str) -> String {
        format!("{}/{job}", self.pipeline.id)
    }

    /// Compares everything but when jobs run.
    pub(crate) fn file(&mut self, images: &BTreeMap<&str, &str>) {
        let map = self.file.as_mapping().expect("a map");
        let written: Vec<&str> = map.keys().filter_map(Yaml::as_str).filter(|key| key.starts_with(&self.name(""))).collect();
        let meant: Vec<String> = self.pipeline.jobs.keys().map(|job| self.name(job)).collect();
        self.equal("jobs", written, meant.iter().map(String::as_str).collect());
        for job in self.pipeline.jobs.values() {
            self.job(job, images);
        }
    }

    fn job(&mut self, job: &Job, images: &BTreeMap<&str, &str>) {
        let yaml = &self.file[self.name(&job.id).as_str()];
        let place = |name: &str| format!("{}.{name}", job.id);
        let needs: Vec<String> = names(&yaml["needs"]).map(|(name, _)| name.to_owned()).collect();
        let meant: Vec<String> = job.needs.iter().map(|need| self.name(need)).collect();
        self.equal(&place("needs"), meant.iter().all(|need| needs.contains(need)), true);
        let before = |name: &str| self.pipeline.jobs.keys().take_while(|id| **id != job.id).any(|id| self.name(id) == name);
        self.equal(&place("needs before it"), needs.iter().all(|need| before(need)), true);
        // A stage only groups, but GitLab wants it no later than those of the jobs that need it.
        let stages: Vec<&str> = self.file["stages"].as_sequence().into_iter().flatten().filter_map(Yaml::as_str).collect();
        let stage = |yaml: &Yaml| stages.iter().position(|stage| yaml["stage"].as_str() == Some(stage));
        let later = needs.iter().all(|need| stage(&self.file[need.as_str()]) <= stage(yaml));
        self.equal(&place("stage"), stage(yaml).is_some() && later, true);
        let minutes = job.timeout.as_ref().map(|timeout| timeout.to_string().replace(' ', ""));
        self.equal(&place("timeout"), yaml["timeout"].as_str().map(|text| text.replace(' ', "")), minutes);
        let warns = job.impact.as_ref().is_some_and(|impact| impact.value == Impact::Warn);
        if job.warn_if.is_none() {
            self.equal(&place("allow_failure"), yaml["allow_failure"].as_bool().unwrap_or(false), warns);
        }
        let (tag, default) = match job.runner.as_ref().map(|runner| &runner.value) {
            Some(Runner::Name(name)) => runner(name),
            _ => (None, Some("default")),
        };
        self.equal(&place("tags"), yaml["tags"][0].as_str(), tag);
        let image = job.container.as_ref().and_then(|container| container.image.plain()).or(default);
        let written = yaml["image"].as_str().or_else(|| yaml["image"]["name"].as_str());
        self.equal(&place("image"), written, image.map(|name| images[name]));
        self.environment(job, yaml);
        self.kept(job, &yaml["artifacts"]);
        self.scripts(job, &yaml["script"]);
    }

    /// Values that are known before are variables; each stands over one of the pipeline.
    fn environment(&mut self, job: &Job, yaml: &Yaml) {
        let shared = self.pipeline.env.iter().filter(|(name, _)| !job.env.contains_key(*name));
        for (name, binding) in shared.chain(&job.env) {
            let texts = binding.value.parts.iter().map(|part| match &part.value {
                Part::Text(text) => Some(text.replace('$', "$$")),
                Part::Number(number) => Some(number.to_string()),
                Part::Flag(flag) => Some(flag.to_string()),
                _ => None,
            });
            if let Some(meant) = texts.collect::<Option<String>>() {
                self.equal(&format!("{}.{name}", job.id), yaml["variables"][name.as_str()].as_str(), Some(meant.as_str()));
                let given = format!("provide {name} ");
                let given = entries(&yaml["script"]).into_iter().find(|entry| entry.starts_with(&given));
                self.equal(&format!("{}.{name} a second time", job.id), given, None);
            }
        }
    }

    /// One artifact has all files of all uploads, and lives as long as the longest of them.
    fn kept(&mut self, job: &Job, yaml: &Yaml) {
        let uploads: Vec<_> = job
            .all_steps()
            .filter_map(|step| match &step.kind.value {
                Kind::Upload(upload) => Some(upload),
                _ => None,
            })
            .collect();
        for path in uploads.iter().flat_map(|upload| &upload.paths) {
            let (list, path) = path.strip_prefix('!').map_or(("paths", path.as_str()), |path| ("exclude", path));
            let listed = yaml[list].as_sequence().is_some_and(|paths| paths.iter().any(|written| written.as_str() == Some(path)));
            self.equal(&format!("{}.artifacts.{list}: {path}", job.id), listed, true);
        }
        if let Some(days) = uploads.iter().filter_map(|upload| upload.retention.as_ref()).map(|retention| retention.days).max() {
            let written = yaml["expire_in"].as_str().and_then(|text| text.split(' ').next()).and_then(|days| days.parse().ok());
            self.equal(&format!("{}.artifacts.expire_in", job.id), written, Some(days));
        }
    }

    /// The author's commands, to the letter and in their order; the job ends as they ended.
    fn scripts(&mut self, job: &Job, yaml: &Yaml) {
        let entries = entries(yaml);
        let mut rest = entries.as_slice();
        for step in job.all_steps() {
            let Kind::Run(run) = &step.kind.value else { continue };
            let body = format!("\n{}\nEND", run.script.trim_end());
            match rest.iter().position(|entry| entry.contains("<<'END") && entry.contains(&body)) {
                Some(at) => rest = &rest[at + 1..],
                None => self.list.push(format!("{}: {body:?} is not, or not in its place, among {entries:#?}", job.id)),
            }
        }
        self.equal(&format!("{}: the last entry", job.id), entries.last().copied(), Some("finish"));
    }

    /// Compares what runs when something happens. Changed files are taken for changed.
    pub(crate) fn happens(&mut self, world: &World) {
        let scope = Scope { variables: world.variables(&self.pipeline.id), ..Scope::default() };
        let started = self.decided(&self.file["workflow"]["rules"], &scope).is_some();
        let mut jobs: BTreeMap<&str, String> = BTreeMap::new();
        for (id, job) in &self.pipeline.jobs {
            let decided = self.decided(&self.file[self.name(id).as_str()]["rules"], &scope);
            match decided {
                Some(when) if started => drop(jobs.insert(id, when)),
                Some(_) => self.list.push(format!("{id} is part of a pipeline that does not start: {world:?}")),
                None => {}
            }
            self.runs(world, job, jobs.get(id.as_str()).map(String::as_str));
        }
        self.equal(&format!("an empty pipeline: {world:?}"), started && jobs.is_empty() && !self.is_shared, false);
        // GitLab refuses a whole pipeline in which a job needs one that is not part of it, unless it says so.
        for id in jobs.keys() {
            for (need, optional) in names(&self.file[self.name(id).as_str()]["needs"]) {
                let there = jobs.keys().any(|other| self.name(other) == need);
                if !there && !optional {
                    self.list.push(format!("{id} needs {need}, which is not there: {world:?}"));
                }
            }
        }
    }

    fn runs(&mut self, world: &World, job: &Job, when: Option<&str>) {
        if self.is_lost(job) {
            return;
        }
        for well in [true, false] {
            // Nothing before a job that needs none can fail.
            if !well && job.needs.is_empty() {
                continue;
            }
            let starts = match when {
                Some("on_success") => well,
                Some("on_failure") => !well,
                other => other.is_some(),
            };
            let meant = if world.starts(self.pipeline) { world.runs(self.pipeline, job, well) } else { Some(false) };
            if meant.is_some_and(|meant| meant != starts) {
                self.list.push(format!("{} is {when:?}, meant {meant:?} if all went well is {well}: {world:?}", job.id));
            }
        }
    }

    /// Whether GitLab cannot do something of a job, or of one it needs.
    fn is_lost(&self, job: &Job) -> bool {
        let identity = self.pipeline.job_identity(job);
        self.lost.contains(identity.as_str()) || job.needs.iter().any(|need| self.is_lost(&self.pipeline.jobs[&need.value]))
    }

    /// The `when` of the first rule that fits.
    fn decided(&mut self, rules: &Yaml, scope: &Scope) -> Option<String> {
        for rule in rules.as_sequence().expect("rules") {
            let fits = rule.get("if").is_none_or(|text| {
                let text = text.as_str().expect("a text");
                match Expression::parse(text) {
                    Ok(expression) => expression.holds(scope),
                    Err(problem) => {
                        self.list.push(format!("{text}: {problem:?}"));
                        false
                    }
                }
            });
            if fits {
                let when = rule.get("when").map_or("on_success", |when| when.as_str().expect("a word"));
                return (when != "never").then(|| when.to_owned());
            }
        }
        None
    }
}

/// What the project says of a runner: the tag and the image.
fn runner(name: &str) -> (Option<&'static str>, Option<&'static str>) {
    match name {
        "macos-15" => (Some("macos"), None),
        "windows-2025" => (Some("windows"), None),
        "ubuntu-24.04-arm" => (Some("arm"), Some("default")),
        "ubuntu-22.04" => (Some("old"), Some("default")),
        _ => (None, Some("default")),
    }
}

fn entries(script: &Yaml) -> Vec<&str> {
    script.as_sequence().into_iter().flatten().filter_map(Yaml::as_str).collect()
}

/// What a job needs, each with whether it may be missing.
fn names(needs: &Yaml) -> impl Iterator<Item = (&str, bool)> {
    let needs = needs.as_sequence().into_iter().flatten();
    needs.filter_map(|need| Some((need["job"].as_str()?, need["optional"].as_bool().unwrap_or(false))))
}

/// A file in which the order of what has none is always the same: of rules that start a pipeline, of what a job is given, and of the
/// words of an entry, where the environment of a step stands.
pub(crate) fn unordered(mut file: serde_json::Value) -> serde_json::Value {
    if let Some(rules) = file["workflow"]["rules"].as_array_mut() {
        rules.sort_by_key(ToString::to_string);
    }
    for (_, job) in file.as_object_mut().expect("a map") {
        let Some(entries) = job.get_mut("script").and_then(|script| script.as_array_mut()) else { continue };
        for entry in &mut *entries {
            let mut words: Vec<&str> = entry.as_str().unwrap_or_default().split_whitespace().collect();
            if !matches!(words.first(), Some(&("provide" | "inherit"))) {
                words.sort_unstable();
            }
            *entry = words.join(" ").into();
        }
        // What the job is given before its first step.
        let given = |entry: &serde_json::Value| {
            entry.as_str().is_some_and(|text| text.starts_with("provide ") || text.starts_with("inherit "))
        };
        entries.sort_by_key(|entry| if given(entry) { entry.to_string() } else { String::new() });
    }
    file
}
