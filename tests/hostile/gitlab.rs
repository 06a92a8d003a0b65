//! A project that writes for GitLab: texts that would leave their place in its file, and what makes work without end.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use serde_yaml::Value;

use crate::project::{Project, Said};

const MAIN: &str = r#"{
  name = "sample",
  visibility = 'Public,
  backends.gitlab.image = "debian@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91",
}
"#;
const PUSH: &str = r#"on.push.branches = ["main"]"#;
const JOB: &str = r#"timeout = "5m", permissions = {}, steps = [{ run = "make" }]"#;

/// What looks like something else than a text in one version of YAML or another, would begin or end something in it or in a shell, or
/// acts on a terminal.
const TEXTS: &[&str] = &[
    "on",
    "off",
    "yes",
    "no",
    "y",
    "N",
    "true",
    "False",
    "~",
    "null",
    "NULL",
    "0777",
    "0o17",
    "0x1F",
    "1e3",
    "1_000",
    "12:30:45",
    ".5",
    ".inf",
    "-.INF",
    ".nan",
    "+1",
    "2026-01-01",
    "<<",
    "=",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "!reference [a, b]",
    "&a",
    "*a",
    "{a",
    "[a",
    "| a",
    "> a",
    "%a",
    "@a",
    "`id`",
    "'a",
    "\"a",
    "? a",
    ": a",
    "---",
    "...",
    " a",
    "a ",
    "a\tb",
    "\\",
    "a\\n",
    "\u{85}a",
    "a\u{1b}[31m",
    "a\u{7}",
    "a\u{9b}2J",
    "END",
    "$$(id)",
    "$(id)",
    "${HOME}",
    "$HOME",
    "%{a}",
    "a\nEND\n$(id)",
    "a\rb",
    "a\n\nscript: b",
];

fn project(pipelines: &[(&str, &str)]) -> Project {
    let project = Project::new();
    project.write("pipelines/main.ncl", MAIN);
    fs::remove_file(project.path("pipelines/ci.ncl")).expect("it is there");
    for (id, fields) in pipelines {
        let text = format!("{{ name = \"{id}\", concurrency = {{ group = 'PerRef, cancel = true }}, {fields} }}");
        project.write(&format!("pipelines/{id}.ncl"), text);
    }
    project
}

/// A text of Nickel.
fn text(written: &str) -> String {
    let mut found = String::from("\"");
    for letter in written.chars() {
        match letter {
            '"' | '\\' | '%' => found.extend(['\\', letter]),
            letter if letter.is_control() => write!(found, "\\u{{{:x}}}", u32::from(letter)).expect("a text takes all"),
            letter => found.push(letter),
        }
    }
    found + "\""
}

/// What `emit` says, and the file that it has written.
fn emit(project: &Project) -> (Said, Option<Value>) {
    let said = project.run(&["emit", "--time-limit=60"]);
    // A build without optimisation on a busy machine takes its time, and one that works without end takes more.
    assert!(said.took < Duration::from_secs(90), "it took {:?}", said.took);
    let file = fs::read_to_string(project.path(".gitlab-ci.yml")).ok();
    let read = file.map(|file| serde_yaml::from_str(&file).unwrap_or_else(|error| panic!("{error}: {file}")));
    (said, read)
}

#[track_caller]
fn written(pipelines: &[(&str, &str)]) -> Value {
    let (said, read) = emit(&project(pipelines));
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    read.expect("the file is written")
}

#[track_caller]
fn refused(pipelines: &[(&str, &str)], words: &[&str]) {
    let (said, read) = emit(&project(pipelines));
    assert!(matches!(said.code, Some(1 | 3)), "{:?} {}{}", said.code, said.out, said.err);
    for words in words {
        assert!(said.out.contains(words), "`{words}` is not said: {}", said.out.chars().take(4_000).collect::<String>());
    }
    assert!(read.is_none() && said.out.len() < 3_000_000);
}

