//! Workflows imported as pipelines: what these emit says what the workflows say, whatever they say, and a single scalar that is
//! changed is seen.

mod changed;
mod gitlab;
mod judged;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pipeward::backend;
use pipeward::import::{self, Imported, Request, Source, differences};
use pipeward::origin::Files;
use pipeward::read::Document;
use pipeward::source::{self, Evaluator, Field, Node, Role, Tree, Value};
use pipeward::workspace::{self, Workspace};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/workflows")
}

/// The workflows of the folder: names and texts.
fn workflows() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    all.sort();
    all
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn import_of(workflows: &[(&str, &str)], updates: Option<&str>) -> Imported {
    import_both(workflows, &[], updates)
}

fn import_both(workflows: &[(&str, &str)], gitlab: &[(&str, &str)], updates: Option<&str>) -> Imported {
    let source = |file: &str, text: &str| Source { file: file.to_owned(), shown: file.to_owned(), text: text.to_owned() };
    let request = Request {
        name: "imported",
        workflows: workflows.iter().map(|(file, text)| source(file, text)).collect(),
        gitlab: gitlab.iter().map(|(file, text)| source(file, text)).collect(),
        updates: updates.map(|text| source("dependabot.yml", text)),
        project: None,
        taken: HashSet::new(),
        texts: BTreeMap::new(),
    };
    import::import(&request, here(), &Evaluator::here(here()), &mut Files::default())
}

fn all() -> Imported {
    let workflows = workflows();
    import_of(&workflows.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect::<Vec<_>>(), None)
}

/// The differences of every file, in a line each.
fn said(imported: &Imported) -> Vec<String> {
    let of = |told: &import::Told| {
        let shown = told.shown.clone();
        told.differences.clone().into_iter().map(move |found| format!("{shown}: {}: {}", found.path.join("."), found.message))
    };
    imported.told.iter().flat_map(of).collect()
}

/// The project that the files of an import make.
fn workspace_of(imported: &Imported) -> Workspace {
    let texts: BTreeMap<String, String> = imported.files.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
    let request = |(path, text): (&String, &String)| {
        let role = if path == workspace::PROJECT { Role::Project } else { Role::Pipeline };
        source::Request { name: path.clone(), text: Some(text.clone()), role }
    };
    let mut requests: Vec<_> = texts.iter().filter(|(path, _)| !path.contains("/lib/")).map(request).collect();
    requests.push(workspace::shipped());
    let tree = Tree { label: String::new(), texts };
    workspace::assemble(here(), &Evaluator::here(here()).over(tree), &requests)
}

fn emitted(imported: &Imported) -> BTreeMap<String, String> {
    let workspace = workspace_of(imported);
    assert!(workspace.refused.is_empty(), "{:#?}", workspace.refused);
    let output = backend::render(&workspace.project.expect("a project"));
    assert!(output.findings.is_empty(), "{:#?}", output.findings);
    output.files.into_iter().map(|file| (file.path, file.text)).collect()
}

fn yaml(text: &str) -> Node {
    let document = Document::read(text, Files::default().add("x.yml", text));
    assert!(document.is_whole && document.slips.is_empty(), "{:?}\n{text}", document.slips);
    document.roots.into_iter().next().expect("a document")
}

#[test]
fn every_workflow_is_emitted_as_it_was() {
    let imported = all();
    assert_eq!(said(&imported), Vec::<String>::new());
    assert!(imported.is_equal() && imported.told.len() >= 15, "{}", imported.sum());
    let emitted = emitted(&imported);
    for (file, text) in workflows() {
        let written =
            emitted.get(&format!(".github/workflows/{file}")).unwrap_or_else(|| panic!("nothing is emitted for {file}"));
        assert_eq!(differences(&yaml(&text), &yaml(written), &file).0, [], "{file}\n{written}");
    }
}

