//! A file of GitLab's as a pipeline: key by key a word of ours where it says the same, else GitLab's own, else one that no contract
//! holds.

mod job;
mod step;
mod word;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::job::unwritten;
use super::tree::{Entries, Entry, Tree};
use super::value::plain;
use super::workflow::{Counted, Withdrawn};
use crate::pipeline::gitlab::whole::ONCE_AT_THE_TOP;
use crate::pipeline::gitlab::{names, predefined};
use crate::pipeline::reader::is_identifier;
use crate::source::{Field, Node, Value};

/// The words of a file that have a contract.
const WORDS: &[&str] = &["$schema", "default", "include", "stages", "workflow"];
/// The file that GitLab begins with.
pub(super) const ROOT: &str = ".gitlab-ci.yml";
/// How far a key is withdrawn that is said in words that no contract holds.
const VERBATIM: u8 = 2;

/// How long the id of a job gets, with room for a number behind it.
const LONGEST: usize = 80;

/// The names of runners by their tags.
pub(super) type Runners = BTreeMap<Vec<String>, String>;

/// What every part of the translation may ask.
pub(super) struct Translator<'a> {
    /// What turned out not to be written back as it was.
    pub(super) withdrawn: &'a Withdrawn,
    /// What the runners of the project are called.
    pub(super) runners: &'a Runners,
    /// How many keys that have a word of ours are in it, and how many are not.
    pub(super) counted: Counted,
    /// The ids of jobs by their names.
    pub(super) ids: HashMap<String, String>,
    /// The secrets that commands of the file read.
    pub(super) secrets: BTreeSet<String>,
    /// How the sources of every job are fetched, if the file says so.
    pub(super) strategy: Option<&'a Node>,
}

/// The key that a place is translated with.
pub(super) fn unit(path: &[String]) -> Option<Vec<String>> {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    let length = match words.as_slice() {
        [] => return None,
        ["variables", _, ..] => 2,
        [name, ..] if is_word(name) || name.starts_with('.') => 1,
        [_] => 1,
        [_, "variables", _, ..] => 3,
        [_, ..] => 2,
    };
    Some(path[..length].to_vec())
}

/// Whether a name at the top of a file is GitLab's own.
pub(super) fn is_word(name: &str) -> bool {
    WORDS.contains(&name) || ONCE_AT_THE_TOP.contains(&name) || matches!(name, "variables" | "spec" | "types")
}

/// Whether a field at the top of a file is a job.
fn is_job(field: &Field) -> bool {
    let is_name = !is_word(&field.name) && !field.name.starts_with('.') && !field.name.trim().is_empty();
    is_name && field.node.fields().is_some_and(|fields| !fields.is_empty())
}

/// The ids of the jobs of a file by their names: the names themselves where they can be ids, else something like them that nothing else
/// in the file is called.
pub(super) fn ids(root: &Node) -> HashMap<String, String> {
    let jobs: Vec<&str> =
        root.fields().unwrap_or_default().iter().filter(|field| is_job(field)).map(|field| field.name.as_str()).collect();
    let mut texts: HashSet<String> = HashSet::new();
    every_text(root, &mut texts);
    let mut taken: HashSet<String> = HashSet::new();
    let mut ids = HashMap::new();
    for name in jobs.iter().filter(|name| is_identifier(name) && name.len() <= LONGEST) {
        if taken.insert(name.to_ascii_lowercase()) {
            ids.insert((*name).to_owned(), (*name).to_owned());
        }
    }
    for name in jobs {
        if ids.contains_key(name) {
            continue;
        }
        let stem = stem(name);
        let mut free = stem.clone();
        let mut number = 2;
        while texts.contains(&free) || !taken.insert(free.to_ascii_lowercase()) {
            free = format!("{stem}-{number}");
            number += 1;
        }
        ids.insert(name.to_owned(), free);
    }
    ids
}

/// A name as far as it can be an id.
fn stem(name: &str) -> String {
    let mut id = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            id.push(letter);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    let id: String = id.trim_matches('-').chars().take(LONGEST).collect();
    if id.starts_with(|first: char| first.is_ascii_alphabetic()) {
        id
    } else {
        format!("job-{id}").trim_end_matches('-').to_owned()
    }
}

