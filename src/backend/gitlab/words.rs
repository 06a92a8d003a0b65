//! What the project says in GitLab's own words, put over what the model says: a word that is written stands as it is, but for the
//! ids of jobs in it, which become the names they have in the file.

use super::lowering::{Lowering, Place};
use super::script;
use crate::pipeline::Job;
use crate::pipeline::gitlab::file::File;
use crate::pipeline::gitlab::{Data, Entry, Tree};
use crate::yaml::{self, Map, Node};

/// Words whose texts, and the `job` of whose records, name jobs.
const NAMING: &[&str] = &["needs", "dependencies", "extends", "on_stop"];
/// Words whose texts, and the `name` of whose records, are images: one of the project's table, or one as it is.
const IMAGES: &[&str] = &["image", "services"];
/// What only a job with commands has, and what of it a job has that starts a pipeline.
const OF_COMMANDS: &[&str] = &["script", "extends", "image", "tags", "timeout", "services", "retry", "artifacts"];

/// Puts the words of a job into its map.
pub(super) fn over(lowering: &Lowering<'_>, job: &Job, map: &mut Map) {
    let file = lowering.pipeline.gitlab.as_ref();
    if let Some(entry) = file.and_then(|file| file.rules.as_ref()) {
        put(map, "rules", named(lowering, "rules", &entry.tree));
    }
    if let (Place::Root, Some(variables)) = (lowering.place, file.and_then(|file| file.word("variables"))) {
        merge(map, "variables", &variables.to_yaml(), false);
    }
    let Some(words) = &job.gitlab else { return };
    let has = |name: &str| words.get(name).is_some();
    if has("trigger") {
        map.entries.retain(|entry| !OF_COMMANDS.contains(&entry.key.as_str()));
    } else if has("script") || has("run") {
        map.entries.retain(|entry| entry.key != "script" && entry.key != "extends");
    } else if job.top_steps().is_empty() && has("extends") {
        map.entries.retain(|entry| entry.key != "script" && entry.key != "extends");
    }
    let timed = has("when") && !has("rules") && in_rules(map, words);
    for (name, entry) in words.entries().filter(|(name, _)| !(timed && ["when", "start_in"].contains(name))) {
        let value = named(lowering, name, &entry.tree);
        match name {
            "extends" if map.get("extends").is_some() => put(map, name, both(value, Node::from(script::SHARED))),
            "before_script" if map.get("extends").is_some() => {
                let shared = Node::Reference(vec![script::SHARED.to_owned(), name.to_owned()]);
                put(map, name, both(shared, value));
            }
            "variables" => merge(map, name, &value, true),
            "artifacts" if map.get("script").is_some() => kept(map, value),
            _ => put(map, name, value),
        }
    }
}

/// Puts `when` and `start_in` into the rules of a job, where they have to stand as soon as there are any; whether there were.
fn in_rules(map: &mut Map, words: &Tree) -> bool {
    let Some(Node::List(rules)) = map.entries.iter_mut().find(|entry| entry.key == "rules").map(|entry| &mut entry.value) else {
        return false;
    };
    for rule in rules {
        let Node::Map(rule) = rule else { continue };
        for (name, word) in ["when", "start_in"].into_iter().filter_map(|name| Some((name, words.get(name)?))) {
            put(rule, name, word.to_yaml());
        }
    }
    // Beside a job, `manual` lets the others go on; in a rule it does not.
    let is_manual = words.get("when").and_then(Tree::text) == Some("manual");
    if is_manual && words.get("allow_failure").is_none() {
        put(map, "allow_failure", Node::Flag(true));
    }
    true
}

