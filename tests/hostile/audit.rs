//! Files that an audit meets: whatever they hold, it ends, says what it could not read, and judges the rest.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::project::{Said, said};

/// A workflow with one thing to say of it.
const PLANTED: &str = "name: p\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@main\n";
const RULE: &str = "unpinned-uses";

/// A repository with the planted workflow and the bytes as a second one.
fn repository(bytes: &[u8]) -> TempDir {
    let root = tempfile::tempdir().expect("there is room");
    let folder = root.path().join(".github/workflows");
    fs::create_dir_all(&folder).expect("it can be made");
    fs::write(folder.join("planted.yml"), PLANTED).expect("it can be written");
    fs::write(folder.join("bad.yml"), bytes).expect("it can be written");
    root
}

fn audit(root: &Path, args: &[&str]) -> Said {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pipeward"));
    command.current_dir(root).arg("audit").args(args);
    said(command)
}

/// The file is told with these words, the run ends with this code, in time, and the planted finding is told all the same.
#[track_caller]
fn told(bytes: impl AsRef<[u8]>, code: i32, words: &[&str]) {
    let root = repository(bytes.as_ref());
    let said = audit(root.path(), &[]);
    let shown: String = said.out.chars().take(4_000).collect();
    assert_eq!(said.code, Some(code), "{shown}{}", said.err);
    assert!(said.took.as_secs() < 60, "it took {:?}", said.took);
    assert!(said.out.contains("bad.yml"), "the file is not named: {shown}");
    for word in words {
        assert!(said.out.contains(word), "`{word}` is not said: {shown}");
    }
    assert!(said.out.contains(RULE) && said.out.contains("planted.yml"), "the planted finding is not told: {shown}");
    assert!(said.out.len() < 300_000, "{} bytes are said", said.out.len());
}

#[test]
fn what_is_no_yaml_is_refused() {
    told("name: x\n\ton: push\n", 3, &["[syntax]"]);
    told("on: [push\njobs: {", 3, &["[syntax]"]);
    told("a: \"b\n", 3, &["[syntax]"]);
    told("a: *b\n", 3, &["[syntax]", "bad.yml:1:4"]);
}

#[test]
fn what_says_nothing_is_empty() {
    for text in ["", "\n\n", "# nothing but this\n", "\u{feff}"] {
        told(text, 3, &["the file is empty"]);
    }
}

#[test]
fn what_is_no_text_is_refused() {
    told(b"on: push\nname: caf\xe9\n", 3, &["it is no UTF-8 text"]);
    told(b"\xff\xfeo\0n\0", 3, &["it is no UTF-8 text"]);
    told("on: push\nname: \"a\0b\"\njobs: {}\n", 3, &["[syntax]", "bad.yml:2:7"]);
}

#[test]
fn what_is_too_much_is_refused() {
    told("#".repeat(20 << 20), 3, &["it has more than 10 MiB"]);
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        told(format!("a:\n  {}x{}", open.repeat(100_000), close.repeat(100_000)), 3, &["[syntax]"]);
    }
    let level = |level: usize| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "));
    let bomb = format!("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{}", (1..12).map(level).collect::<String>());
    told(bomb, 3, &["with its aliases written out"]);
}

#[test]
fn a_key_that_stands_twice_is_said_and_the_rest_is_judged() {
    told(PLANTED.replace("name: p", "name: p\nname: q"), 1, &["the key `name` stands here twice"]);
}

#[test]
fn line_ends_of_another_system_and_a_mark_change_nothing() {
    let text = format!("\u{feff}{}", PLANTED.replace('\n', "\r\n"));
    told(text, 1, &["bad.yml:9:15"]);
}

#[test]
fn places_that_are_no_file_stop_nothing() {
    let root = repository(b"on: push\njobs: {}\n");
    let folder = root.path().join(".github/workflows");
    fs::create_dir(folder.join("folder.yml")).expect("it can be made");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(".", folder.join("loop.yml")).expect("it can be linked");
        std::os::unix::fs::symlink("../..", folder.join("above")).expect("it can be linked");
        std::os::unix::fs::symlink("itself.yml", folder.join("itself.yml")).expect("it can be linked");
    }
    let said = audit(root.path(), &[]);
    // A link that is called as a workflow is one to the forge, whatever it leads to.
    let links = if cfg!(unix) { 2 } else { 0 };
    assert_eq!(said.out.matches("cannot be read: it is a link").count(), links, "{said:?}");
    assert!(said.out.contains(RULE) && said.code == Some(if links > 0 { 3 } else { 1 }), "{said:?}");
    let absent = audit(root.path(), &["absent", ".github"]);
    assert!(absent.out.contains("absent cannot be read") && absent.out.contains(RULE), "{absent:?}");
    assert_eq!(absent.code, Some(3));
    let data = audit(root.path(), &["absent", "--format=json"]);
    assert!(data.out.contains("\"could-not-check\"") && data.code == Some(3), "{data:?}");
}

/// To open a pipe would wait for somebody who writes into it.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_not_waited_for() {
    let root = repository(b"on: push\njobs: {}\n");
    let pipe = root.path().join(".github/workflows/pipe.yml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("it starts");
    assert!(made.success());
    assert_eq!(audit(root.path(), &[]).code, Some(1));
    let named = audit(root.path(), &[".github/workflows/pipe.yml"]);
    assert!(named.out.contains("it is no plain file") && named.code == Some(3), "{named:?}");
}

/// Parts of a whole find what the whole finds, each thing once.
#[test]
fn parts_make_the_whole() {
    let root = tempfile::tempdir().expect("there is room");
    for number in 0..20 {
        let folder = root.path().join(format!("r{number}/.github/workflows"));
        fs::create_dir_all(&folder).expect("it can be made");
        fs::write(folder.join("ci.yml"), PLANTED).expect("it can be written");
    }
    let found = |args: &[&str]| -> Vec<String> {
        let said = audit(root.path(), &[&["--format=github"], args].concat());
        said.out.lines().map(str::to_owned).collect()
    };
    let parts: Vec<Vec<String>> = (1..=3).map(|number| found(&[&format!("--shard={number}/3")])).collect();
    assert!(parts.iter().all(|part| !part.is_empty()), "{parts:?}");
    let mut joined = parts.concat();
    joined.sort();
    let mut whole = found(&[]);
    whole.sort();
    assert_eq!(joined, whole);
    assert_eq!(whole.len() % 20, 0);
    for wrong in ["0/3", "4/3", "x", "1/0"] {
        assert_eq!(audit(root.path(), &["--shard", wrong]).code, Some(2), "{wrong}");
    }
}
