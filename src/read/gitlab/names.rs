//! What a configuration names and does not hold: GitLab refuses it as a whole.

use std::collections::BTreeSet;

use super::reference::{self, Lookup};
use super::{Part, STAGES};
use crate::finding::{Finding, Identity};
use crate::origin::Origin;
use crate::rule;
use crate::source::{Field, Node, nearest};

/// Something that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read) struct Missing {
    /// The rule that says so.
    pub(in crate::read) rule: &'static str,
    /// The job it is about.
    pub(in crate::read) job: Option<String>,
    /// Where it is named.
    pub(in crate::read) origin: Origin,
    /// What is wrong.
    pub(in crate::read) message: String,
    /// What to write instead.
    pub(in crate::read) help: String,
    /// Its name.
    pub(in crate::read) key: String,
}

impl Missing {
    /// As it is told of the pipeline that the file is.
    pub(in crate::read) fn told(self, id: &str) -> Option<Finding> {
        let rule = rule::find(self.rule)?;
        let identity = Identity::of(id);
        let identity = self.job.map_or_else(|| identity.clone(), |job| identity.part(&job));
        Some(Finding {
            origin: Some(self.origin),
            help: vec![self.help],
            key: self.key,
            ..Finding::new(self.rule, rule.summary, rule.severity, identity, self.message)
        })
    }
}

/// The words that make a job do something.
const WORK: &[&str] = &["script", "run", "trigger"];
/// How far templates are followed. As documented, read 2026-11: GitLab goes as far.
const DEEPEST: usize = 11;

/// A configuration all of which is there.
#[derive(Debug)]
pub(in crate::read) struct Held<'a> {
    lookup: &'a Lookup<'a>,
    /// The names of jobs and templates.
    names: BTreeSet<&'a str>,
    /// The stages; none if they are not known.
    stages: Option<BTreeSet<&'a str>>,
    found: Vec<Missing>,
}

/// The stages that there are if nobody says any, and those that there are always.
const DEFAULT_STAGES: [&str; 3] = ["build", "test", "deploy"];
const EDGES: [&str; 2] = [".pre", ".post"];

impl<'a> Held<'a> {
    /// Looks at one file of a configuration; its other files are in `lookup`.
    pub(in crate::read) fn missing(lookup: &'a Lookup<'a>, part: &'a Part) -> Vec<Missing> {
        let names = lookup.parts.iter().flat_map(|part| part.jobs()).map(|field| field.name.as_str()).collect();
        let mut held = Self { lookup, names, stages: stages(&lookup.parts), found: Vec::new() };
        for field in part.jobs() {
            held.job(field);
        }
        for field in part.root.fields().unwrap_or_default() {
            held.references(field);
        }
        held.found
    }

    fn job(&mut self, field: &'a Field) {
        let words = &field.node;
        self.named(field, words.get("extends"), true);
        self.circle(field);
        if field.name.starts_with('.') {
            return;
        }
        if !self.has_work(words, DEEPEST) && !self.others(field).any(|other| self.has_work(other, DEEPEST)) {
            self.found.push(Missing {
                rule: "syntax",
                job: Some(field.name.clone()),
                origin: field.key,
                message: "the job has no script, and starts no pipeline".to_owned(),
                help: "write script: or trigger: below it, or a dot before its name if it only holds what others use".to_owned(),
                key: format!("jobs/{}", field.name),
            });
        }
        self.needs(field, words);
        for rule in words.get("rules").and_then(Node::items).unwrap_or_default() {
            self.needs(field, rule);
        }
        self.named(field, words.get("dependencies"), false);
        self.given(field, words);
        self.named(field, words.get("environment").and_then(|words| words.get("on_stop")), false);
        for file in words.get("trigger").and_then(|trigger| trigger.get("include")).and_then(Node::items).unwrap_or_default() {
            self.named(field, file.get("job"), false);
        }
        self.stage(field);
    }

    /// Whether a job or a template extends itself in the end.
    fn circle(&mut self, field: &'a Field) {
        let Some(extends) = field.node.get("extends") else { return };
        let named = |node: &'a Node| node.items().unwrap_or(std::slice::from_ref(node)).iter().filter_map(Node::text);
        let mut names: Vec<&str> = named(extends).collect();
        let (mut known, mut next) = (BTreeSet::new(), 0);
        while let Some(name) = names.get(next).copied() {
            next += 1;
            if name == field.name {
                self.found.push(Missing {
                    rule: "syntax",
                    job: Some(field.name.clone()),
                    origin: extends.origin,
                    message: format!("`{name}` extends itself in the end"),
                    help: "remove it from `extends`, here or in what it extends".to_owned(),
                    key: format!("jobs/{name}/extends"),
                });
                return;
            }
            if known.insert(name)
                && let Ok(template) = self.lookup.find(&[name])
            {
                names.extend(template.get("extends").into_iter().flat_map(named));
            }
        }
    }

