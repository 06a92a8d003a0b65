//! What is remembered says nothing that a run without memory would not say, whatever happens to the files in between.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipeward::cache::{self, Folder};
use pipeward::check::{self, Terms};
use pipeward::policy::Date;
use pipeward::report;
use pipeward::source::{Digest, Evaluator, Limits, Memory};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sha2::{Digest as _, Sha256};

/// A project, and a directory to remember in.
struct Bench {
    _home: tempfile::TempDir,
    root: PathBuf,
    memory: PathBuf,
}

const PROJECT: &str = "{ name = \"p\", visibility = 'Public, \
                       updates = [{ ecosystem = \"github-actions\", interval = 'Weekly, cooldown = \"7 days\" }] }";
/// What all pipelines share, said otherwise: each is written into the workflows that use it.
const SHARED: &str = "default_runner = \"ubuntu-22.04\", default_branch = \"trunk\", \
                      pins.\"actions/checkout\" = { version = \"v7.0.1\", revision = \"3d3c42e5aac5ba805825da76410c181273ba90b1\" }, \
                      images.base = \"base@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\", \
                      runners.big = { labels = [\"big\"], hosted = true }";
const GITLAB: &str =
    "backends.gitlab = { image = \"a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }";
const LIBRARY: &str = "{ minutes = \"5m\" }";
/// A library that imports another, and one that this may be.
const FARTHER: &str = "import \"far.ncl\"";
const RULE: &str = "{ summary = \"never fine\", why = \"it is not\", severity = 'Warning, \
                    check = fun pipeline => [{ at = [\"name\"], message = pipeline.name }] }";

fn pipeline(name: &str, timeout: &str) -> String {
    format!(
        "let library = import \"lib/times.ncl\" in\n{{ name = \"{name}\", on.push.branches = [\"main\"], \
         concurrency = {{ group = 'PerRef, cancel = false }}, jobs.unit = {{ name = \"Unit\", timeout = {timeout}, \
         permissions.contents = 'Read, steps = [{{ name = \"Test\", run = \"make\" }}] }} }}\n"
    )
}

/// A pipeline that asks for all that pipelines share.
fn sharing(name: &str) -> String {
    pipeline(name, "\"5m\"")
        .replace("[\"main\"]", "[\"main\", \"trunk\"]")
        .replace("steps = [", "runner = \"big\", container = \"base\", when = 'DefaultBranch, steps = [{ checkout = {} }, ")
}

/// A pipeline that only others start, with an input of some kind, and one that starts it.
fn called(kind: &str) -> String {
    let call = format!("on = {{ call.inputs.size = {{ type = '{kind}, required = true }}, push.branches = [\"main\"] }}");
    pipeline("C", "\"5m\"").replace("on.push.branches = [\"main\"]", &call)
}

fn calling() -> String {
    "{ name = \"A\", on.push.branches = [\"main\"], concurrency = { group = 'PerRef, cancel = false }, \
     jobs.all = { call = \"c\", with.size = 3 } }\n"
        .to_owned()
}

/// The project with more said in it.
fn project(more: &str) -> String {
    PROJECT.replacen("{ ", &format!("{{ {more}, "), 1)
}

/// Runs `pipeward -C root` with arguments, on a day that does not change.
fn pipeward(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
    command.arg("-C").arg(root).args(arguments).args(["--now", "2026-06-01"]).output().expect("pipeward runs")
}

