//! The table of losses, row by row: what is exact on a forge is written there and read back, and what is not is told of there.
//!
//! With `PIPEWARD_CASES=DIR` the files are left there for the judges (`tests/judges/run`).

mod jobs;
mod starts;
mod steps;

use std::collections::BTreeMap;
use std::path::Path;

use pipeward::backend::{self, Output};
use pipeward::loss::{self, Construct, Fate};
use pipeward::pipeline::Project;
use pipeward::pipeline::backends::Forge;
use pipeward::source::{Evaluator, Request, Role};
use pipeward::workspace;
use serde_yaml::Value;

/// A row of the table: its id, the fields of a pipeline that needs it, and where it stands on the forge on which it is exact: in the
/// workflow of GitHub, or in one of GitLab's jobs. A `0` is any item of a list, and after `=` stands what is written there.
struct Case(&'static str, &'static str, &'static str);

const TABLES: [&[Case]; 3] = [starts::CASES, jobs::CASES, steps::CASES];

const PROJECT: &str = include_str!("project.ncl");

/// What the fields of the cases are made of.
const WORDS: &str = r#"
let push = { push.branches = ["main"] } in
let make = [{ run = "make" }] in
let job = { timeout = "5m", permissions = {} } in
let plain = job & { steps = make } in
let plan = job & { outputs.plan = 'Step "plan.plan", steps = [{ id = "plan", run = "make plan" }] } in
let asks = { needs = ["a"], when = 'Output { name = "a.plan", equals = "go" } } in
let kept = fun called files => { upload = { name = called, paths = files, retention = "1 day" } } in
"#;

/// What the cases call, and what calls them.
const OTHERS: &[(&str, &str)] = &[
    ("callee", "on.call = { inputs.what = {}, secrets.OTHER = {} }, jobs.a = plain"),
    (
        "caller",
        r#"on = push, jobs = {
             a = plan,
             b = { needs = ["a"], calls = "call-input-coded", permissions = {}, with.what = 'Output "a.plan" },
           }"#,
    ),
];

/// Rows of what a forge cannot do at all, whose row it tells of instead.
const WIDER: &[(&str, Forge, &str)] = &[
    ("changed-in-step", Forge::GitHub, "changed"),
    ("changed-not", Forge::GitHub, "changed"),
    ("changed-twice", Forge::GitHub, "changed"),
];

fn cases() -> impl Iterator<Item = &'static Case> {
    TABLES.into_iter().flatten()
}

/// All cases as one project.
fn project() -> Project {
    let pipelines = cases().map(|Case(id, fields, _)| (*id, *fields)).chain(OTHERS.iter().copied());
    let file = |name: String, role, text: String| Request { name, text: Some(text), role };
    let mut requests = vec![file("pipelines/main.ncl".to_owned(), Role::Project, PROJECT.to_owned()), workspace::shipped()];
    requests.extend(pipelines.map(|(id, fields)| {
        file(format!("pipelines/{id}.ncl"), Role::Pipeline, format!("{WORDS}{{ name = \"{id}\", {fields} }}"))
    }));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let workspace = workspace::assemble(root, &Evaluator::here(root), &requests);
    let refused: Vec<String> = workspace.refused.iter().map(|one| format!("{} {}", one.identity, one.message)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    workspace.project.expect("a project")
}

/// What a forge gets of the pipelines that are wanted.
fn written(project: &Project, forge: Forge, wanted: impl Fn(&str) -> bool) -> Output {
    let mut project = project.clone();
    project.pipelines.retain(|pipeline| wanted(&pipeline.id));
    match forge {
        Forge::GitHub => project.backends.gitlab = None,
        Forge::GitLab => project.backends.github = false,
    }
    backend::render(&project)
}

fn is_exact(id: &str, forge: Forge) -> bool {
    loss::find(id).is_some_and(|row| row.on(forge) == Fate::Exact)
}

/// The rows that a forge tells of, by the pipelines that need them.
fn told(output: &Output) -> BTreeMap<&str, Vec<&'static str>> {
    let mut told: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
    for loss in &output.losses {
        assert!(loss.origin.end > 0, "{loss:?}");
        told.entry(loss.identity.as_str().split('/').next().unwrap_or_default()).or_default().push(loss.construct.id);
    }
    told
}

/// What stands at a path, each of several.
fn at<'y>(part: &'y Value, path: &str) -> Vec<&'y Value> {
    let Some((key, rest)) = path.strip_prefix('/').map(|path| path.split_once('/').unwrap_or((path, ""))) else {
        return vec![part];
    };
    let rest = if rest.is_empty() { String::new() } else { format!("/{rest}") };
    match part {
        Value::Sequence(items) if key == "0" => items.iter().flat_map(|item| at(item, &rest)).collect(),
        _ => part.get(key).map_or_else(Vec::new, |part| at(part, &rest)),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_yaml::to_string(other).expect("YAML").trim().to_owned(),
    }
}

