//! Pipelines made by chance, through the whole of it: evaluated, judged, written, read back.
//!
//! With `PIPEWARD_GENERATED=DIR` the files are left there for the judges (`tests/judges/run`), GitLab's in folders of their own.

mod draw;
mod gitlab;
mod meaning;
mod nickel;
mod pipeline;
mod preview;
mod step;
mod world;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use draw::Draw;
use meaning::Differences;
use nickel::Nickel;
use pipeward::backend::{self, Output};
use pipeward::finding::Severity;
use pipeward::loss::Loss;
use pipeward::pipeline::{Pipeline, Project, data};
use pipeward::policy::Date;
use pipeward::source::{Evaluator, Request, Role};
use pipeward::workspace::{self, Workspace};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use world::World;

const PROJECT: &str = include_str!("project.ncl");
const CASES: u32 = 60;
/// How many things happen to each pipeline.
const WORLDS: u32 = 60;

/// A project with one pipeline, for each forge.
struct Case {
    number: u32,
    made: Nickel,
    /// What GitHub gets.
    workspace: Workspace,
    /// The same project with GitLab as its only backend.
    gitlab: Option<Project>,
}

impl Case {
    fn load(number: u32, made: Nickel) -> Self {
        let mut workspace = load(&format!("g{number}"), &made.to_string());
        let mut gitlab = workspace.project.clone();
        if let (Some(github), Some(gitlab)) = (&mut workspace.project, &mut gitlab) {
            github.backends.gitlab = None;
            gitlab.backends.github = false;
        }
        Self { number, made, workspace, gitlab }
    }

