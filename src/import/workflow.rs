//! A workflow as a pipeline: key by key a word of ours where it says the same, else the forge's own.

use std::cell::Cell;
use std::collections::HashMap;

use indexmap::IndexMap;

use super::job::unwritten;
use super::machine::Machines;
use super::tree::{Entries, Tree, Word};
use super::value::{self, Seat};
use super::{job, trigger};
use crate::pipeline::backends::Forge;
use crate::source::{Field, Node};

/// What every part of the translation may ask.
pub(super) struct Translator<'a> {
    /// What turned out not to be written back as it was.
    pub(super) withdrawn: &'a Withdrawn,
    /// The revisions of the project's table of pins.
    pub(super) pins: &'a IndexMap<String, (String, String)>,
    /// The ids of the project's pipelines, by the names of their files.
    pub(super) callable: &'a HashMap<String, String>,
    /// What the project calls runners, by how they are asked for.
    pub(super) machines: &'a Machines,
    /// The reasons that stand behind permissions, by where the levels end, or above them, by where they begin.
    pub(super) reasons: &'a HashMap<u32, String>,
    /// How many keys that have a word of ours are in it, and how many are not.
    pub(super) counted: Counted,
}

/// How many keys were said in our words.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub(super) ours: Cell<usize>,
    pub(super) forges: Cell<usize>,
}

/// What is said in the forge's words because ours are not written back as the same: places of the workflow, and how far.
#[derive(Clone, Debug)]
pub(super) struct Withdrawn {
    levels: HashMap<Vec<String>, u8>,
    /// The key that a place is translated with, as the forge has it.
    unit: fn(&[String]) -> Option<Vec<String>>,
}

impl Withdrawn {
    /// The most there is to withdraw at one place.
    const MOST: u8 = 2;

    /// Nothing yet.
    pub(super) fn of(forge: Forge) -> Self {
        let unit = match forge {
            Forge::GitHub => unit,
            Forge::GitLab => super::gitlab::unit,
        };
        Self { levels: HashMap::new(), unit }
    }

    /// How far: 0 is our best words, 2 the forge's own.
    pub(super) fn level(&self, path: &[&str]) -> u8 {
        let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        self.levels.get(&path).copied().unwrap_or(0)
    }

    /// Goes one further at the key that holds a place; `false` if there is no further.
    pub(super) fn withdraw(&mut self, path: &[String]) -> bool {
        let Some(unit) = (self.unit)(path) else { return false };
        let mut done = self.further(unit.clone());
        if let [jobs, job, steps, index, key] = unit.as_slice()
            && key == "with"
        {
            done |= self.further([jobs, job, steps, index, "uses"].map(|part: &str| part.to_owned()).to_vec());
        }
        done
    }

    fn further(&mut self, unit: Vec<String>) -> bool {
        let level = self.levels.entry(unit).or_default();
        *level += 1;
        *level <= Self::MOST
    }
}

/// The key that a place is translated with.
fn unit(path: &[String]) -> Option<Vec<String>> {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    let length = match words.as_slice() {
        [] | ["jobs"] | ["jobs", _] | ["jobs", _, "steps"] | ["jobs", _, "steps", _] => return None,
        ["jobs", _, "steps", ..] => 5,
        ["jobs", _, "strategy", _, ..] => 4,
        ["jobs", ..] => 3,
        ["on", _, ..] => 2,
        _ => 1,
    };
    Some(path[..length].to_vec())
}

impl Translator<'_> {
    /// Counts a key that is said in our words.
    pub(super) fn ours(&self) {
        self.counted.ours.set(self.counted.ours.get() + 1);
    }

    /// Counts a key that could be and is not.
    pub(super) fn forges(&self) {
        self.counted.forges.set(self.counted.forges.get() + 1);
    }

    /// The pipeline. `file` is what the workflow's file is called, `id` what the pipeline will be.
    pub(super) fn pipeline(&self, root: &Node, file: &str, id: &str) -> Tree {
        let origin = root.origin;
        let (mut own, mut words) = (Entries::default(), Entries::default());
        let fields = root.fields().unwrap_or_default();
        if fields.iter().all(|field| field.name != "name" || as_name(field).is_none()) {
            own.put("name", unwritten(origin), Tree::text(&format!(".github/workflows/{file}"), unwritten(origin)));
        }
        for field in fields {
            self.key(field, &mut own, &mut words);
        }
        own.all.sort_by_key(|entry| entry.name != "name");
        if file != format!("{id}.yml") {
            words.put("file", unwritten(origin), Tree::text(file, unwritten(origin)));
        }
        words.put("as_written", unwritten(origin), Tree::flag(true, unwritten(origin)));
        // Before the jobs, where a reader looks for what holds for all of them.
        let jobs = own.all.iter().position(|entry| entry.name == "jobs").unwrap_or(own.all.len());
        let github = super::tree::Entry { name: "github".to_owned(), key: origin, tree: Tree::record(words.all, origin) };
        own.all.insert(jobs, github);
        Tree::record(own.all, origin)
    }

    fn key(&self, field: &Field, own: &mut Entries, words: &mut Entries) {
        let (name, node) = (field.name.as_str(), &field.node);
        let portable = self.withdrawn.level(&[name]) == 0;
        let ours = match name {
            "jobs" => {
                own.put("jobs", field.key, self.jobs(node));
                return;
            }
            "on" => {
                trigger::put(self, field, own, words);
                return;
            }
            "name" => {
                if let Some(text) = as_name(field) {
                    own.put("name", field.key, Tree::text(&text, node.origin));
                    self.ours();
                }
                return;
            }
            "env" if portable => value::bindings(node, Seat::Other),
            "concurrency" if portable => job::concurrency(node),
            "defaults" if portable => job::defaults(node),
            _ => None,
        };
        match ours {
            Some(tree) => {
                own.put(name, field.key, tree);
                self.ours();
            }
            None => {
                if matches!(name, "env" | "concurrency" | "defaults") {
                    self.forges();
                }
                if !job::says_nothing(field) {
                    words.put(name, field.key, value::spoken(field));
                }
            }
        }
    }

    fn jobs(&self, node: &Node) -> Tree {
        let Some(fields) = node.fields() else { return value::plain(node) };
        let mut entries = Entries::default();
        for field in fields {
            entries.put(&field.name, field.key, self.job(&field.name, &field.node));
        }
        Tree::new(Word::Record(entries.all), node.origin)
    }
}

fn as_name(field: &Field) -> Option<String> {
    value::as_text(&field.node).filter(|text| !text.trim().is_empty())
}
