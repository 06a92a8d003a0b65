//! `pipeward init` and `pipeward new` on real directories: what they write works, and nothing is written over.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use pipeward::origin::Files;
use pipeward::source::{Evaluation, Evaluator, Request, Role};

/// A project that says as little as passes.
const BARE: &str = "{\n  name = \"a\",\n  visibility = 'Public,\n  updates = [{ ecosystem = \"github-actions\", interval = 'Weekly, cooldown = \"7 days\" }],\n}\n";

/// What a run said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

fn pipeward(root: &Path, arguments: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_pipeward")).current_dir(root).args(arguments).output().expect("pipeward runs");
    Said {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

fn passes(root: &Path, arguments: &[&str]) -> Said {
    let said = pipeward(root, arguments);
    assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
    said
}

fn room() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room")
}

/// Every file below a directory, by its path.
fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).expect("it is below").to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    found
}

fn write(root: &Path, path: &str, text: &str) {
    let place = root.join(path);
    fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
    fs::write(place, text).expect("it can be written");
}

#[test]
fn a_first_project_passes_and_emits_the_template() {
    let room = room();
    let said = passes(room.path(), &["init", "deep/project"]);
    assert!(said.out.is_empty() && said.err.starts_with("wrote pipelines/ci.ncl\n"), "{}", said.err);
    let root = room.path().join("deep/project");
    passes(&root, &["emit"]);
    passes(&root, &["check"]);
    let mut template = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/default"));
    template.remove("flake.nix");
    assert_eq!(tree(&root), template);
}

#[test]
fn a_repository_keeps_what_it_has() {
    let room = room();
    write(room.path(), ".github/workflows/ci.yml", "on: push\n");
    write(room.path(), "src/main.rs", "fn main() {}\n");
    write(room.path(), ".github/dependabot.yml", "version: 2\n");
    let said = passes(room.path(), &["init"]);
    assert!(said.err.contains(".github/dependabot.yml is there already and stays: remove `updates`"), "{}", said.err);
    assert!(said.err.contains(".github/workflows/ci.yml is there already and stays"), "{}", said.err);
    let written = tree(room.path());
    assert_eq!((written[".github/workflows/ci.yml"].as_str(), written.len()), ("on: push\n", 6));
    let emitted = pipeward(room.path(), &["emit"]);
    assert!(emitted.code == 1 && emitted.out.contains("--adopt"), "{}", emitted.out);

    let again = pipeward(room.path(), &["init"]);
    assert_eq!((again.code, tree(room.path()) == written), (1, true));
    let all = "pipelines/ci.ncl, pipelines/main.ncl, policies/main.ncl";
    assert_eq!(again.err.lines().next(), Some(format!("error: files are there already: {all}").as_str()));
}

#[test]
fn a_project_begins_inside_another_only_on_request() {
    let room = room();
    passes(room.path(), &["init"]);
    write(room.path(), "src/notes", "text\n");
    let before = tree(room.path());
    for arguments in [&["init", "src"][..], &["init", "not/there"], &["-C", "src", "init"]] {
        let said = pipeward(room.path(), arguments);
        assert!(said.code == 2 && said.err.contains("inside the project of") && said.err.contains("--nested"), "{}", said.err);
        assert_eq!(tree(room.path()), before, "{arguments:?}");
    }
    let file = pipeward(room.path(), &["init", "src/notes"]);
    assert!(file.code == 2 && file.err.contains("is a file, and a project is a directory"), "{}", file.err);
    passes(room.path(), &["init", "src", "--nested"]);
    assert!(tree(room.path()).contains_key("src/pipelines/main.ncl"));
}

#[test]
fn nothing_is_written_if_anything_is_in_the_way() {
    let room = room();
    write(room.path(), "policies/main.ncl", "{}\n");
    write(room.path(), "other/pipelines", "a file\n");
    let before = tree(room.path());
    for (arguments, told) in [
        (&["init"][..], "policies/main.ncl"),
        (&["init", "other"], "pipelines/ci.ncl"),
        (&["init", "policies/main.ncl"], "policies/main.ncl"),
    ] {
        let said = pipeward(room.path(), arguments);
        assert!([1, 2, 3].contains(&said.code) && said.err.contains(told), "{arguments:?}: {} {}", said.code, said.err);
        assert_eq!(tree(room.path()), before, "{arguments:?}");
    }
}