/// The words of a file that stand in its own document, those of `workflow` over what is there. A project's are not those of one of
/// its pipelines, whose jobs they cannot name.
pub(super) fn file(lowering: Option<&Lowering<'_>>, file: &File, workflow: &mut Map) -> Map {
    let mut map = Map::new();
    for (name, entry) in &file.words {
        match (&entry.tree.data, name.as_str()) {
            (Data::Map(words), "workflow") => {
                for (index, (name, entry)) in words.iter().enumerate() {
                    let value = entry.tree.to_yaml();
                    match workflow.get(name) {
                        Some(_) => put(workflow, name, value),
                        None => {
                            workflow.put(name, value);
                            workflow.entries[index..].rotate_right(1);
                        }
                    }
                }
            }
            _ => {
                map.put(name, entry.tree.to_yaml());
            }
        }
    }
    for (name, Entry { tree, .. }) in &file.templates {
        let words = tree.entries().map(|(word, entry)| match lowering {
            Some(lowering) => (word, named(lowering, word, &entry.tree)),
            None => (word, entry.tree.to_yaml()),
        });
        let mut template = Map::new();
        words.for_each(|(word, value)| put(&mut template, word, value));
        map.put(name, template).spaced();
    }
    map
}

/// Of the words of a pipeline, those that have a place in a file that it shares with others: what is included, and templates.
/// The others are refused there, but for variables and rules, which its jobs have.
pub(super) fn shared(lowering: &mut Lowering<'_>, file: &File) -> File {
    for (name, entry) in file.parts() {
        if ["$schema", "default", "workflow", "spec"].contains(&name) {
            let message = format!("`{name}` is said of a whole file, and this pipeline shares its file with others");
            let help = format!("write it under backends.gitlab of {}, for all pipelines", lowering.project.source);
            lowering.refuse("syntax", entry.key, message, help, name);
        }
    }
    let words = file.words.iter().filter(|(name, _)| *name == "include");
    let words = words.map(|(name, entry)| (name.clone(), entry.clone())).collect();
    File { words, templates: file.templates.clone(), ..File::default() }
}

/// Adds what a pipeline says of the shared file: what is included is one list, a template of one name is one.
pub(super) fn join(map: &mut Map, entry: yaml::Entry) {
    match map.get(&entry.key).cloned() {
        Some(there) if entry.key == "include" => put(map, "include", both(there, entry.value)),
        Some(_) => put(map, &entry.key, entry.value),
        None => map.entries.push(entry),
    }
}

/// The head of a file, which is a document of its own: what is said of it, over the inputs of the pipeline.
pub(super) fn head(file: &File, inputs: Option<Map>) -> Option<Map> {
    let Some(said) = &file.spec else { return inputs };
    let said = said.tree.to_yaml();
    let Some(Node::Map(mut spec)) = inputs.and_then(|head| head.get("spec").cloned()) else {
        let mut head = Map::new();
        head.put("spec", said);
        return Some(head);
    };
    if let Node::Map(said) = &said {
        for entry in &said.entries {
            merge(&mut spec, &entry.key, &entry.value, true);
        }
    }
    let mut head = Map::new();
    head.put("spec", spec);
    Some(head)
}

/// A word, the ids of jobs in it as their names.
pub(super) fn named(lowering: &Lowering<'_>, name: &str, tree: &Tree) -> Node {
    let of_job = |text: &str| match lowering.pipeline.jobs.contains_key(text) {
        true => lowering.name_of(text),
        false => text.to_owned(),
    };
    match &tree.data {
        Data::Text(text) if NAMING.contains(&name) => Node::Text(of_job(text)),
        Data::Text(text) if IMAGES.contains(&name) => {
            Node::Text(lowering.project.images.get(text).map_or_else(|| text.clone(), |image| image.value.clone()))
        }
        Data::Reference(path) => {
            let mut path = path.clone();
            path[0] = of_job(&path[0]);
            Node::Reference(path)
        }
        Data::List(items) => Node::List(items.iter().map(|item| named(lowering, name, item)).collect()),
        Data::Map(entries) => {
            // A job of another project or pipeline is none of ours.
            let elsewhere = ["project", "pipeline"].iter().any(|name| entries.contains_key(*name));
            let mut map = Map::new();
            for (key, entry) in entries {
                let names_job = key == "job" && ["needs", "include"].contains(&name) && !elsewhere;
                let inner = match (names_job, key.as_str()) {
                    (true, _) => "needs",
                    (_, "name") if IMAGES.contains(&name) => name,
                    (_, "name") => "",
                    (_, key) => key,
                };
                map.put(key, named(lowering, inner, &entry.tree));
            }
            Node::Map(map)
        }
        _ => tree.to_yaml(),
    }
}

