//! What a bot keeps up to date: each of its entries in our words, or the file as it is.

use super::report::Told;
use super::tree::{Entries, Tree};
use super::trigger::texts;
use super::value::plain;
use super::{Source, same};
use crate::backend;
use crate::origin::Files;
use crate::pipeline::{Place, Project, Reader};
use crate::read::Document;
use crate::source::{Node, Value};
use crate::workspace::PROJECT;

/// The file of a bot, read.
pub(super) struct Update {
    /// The list of what is kept up to date; nothing if some of it has no word of ours.
    pub(super) tree: Option<Tree>,
    told: Told,
}

pub(super) fn read(source: &Source, files: &mut Files) -> Option<Update> {
    let document = Document::read(&source.text, files.add(&source.shown, &source.text));
    let root = document.roots.first().filter(|_| document.is_whole)?;
    let updates = root.get("updates")?;
    let mut told = Told { shown: source.shown.clone(), ..Told::default() };
    let items: Result<Vec<Tree>, String> = updates.items()?.iter().map(update).collect();
    let tree = items.map(|items| Tree::list(items, updates.origin)).and_then(|tree| proved(&tree, root).map(|()| tree));
    match tree {
        Ok(tree) => {
            told.path = Some(PROJECT.to_owned());
            Some(Update { tree: Some(tree), told })
        }
        Err(why) => {
            told.is_left = true;
            told.notes.push(format!("it stays as it is, and no backend writes it: {why}"));
            Some(Update { tree: None, told })
        }
    }
}

impl Update {
    pub(super) fn told(mut self, is_there: bool) -> Told {
        if is_there && self.tree.is_some() {
            self.told.notes.push(format!("it stays as it is: `updates` of {PROJECT} is its author's to write"));
            self.told.is_left = true;
        }
        self.told
    }
}

fn update(node: &Node) -> Result<Tree, String> {
    let mut entries = Entries::default();
    for field in node.fields().ok_or("an entry is no record")? {
        let value = &field.node;
        let no_word = || format!("`{}` has no word of ours there", field.name);
        let mut put = |name: &str, tree: Option<Tree>| tree.map(|tree| entries.put(name, field.key, tree)).ok_or_else(no_word);
        match field.name.as_str() {
            "package-ecosystem" => put("ecosystem", value.text().map(|_| plain(value)))?,
            "directory" if value.text() == Some("/") => {}
            "directory" | "directories" => put("directories", texts(value))?,
            "labels" => put("labels", texts(value))?,
            "open-pull-requests-limit" => put("limit", matches!(value.value, Value::Number(_)).then(|| plain(value)))?,
            "schedule" => {
                for part in value.fields().unwrap_or_default() {
                    let text = part.node.text();
                    let tree = match (part.name.as_str(), text) {
                        ("interval", Some("daily")) => Some(Tree::tag("Daily", None, part.node.origin)),
                        ("interval", Some("weekly")) => Some(Tree::tag("Weekly", None, part.node.origin)),
                        ("interval", Some("monthly")) => Some(Tree::tag("Monthly", None, part.node.origin)),
                        ("day" | "time" | "timezone", Some(_)) => Some(plain(&part.node)),
                        _ => None,
                    };
                    let tree = tree.ok_or_else(|| format!("`schedule.{}` has no word of ours there", part.name))?;
                    entries.put(&part.name, part.key, tree);
                }
            }
            "groups" => {
                let mut groups = Entries::default();
                for group in value.fields().unwrap_or_default() {
                    match group.node.fields() {
                        Some([patterns]) if patterns.name == "patterns" => {
                            groups.put(&group.name, group.key, texts(&patterns.node).ok_or_else(no_word)?);
                        }
                        _ => return Err(format!("the group `{}` is made of more than patterns", group.name)),
                    }
                }
                entries.put("groups", field.key, Tree::record(groups.all, value.origin));
            }
            "cooldown" => match value.fields() {
                Some([days]) if days.name == "default-days" && matches!(days.node.value, Value::Number(_)) => {
                    let Value::Number(number) = days.node.value else { return Err(no_word()) };
                    entries.put("cooldown", field.key, Tree::text(&format!("{number} days"), value.origin));
                }
                _ => return Err(no_word()),
            },
            "commit-message" => match value.fields() {
                Some([prefix]) if prefix.name == "prefix" && prefix.node.text().is_some() => {
                    entries.put("prefix", field.key, plain(&prefix.node));
                }
                _ => return Err(no_word()),
            },
            _ => return Err(no_word()),
        }
    }
    Ok(Tree::record(entries.all, node.origin))
}

/// Whether a project with these updates writes the file as it was.
fn proved(tree: &Tree, root: &Node) -> Result<(), String> {
    let origin = root.origin;
    let mut main = Entries::default();
    let (github, bot) = (Tree::record(Vec::new(), origin), Tree::record(Vec::new(), origin));
    let mut backends = Entries::default();
    backends.put("github", origin, github);
    backends.put("dependabot", origin, bot);
    main.put("name", origin, Tree::text("project", origin));
    main.put("visibility", origin, Tree::tag("Public", None, origin));
    main.put("backends", origin, Tree::record(backends.all, origin));
    main.put("updates", origin, tree.clone());
    let node = Tree::record(main.all, origin).node();
    let mut reader = Reader::default();
    let project = Project::read(&mut reader, &Place::root(&node), PROJECT).filter(|_| reader.faults.is_empty());
    let project = project.ok_or_else(|| reader.faults.first().map_or_else(String::new, |fault| fault.message.clone()))?;
    let output = backend::render(&project);
    if let Some(finding) = output.findings.first() {
        return Err(finding.message.clone());
    }
    let text = output.files.first().map(|file| file.text.clone()).unwrap_or_default();
    let emitted = Document::read(&text, Files::default().add("dependabot.yml", &text));
    let emitted = emitted.roots.first().ok_or("nothing is emitted for it")?;
    let (differences, _) = same::of_bot(root, emitted);
    differences.first().map_or(Ok(()), |first| Err(format!("{}: {}", first.path.join("."), first.message)))
}