    /// What is written for GitLab.
    fn written(&self) -> Output {
        backend::render(self.gitlab.as_ref().expect("a project"))
    }
}

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
fn hold(property: impl Fn(&Case) -> Result<(), TestCaseError>) {
    let config = Config {
        cases: CASES,
        max_global_rejects: CASES * 3,
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let count = Cell::new(0);
    let result = TestRunner::new_with_rng(config, rng).run(&vec(any::<u16>(), 1..400), |choices| {
        let made = pipeline::pipeline(&mut Draw::new(&choices));
        let case = Case::load(count.get(), made);
        if let Some(refused) = case.workspace.refused.first() {
            return Err(TestCaseError::fail(format!("refused: {} {}\n{}", refused.identity, refused.message, case.made)));
        }
        if !said(&case.workspace).is_empty() {
            return Err(TestCaseError::reject("the gate has something to say"));
        }
        count.set(count.get() + 1);
        property(&case)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// Where files are left for the judges, if somebody asks.
fn leave(path: &str, text: &str) {
    let Some(directory) = std::env::var_os("PIPEWARD_GENERATED") else { return };
    let path = PathBuf::from(directory).join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, text).expect("a file");
}

fn read(text: &str) -> Result<serde_yaml::Value, TestCaseError> {
    serde_yaml::from_str(text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))
}

#[test]
fn what_is_written_means_what_the_model_means() {
    hold(|case| {
        let project = case.workspace.project.as_ref().expect("a project");
        let text = workflow(project)?;
        leave(&format!(".github/workflows/g{}.yml", case.number), &text);
        let mut differences = Differences::default();
        differences.workflow(&read(&text)?, &data::of(&project.pipelines[0]));
        if differences.list.is_empty() {
            return Ok(());
        }
        Err(TestCaseError::fail(format!("{:#?}\n{}\n{text}", differences.list, case.made)))
    });
}

/// Whether what cannot be written, or is lost, stands at a place of the author's, and what is lost beyond hope is a finding there.
fn at_places(output: &Output) -> Result<(), TestCaseError> {
    for finding in &output.findings {
        proptest::prop_assert!(finding.origin.is_some_and(|origin| origin.end > 0), "{finding:?}");
    }
    for loss in &output.losses {
        proptest::prop_assert!(loss.origin.end > 0, "{loss:?}");
        proptest::prop_assert!(loss.identity.as_str().starts_with('g'), "{loss:?}");
    }
    proptest::prop_assert_eq!(output.files.is_empty(), !output.findings.is_empty());
    Ok(())
}

/// How GitLab's pipeline, read from YAML, differs from what one of the model means, whatever happens.
fn differences(project: &Project, pipeline: &Pipeline, yaml: &serde_yaml::Value, losses: &[Loss]) -> Vec<String> {
    let mut differences = gitlab::Differences::new(project, pipeline, yaml, losses);
    differences.file(&project.images.iter().map(|(name, image)| (name.as_str(), image.as_str())).collect::<BTreeMap<_, _>>());
    for seed in 0..WORLDS {
        let choices: Vec<u16> = (0..12_u32).map(|index| (seed * 131 + index * 7919).wrapping_mul(40503) as u16 >> 3).collect();
        differences.happens(&World::draw(&mut Draw::new(&choices)));
    }
    differences.list
}

#[test]
fn what_is_written_for_gitlab_means_what_the_model_means() {
    let all: RefCell<Option<Project>> = RefCell::new(None);
    hold(|case| {
        let output = case.written();
        at_places(&output)?;
        let Some(file) = output.files.first() else { return Ok(()) };
        let yaml = read(&file.text)?;
        let project = case.gitlab.as_ref().expect("a project");
        let differences = differences(project, &project.pipelines[0], &yaml, &output.losses);
        if !differences.is_empty() {
            return Err(TestCaseError::fail(format!("{differences:#?}\n{}\n{}", case.made, file.text)));
        }
        all.borrow_mut()
            .get_or_insert_with(|| Project { pipelines: Vec::new(), ..project.clone() })
            .pipelines
            .extend(project.pipelines.clone());
        Ok(())
    });
    // They are one file of GitLab's, as the pipelines of a project are.
    let all = all.into_inner().expect("a project");
    assert!(all.pipelines.len() >= CASES as usize / 2, "only {} pipelines were written for GitLab", all.pipelines.len());
    let output = backend::render(&all);
    assert_eq!(output.findings, []);
    for file in &output.files {
        leave(&format!("gitlab/{}", file.path), &file.text);
    }
    // What another program reads of it is what the model means as well.
    let Some(read) = preview::of(&output.files[0].text) else { return };
    for pipeline in &all.pipelines {
        let differences = differences(&all, pipeline, &read, &output.losses);
        assert_eq!(differences, [""; 0], "{}", pipeline.id);
    }
}

#[test]
fn the_order_of_what_has_no_order_changes_nothing_else() {
    hold(|case| {
        let other = Case::load(case.number, case.made.reversed());
        let project = |workspace: &Workspace| workspace.project.as_ref().map(workflow).expect("a project");
        let (one, two) = (project(&case.workspace)?, project(&other.workspace)?);
        let json = |text: &str| serde_yaml::from_str::<serde_json::Value>(text).expect("YAML");
        // Maps of JSON are compared without their order.
        if json(&one) != json(&two) || said(&case.workspace) != said(&other.workspace) {
            return Err(TestCaseError::fail(format!("{one}\n{two}")));
        }
        let texts = |case: &Case| case.written().files.into_iter().map(|file| file.text).collect::<Vec<String>>();
        let (one, two) = (texts(case), texts(&other));
        let unordered = |texts: &[String]| texts.iter().map(|text| gitlab::unordered(json(text))).collect::<Vec<_>>();
        if unordered(&one) != unordered(&two) {
            return Err(TestCaseError::fail(format!("{}\n{}", one.concat(), two.concat())));
        }
        Ok(())
    });
}

/// What imports a workflow without a project.
fn imported(id: &str, text: &str) -> pipeward::import::Imported {
    let source = pipeward::import::Source { file: format!("{id}.yml"), shown: format!("{id}.yml"), text: text.to_owned() };
    let request = pipeward::import::Request {
        gitlab: Vec::new(),
        name: "imported",
        workflows: vec![source],
        updates: None,
        project: None,
        taken: std::collections::HashSet::new(),
        texts: BTreeMap::new(),
    };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    pipeward::import::import(&request, root, &Evaluator::here(root), &mut pipeward::origin::Files::default())
}

#[test]
fn what_is_written_is_imported_as_the_same() {
    hold(|case| {
        // Each import evaluates a project anew.
        if case.number % 3 != 0 {
            return Ok(());
        }
        let text = workflow(case.workspace.project.as_ref().expect("a project"))?;
        let imported = imported(&format!("g{}", case.number), &text);
        if imported.is_equal() {
            return Ok(());
        }
        Err(TestCaseError::fail(format!("{:#?}\n{text}", imported.told)))
    });
}