/// Puts a value in the place of the one that is there, or at the end.
pub(super) fn put(map: &mut Map, name: &str, value: Node) {
    match map.entries.iter_mut().find(|entry| entry.key == name) {
        Some(entry) => entry.value = value,
        None => {
            map.put(name, value);
        }
    }
}

/// Adds entries to a map of the map; those that are there give way if they shall.
pub(super) fn merge(map: &mut Map, name: &str, value: &Node, over: bool) {
    let Node::Map(added) = value else { return put(map, name, value.clone()) };
    let mut merged = match map.get(name) {
        Some(Node::Map(there)) => there.clone(),
        _ => Map::new(),
    };
    for entry in &added.entries {
        if over || merged.get(&entry.key).is_none() {
            put(&mut merged, &entry.key, entry.value.clone());
        }
    }
    put(map, name, Node::Map(merged));
}

/// What is kept by GitLab's words beside what steps keep: files and reports of both, for the rest the words.
fn kept(map: &mut Map, words: Node) {
    let there = match map.get("artifacts") {
        Some(Node::Map(there)) => there.clone(),
        _ => Map::new(),
    };
    let Node::Map(words) = words else { return put(map, "artifacts", words) };
    let mut all = there;
    for entry in words.entries {
        match (entry.key.as_str(), all.get(&entry.key).cloned(), entry.value) {
            ("paths" | "exclude", Some(there), value) => put(&mut all, &entry.key, both(there, value)),
            ("reports", Some(Node::Map(mut reports)), Node::Map(more)) => {
                for report in more.entries {
                    let value = match reports.get(&report.key).cloned() {
                        Some(there) if report.key != "coverage_report" => both(there, report.value),
                        _ => report.value,
                    };
                    put(&mut reports, &report.key, value);
                }
                put(&mut all, "reports", Node::Map(reports));
            }
            (key, _, value) => put(&mut all, key, value),
        }
    }
    put(map, "artifacts", Node::Map(all));
}

/// One after the other, as one list.
pub(super) fn both(first: Node, second: Node) -> Node {
    let list = |node| match node {
        Node::List(items) => items,
        one => vec![one],
    };
    Node::List(list(first).into_iter().chain(list(second)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str]) -> Node {
        Node::from(items.to_vec())
    }

    #[test]
    fn what_steps_keep_is_kept_beside_what_the_words_keep() {
        let (mut reports, mut there, mut map) = (Map::new(), Map::new(), Map::new());
        reports.put("dotenv", ".pipeward/job.env");
        there.put("paths", list(&["dist"]));
        there.put("when", "always");
        there.put("reports", reports);
        map.put("artifacts", there);
        let (mut more, mut words) = (Map::new(), Map::new());
        more.put("dotenv", "own.env");
        more.put("junit", "unit.xml");
        words.put("paths", list(&["docs"]));
        words.put("when", "on_failure");
        words.put("reports", more);
        kept(&mut map, Node::Map(words));
        let written = yaml::render(&[], &map);
        let expected = "artifacts:\n  paths:\n    - dist\n    - docs\n  when: on_failure\n  reports:\n    dotenv:\n      - .pipeward/job.env\n      - own.env\n    junit: unit.xml\n";
        assert_eq!(written, expected);
    }

    #[test]
    fn what_somebody_starts_is_said_by_the_rules() {
        let (mut rule, mut map, mut words) = (Map::new(), Map::new(), indexmap::IndexMap::new());
        rule.put("if", "$A");
        map.put("rules", vec![rule]);
        let origin = crate::origin::Origin::whole(crate::origin::FileId(0));
        let tree = |data| Tree { data, origin };
        words.insert("when".to_owned(), Entry { key: origin, tree: tree(Data::Text("manual".to_owned())) });
        assert!(in_rules(&mut map, &tree(Data::Map(words.clone()))));
        assert_eq!(yaml::render(&[], &map), "rules:\n  - if: $A\n    when: manual\nallow_failure: true\n");
        assert!(!in_rules(&mut Map::new(), &tree(Data::Map(words))));
    }
}