    /// What other files say of the same job.
    fn others(&self, field: &'a Field) -> impl Iterator<Item = &'a Node> {
        let same = move |part: &&'a Part| part.jobs().find(|other| other.name == field.name && other.key != field.key);
        self.lookup.parts.iter().filter_map(same).map(|field| &field.node)
    }

    /// Whether a job does anything, by its own words or by those of what it extends, as far as that is known.
    fn has_work(&self, words: &Node, deep: usize) -> bool {
        if deep == 0 || words.fields().is_none() || WORK.iter().any(|word| words.get(word).is_some()) {
            return true;
        }
        let Some(extends) = words.get("extends") else { return false };
        let mut names = extends.items().unwrap_or(std::slice::from_ref(extends)).iter();
        names.any(|name| match name.text().map(|name| self.lookup.find(&[name])) {
            Some(Ok(template)) => self.has_work(template, deep - 1),
            _ => true,
        })
    }

    fn needs(&mut self, field: &'a Field, words: &'a Node) {
        for need in words.get("needs").and_then(Node::items).unwrap_or_default() {
            let elsewhere = ["project", "pipeline", "optional"].iter().any(|name| need.get(name).is_some());
            if !elsewhere {
                self.named(field, if need.text().is_some() { Some(need) } else { need.get("job") }, false);
            }
        }
    }

    /// Files come only from jobs that are needed, as soon as a job says which those are.
    fn given(&mut self, field: &'a Field, words: &'a Node) {
        let needs = words.get("needs").and_then(Node::items).unwrap_or_default();
        let needed: Vec<&str> = needs.iter().filter_map(|need| need.text().or_else(|| need.get("job")?.text())).collect();
        if needs.is_empty() || needed.len() < needs.len() {
            return;
        }
        for one in words.get("dependencies").and_then(Node::items).unwrap_or_default() {
            let Some(name) = one.text().filter(|name| self.names.contains(name) && !needed.contains(name)) else { continue };
            self.found.push(Missing {
                rule: "needs-graph",
                job: Some(field.name.clone()),
                origin: one.origin,
                message: format!("files are to come from `{name}`, which the job does not need"),
                help: format!("write {name} in its needs as well, or remove it here"),
                key: name.to_owned(),
            });
        }
    }

    /// Looks at a name, or a list of them.
    fn named(&mut self, field: &Field, node: Option<&Node>, or_template: bool) {
        let Some(node) = node else { return };
        for one in node.items().unwrap_or(std::slice::from_ref(node)) {
            let Some(name) = one.text().filter(|name| !name.contains('$')) else { continue };
            if !self.names.contains(name) || (name.starts_with('.') && !or_template) {
                let known: Vec<&str> = self.names.iter().filter(|name| or_template || !name.starts_with('.')).copied().collect();
                self.say(field, one.origin, format!("nothing in the file is named `{name}`"), name, &known);
            }
        }
    }

    fn stage(&mut self, field: &Field) {
        let (Some(stages), Some(node)) = (&self.stages, field.node.get("stage")) else { return };
        let Some(name) = node.text().filter(|name| !name.contains('$')) else { return };
        if !stages.contains(name) && !EDGES.contains(&name) {
            let known: Vec<&str> = stages.iter().copied().collect();
            self.say(field, node.origin, format!("no stage is named `{name}`"), name, &known);
        }
    }

    fn references(&mut self, field: &'a Field) {
        let mut found = Vec::new();
        reference::all(&field.node, &mut found);
        for (node, path) in found {
            let Err(reached) = self.lookup.find(&path) else { continue };
            // What a job gets from elsewhere is looked at where it stands.
            if reached > 0 && self.lookup.find(&path[..1]).is_ok_and(|target| !is_plain(target)) {
                continue;
            }
            let name = path[reached];
            let (message, known): (String, Vec<&str>) = match self.lookup.find(&path[..reached]) {
                Ok(inside) if reached > 0 => {
                    let known = inside.fields().unwrap_or_default().iter().map(|field| field.name.as_str()).collect();
                    (format!("`{}` says nothing of `{name}`", path[..reached].join(".")), known)
                }
                _ => (format!("nothing in the file is named `{name}`"), self.names.iter().copied().collect()),
            };
            self.say(field, node.origin, message, name, &known);
        }
    }

    fn say(&mut self, field: &Field, origin: Origin, message: String, name: &str, known: &[&str]) {
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "remove it".to_owned(),
            None if known.len() > 12 => format!("the names begin with {}", known[..12].join(", ")),
            None => format!("the names are {}", known.join(", ")),
        };
        let job = (!super::is_word(&field.name) && !field.name.starts_with('.')).then(|| field.name.clone());
        self.found.push(Missing { rule: "gl-name-unknown", job, origin, message, help, key: name.to_owned() });
    }
}

/// Whether all that a part holds is written in it.
fn is_plain(node: &Node) -> bool {
    let mut found = Vec::new();
    reference::all(node, &mut found);
    found.is_empty() && node.get("extends").is_none()
}

fn stages<'a>(parts: &[&'a Part]) -> Option<BTreeSet<&'a str>> {
    let written: Vec<&Node> = parts.iter().flat_map(|part| STAGES.iter().filter_map(|name| part.root.get(name))).collect();
    if written.is_empty() {
        return Some(DEFAULT_STAGES.into());
    }
    let lists = written.iter().map(|list| list.items()?.iter().map(Node::text).collect::<Option<Vec<&str>>>());
    Some(lists.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

/// What is included of the repository and is not there, if the whole of it is known.
pub(in crate::read) fn unmet(part: &Part, paths: &[&str]) -> Vec<Missing> {
    let is_missing = |path: &str, include: &super::Include| !paths.iter().any(|known| include.fits(known)) && !path.is_empty();
    let missing = part.includes.iter().filter_map(|include| {
        let path = include.local.as_ref().filter(|path| is_missing(path, include))?;
        let message =
            if path.contains('*') { format!("no file fits `{path}`") } else { format!("there is no `{path}` that can be read") };
        let help = "write its path from the root of the repository, or add it".to_owned();
        Some(Missing { rule: "gl-include-missing", job: None, origin: include.origin, message, help, key: "include".to_owned() })
    });
    missing.collect()
}