/// An editor reads the copy, the gate never: a copy that takes everything changes no verdict.
#[test]
fn a_copied_library_judges_nothing() {
    let room = room();
    let root = room.path();
    let said = passes(root, &["init", "--vendor"]);
    assert!(said.err.contains("NICKEL_IMPORT_PATH=/") && said.err.contains(".pipeward/nickel"), "{}", said.err);
    passes(root, &["emit"]);
    let quiet = passes(root, &["check"]);
    assert_eq!(quiet.out, "");
    assert!(passes(root, &["init", "--vendor"]).err.contains("is current"));

    let broken = tree(root)["pipelines/ci.ncl"].replace("    timeout = \"10m\",\n", "");
    write(root, "pipelines/ci.ncl", &broken);
    let judged = pipeward(root, &["check"]);
    assert!(judged.code == 3 && judged.out.contains("job-timeout-missing"), "{}", judged.out);

    for name in tree(root).keys().filter(|name| name.starts_with(".pipeward/")) {
        write(root, name, "{ Pipeline = Dyn, Project = Dyn, Policy = Dyn, Job = Dyn }\n");
    }
    let stale = pipeward(root, &["check"]);
    assert!(stale.code == 3 && stale.out.contains("job-timeout-missing"), "{}", stale.out);
    assert!(
        stale.out.contains("warning[vendored-library-stale]") && stale.out.contains("pipeward init --vendor"),
        "{}",
        stale.out
    );
    passes(root, &["init", "--vendor"]);
    let mended = pipeward(root, &["check"]);
    assert!(mended.code == 3 && !mended.out.contains("vendored-library-stale"), "{}", mended.out);
}

#[test]
fn a_stale_copy_fails_nothing_by_itself_and_a_policy_decides() {
    let room = room();
    let root = room.path();
    passes(root, &["init", "--vendor"]);
    passes(root, &["emit"]);
    write(root, ".pipeward/nickel/job.ncl", "{}\n");
    let said = passes(root, &["check"]);
    assert!(said.out.contains(".pipeward/nickel/job.ncl:1:1") && said.out.ends_with("1 warning in 1 pipeline\n"), "{}", said.out);
    write(root, "policies/main.ncl", "{ rules.vendored-library-stale.severity = 'Off }\n");
    assert_eq!(passes(root, &["check"]).out, "");
}

#[test]
fn a_new_pipeline_passes_the_gate() {
    for (pins, steps) in [(true, "make test"), (false, "echo hello")] {
        let room = room();
        let root = room.path();
        passes(root, &["init"]);
        if !pins {
            write(root, "pipelines/main.ncl", BARE);
            fs::remove_file(root.join("pipelines/ci.ncl")).expect("it is there");
        }
        let said = passes(root, &["new", "pipeline", "nightly-soak"]);
        assert!(said.err.starts_with("wrote pipelines/nightly-soak.ncl\nnext: "), "{}", said.err);
        passes(root, &["emit"]);
        assert_eq!(passes(root, &["check"]).out, "");
        let workflow = &tree(root)[".github/workflows/nightly-soak.yml"];
        assert!(workflow.contains("name: Nightly soak\n") && workflow.contains(steps), "{workflow}");
        let again = pipeward(root, &["new", "pipeline", "nightly-soak"]);
        assert!(again.code == 2 && again.err.contains("pipelines/nightly-soak.ncl"), "{}", again.err);
    }
}

#[test]
fn a_new_action_passes_the_gate_and_can_be_used() {
    let room = room();
    let root = room.path();
    passes(root, &["init"]);
    let said = passes(root, &["new", "action", "say-hello"]);
    assert!(said.err.starts_with("wrote actions/say-hello.ncl\nnext: "), "{}", said.err);
    let steps = "steps = [\n      { uses = \"./.github/actions/say-hello\", with.somebody = \"world\" },";
    let pipeline = tree(root)["pipelines/ci.ncl"].replacen("steps = [", steps, 1);
    write(root, "pipelines/ci.ncl", &pipeline);
    passes(root, &["emit"]);
    assert_eq!(passes(root, &["check"]).out, "");
    assert!(tree(root)[".github/actions/say-hello/action.yml"].contains("name: Say hello\n"));
    assert_eq!(
        passes(root, &["show", "actions/say-hello"]).out,
        "actions/say-hello: Say hello (actions/say-hello.ncl)\n  Greets somebody and says how.\n  takes somebody\n  gives greeting\n  runs 1 step\n"
    );
    let again = pipeward(root, &["new", "action", "say-hello"]);
    assert!(again.code == 2 && again.err.contains("actions/say-hello.ncl"), "{}", again.err);
}