/// Thousands of comments are put each to its place in one go, on a busy machine as well.
#[test]
fn many_comments_are_kept_in_time() {
    let step = |step| format!("      # above {step}\n      - run: make {step} # behind {step}\n        # below {step}\n");
    let steps: String = (0..800).map(step).collect();
    let text = format!("on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n{steps}");
    let one = [("ci.yml", text.as_str())];
    let began = std::time::Instant::now();
    let imported = import_of(&one, None);
    assert_eq!((said(&imported), imported.told[0].comments, imported.told[0].lost), (Vec::new(), 2400, 0));
    assert!(began.elapsed() < std::time::Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn no_comment_is_lost() {
    for told in all().told {
        assert_eq!(told.lost, 0, "{}", told.shown);
    }
}

/// Every way to change one scalar of a tree.
fn mutated(node: &Node, path: &str, keep: &dyn Fn(&str) -> bool) -> Vec<(String, Node)> {
    let other = match &node.value {
        Value::String(text) => Some(Value::String(format!("{text}x"))),
        Value::Number(number) => Some(Value::Number(number + 1.0)),
        Value::Bool(flag) => Some(Value::Bool(!flag)),
        Value::Array(items) => {
            let each = items.iter().enumerate().flat_map(|(index, item)| {
                mutated(item, &format!("{path}.{index}"), keep).into_iter().map(move |(path, item)| (index, path, item))
            });
            let changed = each.map(|(index, path, item)| {
                let mut items = items.clone();
                items[index] = item;
                (path, Node { value: Value::Array(items), ..*node })
            });
            return changed.collect();
        }
        Value::Record(fields) => {
            let each = fields.iter().enumerate().flat_map(|(index, field)| {
                mutated(&field.node, &format!("{path}.{}", field.name), keep)
                    .into_iter()
                    .map(move |(path, node)| (index, path, node))
            });
            let changed = each.map(|(index, path, inner)| {
                let mut fields = fields.clone();
                fields[index] = Field { node: inner, ..fields[index].clone() };
                (path, Node { value: Value::Record(fields), ..*node })
            });
            return changed.collect();
        }
        _ => None,
    };
    other.filter(|_| keep(path)).map(|value| vec![(path.to_owned(), Node { value, ..*node })]).unwrap_or_default()
}

#[test]
fn one_scalar_that_is_changed_is_seen() {
    let emitted = emitted(&all());
    let mut changed = 0;
    for (file, text) in workflows() {
        let (written, there) = (yaml(&text), yaml(&emitted[&format!(".github/workflows/{file}")]));
        for (path, mutant) in mutated(&there, "", &|_| true) {
            assert!(!differences(&written, &mutant, &file).0.is_empty(), "{file}: {path} was changed and nobody saw it");
            changed += 1;
        }
    }
    assert!(changed > 300, "{changed}");
}

#[test]
fn what_is_said_in_another_form_is_the_same() {
    let job = "jobs: {a: {runs-on: u, steps: [{run: x}]}}";
    for (one, other) in [
        (format!("on: push\n{job}"), format!("on: {{push: }}\n{job}")),
        (format!("on: [push]\n{job}"), format!("on: {{push: {{}}}}\nname: .github/workflows/x.yml\n{job}")),
        (
            "on: push\njobs: {a: {runs-on: [u], needs: b, timeout-minutes: 360, steps: [{run: \"x\\n\", continue-on-error: false}]}}".to_owned(),
            "on: push\njobs: {a: {runs-on: u, needs: [b], steps: [{run: x, env: {}}]}}".to_owned(),
        ),
        (
            "on: push\nconcurrency: c\njobs: {a: {runs-on: u, if: '${{ (a.b) == 1 }}', environment: e, container: i, steps: [{run: x, with: {n: 1}}]}}"
                .replace("a.b", "github.x"),
            "on: push\nconcurrency: {group: c, cancel-in-progress: false}\njobs: {a: {runs-on: u, if: 'github.x==1', environment: {name: e}, container: {image: i}, steps: [{run: x, with: {n: '1'}}]}}".to_owned(),
        ),
    ] {
        assert_eq!(differences(&yaml(&one), &yaml(&other), "x.yml").0, [], "{one}\n{other}");
    }
    for (one, other) in [
        // With a blank around the braces it is a text, which always holds.
        (
            "on: push\njobs: {a: {runs-on: u, steps: [{run: x, if: '${{ failure() }} '}]}}",
            "on: push\njobs: {a: {runs-on: u, steps: [{run: x, if: failure()}]}}",
        ),
        (
            "on: push\njobs: {a: {runs-on: u, steps: [{run: x, with: {v: '3.10'}}]}}",
            "on: push\njobs: {a: {runs-on: u, steps: [{run: x, with: {v: 3.10}}]}}",
        ),
        ("on: push\npermissions: {}\njobs: {}", "on: push\njobs: {}"),
        ("on: push\njobs: {a: {if: a && b}}", "on: push\njobs: {a: {if: a || b}}"),
    ] {
        assert_ne!(differences(&yaml(one), &yaml(other), "x.yml").0, [], "{one}\n{other}");
    }
}

/// The Nickel that a person is to keep.
#[test]
fn it_reads_as_if_somebody_had_written_it() {
    let imported = all();
    for path in ["main", "ci", "pages", "conditions", "comments", "lib/steps"] {
        let path = format!("pipelines/{path}.ncl");
        let file = imported.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
        insta::assert_snapshot!(path.rsplit('/').next().unwrap_or_default(), file.text);
    }
    let (ours, forges) = imported.told.iter().fold((0, 0), |(ours, forges), told| (ours + told.ours, forges + told.forges));
    assert!(import::share(ours, ours + forges) > 80.0, "{}", imported.sum());
}

#[test]
fn a_file_that_is_no_workflow_is_told_and_the_others_are_imported() {
    let good = "on: push\njobs: {a: {runs-on: u, steps: [{run: x}]}}";
    let imported = import_of(&[("good.yml", good), ("twice.yml", "on: push\non: push\njobs: {}"), ("other.yml", "a: 1")], None);
    assert_eq!(
        said(&imported),
        [
            "other.yml: : expected a workflow: `on` and `jobs`",
            "twice.yml: : this is no YAML that GitHub takes: the key `on` stands here twice",
        ]
    );
    assert!(imported.files.iter().any(|file| file.path == "pipelines/good.ncl"));
    assert!(!imported.is_equal());
}

/// What GitHub takes and our words do not, whichever are tried, is told, and nothing is written for it.
#[test]
fn what_no_word_can_say_is_not_written() {
    let good = "on: push\njobs: {a: {runs-on: u, steps: [{run: x}]}}";
    let other = "on: push\njobs: {a: {runs-on: u, container: {image: i, options: ''}, steps: [{run: x}]}}";
    let imported = import_of(&[("good.yml", good), ("other.yml", other)], None);
    assert_eq!(said(&imported), ["other.yml: jobs.a.container.options: expected a text, got \"\""]);
    let written: Vec<&str> = imported.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(written, ["pipelines/main.ncl", "pipelines/good.ncl"]);
}

/// Runners that are asked for by more than a label are declared, so that a job names its own.
#[test]
fn runners_are_declared() {
    let steps = "steps: [{run: x}]";
    let workflow = format!(
        "on: push\njobs: {{a: {{runs-on: [self-hosted, gpu], {steps}}}, b: {{runs-on: {{group: big}}, {steps}}}, c: {{runs-on: self-hosted, {steps}}}}}"
    );
    let imported = import_of(&[("ci.yml", &workflow)], None);
    assert_eq!(said(&imported), Vec::<String>::new());
    let project = workspace_of(&imported).project.expect("a project");
    let runners: Vec<(&str, bool)> = project.runners.iter().map(|(name, runner)| (name.as_str(), runner.hosted.value)).collect();
    assert_eq!(runners, [("self-hosted", false), ("self-hosted-gpu", false), ("big", true)]);
    let own = imported.files.iter().find(|file| file.path == "pipelines/ci.ncl").expect("a pipeline");
    assert!(own.text.contains("runner = \"self-hosted-gpu\"") && !own.text.contains("runs-on"), "{}", own.text);
}

#[test]
fn what_a_bot_keeps_up_to_date_is_imported_or_left() {
    let good = "on: push\njobs: {a: {runs-on: u, steps: [{run: x}]}}";
    let bot = "version: 2\nupdates:\n  - package-ecosystem: cargo\n    directory: /\n    schedule: {interval: weekly, day: monday}\n    cooldown: {default-days: 7}\n    groups: {all: {patterns: ['*']}}\n";
    let imported = import_of(&[("good.yml", good)], Some(bot));
    assert!(imported.is_equal(), "{:?}", said(&imported));
    assert!(emitted(&imported)[".github/dependabot.yml"].contains("default-days: 7"));
    let imported =
        import_of(&[("good.yml", good)], Some(&bot.replace("cooldown: {default-days: 7}", "ignore: [{dependency-name: x}]")));
    let told = imported.told.iter().find(|told| told.shown == "dependabot.yml").expect("it is told");
    assert!(told.is_left && told.notes[0].contains("`ignore` has no word of ours"), "{told:?}");
    assert!(!emitted(&imported).contains_key(".github/dependabot.yml"));
}

fn pipeward(arguments: &[&str], directory: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pipeward")).args(arguments).current_dir(directory).output().expect("it runs")
}

#[test]
fn the_verb_writes_all_or_nothing_and_proves_it() {
    let root = tempfile::tempdir().expect("a directory");
    let github = root.path().join(".github/workflows");
    fs::create_dir_all(&github).expect("a folder");
    for (file, text) in workflows() {
        fs::write(github.join(file), text).expect("a file");
    }
    let tree = || fs::read_dir(root.path()).expect("a folder").count();
    let proved = pipeward(&["import", "--check"], root.path());
    assert_eq!((proved.status.code(), tree()), (Some(0), 1), "{proved:?}");
    let done = pipeward(&["import"], root.path());
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert!(root.path().join("pipelines/Release-Build.ncl").is_file());
    // A workflow that a pipeline emits is compared with that, and a scalar that differs is an error at its place.
    assert_eq!(pipeward(&["import", "--check"], root.path()).status.code(), Some(0));
    let ci = github.join("ci.yml");
    fs::write(&ci, fs::read_to_string(&ci).expect("a text").replace("timeout-minutes: 5", "timeout-minutes: 6")).expect("a file");
    let seen = pipeward(&["import", "--check"], root.path());
    let out = String::from_utf8_lossy(&seen.stdout);
    assert_eq!(seen.status.code(), Some(1), "{out}");
    assert!(out.contains("ci.yml:25:22: jobs.lint.timeout-minutes: expected `6`, and `5` is emitted"), "{out}");
    // With what is known left aside, the workflows are taken over.
    pipeward(&["check", "--write-baseline", "known.json"], root.path());
    let taken = pipeward(&["emit", "--adopt", "--baseline", "known.json"], root.path());
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    assert_eq!(pipeward(&["import", "--check"], root.path()).status.code(), Some(0));
}

/// The report that the documentation shows is that of these files.
#[test]
fn the_report_is_the_one_that_is_documented() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/import.md")).expect("a page");
    let (_, after) = page.split_once("$ pipeward import --check workflows/").expect("an example");
    let (files, report) = after.split_once("```").expect("its end").0.split_once('\n').expect("a report");
    let files: Vec<String> = format!("workflows/{files}").split(' ').map(str::to_owned).collect();
    let arguments: Vec<&str> = ["import", "--check"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let room = tempfile::tempdir().expect("a directory");
    for file in &files {
        let path = room.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::copy(folder().parent().expect("a folder").join(file), path).expect("a file");
    }
    let done = pipeward(&arguments, room.path());
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stdout).as_ref()), (Some(0), report));
}