impl Bench {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("there is room");
        let root = home.path().join("project");
        let bench = Self { root, memory: home.path().join("memory"), _home: home };
        bench.write("pipelines/main.ncl", PROJECT);
        bench.write("pipelines/lib/times.ncl", LIBRARY);
        bench.write("pipelines/a.ncl", &pipeline("A", "library.minutes"));
        bench.write("pipelines/b.ncl", &pipeline("B", "\"7m\""));
        bench.emit();
        bench
    }

    /// What a rule finds: the same with the memory and without.
    fn found(&self, rule: &str) -> Vec<serde_json::Value> {
        let (plain, remembering) = (self.plain(), self.remembering());
        let text = String::from_utf8_lossy(&plain.stdout).into_owned();
        assert_eq!(text, String::from_utf8_lossy(&remembering.stdout));
        let said: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let list = said["findings"].as_array().expect("findings").clone();
        list.into_iter().filter(|finding| finding["rule"] == rule).collect()
    }

    fn write(&self, path: &str, text: &str) {
        let place = self.root.join(path);
        fs::create_dir_all(place.parent().expect("it has one")).expect("it can be made");
        fs::write(place, text).expect("it can be written");
    }

    fn remove(&self, path: &str) {
        let _ = fs::remove_file(self.root.join(path));
    }

    fn emit(&self) {
        let _ = pipeward(&self.root, &["emit"]);
    }

    fn plain(&self) -> Output {
        pipeward(&self.root, &["check", "--format", "json", "--no-cache"])
    }

    fn remembering(&self) -> Output {
        let memory = self.memory.to_str().expect("it is text");
        pipeward(&self.root, &["check", "--format", "json", "--cache-dir", memory])
    }

    /// The files there are to remember in, by their names.
    fn entries(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = fs::read_dir(&self.memory).into_iter().flatten().flatten().map(|entry| entry.path());
        paths.map(|path| (path.clone(), fs::read(path).expect("it is there"))).collect()
    }

    fn spoil(&self, which: usize, spoil: impl FnOnce(&Path, Vec<u8>)) {
        if let Some((path, bytes)) = self.entries().iter().cycle().nth(which) {
            spoil(path, bytes.clone());
        }
    }
}