#[test]
fn a_rule_of_ones_own_is_asked_about_actions_if_it_asks_for_them() {
    let room = room();
    let root = room.path();
    write(root, "pipelines/main.ncl", BARE);
    passes(root, &["new", "pipeline", "ci"]);
    passes(root, &["new", "action", "say-hello"]);
    let rule = |more: &str| {
        format!(
            "{{ custom.no-greeting = {{ summary = \"somebody is greeted\", why = \"Be brief.\", severity = 'Warning, check = fun pipeline => [], {more} }} }}\n"
        )
    };
    write(root, "policies/main.ncl", &rule(""));
    passes(root, &["emit"]);
    assert_eq!(passes(root, &["check"]).out, "", "a rule without `check_action` is not asked");
    let finds = "check_action = fun action => [{ at = [\"steps\", \"0\", \"run\"], message = action.id }, { at = [\"inputs\", \"somebody\"], message = action.inputs.somebody.default }]";
    let examples = ", examples = { bad = [{ id = \"actions/a\", inputs.somebody.default = \"x\" }], good = [{ id = \"ci\" }] }";
    write(root, "policies/main.ncl", &rule(&format!("{finds}{examples}")));
    let said = passes(root, &["check", "--format", "json", "--no-cache"]).out;
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let found: Vec<String> = said["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|found| format!("{} {} {}:{}", found["identity"], found["message"], found["file"], found["line"]))
        .collect();
    let place = "\"actions/say-hello.ncl\"";
    assert_eq!(
        found,
        [
            format!("\"actions/say-hello\" \"you\" {place}:6"),
            format!("\"actions/say-hello/greet\" \"actions/say-hello\" {place}:12"),
        ]
    );
    passes(root, &["policy", "test"]);
    write(root, "policies/main.ncl", &rule("check_action = fun action => action.nothing"));
    let said = pipeward(root, &["check", "--format", "json", "--no-cache"]);
    assert!(said.code == 3 && said.out.contains("policies/main.ncl"), "{}{}", said.out, said.err);
}

#[test]
fn a_new_rule_judges_and_its_examples_hold() {
    let room = room();
    let root = room.path();
    write(root, "pipelines/main.ncl", BARE);
    passes(root, &["new", "pipeline", "ci"]);
    let said = passes(root, &["new", "rule", "no-long-jobs"]);
    assert!(said.err.contains("wrote policies/no_long_jobs.ncl\nwrote policies/main.ncl\n"), "{}", said.err);
    passes(root, &["emit"]);
    assert_eq!(passes(root, &["check"]).out, "");
    assert!(passes(root, &["explain", "no-long-jobs"]).out.contains("half an hour"));

    let pipeline = tree(root)["pipelines/ci.ncl"].replace("\"10m\"", "\"31m\"");
    write(root, "pipelines/ci.ncl", &pipeline);
    passes(root, &["emit"]);
    let judged = passes(root, &["check"]);
    assert!(
        judged.out.contains("warning[no-long-jobs]") && judged.out.contains("31 minutes, the most allowed is 30"),
        "{}",
        judged.out
    );
    assert!(judged.out.contains("pipelines/ci.ncl:9:15"), "{}", judged.out);

    // Under a policy that is there, the line to add is said, and is right.
    let second = passes(root, &["new", "rule", "second-one"]);
    let line = "second-one = import \"second_one.ncl\",";
    assert!(second.err.contains(&format!("name it in policies/main.ncl, under `custom`: {line}")), "{}", second.err);
    let policy = tree(root)["policies/main.ncl"].replace("  custom = {\n", &format!("  custom = {{\n    {line}\n"));
    write(root, "policies/main.ncl", &policy);
    assert!(passes(root, &["check"]).out.contains("warning[second-one]"));

    let rule = "let rule = import \"policies/no_long_jobs.ncl\" in";
    let all = |of: &str, test: &str| {
        format!("{rule} rule.examples.{of} |> std.array.all (fun pipeline => std.array.length (rule.check pipeline) {test})")
    };
    for text in [all("bad", "> 0"), all("good", "== 0")] {
        let evaluation = evaluate(root, &text);
        assert!(evaluation.faults.is_empty(), "{:?}", evaluation.faults);
        assert_eq!(evaluation.node.value, pipeward::source::Value::Bool(true), "{text}");
    }
}

fn evaluate(root: &Path, text: &str) -> Evaluation {
    let request = Request { name: "x.ncl".to_owned(), text: Some(text.to_owned()), role: Role::Free };
    Evaluator::here(root).evaluate(&[request], &mut Files::default()).remove(0)
}

#[test]
fn a_new_contract_does_what_its_examples_say() {
    let room = room();
    let root = room.path();
    passes(root, &["init"]);
    let said = passes(root, &["new", "contract", "release-version"]);
    assert!(said.err.contains("import \"lib/release_version.ncl\""), "{}", said.err);
    let text = tree(root)["pipelines/lib/release_version.ncl"].clone();
    let fenced = text.split("```nickel multiline\n").nth(1).and_then(|rest| rest.split("```").next()).expect("examples");
    let shown: Vec<(&str, &str)> =
        fenced.split("\n\n").map(|block| block.split_once("# => ").expect("what comes of it")).collect();
    assert_eq!(shown.len(), 3);
    for (snippet, expected) in shown {
        let program = format!("let {{ ReleaseVersion, .. }} = import \"pipelines/lib/release_version.ncl\" in {snippet}");
        let faults = evaluate(root, &program).faults;
        match expected.trim().strip_prefix("error: ") {
            None => assert!(faults.is_empty(), "{program}: {faults:?}"),
            Some(message) => assert!(faults.iter().any(|fault| fault.message.contains(message)), "{program}: {faults:?}"),
        }
    }
    let before = tree(root);
    assert_eq!(pipeward(root, &["new", "contract", "release-version"]).code, 1);
    assert_eq!(tree(root), before);
}

#[test]
fn a_bad_name_or_kind_is_refused_and_nothing_written() {
    let room = room();
    let root = room.path();
    passes(root, &["init"]);
    let before = tree(root);
    let long = "x".repeat(61);
    for kind in ["pipeline", "rule", "contract"] {
        for name in ["", "main", "../up", "a/b", "Upper", "a b", "a\nb", "-x", "x-", "é", "a.ncl", "'; rm", long.as_str()] {
            let said = pipeward(root, &["new", kind, name]);
            assert_eq!((said.code, said.out.as_str()), (2, ""), "{kind} {name:?}: {}", said.err);
        }
    }
    for arguments in [&["new"][..], &["new", "pipeline"], &["new", "workflow", "x"], &["new", "rule", "job-timeout-over-limit"]] {
        assert_eq!(pipeward(root, arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(tree(root), before);
    let nowhere = tempfile::tempdir().expect("there is room");
    assert_eq!(pipeward(nowhere.path(), &["new", "pipeline", "x"]).code, 3);
    assert!(tree(nowhere.path()).is_empty());
}

/// Every file that is written is laid out as `nickel format` does it, if that is at hand.
#[test]
fn what_is_written_is_laid_out() {
    let nickel = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/nickel");
    if !nickel.exists() {
        assert!(std::env::var_os("CI").is_none(), "CI has nickel");
        return;
    }
    let room = room();
    let root = room.path();
    passes(root, &["init", "--vendor"]);
    passes(root, &["new", "pipeline", "nightly"]);
    passes(root, &["new", "rule", "mine"]);
    passes(root, &["new", "contract", "version"]);
    passes(root, &["new", "action", "hello"]);
    write(root, "bare/pipelines/main.ncl", BARE);
    passes(&root.join("bare"), &["new", "pipeline", "other"]);
    passes(&root.join("bare"), &["new", "rule", "mine"]);
    for name in tree(root).keys().filter(|name| name.ends_with(".ncl")) {
        let status = Command::new(&nickel).args(["format", "--check"]).arg(root.join(name)).status().expect("nickel runs");
        assert!(status.success(), "{name} is not laid out");
    }
}
