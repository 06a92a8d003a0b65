//! Pipelines made by chance, through the whole of it: evaluated, judged, written, read back.
//!
//! With `PIPEWARD_GENERATED=DIR` the workflows are left there for the judges (`tests/judges/run`).

mod draw;
mod meaning;
mod nickel;
mod pipeline;
mod step;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use draw::Draw;
use meaning::Differences;
use nickel::Nickel;
use pipeward::backend;
use pipeward::finding::Severity;
use pipeward::pipeline::{Project, data};
use pipeward::policy::Date;
use pipeward::source::{Evaluator, Request, Role};
use pipeward::workspace::{self, Workspace};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

const PROJECT: &str = include_str!("project.ncl");
const CASES: u32 = 60;

/// Evaluates a project with one pipeline.
fn load(id: &str, text: &str) -> Workspace {
    let file = |name: String, role, text: &str| Request { name, text: Some(text.to_owned()), role };
    let requests = [
        file("pipelines/main.ncl".to_owned(), Role::Project, PROJECT),
        file(format!("pipelines/{id}.ncl"), Role::Pipeline, text),
        workspace::shipped(),
    ];
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    workspace::assemble(root, &Evaluator::here(root), &requests)
}

/// What is said of the pipeline, as long as it is more than a note; what only the small project is to blame for apart.
fn said(workspace: &Workspace) -> BTreeSet<String> {
    let now = Date::parse("2026-06-01").expect("a day");
    let own = |identity: &str| !identity.starts_with("project");
    let mut findings = workspace.judge(&[], now);
    findings.extend(workspace.project.iter().flat_map(|project| backend::render(project).findings));
    findings
        .into_iter()
        .filter(|finding| finding.severity > Severity::Note && own(finding.identity.as_str()))
        .map(|finding| format!("{} {}: {}", finding.rule, finding.identity, finding.message))
        .collect()
}

/// The workflow of a project's only pipeline.
fn workflow(project: &Project) -> Result<String, TestCaseError> {
    let output = backend::render(project);
    let files = output.files.into_iter().find(|file| file.path.contains("/workflows/"));
    files.map(|file| file.text).ok_or_else(|| TestCaseError::fail("nothing is written"))
}

/// Runs a property over valid pipelines; fails as well if too few of those made are valid.
fn hold(property: impl Fn(u32, &Nickel, &Workspace) -> Result<(), TestCaseError>) {
    let config = Config { cases: CASES, max_global_rejects: CASES * 3, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let count = Cell::new(0);
    let result = TestRunner::new_with_rng(config, rng).run(&vec(any::<u16>(), 1..400), |choices| {
        let made = pipeline::pipeline(&mut Draw::new(&choices));
        let text = made.to_string();
        let id = format!("g{}", count.get());
        let workspace = load(&id, &text);
        if let Some(refused) = workspace.refused.first() {
            return Err(TestCaseError::fail(format!("refused: {} {}\n{text}", refused.identity, refused.message)));
        }
        if !said(&workspace).is_empty() {
            return Err(TestCaseError::reject("the gate has something to say"));
        }
        count.set(count.get() + 1);
        property(count.get() - 1, &made, &workspace)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn what_is_written_means_what_the_model_means() {
    let directory = std::env::var_os("PIPEWARD_GENERATED").map(|path| PathBuf::from(path).join(".github/workflows"));
    if let Some(directory) = &directory {
        fs::create_dir_all(directory).expect("a directory");
    }
    hold(|number, made, workspace| {
        let project = workspace.project.as_ref().expect("a project");
        let text = workflow(project)?;
        if let Some(directory) = &directory {
            fs::write(directory.join(format!("g{number}.yml")), &text).expect("a file");
        }
        let yaml = serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let mut differences = Differences::default();
        differences.workflow(&yaml, &data::of(&project.pipelines[0]));
        if differences.list.is_empty() {
            return Ok(());
        }
        Err(TestCaseError::fail(format!("{:#?}\n{made}\n{text}", differences.list)))
    });
}

#[test]
fn the_order_of_what_has_no_order_changes_nothing_else() {
    hold(|number, made, workspace| {
        let other = load(&format!("g{number}"), &made.reversed().to_string());
        let project = |workspace: &Workspace| workspace.project.as_ref().map(workflow).expect("a project");
        let (one, two) = (project(workspace)?, project(&other)?);
        let read = |text: &str| serde_yaml::from_str::<serde_json::Value>(text).expect("YAML");
        // Maps of JSON are compared without their order.
        if read(&one) == read(&two) && said(workspace) == said(&other) {
            return Ok(());
        }
        Err(TestCaseError::fail(format!("{one}\n{two}")))
    });
}