fn every_text(node: &Node, texts: &mut HashSet<String>) {
    match &node.value {
        Value::String(text) if text.len() < 256 => {
            texts.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| every_text(item, texts)),
        Value::Record(fields) => fields.iter().for_each(|field| {
            texts.insert(field.name.clone());
            every_text(&field.node, texts);
        }),
        Value::Tag(_, Some(argument)) => every_text(argument, texts),
        _ => {}
    }
}

/// The tags of the jobs of a file, as far as they are known.
pub(super) fn tags(root: &Node) -> impl Iterator<Item = Vec<String>> {
    let jobs = root.fields().unwrap_or_default().iter().filter(|field| is_job(field));
    jobs.filter_map(|field| tags_of(field.node.get("tags")?))
}

/// The tags of one job: none if a variable is a part of them.
fn tags_of(node: &Node) -> Option<Vec<String>> {
    let tags: Vec<String> = node.items()?.iter().map(|tag| job::settled(tag).map(str::to_owned)).collect::<Option<_>>()?;
    (!tags.is_empty()).then_some(tags)
}

/// What the name of a variable holds that is a secret.
const SECRET: &[&str] = &["CREDENTIAL", "PASSWD", "PASSWORD", "PRIVATE", "SECRET", "TOKEN", "_KEY"];

/// The secrets that commands of a file read, as far as names tell: variables that neither GitLab nor the file itself sets.
pub(super) fn secrets(root: &Node) -> BTreeSet<String> {
    let mut commands = Vec::new();
    every_command(root, &mut commands);
    let mut set: HashSet<String> = HashSet::new();
    every_text(root, &mut set);
    let is_assigned = |name: &str| commands.iter().any(|text| text.contains(&format!("{name}=")));
    let is_secret = |name: &&str| {
        let is_named =
            SECRET.iter().any(|part| name.contains(part)) && !name.contains(|letter: char| letter.is_ascii_lowercase());
        is_named && !predefined::is_taken(name) && !set.contains(*name) && !is_assigned(name)
    };
    commands.iter().flat_map(|text| names(text)).map(|(name, _)| name).filter(is_secret).map(str::to_owned).collect()
}

fn every_command<'a>(node: &'a Node, found: &mut Vec<&'a str>) {
    fn texts<'a>(node: &'a Node, found: &mut Vec<&'a str>) {
        found.extend(node.text());
        node.items().unwrap_or_default().iter().for_each(|item| texts(item, found));
    }
    for field in node.fields().unwrap_or_default() {
        if matches!(field.name.as_str(), "script" | "before_script" | "after_script") {
            texts(&field.node, found);
        } else {
            every_command(&field.node, found);
        }
    }
}

