//! Files that nobody should write: each is said something of, and the files beside it are judged all the same.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const GITHUB: &str =
    "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - run: make\n";
const GITLAB: &str = "a:\n  image: x@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1\n  script: make\n";
/// What is found in the file beside each.
const BESIDE: &str = "good.yml:8 template-injection";

/// What an audit comes to, and what it says, as `file:line rule`.
fn said(root: &Path) -> (i32, Vec<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
    let output = command.current_dir(root).args(["audit", "--format", "json", "."]).output().expect("it starts");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let name = |finding: &Value| {
        let file = finding["file"].as_str().or(finding["identity"].as_str()).unwrap_or_default();
        let line = finding["line"].as_u64().map_or_else(String::new, |line| format!(":{line}"));
        format!("{}{line} {}", file.rsplit('/').next().unwrap_or_default(), finding["rule"].as_str().expect("a rule"))
    };
    let mut all: Vec<String> = report["findings"].as_array().expect("findings").iter().map(name).collect();
    all.sort();
    all.dedup();
    (output.status.code().expect("it ended by itself"), all)
}

/// A repository with a bad workflow, a good one beside it, and a file of GitLab's.
fn repository(workflow: &[u8], gitlab: &[u8]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("there is room");
    let workflows = root.path().join(".github/workflows");
    fs::create_dir_all(&workflows).expect("folders");
    fs::create_dir_all(root.path().join(".git")).expect("a folder");
    fs::write(workflows.join("bad.yml"), workflow).expect("a file");
    fs::write(workflows.join("good.yml"), GITHUB.replace("run: make", "run: echo \"${{ github.head_ref }}\"")).expect("a file");
    fs::write(root.path().join(".gitlab-ci.yml"), gitlab).expect("a file");
    root
}

/// A bomb of aliases: each line says the one above ten times.
fn bomb(rest: &str) -> String {
    let line = |(one, next): (char, char)| format!("{next}: &{next} [{}]\n", vec![format!("*{one}"); 10].join(", "));
    let lines: String = ('a'..'j').zip('b'..).map(line).collect();
    format!("a: &a [x, x, x, x, x, x, x, x, x, x]\n{lines}{rest}")
}

