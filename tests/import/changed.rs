//! One scalar of a file that is changed after its import makes the check of it fail, whichever it is.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pipeward::import::{self, Request, Source};
use pipeward::origin::Files;
use pipeward::pipeline::Project;
use pipeward::read::Document;
use pipeward::source::{Evaluator, Node, Value};

use super::{gitlab, here, import_both, said, workflows, workspace_of};

/// Where the scalars of a text stand, but for keys.
fn scalars(node: &Node, found: &mut BTreeSet<(usize, usize)>) {
    match &node.value {
        Value::Record(fields) => fields.iter().for_each(|field| scalars(&field.node, found)),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Tag(_, Some(argument)) => scalars(argument, found),
        Value::Null => {}
        _ => _ = found.insert((node.origin.start as usize, node.origin.end as usize)),
    }
}

/// A text with another scalar at a place.
fn changed(text: &str, (start, end): (usize, usize)) -> String {
    // A comment behind it belongs to its place.
    let written = text[start..end].split(" #").next().unwrap_or_default().trim_end();
    let other = match (written, written.chars().next()) {
        ("true", _) => "false".to_owned(),
        ("false", _) => "true".to_owned(),
        (_, Some('"' | '\'')) => format!("{}x{}", &written[..written.len() - 1], &written[written.len() - 1..]),
        (_, Some(first)) if first.is_ascii_digit() => format!("7{written}"),
        _ => format!("{written}x"),
    };
    format!("{}{other}{}", &text[..start], &text[start + written.len()..])
}

/// Every text with one scalar changed, with what stood there.
fn mutants(text: &str) -> Vec<(String, String)> {
    let document = Document::read(text, Files::default().add("x.yml", text));
    let mut places = BTreeSet::new();
    document.roots.iter().for_each(|root| scalars(root, &mut places));
    let one = |place: (usize, usize)| {
        let line = text[..place.0].lines().count().max(1);
        (format!("line {line}: {}", &text[place.0..place.1]), changed(text, place))
    };
    places.into_iter().map(one).collect()
}

/// A file, whether it is GitHub's, and its text with one scalar changed, each with what stood there.
type Changed<'a> = (bool, &'a str, Vec<(String, String)>);

/// The files of a batch that are still said to be equal.
fn unseen(project: &Project, batch: &[(bool, &str, String)]) -> Vec<String> {
    let source = |(_, file, text): &(bool, &str, String)| Source {
        file: (*file).to_owned(),
        shown: (*file).to_owned(),
        text: text.clone(),
    };
    let request = Request {
        name: "imported",
        workflows: batch.iter().filter(|one| one.0).map(source).collect(),
        gitlab: batch.iter().filter(|one| !one.0).map(source).collect(),
        updates: None,
        project: Some(project),
        taken: HashSet::new(),
        texts: BTreeMap::new(),
    };
    let imported = import::import(&request, here(), &Evaluator::here(here()), &mut Files::default());
    assert_eq!(imported.told.len(), batch.len());
    imported.told.into_iter().filter(import::Told::is_equal).map(|told| told.shown).collect()
}

#[test]
fn one_scalar_that_is_changed_makes_the_check_fail() {
    fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
        files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect()
    }
    let (github, gitlab) = (workflows(), gitlab::files());
    let (one, other) = (borrowed(&github), borrowed(&gitlab));
    let imported = import_both(&one, &other, None);
    assert_eq!(said(&imported), Vec::<String>::new());
    let project = workspace_of(&imported).project.expect("a project");
    let all = one.iter().map(|file| (true, *file)).chain(other.iter().map(|file| (false, *file)));
    let mutants: Vec<Changed<'_>> = all.map(|(is_github, (file, text))| (is_github, file, mutants(text))).collect();
    let most = mutants.iter().map(|(.., mutants)| mutants.len()).max().unwrap_or_default();
    let mut number = 0;
    for round in 0..most {
        let here = mutants.iter().filter_map(|(is_github, file, mutants)| Some((*is_github, *file, mutants.get(round)?)));
        let places: BTreeMap<&str, &str> = here.clone().map(|(_, file, (place, _))| (file, place.as_str())).collect();
        let batch: Vec<(bool, &str, String)> = here.map(|(is_github, file, (_, text))| (is_github, file, text.clone())).collect();
        let unseen = unseen(&project, &batch);
        let told: Vec<String> = unseen.iter().map(|file| format!("{file}, {}", places[file.as_str()])).collect();
        assert_eq!(told, Vec::<String>::new(), "changed, and nobody saw it");
        number += batch.len();
    }
    assert!(number > 800, "{number}");
}