/// Actions have no pipeline, and it is said that they stay.
#[test]
fn actions_are_left_and_that_is_said() {
    let room = tempfile::tempdir().expect("a directory");
    for (path, text) in [
        (".github/workflows/ci.yml", "on: push\njobs: {a: {runs-on: u, steps: [{uses: ./.github/actions/own}]}}"),
        (".github/actions/own/action.yml", "name: own\ndescription: d\nruns: {using: composite, steps: [{run: x, shell: bash}]}"),
    ] {
        let path = room.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let done = pipeward(&["import"], room.path());
    let out = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{out}");
    assert!(out.contains(".github/actions/own/action.yml: left as it is\n  an action is no pipeline"), "{out}");
    assert!(room.path().join(".github/actions/own/action.yml").is_file());
}

#[test]
fn nothing_is_written_over() {
    let root = tempfile::tempdir().expect("a directory");
    fs::write(root.path().join("x.yml"), "on: push\njobs: {a: {runs-on: u, steps: [{run: x}]}}").expect("a file");
    fs::create_dir_all(root.path().join("pipelines")).expect("a folder");
    fs::write(root.path().join("pipelines/x.ncl"), "theirs").expect("a file");
    assert_eq!(pipeward(&["import", "x.yml"], root.path()).status.code(), Some(0));
    assert_eq!(fs::read_to_string(root.path().join("pipelines/x.ncl")).expect("it is there"), "theirs");
    assert!(root.path().join("pipelines/x-2.ncl").is_file(), "the other name is free");
    assert_eq!(pipeward(&["import", "none"], root.path()).status.code(), Some(2));
}

#[test]
fn repositories_with_files_at_the_same_places_are_proved_one_by_one() {
    let root = tempfile::tempdir().expect("a directory");
    for name in ["a", "b"] {
        fs::create_dir_all(root.path().join(name).join(".github/workflows")).expect("a folder");
        let workflow = "on: push\njobs: {a: {runs-on: u, steps: [{run: x}]}}";
        fs::write(root.path().join(name).join(".github/workflows/ci.yml"), workflow).expect("a file");
        fs::write(root.path().join(name).join(".gitlab-ci.yml"), "a: {script: x}").expect("a file");
    }
    let proved = pipeward(&["import", "--check"], root.path());
    let out = String::from_utf8_lossy(&proved.stdout);
    assert!(proved.status.code() == Some(0) && out.contains("4 of 4 files equal"), "{out}");
    assert_eq!(pipeward(&["import"], root.path()).status.code(), Some(1), "one project has no place for both");
}

#[test]
fn jobs_that_say_all_the_same_stand_once() {
    let job = "runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - run: make lint and everything else that has to hold\n      - run: make documentation and look at every link in it\n        env: {LEVEL: high, WHERE: everywhere}\n";
    let workflow = |name: &str| format!("name: {name}\non: push\njobs:\n  # What all have.\n  lint:\n    {job}");
    let imported = import_of(&[("a.yml", &workflow("a")), ("b.yml", &workflow("b"))], None);
    assert_eq!(said(&imported), Vec::<String>::new());
    let text = |path: &str| imported.files.iter().find(|file| file.path == path).expect(path).text.clone();
    assert!(text("pipelines/lib/steps.ncl").contains("lint_job = {"), "{}", text("pipelines/lib/steps.ncl"));
    for path in ["pipelines/a.ncl", "pipelines/b.ncl"] {
        assert!(text(path).contains("# What all have.\n    lint = shared.lint_job,"), "{}", text(path));
    }
    assert_eq!(emitted(&imported)[".github/workflows/b.yml"].matches("make lint").count(), 1);
}