impl Translator<'_> {
    fn level(&self, path: &[&str]) -> u8 {
        let around = path.first().filter(|_| path.len() > 1).map_or(0, |first| self.withdrawn.level(&[first]));
        let within = if path.len() > 2 { self.withdrawn.level(&path[..2]) } else { 0 };
        self.withdrawn.level(path).max(around).max(within)
    }

    /// The pipeline. `file` is where the file lies.
    pub(super) fn pipeline(&self, head: Option<&Node>, root: &Node, file: &str) -> Tree {
        let origin = root.origin;
        let here = unwritten(origin);
        let (mut words, mut verbatim, mut templates) = (Entries::default(), Entries::default(), Entries::default());
        words.put("as_written", here, Tree::flag(true, here));
        if file != ROOT {
            words.put("file", here, Tree::text(file, here));
        }
        if let Some(spec) = head.and_then(|head| head.field("spec")) {
            words.put("spec", spec.key, self.word("spec", &spec.node));
        }
        let (mut variables, mut jobs) = (Variables::default(), Entries::default());
        for field in root.fields().unwrap_or_default() {
            let name = field.name.as_str();
            let is_held = self.level(&[name]) < VERBATIM;
            match name {
                "variables" if is_held && field.node.fields().is_some() => variables = self.variables(&[name], &field.node),
                _ if WORDS.contains(&name) && is_held => words.put(name, field.key, self.word(name, &field.node)),
                _ if name.starts_with('.') && is_held && word::is_template(&field.node) => {
                    templates.put(name, field.key, self.word("", &field.node));
                }
                _ if is_job(field) => {
                    let id = self.ids.get(name).map_or(name, String::as_str);
                    jobs.put(id, field.key, self.job(name, id, &field.node));
                }
                _ => verbatim.put(name, field.key, self.word(name, &field.node)),
            }
        }
        if let Some(tree) = variables.verbatim.some(origin) {
            verbatim.put("variables", origin, tree);
        }
        for (name, entries) in [("variables", variables.words), ("templates", templates), ("verbatim", verbatim)] {
            if let Some(tree) = entries.some(origin) {
                words.put(name, origin, tree);
            }
        }
        let mut own = Entries::default();
        own.put("name", here, Tree::text(file, here));
        own.put("gitlab", origin, Tree::record(words.all, origin));
        if let Some(tree) = variables.env.some(origin) {
            own.put("env", origin, tree);
        }
        own.put("jobs", origin, Tree::record(jobs.all, origin));
        Tree::record(own.all, origin)
    }

    /// Variables, each in our words if it is a text in which GitLab puts nothing.
    fn variables(&self, path: &[&str], node: &Node) -> Variables {
        let mut found = Variables::default();
        for field in node.fields().unwrap_or_default() {
            let mut path = path.to_vec();
            path.push(&field.name);
            let settled = match &field.node.value {
                Value::String(text) => !text.contains('$') && !text.contains("${{"),
                Value::Number(number) => number.fract() == 0.0 && number.abs() < 1e15,
                Value::Bool(_) => true,
                _ => false,
            };
            let level = self.level(&path);
            if settled && level == 0 && is_variable(&field.name) {
                found.env.put(&field.name, field.key, plain(&field.node));
                self.counted.ours.set(self.counted.ours.get() + 1);
                continue;
            }
            if settled {
                self.counted.forges.set(self.counted.forges.get() + 1);
            }
            let into = if level < VERBATIM { &mut found.words } else { &mut found.verbatim };
            into.put(&field.name, field.key, self.word("", &field.node));
        }
        found
    }
}

/// Variables in our words, in GitLab's, and those that no contract holds.
#[derive(Default)]
struct Variables {
    env: Entries,
    words: Entries,
    verbatim: Entries,
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The path in the file of what stands at a path of the tree.
pub(super) fn path_in_file(tree: &Tree, path: &[String]) -> Vec<String> {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect();
    match words.as_slice() {
        ["env", rest @ ..] | ["gitlab", "variables", rest @ ..] => {
            std::iter::once("variables").chain(rest.iter().copied()).map(str::to_owned).collect()
        }
        ["gitlab", "templates" | "verbatim", rest @ ..] => owned(rest),
        ["gitlab", rest @ ..] => owned(rest),
        ["jobs", id, rest @ ..] => {
            let mut found = vec![name_of(tree, id)];
            match rest {
                ["env", rest @ ..] | ["gitlab", "variables", rest @ ..] => {
                    found.push("variables".to_owned());
                    found.extend(rest.iter().map(|part| (*part).to_owned()));
                }
                ["gitlab", "verbatim", rest @ ..] | ["gitlab", rest @ ..] => {
                    found.extend(rest.iter().map(|part| (*part).to_owned()));
                }
                ["steps", ..] => found.push(step::key_of_step(tree, path).to_owned()),
                [field, ..] => found.push(job::key_of(field).to_owned()),
                [] => {}
            }
            found
        }
        _ => Vec::new(),
    }
}

fn name_of(tree: &Tree, id: &str) -> String {
    let job = tree.nearest(&["jobs".to_owned(), id.to_owned()]);
    let named = tree.nearest(&["jobs".to_owned(), id.to_owned(), "name".to_owned()]);
    match &named.word {
        super::tree::Word::Text(name) if !std::ptr::eq(job, named) => name.clone(),
        _ => id.to_owned(),
    }
}

/// An entry at a place, unless there is nothing to put.
fn entry(name: &str, key: crate::origin::Origin, tree: Tree) -> Entry {
    Entry { name: name.to_owned(), key, tree }
}