/// What is written of a case where it has to stand.
fn read(output: &Output, forge: Forge, id: &str, path: &str) -> Vec<String> {
    let name = match forge {
        Forge::GitHub => format!(".github/workflows/{id}.yml"),
        Forge::GitLab => ".gitlab-ci.yml".to_owned(),
    };
    let Some(file) = output.files.iter().find(|file| file.path == name) else { return Vec::new() };
    let document: Value = serde_yaml::from_str(&file.text).expect("YAML");
    let found = match forge {
        Forge::GitHub => at(&document, path),
        Forge::GitLab => {
            let own = format!("{id}/");
            let jobs = document.as_mapping().expect("a map").iter();
            let jobs = jobs.filter(|(name, _)| name.as_str().is_some_and(|name| name.starts_with(&own)));
            jobs.flat_map(|(_, job)| at(job, path)).collect()
        }
    };
    found.into_iter().map(text).collect()
}

/// Where files are left for the judges, if somebody asks.
fn leave(output: &Output) {
    let Some(directory) = std::env::var_os("PIPEWARD_CASES") else { return };
    for file in &output.files {
        let path = Path::new(&directory).join(&file.path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, &file.text).expect("written");
    }
}

#[test]
fn every_row_has_a_case() {
    let rows: Vec<&str> = loss::constructs().map(|row| row.id).collect();
    let with_case: Vec<&str> = cases().map(|Case(id, ..)| *id).collect();
    assert_eq!(with_case, rows, "a case for each row of src/loss, in their order");
}

#[test]
fn what_is_exact_is_read_back_and_what_is_not_is_told() {
    let project = project();
    let mut wrong = Vec::new();
    for forge in Forge::ALL.iter().copied() {
        let all = written(&project, forge, |_| true);
        let told = told(&all);
        // What has a call is exact on GitHub alone.
        let is_other = |id: &str| forge == Forge::GitHub && OTHERS.iter().any(|(other, _)| *other == id);
        let exact = written(&project, forge, |id| is_exact(id, forge) || is_other(id));
        wrong.extend(exact.findings.iter().map(|finding| format!("{}: {} {}", forge.title(), finding.identity, finding.message)));
        leave(&exact);
        for Case(id, _, place) in cases() {
            let said = told.get(id).map_or(&[][..], Vec::as_slice);
            let row: &Construct = loss::find(id).expect("a row");
            if !is_exact(id, forge) {
                let wider = WIDER.iter().find(|(row, on, _)| (row, *on) == (id, forge)).map(|(_, _, wider)| *wider);
                if !said.contains(&wider.unwrap_or(row.id)) {
                    wrong.push(format!("{}: {id} is not told of: {said:?}", forge.title()));
                }
                continue;
            }
            if said.contains(id) {
                wrong.push(format!("{}: {id} is exact, and told of as lost", forge.title()));
            }
            let (path, constant) = place.split_once('=').map_or((*place, None), |(path, constant)| (path, Some(constant)));
            let found = read(&exact, forge, id, path);
            let stands = !found.is_empty() && constant.is_none_or(|constant| found.iter().any(|text| text == constant));
            if path.is_empty() || !stands {
                wrong.push(format!("{}: {id} is not at {place}: {found:?}", forge.title()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