/// What may happen between two runs.
#[derive(Clone, Debug)]
enum Step {
    Nothing,
    Write(&'static str, String),
    Remove(&'static str),
    Emit,
    Forget,
    /// Files of the memory by their number: cut short, changed in one byte, as they were when the project was new.
    Cut(usize, usize),
    Flip(usize, usize),
    Return(usize),
}

fn write(path: &'static str, texts: Vec<String>) -> BoxedStrategy<Step> {
    prop::sample::select(texts).prop_map(move |text| Step::Write(path, text)).boxed()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// What the project says of all its pipelines.
fn said_of_all() -> impl Strategy<Value = Step> {
    let of_the_project = [
        PROJECT.to_owned(),
        PROJECT.replace("'Public", "'Private"),
        PROJECT.replace("7 days", "9 days"),
        project(GITLAB),
        project(&format!("backends.github = false, {GITLAB}")),
    ];
    let shared =
        [("", ""), ("[\"big\"]", "[\"larger\"]"), ("3d3c", "3d3d"), ("base@", "other@"), ("22.04", "24.04"), ("trunk", "main")]
            .map(|(was, is)| project(&SHARED.replace(was, is)));
    prop_oneof![
        1 => write("pipelines/main.ncl", of_the_project.to_vec()),
        2 => write("pipelines/main.ncl", shared.to_vec()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let using = || pipeline("A", "\"9m\"").replace("[{ name", "[{ uses = \"./.github/own\" }, { name");
    let pipelines = || {
        vec![
            pipeline("A", "library.minutes"),
            pipeline("A", "\"9h\""),
            using(),
            sharing("A"),
            calling(),
            pipeline("B", "library.minutes"),
        ]
    };
    let broken = || [pipelines(), texts(&["{", "{ name = 3 }"])].concat();
    prop_oneof![
        4 => Just(Step::Nothing),
        2 => write("pipelines/a.ncl", broken()),
        1 => write("pipelines/c.ncl", pipelines()),
        2 => write("pipelines/c.ncl", vec![called("Number"), called("Text")]),
        3 => write("pipelines/lib/times.ncl", texts(&[LIBRARY, "{ minutes = \"6m\" }", "{ minutes = 3.5 }", FARTHER])),
        2 => write("pipelines/lib/far.ncl", texts(&["{ minutes = \"7m\" }", "{ minutes = \"8m\" }"])),
        5 => said_of_all(),
        1 => write("actions/set-up.ncl", texts(&[
            "{ name = \"Set up\", description = \"makes ready\", steps = [{ name = \"Make\", run = \"make\" }] }", "{ name = 1 }",
        ])),
        1 => write("pipelines/pipeward.ncl", texts(&["{}"])),
        2 => write("policies/main.ncl", texts(&[
            "{}",
            "{ rules.job-timeout-over-limit.settings.max = \"6m\" }",
            "{ custom.never-fine = import \"rule.ncl\" }",
            "{ custom = { never-fine = import \"rule.ncl\", fine-too = (import \"rule.ncl\") & { severity | force = 'Note } } }",
        ])),
        2 => write("policies/rule.ncl", texts(&[
            RULE,
            &RULE.replace("pipeline.name }", "\"%{pipeline.name} takes %{std.to_string pipeline.jobs.unit.timeout} minutes\" }"),
            &RULE.replace("message = pipeline.name", "message = 3"),
            "{ summary = \"none\", why = \"none\", check = fun pipeline => [] }",
        ])),
        1 => write(".github/workflows/a.yml", texts(&["on: push\n", "# Generated from pipelines/a.ncl by pipeward; do not edit.\n"])),
        1 => write(".github/workflows/b.yml", texts(&["", "# Generated from pipelines/b.ncl by pipeward; do not edit.\non: push\n"])),
        2 => write(".github/own/action.yml", texts(&["name: Own\n"])),
        1 => write(".github/workflows/old.yml", texts(&["# Generated from pipelines/old.ncl by pipeward; do not edit.\n"])),
        2 => prop::sample::select(vec![
            "pipelines/b.ncl", "pipelines/c.ncl", "pipelines/pipeward.ncl", "policies/main.ncl", ".github/workflows/b.yml",
            ".github/workflows/old.yml", "pipelines/lib/times.ncl", "pipelines/lib/far.ncl", "policies/rule.ncl", ".github/own/action.yml",
        ]).prop_map(Step::Remove),
        2 => Just(Step::Emit),
        1 => Just(Step::Forget),
        1 => (0..5_usize, 0..10_000_usize).prop_map(|(which, length)| Step::Cut(which, length)),
        2 => (0..5_usize, 0..10_000_usize).prop_map(|(which, index)| Step::Flip(which, index)),
        1 => (0..5_usize).prop_map(Step::Return),
    ]
}

fn take(bench: &Bench, step: Step, first: &BTreeMap<PathBuf, Vec<u8>>) {
    match step {
        Step::Nothing => {}
        Step::Write(path, text) => bench.write(path, &text),
        Step::Remove(path) => bench.remove(path),
        Step::Emit => bench.emit(),
        Step::Forget => drop(fs::remove_dir_all(&bench.memory)),
        Step::Cut(which, length) => bench.spoil(which, |path, bytes| {
            fs::write(path, &bytes[..length.min(bytes.len())]).expect("it can be written");
        }),
        Step::Flip(which, index) => bench.spoil(which, |path, mut bytes| {
            let index = index % bytes.len().max(1);
            bytes.iter_mut().skip(index).take(1).for_each(|byte| *byte ^= 0x10);
            fs::write(path, bytes).expect("it can be written");
        }),
        Step::Return(which) => {
            for (path, bytes) in first.iter().cycle().skip(which).take(usize::from(!first.is_empty())) {
                let _ = fs::write(path, bytes);
            }
        }
    }
}

#[test]
fn memory_never_says_anything_else() {
    let config = Config { cases: 6, failure_persistence: None, ..Config::default() };
    let told = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    )
    .run(&prop::collection::vec(step(), 1..10), |steps| {
        let bench = Bench::new();
        bench.write("policies/main.ncl", "{ custom.never-fine = import \"rule.ncl\" }");
        bench.write("policies/rule.ncl", RULE);
        bench.write("pipelines/main.ncl", &project(SHARED));
        bench.write("pipelines/a.ncl", &sharing("A"));
        bench.write("pipelines/c.ncl", &called("Number"));
        bench.emit();
        let _ = bench.remembering();
        let first = bench.entries();
        for step in steps {
            let shown = format!("{step:?}");
            take(&bench, step, &first);
            let plain = bench.plain();
            for remembering in [bench.remembering(), bench.remembering()] {
                prop_assert_eq!(plain.status.code(), remembering.status.code(), "after {}", shown);
                prop_assert_eq!(
                    String::from_utf8_lossy(&plain.stdout),
                    String::from_utf8_lossy(&remembering.stdout),
                    "after {}",
                    shown
                );
            }
        }
        Ok(())
    });
    told.expect("with and without memory the same is said");
}

/// Nothing can be evaluated by a program that is not there: what is told is remembered.
#[test]
fn what_has_not_changed_is_not_evaluated_again() {
    let bench = Bench::new();
    bench.write("policies/main.ncl", "{ rules.job-timeout-over-limit = { severity = 'Warning, settings.max = \"6m\" } }");
    let said = bench.remembering();
    let folder = Folder::open(&bench.memory).expect("it was made");
    let evaluator = || Evaluator::workers(&bench.root, PathBuf::from("/none"));
    let day = |day| Terms { now: Date::parse(day).expect("a day"), policies: None, known: None };
    let recalled = |evaluator: &Evaluator, now| cache::recall(&folder, &bench.root, evaluator, &day(now));
    let outcome = recalled(&evaluator(), "2026-06-01").expect("it is remembered");
    let format = report::find("json").expect("a format");
    assert_eq!((format.write)(&outcome.report(false)), String::from_utf8_lossy(&said.stdout));
    let rules: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(rules.contains(&"job-timeout-over-limit"), "{rules:?}");

    assert!(recalled(&evaluator(), "2026-06-02").is_none(), "another day is this one");
    let limits = Limits { time: Duration::from_secs(6), ..Limits::default() };
    assert!(recalled(&evaluator().within(limits), "2026-06-01").is_none(), "limits do not matter");
    bench.write("pipelines/lib/times.ncl", "{ minutes = \"4m\" }");
    assert!(recalled(&evaluator(), "2026-06-01").is_none(), "an import does not matter");
    bench.write("pipelines/lib/times.ncl", LIBRARY);
    assert!(recalled(&evaluator(), "2026-06-01").is_some(), "what was before is forgotten");
}

/// What is used and not emitted is looked at again, whether it was there or not.
#[test]
fn what_is_used_is_looked_for_again() {
    let bench = Bench::new();
    let action = ".github/own/action.yml";
    let steps = "steps = [{ uses = \"./.github/own\" }, { uses = \"./made/before\" }, ";
    bench.write("pipelines/a.ncl", &pipeline("A", "library.minutes").replace("steps = [", steps));
    let calling = "{ name = \"C\", on.push.branches = [\"main\"], concurrency = { group = 'PerRef, cancel = false }, \
                   jobs.own.github.uses = \"./.github/workflows/by-hand.yml\" }";
    bench.write("pipelines/c.ncl", calling);
    let found = || {
        bench
            .found("uses-missing")
            .into_iter()
            .map(|finding| format!("{} {}", finding["identity"], finding["message"]))
            .collect::<Vec<_>>()
    };
    let (own, called) = (
        "\"a/unit/#1\" \"there is no action in `.github/own`\"".to_owned(),
        "\"c/own\" \"there is no `.github/workflows/by-hand.yml`\"".to_owned(),
    );
    assert_eq!(found(), [own.clone(), called.clone()]);
    bench.write(action, "name: Own\n");
    assert_eq!(found(), [called]);
    bench.write(".github/workflows/by-hand.yml", "on: workflow_call\n");
    assert_eq!(found(), Vec::<String>::new());
    bench.remove(action);
    assert_eq!(found(), [own]);
}

/// What GitLab's file includes of the repository is looked at again, and a pattern is one of files that come and go.
#[test]
fn what_is_included_is_looked_for_again() {
    let bench = Bench::new();
    let gitlab = "backends.gitlab = { image = \"a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\", \
                  \"include\" = [\"/ci/lint.yml\", { local = \"ci/**.yml\" }, { local = \"ci/*/$TIER.yml\" }, { local = \"ci/sets/*.yml\" }] }, ";
    bench.write("pipelines/main.ncl", &PROJECT.replacen("{ ", &format!("{{ {gitlab}"), 1));
    let found = || {
        bench
            .found("gl-include-missing")
            .into_iter()
            .map(|finding| finding["message"].as_str().expect("a message").to_owned())
            .collect::<Vec<_>>()
    };
    let (lint, any, sets) = ("there is no `/ci/lint.yml`", "no file fits `ci/**.yml`", "no file fits `ci/sets/*.yml`");
    assert_eq!(found(), [lint, any, sets]);
    bench.write("ci/sets/deep/a.yml", "a: {}\n");
    assert_eq!(found(), [lint, sets]);
    bench.write("ci/sets/a.yml", "a: {}\n");
    assert_eq!(found(), [lint]);
    bench.write("ci/lint.yml", "a: {}\n");
    assert_eq!(found(), [""; 0]);
    bench.remove("ci/sets/a.yml");
    assert_eq!(found(), [sets]);
}

/// Whatever is not remembered would be asked of a program that is not there: what is told of it shows what was asked.
#[test]
fn a_file_that_has_not_changed_is_not_evaluated_again() {
    let bench = Bench::new();
    bench.write("policies/main.ncl", "{ custom.never-fine = import \"rule.ncl\" }");
    bench.write("policies/rule.ncl", RULE);
    let said = bench.remembering();
    let folder = Folder::open(&bench.memory).expect("it was made");
    // Nothing is remembered of this day as a whole.
    let terms = Terms { now: Date::parse("2026-07-01").expect("a day"), policies: None, known: None };
    let check = || {
        let evaluator = Evaluator::workers(&bench.root, PathBuf::from("/none"));
        let outcome = cache::check(&folder, &bench.root, evaluator, &terms).expect("it can be listed");
        let refused = outcome.findings.iter().filter(|finding| finding.message.contains("does not start"));
        let refused: Vec<String> = refused.map(|finding| finding.identity.as_str().to_owned()).collect();
        ((report::find("json").expect("a format").write)(&outcome.report(false)), refused)
    };
    assert_eq!(check(), (String::from_utf8_lossy(&said.stdout).into_owned(), vec![]));

    bench.write("pipelines/b.ncl", &pipeline("B", "\"8m\""));
    assert_eq!(check().1, ["b"], "one file has changed");
    bench.write("pipelines/b.ncl", &pipeline("B", "\"7m\""));
    bench.write("pipelines/lib/times.ncl", "{ minutes = \"6m\" }");
    assert_eq!(check().1, ["a", "b"], "what both import has changed");
    bench.write("pipelines/lib/times.ncl", LIBRARY);
    bench.write("policies/rule.ncl", &RULE.replace("pipeline.name", "pipeline.id"));
    assert_eq!(check().1, ["policies/main.ncl"], "what the policy imports has changed");
    bench.write("policies/rule.ncl", RULE);
    bench.write("pipelines/pipeward.ncl", "{}");
    bench.remove("pipelines/pipeward.ncl");
    assert_eq!(check().1, [""; 0], "everything is as it was");
}

/// What was written is taken again only while all that it is made of is the same.
#[test]
fn what_is_written_hangs_on_what_all_share() {
    let bench = Bench::new();
    bench.write("pipelines/main.ncl", &project(SHARED));
    bench.write("pipelines/a.ncl", &sharing("A"));
    bench.emit();
    let stale = || -> Vec<String> {
        let found = bench.found("generated-file-drift");
        found.iter().map(|finding| finding["identity"].as_str().expect("an identity").to_owned()).collect()
    };
    assert_eq!(stale(), [""; 0]);
    for (is, was, wrong) in [
        ("[\"large\"]", "[\"big\"]", &["a"][..]),
        ("3d3d", "3d3c", &["a"]),
        ("other@", "base@", &["a"]),
        ("\"main\"", "\"trunk\"", &["a"]),
        ("ubuntu-24.04", "ubuntu-22.04", &["b"]),
    ] {
        bench.write("pipelines/main.ncl", &project(&SHARED.replace(was, is)));
        assert_eq!(stale(), wrong, "{is}");
        bench.write("pipelines/main.ncl", &project(SHARED));
        assert_eq!(stale(), [""; 0], "{is}");
    }
    bench.write("pipelines/lib/times.ncl", "{ minutes = \"6m\" }");
    bench.write("pipelines/b.ncl", &pipeline("B", "library.minutes"));
    assert_eq!(stale(), ["b"]);
    bench.emit();
    bench.write("pipelines/lib/times.ncl", LIBRARY);
    assert_eq!(stale(), ["b"], "an import does not matter");
}

/// A memory that can be looked into.
#[derive(Debug, Default)]
struct Open(Mutex<BTreeMap<Digest, &'static [u8]>>);

impl Memory for Open {
    fn recall(&self, name: &Digest) -> Option<&[u8]> {
        self.0.lock().expect("it is whole").get(name).copied()
    }

    fn keep(&self, name: Digest, bytes: Vec<u8>) {
        self.0.lock().expect("it is whole").insert(name, bytes.leak());
    }
}

/// What stands on the disk under the digest that is remembered is not written anew: were another digest remembered, it would be right.
#[test]
fn what_stands_as_it_was_written_is_not_written_anew() {
    let bench = Bench::new();
    let place = bench.root.join(".github/workflows/a.yml");
    let memory = Arc::<Open>::default();
    let terms = Terms { now: Date::parse("2026-06-01").expect("a day"), policies: None, known: None };
    let drifted = || {
        let evaluator = Evaluator::here(&bench.root).remembering(Arc::<Open>::clone(&memory));
        let outcome = check::check(&bench.root, &evaluator, &terms).expect("it can be listed");
        outcome.findings.iter().filter(|finding| finding.rule == "generated-file-drift").count()
    };
    assert_eq!(drifted(), 0);
    let written: Digest = Sha256::digest(fs::read(&place).expect("it was emitted")).into();
    let other = "# Generated from pipelines/a.ncl by pipeward; do not edit.\nother: 1\n";
    fs::write(&place, other).expect("it can be written");
    assert_eq!(drifted(), 1);
    let mut changed = 0;
    for bytes in memory.0.lock().expect("it is whole").values_mut().filter(|bytes| bytes.ends_with(&written)) {
        let of = &bytes[..bytes.len() - written.len()];
        *bytes = [of, &Sha256::digest(other)[..]].concat().leak();
        changed += 1;
    }
    assert_eq!((changed, drifted()), (1, 0));
    bench.write("pipelines/main.ncl", &PROJECT.replace("'Public", "'Private"));
    assert_eq!(drifted(), 1, "it is taken although something has changed");
}

#[test]
fn without_a_place_nothing_is_remembered_and_nothing_is_said_of_it() {
    let bench = Bench::new();
    let file = bench.root.join("file");
    fs::write(&file, "").expect("it can be written");
    for place in [file.join("below"), file.clone(), PathBuf::from("/proc/none")] {
        let place = place.to_str().expect("it is text");
        let said = pipeward(&bench.root, &["check", "--cache-dir", place]);
        assert_eq!((said.status.code(), said.stdout.len()), (Some(0), 0), "{said:?}");
        assert_eq!(String::from_utf8_lossy(&said.stderr).lines().count(), 1, "{said:?}");
    }
    assert_eq!(bench.entries(), BTreeMap::new());
}
