//! Whatever a file says that is imported, the import ends; and of one that is told to be equal, the files that are to be written emit
//! the same, read by the project's own reader and by another one.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use pipeward::backend;
use pipeward::import::{self, Imported, Request, Source, differences, gitlab_differences};
use pipeward::origin::Files;
use pipeward::read::{Document, configuration};
use pipeward::source::{self, Evaluator, Role, Tree};
use pipeward::workspace;

/// Of so many texts one is evaluated, which takes long.
const EVALUATED: u32 = 8;

/// Holds the text as a file of GitLab's, or as a workflow if it has jobs and something that starts them.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    let is_workflow = text.contains("jobs:") && text.contains("on:");
    let path = if is_workflow { "ci.yml" } else { ".gitlab-ci.yml" };
    let request = request(text, path, is_workflow);
    let drafted = import::draft(&request, &mut Files::default());
    assert_eq!(drafted.told.len(), 1);
    let sum = bytes.iter().fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    if drafted.is_equal() && sum % EVALUATED == 0 {
        let here = Path::new("/");
        let imported = import::import(&request, here, &Evaluator::here(here), &mut Files::default());
        if imported.is_equal() {
            let written = emitted(&imported, &format!("{}{path}", if is_workflow { ".github/workflows/" } else { "" }));
            same(text, &written, is_workflow);
        }
    }
}

fn request(text: &str, path: &str, is_workflow: bool) -> Request<'static> {
    let source = Source { file: path.to_owned(), shown: path.to_owned(), text: text.to_owned() };
    let (workflows, gitlab) = if is_workflow { (vec![source], Vec::new()) } else { (Vec::new(), vec![source]) };
    Request { name: "imported", workflows, gitlab, updates: None, project: None, taken: HashSet::new(), texts: BTreeMap::new() }
}

/// What the files of an import emit at a path.
fn emitted(imported: &Imported, path: &str) -> String {
    let texts: BTreeMap<String, String> = imported.files.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
    let role = |path: &str| if path == workspace::PROJECT { Role::Project } else { Role::Pipeline };
    let requests = texts.iter().filter(|(path, _)| !path.contains("/lib/"));
    let requests =
        requests.map(|(path, text)| source::Request { name: path.clone(), text: Some(text.clone()), role: role(path) });
    let requests: Vec<source::Request> = requests.chain([workspace::shipped()]).collect();
    let here = Path::new("/");
    let workspace = workspace::assemble(here, &Evaluator::here(here).over(Tree { label: String::new(), texts }), &requests);
    assert!(workspace.refused.is_empty(), "{:#?}", workspace.refused);
    let output = backend::render(&workspace.project.expect("a project"));
    output.files.into_iter().find(|file| file.path == path).expect("a file").text
}

/// Whether two texts say the same.
fn same(text: &str, written: &str, is_workflow: bool) {
    let id = Files::default().add("x.yml", text);
    let (mut one, mut other) = (Document::read(text, id), Document::read(written, id));
    assert!(other.is_whole, "{written}");
    let found = if is_workflow {
        differences(&one.roots[0], &other.roots[0], "ci.yml").0
    } else {
        let one = configuration(&mut one, text, id).expect("it was imported");
        let other = configuration(&mut other, written, id).expect("it was emitted");
        gitlab_differences((one.0.as_ref(), &one.1), (other.0.as_ref(), &other.1)).0
    };
    assert!(found.is_empty(), "{found:#?}\n{written}");
}