fn deep(open: &str, shut: &str, rest: &str) -> String {
    format!("x: {}{}\n{rest}", open.repeat(50_000), shut.repeat(50_000))
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A bad workflow and a bad file of GitLab's, what an audit of them comes to, and what it says of each.
struct Case {
    what: &'static str,
    workflow: Vec<u8>,
    gitlab: Vec<u8>,
    code: i32,
    said: [&'static str; 2],
}

fn case(
    what: &'static str,
    (workflow, gitlab): (impl Into<Vec<u8>>, impl Into<Vec<u8>>),
    code: i32,
    said: [&'static str; 2],
) -> Case {
    Case { what, workflow: workflow.into(), gitlab: gitlab.into(), code, said }
}

/// What can be read, and what no reader or not every one takes.
fn wrong() -> Vec<Case> {
    let (twice, script) = (format!("{GITHUB}permissions: {{}}\n"), format!("{GITLAB}  script: x\n"));
    let tabs = (GITHUB.replace("      - run", "\t- run"), GITLAB.replace("  script", "\tscript"));
    let more = (format!("{GITHUB}---\n{GITHUB}"), format!("{GITLAB}---\n{GITLAB}"));
    let signs = (format!("{GITHUB}# \0 {GITHUB}"), GITLAB.replace("make", "ma\u{1b}ke"));
    let open = (format!("{GITHUB}      - run: \"abc\n"), format!("{GITLAB}b: [1, 2\n"));
    let within = (GITHUB.replace("jobs:", "x: &x { <<: *x }\njobs:"), format!(".a: &a\n  <<: *a\n{GITLAB}"));
    vec![
        case("a key twice", (twice, script), 1, ["bad.yml:9 syntax", ".gitlab-ci.yml:4 syntax"]),
        case("a tab", tabs, 3, ["bad.yml:8 syntax", ".gitlab-ci.yml:2 syntax"]),
        case("a bomb", (bomb(GITHUB), bomb(GITLAB)), 3, ["bad.yml:6 syntax", ".gitlab-ci.yml:6 syntax"]),
        case("deep", (deep("[", "]", GITHUB), deep("{a: ", "}", GITLAB)), 3, ["bad.yml:1 syntax", ".gitlab-ci.yml:1 syntax"]),
        case("nothing", ("", "\n# nothing\n"), 3, ["bad.yml:1 syntax", ".gitlab-ci.yml:1 syntax"]),
        case("a lone text", ("text\n", "42\n"), 3, ["bad.yml:1 contract-broken", ".gitlab-ci.yml:1 syntax"]),
        case("another document", more, 1, ["bad.yml:10 syntax", ".gitlab-ci.yml:5 syntax"]),
        case("signs nobody sees", signs, 1, ["bad.yml:9 syntax", ".gitlab-ci.yml:3 syntax"]),
        case("a text without its end", open, 3, ["bad.yml:9 syntax", ".gitlab-ci.yml:5 syntax"]),
        case("an anchor within itself", within, 3, ["bad.yml:3 syntax", ".gitlab-ci.yml:2 syntax"]),
    ]
}

/// What is no text, and what is one like any other.
fn odd() -> Vec<Case> {
    let lost = ["bad.yml evaluation-failed", ".gitlab-ci.yml evaluation-failed"];
    let judged = ["bad.yml:8 template-injection", ".gitlab-ci.yml:3 command-injection"];
    let injected = GITHUB.replace("run: make", "run: echo \"${{ github.head_ref }}\"");
    let evaluated = GITLAB.replace("make", "eval \"$CI_COMMIT_MESSAGE\"");
    let bytes = ([GITHUB.as_bytes(), b"# \xff\n"].concat(), [GITLAB.as_bytes(), b"  name: \xff\n"].concat());
    let marked = (format!("\u{feff}{injected}"), format!("\u{feff}{evaluated}"));
    let lines = (injected.replace('\n', "\r\n"), evaluated.replace('\n', "\r\n"));
    vec![
        case("no text", bytes, 3, lost),
        case("another encoding", (utf16(GITHUB), utf16(GITLAB)), 3, lost),
        case("a mark at the beginning", marked, 1, judged),
        case("lines of another system", lines, 1, judged),
        case("no end of the last line", (injected.trim_end(), evaluated.trim_end()), 1, judged),
    ]
}

#[test]
fn whatever_a_file_is_something_is_said_of_it_and_the_others_are_judged() {
    for case in wrong().into_iter().chain(odd()) {
        let (code, said) = said(repository(&case.workflow, &case.gitlab).path());
        for wanted in case.said.into_iter().chain([BESIDE]) {
            assert!(said.iter().any(|one| one == wanted), "{}: {wanted} is not among {said:?}", case.what);
        }
        assert_eq!(code, case.code, "{}: {said:?}", case.what);
    }
}

#[test]
fn a_huge_file_is_not_read_and_a_long_line_is_read_in_time() {
    let huge = format!("{GITHUB}{}", "# a comment that goes on and on and on\n".repeat(1_400_000));
    let list = format!("x: [{}ü]\n{GITLAB}", "é,".repeat(150_000));
    let root = repository(huge.as_bytes(), list.as_bytes());
    let before = std::time::Instant::now();
    let (code, said) = said(root.path());
    assert!(before.elapsed().as_secs() < 30, "{:?}", before.elapsed());
    assert_eq!(code, 3);
    assert!(said.contains(&"bad.yml evaluation-failed".to_owned()) && said.contains(&BESIDE.to_owned()), "{said:?}");
}

#[test]
fn what_is_no_plain_file_is_passed_by_or_said() {
    let root = repository(GITHUB.as_bytes(), GITLAB.as_bytes());
    let workflows = root.path().join(".github/workflows");
    fs::create_dir(workflows.join("folder.yml")).expect("a folder");
    fs::create_dir_all(root.path().join("actions/build")).expect("folders");
    symlink("..", workflows.join("up")).expect("a link");
    fs::write(root.path().join("build.yml"), "name: A\ndescription: a\nruns: { using: composite, steps: [{ run: make }] }\n")
        .expect("a file");
    symlink("../../build.yml", root.path().join("actions/build/action.yml")).expect("a link");
    let (code, before) = said(root.path());
    assert_eq!(code, 1, "{before:?}");
    assert!(before.iter().any(|one| one.starts_with("action.yml")), "a link of an action is followed: {before:?}");
    for (name, end) in [("loop.yml", "loop.yml"), ("gone.yml", "/nowhere"), ("same.yml", "good.yml")] {
        symlink(end, workflows.join(name)).expect("a link");
        let (code, said) = said(root.path());
        assert!(said.contains(&format!("{name} evaluation-failed")) && said.contains(&BESIDE.to_owned()), "{said:?}");
        assert_eq!(code, 3, "{said:?}");
        fs::remove_file(workflows.join(name)).expect("it was there");
    }
    fs::remove_file(root.path().join(".gitlab-ci.yml")).expect("it was there");
    symlink("build.yml", root.path().join(".gitlab-ci.yml")).expect("a link");
    assert!(said(root.path()).1.contains(&".gitlab-ci.yml evaluation-failed".to_owned()));
}
