//! Any condition: what is emitted for it runs a job exactly if it holds, whatever started the pipeline and however it goes.

use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::backend::gitlab::condition::{guard, test};
use crate::origin::{At, FileId, Origin};
use crate::pipeline::condition::Outcome;
use crate::pipeline::trigger::Event;
use crate::pipeline::{Condition, Part, Reference, Value, fixture};

const HERE: Origin = Origin::whole(FileId(0));

fn at<T>(value: T) -> At<T> {
    At::new(value, HERE)
}

fn value(part: Part) -> At<Value> {
    at(Value { parts: vec![at(part)] })
}

/// What is the case.
#[derive(Clone, Debug)]
struct World {
    event: Event,
    /// Of a push: a tag instead of a branch.
    tag: bool,
    branch: &'static str,
    label: bool,
    dry: bool,
    size: &'static str,
    variable: Option<&'static str>,
    /// Whether the job before went well, and what it said.
    well: bool,
    said: &'static str,
}

fn world() -> impl Strategy<Value = World> {
    let event = prop::sample::select(vec![Event::Push, Event::PullRequest, Event::Schedule, Event::Manual]);
    let branch = prop::sample::select(vec!["main", "release/1", "other"]);
    let size = prop::sample::select(vec!["", "3", "it's"]);
    let variable = prop::sample::select(vec![None, Some(""), Some("v")]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (event, branch, size, variable, flags, prop::sample::select(vec!["1", "two words"])).prop_map(
        |(event, branch, size, variable, (tag, label, dry, well), said)| World {
            event,
            tag: tag && event == Event::Push,
            branch,
            label,
            dry,
            size,
            variable,
            well,
            said,
        },
    )
}

impl World {
    fn variables(&self) -> Vec<(&'static str, &'static str)> {
        let manual = self.event == Event::Manual;
        let source = match self.event {
            Event::PullRequest => "merge_request_event",
            Event::Schedule => "schedule",
            Event::Manual => "web",
            _ => "push",
        };
        let mut all = vec![("CI_PIPELINE_SOURCE", source), ("CI_DEFAULT_BRANCH", "main"), ("CI_PROJECT_ID", "1")];
        all.push(("PIPEWARD_PIPELINE", if manual { "p" } else { "none" }));
        all.push(("P_DRY", if manual && self.dry { "true" } else { "false" }));
        all.push(("P_SIZE", if manual { self.size } else { "3" }));
        match self.event {
            Event::PullRequest => {
                let labels = if self.label { "x,it's" } else { "xx,it" };
                all.extend([("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "2"), ("CI_MERGE_REQUEST_LABELS", labels)]);
                all.extend([
                    ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", self.branch),
                    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
                ]);
            }
            _ if self.tag => all.push(("CI_COMMIT_TAG", "v1")),
            _ => all.push(("CI_COMMIT_BRANCH", self.branch)),
        }
        if self.event == Event::Schedule {
            all.push(("PIPEWARD_SCHEDULE", "p"));
        }
        all.extend(self.variable.map(|variable| ("V", variable)));
        all
    }

    fn holds(&self, condition: &Condition) -> bool {
        let on_branch = self.event != Event::PullRequest && !self.tag;
        let manual = self.event == Event::Manual;
        match condition {
            Condition::Always | Condition::NotCancelled => true,
            Condition::OnSuccess => self.well,
            Condition::OnFailure => !self.well,
            Condition::Label(_) => self.event == Event::PullRequest && self.label,
            Condition::Event(events) => events.iter().any(|event| event.value == self.event),
            Condition::Branch(names) => {
                on_branch && names.iter().any(|name| name.trim_end_matches("**") == self.branch.trim_end_matches('1'))
            }
            Condition::DefaultBranch => on_branch && self.branch == "main",
            Condition::Tag => self.tag,
            Condition::Input(name, wanted) => match (name.as_str(), &wanted.parts[0].value) {
                ("dry", Part::Flag(wanted)) => *wanted == (manual && self.dry),
                (_, Part::Text(wanted)) => manual && wanted == self.size,
                _ => unreachable!("no other is drawn"),
            },
            Condition::Present(_) => self.variable == Some("v"),
            Condition::Output(_, wanted) => wanted.plain() == Some(self.said),
            Condition::Result(_, outcome) => (outcome.value == Outcome::Success) == self.well,
            Condition::All(inner) => inner.iter().all(|inner| self.holds(inner)),
            Condition::Any(inner) => inner.iter().any(|inner| self.holds(inner)),
            Condition::Not(inner) => !self.holds(inner),
            _ => unreachable!("no other is drawn"),
        }
    }

    /// Whether a job with that condition runs: if nothing is said of failures, after success alone.
    fn runs(&self, condition: &Condition) -> bool {
        if condition.names_status() {
            return self.holds(condition);
        }
        match condition {
            Condition::Any(inner) if condition.asks_for_failure() => inner.iter().any(|inner| self.runs(inner)),
            _ => self.holds(condition) && (self.well || condition.asks_for_failure()),
        }
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let text = |text: &str| value(Part::Text(text.to_owned()));
    let branches = |names: &[&str]| Condition::Branch(names.iter().map(|name| at((*name).to_owned())).collect());
    let leaf = prop::sample::select(vec![
        Condition::Always,
        Condition::NotCancelled,
        Condition::OnSuccess,
        Condition::OnFailure,
        Condition::Label("x".to_owned()),
        Condition::Label("it's".to_owned()),
        Condition::Event(vec![at(Event::Push)]),
        Condition::Event(vec![at(Event::PullRequest), at(Event::Manual)]),
        branches(&["main"]),
        branches(&["main", "release/**"]),
        Condition::DefaultBranch,
        Condition::Tag,
        Condition::Input(at("dry".to_owned()), value(Part::Flag(true))),
        Condition::Input(at("dry".to_owned()), value(Part::Flag(false))),
        Condition::Input(at("size".to_owned()), text("3")),
        Condition::Input(at("size".to_owned()), text("it's")),
        Condition::Present(value(Part::Reference(Reference::Variable("V".to_owned())))),
        Condition::Output(at("a.x".to_owned()), text("1")),
        Condition::Output(at("a.x".to_owned()), text("two words")),
        Condition::Result(at("a".to_owned()), at(Outcome::Success)),
        Condition::Result(at("a".to_owned()), at(Outcome::Failure)),
    ]);
    let any = |one, other| Condition::Any(vec![at(one), at(other)]);
    let either = any(any(Condition::OnFailure, Condition::OnSuccess), Condition::Not(Box::new(at(branches(&["main"])))));
    let leaf = prop_oneof![20 => leaf, 1 => Just(either)];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let several = || prop::collection::vec(inner.clone().prop_map(at), 1..4);
        prop_oneof![
            several().prop_map(Condition::All),
            several().prop_map(Condition::Any),
            inner.clone().prop_map(|inner| Condition::Not(Box::new(at(inner)))),
        ]
    })
}

fn project_with(condition: &Condition) -> Project {
    let on = r#"{"push": {}, "pull_request": {}, "schedule": [{"cron": "0 1 * * *"}],
        "manual": {"inputs": {"dry": {"type": "'Flag"}, "size": {"default": "3"}}}}"#;
    let text = pipeline(on, &[("a", ""), ("b", r#""needs": ["a"]"#)]);
    let variables = r#""variables": {"V": {"purpose": "p", "owner": "o"}}"#;
    let mut project = fixture::project(&both().replacen('{', &format!("{{{variables}, "), 1), &[("p", &text)]);
    project.pipelines[0].jobs["b"].when = Some(at(condition.clone()));
    project
}

/// Whether the guard of job `b`, if it has one, lets it go on.
fn goes_on(project: &Project, world: &World, result: &str) -> bool {
    let settings = project.backends.gitlab.as_ref().expect("settings");
    let mut lowering = Lowering::new(project, settings, &project.pipelines[0], Place::Root);
    let job = &project.pipelines[0].jobs["b"];
    let Some(test) = guard(&mut lowering, job) else { return true };
    let mut shell = Command::new("sh");
    shell.arg("-euc").arg(format!("if {test}; then exit 0; else exit 9; fi")).env_clear();
    shell.env("PATH", std::env::var("PATH").unwrap_or_default()).envs(world.variables());
    let status = shell.env("A_X", world.said).env("A_RESULT", result).status().expect("a shell");
    assert!(matches!(status.code(), Some(0 | 9)), "{test}");
    status.success()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_job_runs_exactly_if_its_condition_holds(condition in condition(), world in world()) {
        let project = project_with(&condition);
        let output = render(&project);
        prop_assert!(output.findings.is_empty(), "{:#?}", output.findings);
        // What the table calls impossible is said at its place instead.
        prop_assume!(!output.losses.iter().any(|loss| loss.construct.id == "condition-mixed"));
        let root = &documents(&output, ROOT)[0];
        let made = made(root, &scope(&world.variables())).expect("the first job is part of every pipeline");
        let when = made.iter().find(|(name, _)| *name == "p/b").map(|(_, when)| *when);
        let started = match when {
            Some("always") => true,
            Some("on_success") => world.well,
            Some("on_failure") => !world.well,
            _ => false,
        };
        let runs = started && goes_on(&project, &world, if world.well { "success" } else { "failure" });
        prop_assert_eq!(runs, world.runs(&condition), "{:?} {:#?}", when, root["p/b"]["rules"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_step_runs_exactly_if_its_condition_holds(condition in condition(), world in world()) {
        let project = project_with(&condition);
        let settings = project.backends.gitlab.as_ref().expect("settings");
        let mut lowering = Lowering::new(&project, settings, &project.pipelines[0], Place::Root);
        let test = test(&mut lowering, &at(condition.clone()));
        let state = if world.well { "true" } else { "false" };
        let script = format!("failed() {{ ! {state}; }}\nif {test}; then exit 0; else exit 9; fi");
        let mut shell = Command::new("sh");
        shell.arg("-euc").arg(&script).env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
        shell.envs(world.variables()).env("A_X", world.said).env("A_RESULT", if world.well { "success" } else { "failure" });
        let wanted = world.holds(&condition) && (condition.names_status() || world.well);
        prop_assert_eq!(shell.status().expect("a shell").code(), Some(if wanted { 0 } else { 9 }), "{}", script);
    }
}

#[test]
fn a_job_is_skipped_with_one_that_it_needs() {
    let said = Condition::Output(at("a.x".to_owned()), value(Part::Text("1".to_owned())));
    let mut project = project_with(&said);
    let settings = project.backends.gitlab.clone().expect("settings");
    let mut after = project.pipelines[0].jobs["b"].clone();
    (after.id, after.needs, after.when) = ("c".to_owned(), vec![at("b".to_owned())], None);
    project.pipelines[0].jobs.insert("c".to_owned(), after);
    let pipeline = &project.pipelines[0];
    let mut lowering = Lowering::new(&project, &settings, pipeline, Place::Root);
    let test = |lowering: &mut Lowering<'_>, id: &str| guard(lowering, &pipeline.jobs[id]).map(|test| test.to_string());
    assert_eq!(test(&mut lowering, "a"), None);
    assert_eq!(test(&mut lowering, "b").as_deref(), Some("[ \"${A_X-}\" = '1' ]"));
    assert_eq!(test(&mut lowering, "c").as_deref(), Some("[ \"${B_RESULT:-skipped}\" != 'skipped' ]"));
    assert_eq!(lowering.ends.telling.iter().copied().collect::<Vec<&str>>(), ["b"]);
}

#[test]
fn a_failure_is_seen_past_the_jobs_between() {
    let text = |when: &str| {
        let last = format!(r#""needs": ["b"]{when}"#);
        let warned = r#""impact": "'Warn""#;
        pipeline(r#"{"push": {}}"#, &[("a", ""), ("w", warned), ("b", r#""needs": ["a", "w"]"#), ("c", &last)])
    };
    let project = fixture::project(&both(), &[("p", &text(r#", "when": {"'Any": ["'OnFailure"]}"#))]);
    let output = render(&project);
    assert_eq!(output.losses.iter().map(|loss| loss.construct.id).collect::<Vec<_>>(), ["failure-before"]);
    let root = &documents(&output, ROOT)[0];
    let wanted = "[{ job: p/b, artifacts: true }, { job: p/a, artifacts: true }, { job: p/w, artifacts: true }]";
    assert_eq!(root["p/c"]["needs"], serde_yaml::from_str::<serde_yaml::Value>(wanted).expect("YAML"));
    assert_eq!(
        decided(&root["p/c"]["rules"], &scope(&[("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_BRANCH", "x")])),
        Some("always")
    );
    assert!(root["p/a"]["artifacts"]["reports"]["dotenv"].is_string() && root["p/w"]["script"][0] == "report W_RESULT success");
    let settings = project.backends.gitlab.as_ref().expect("settings");
    let mut lowering = Lowering::new(&project, settings, &project.pipelines[0], Place::Root);
    let job = &project.pipelines[0].jobs["c"];
    lowering.enter(job, None);
    let test = guard(&mut lowering, job).expect("a guard");
    for (a, b, runs) in [
        (Some("failure"), None, true),
        (Some("success"), Some("failure"), true),
        (Some("success"), Some("success"), false),
        (None, None, false),
    ] {
        let mut shell = Command::new("sh");
        shell.arg("-euc").arg(format!("if {test}; then exit 0; else exit 9; fi")).env_remove("A_RESULT").env_remove("B_RESULT");
        shell.envs(a.map(|a| ("A_RESULT", a))).envs(b.map(|b| ("B_RESULT", b)));
        assert_eq!(shell.status().expect("a shell").code(), Some(if runs { 0 } else { 9 }), "{a:?} {b:?} {test}");
    }
    // A job that waits for success leaves it to GitLab, which skips it.
    let output = render(&fixture::project(&both(), &[("p", &text(""))]));
    let wanted = "[{ job: p/b, artifacts: false }]";
    assert_eq!(documents(&output, ROOT)[0]["p/c"]["needs"], serde_yaml::from_str::<serde_yaml::Value>(wanted).expect("YAML"));
}