#[test]
fn texts_stay_where_they_are() {
    let env: Vec<String> = TEXTS.iter().enumerate().map(|(index, value)| format!("V{index} = {}", text(value))).collect();
    let names = TEXTS.iter().filter(|value| !value.contains(['\n', '\r']));
    let steps = names.map(|name| format!("{{ name = {}, run = {} }}", text(name), text(&format!("printf x\n{name}"))));
    let steps: Vec<String> = steps.collect();
    let jobs =
        format!("{{ timeout = \"5m\", permissions = {{}}, env = {{ {} }}, steps = [{}] }}", env.join(", "), steps.join(", "));
    let root = written(&[("ci", &format!("{PUSH}, jobs.a = {jobs}"))]);
    for (index, value) in TEXTS.iter().enumerate() {
        // GitLab puts variables in, but where their sign stands twice.
        let wanted = value.replace('$', "$$");
        assert_eq!(root["ci/a"]["variables"][format!("V{index}").as_str()].as_str(), Some(wanted.as_str()), "{value:?}");
    }
    let script = root["ci/a"]["script"].as_sequence().expect("a script");
    assert_eq!(script.len(), steps.len() + 1);
    for (entry, name) in script.iter().zip(TEXTS.iter().filter(|value| !value.contains(['\n', '\r']))) {
        let entry = entry.as_str().expect("a text");
        let (head, commands) = entry.split_once('\n').expect("lines");
        let end = head.rsplit_once("<<'").and_then(|(_, end)| end.strip_suffix('\'')).expect("what ends the commands");
        let written = format!("printf x\n{name}");
        assert_eq!(commands.split(&format!("\n{end}\n")).next(), Some(written.trim_end()), "{entry}");
        assert!(!head.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{head:?}");
    }
}

#[test]
fn names_are_no_words_of_gitlabs() {
    let jobs = |names: &[&str]| -> String { names.iter().map(|name| format!("\"{name}\" = {{ {JOB} }},")).collect() };
    let words = ["default", "image", "pages", "stages", "variables", "true", "nil", "on", "no", "null", "y", "workflow"];
    let root = written(&[("ci", &format!("{PUSH}, jobs = {{ {} }}", jobs(&words)))]);
    for word in words {
        assert_eq!(root[format!("ci/{word}").as_str()]["stage"], "step-1", "{word}");
    }
    let caller = format!("{PUSH}, jobs.x.calls = \"ci\"");
    let called = format!("on.call = {{}}, jobs = {{ {} }}", jobs(&["default", "image", "on"]));
    refused(&[("ci", &called), ("d", &caller)], &["`default` is a word of GitLab's", "`image` is a word of GitLab's"]);
    refused(
        &[("ci", &format!("{PUSH}, jobs = {{ {} }}", jobs(&[".a", "a b", "é"])))],
        &["expected an id, got \".a\"", "got \"é\""],
    );
    let templates = r#"gitlab.templates = { default.script = ["x"], "ci/a".script = ["y"] }"#;
    refused(&[("ci", &format!("{PUSH}, jobs.a = {{ {JOB} }}, {templates}"))], &["got \"default\"", "got \"ci/a\""]);
    let place = format!("{PUSH}, jobs.a = {{ {JOB}, environment.name = \"a\\u{{1b}}[2J\" }}");
    refused(&[("ci", &place)], &["[id-rules]"]);
}

/// A thousand jobs, each of which needs some of those before it.
fn many(number: usize, more: impl Fn(usize) -> String) -> String {
    let jobs: String = (0..number).map(|index| format!("j{index} = {{ {JOB}{} }},\n", more(index))).collect();
    format!("{PUSH}, jobs = {{ {jobs} }}")
}

#[test]
fn chains_and_circles_of_a_thousand_jobs() {
    let before = |index: usize| index.checked_sub(1).map(|need| format!(", needs = [\"j{need}\"]")).unwrap_or_default();
    let root = written(&[("ci", &many(1_000, before))]);
    assert_eq!((&root["ci/j999"]["stage"], root["stages"].as_sequence().map(Vec::len)), (&"step-1000".into(), Some(1_000)));
    let around = |index: usize| format!(", needs = [\"j{}\"]", (index + 999) % 1_000);
    refused(&[("ci", &many(1_000, around))], &["the jobs wait for each other in a circle"]);
    let wide = |index: usize| {
        let needs: Vec<String> = (index.saturating_sub(50)..index).map(|need| format!("\"j{need}\"")).collect();
        format!(", needs = [{}]", needs.join(", "))
    };
    let root = written(&[("ci", &many(300, wide))]);
    assert_eq!(root["ci/j299"]["needs"].as_sequence().map(Vec::len), Some(50));
}

#[test]
fn conditions_without_end() {
    let job = |when: &str| {
        format!(
            "on.push = {{}}, jobs = {{ p = {{ {JOB}, outputs.x = 'Commit }}, a = {{ {JOB}, needs = [\"p\"], when = {when} }} }}"
        )
    };
    let each = |number: usize, one: &dyn Fn(usize) -> String| (0..number).map(one).collect::<Vec<String>>().join(", ");
    let branches = format!("'Any [{}]", each(300, &|index| format!("'Branch [\"b{index}\"]")));
    let root = written(&[("ci", &job(&branches))]);
    let rules = root["ci/a"]["rules"].as_sequence().expect("rules");
    assert!(rules.len() > 3 && rules.iter().all(|rule| rule["if"].as_str().is_some_and(|text| text.len() < 4_000)));
    let output = |index: usize| format!("'Output {{ name = \"p.x\", equals = \"{index}\" }}");
    let product = format!("'All [{}]", each(40, &|index| format!("'Any [{}, {}]", output(index), output(index + 100))));
    refused(&[("ci", &job(&product))], &["[not-portable]", "a condition that holds in more than 256 ways"]);
    let words = |words: String| format!("{PUSH}, jobs.a = {{ {JOB}, gitlab.rules = [{{ \"if\" = \"{words}\" }}] }}");
    let nested = words(format!("{}$A{}", "(".repeat(20_000), ")".repeat(20_000)));
    refused(&[("ci", &nested)], &["GitLab reads no more than 100 words"]);
    let rules = each(1_001, &|index| format!("{{ \"if\" = \"$A == '{index}'\" }}"));
    refused(&[("ci", &format!("{PUSH}, jobs.a = {{ {JOB}, gitlab.rules = [{rules}] }}"))], &["expected a list of rules"]);
}

#[test]
fn calls_that_never_end_and_legs_beyond_number() {
    let call = |of: &str| format!("on.call = {{}}, jobs.x.calls = \"{of}\"");
    let first = "on = { push = {}, call = {} }, jobs.x.calls = \"b\"";
    refused(
        &[("a", first), ("b", &call("a")), ("c", &call("c"))],
        &["`a` is called from within itself", "`c` is called from within"],
    );
    let legs = "matrix = { a = std.array.range 0 1000, b = std.array.range 0 1000, c = std.array.range 0 1000 }";
    refused(&[("ci", &format!("{PUSH}, jobs.a = {{ {JOB}, {legs} }}"))], &["[gl-parallel-limit]"]);
}
