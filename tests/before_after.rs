//! The example of an audit: a repository with planted defects, what is found in it, what is mended, and that nothing is left.

#[path = "support/folder.rs"]
mod folder;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use folder::{copy, project};

struct Said {
    code: i32,
    out: String,
    err: String,
}

/// Audits from within a folder, as somebody does who stands there.
fn audit(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
    let output = command.current_dir(folder).arg("audit").args(arguments).output().expect("it starts");
    Said {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).expect("it writes text"),
        err: String::from_utf8(output.stderr).expect("it writes text"),
    }
}

/// One line of the table of what is wrong with the example.
struct Defect {
    rule: String,
    place: String,
    is_across: bool,
    mended: String,
}

fn defects() -> Vec<Defect> {
    let table = fs::read_to_string(example("defects.tsv")).expect("the table");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 7, "{line}");
        assert!(["alone", "across"].contains(&cells[3]) && ["fix", "unsafe", "hand"].contains(&cells[4]), "{line}");
        Defect { rule: cells[1].into(), place: cells[2].into(), is_across: cells[3] == "across", mended: cells[4].into() }
    };
    table.lines().skip(1).map(row).collect()
}

fn example(path: &str) -> PathBuf {
    project("examples/audit").join(path)
}

/// What is found in a repository: `rule place`.
fn found(root: &Path) -> BTreeSet<String> {
    let said = audit(root, &["--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let findings = document["findings"].as_array().expect("findings");
    let shown = |finding: &serde_json::Value| {
        format!("{} {}:{}", finding["rule"].as_str()?, finding["file"].as_str()?, finding["line"]).into()
    };
    let shown: BTreeSet<String> = findings.iter().filter_map(shown).collect();
    assert_eq!(shown.len(), findings.len(), "each is said once");
    shown
}

fn wanted<'a>(defects: impl IntoIterator<Item = &'a Defect>) -> BTreeSet<String> {
    defects.into_iter().map(|defect| format!("{} {}", defect.rule, defect.place)).collect()
}

#[test]
fn all_that_is_wrong_with_the_example_is_found_and_nothing_is_invented() {
    let defects = defects();
    assert_eq!((defects.len(), defects.iter().filter(|defect| defect.is_across).count()), (15, 5));
    assert_eq!(found(&example("before")), wanted(&defects));
    assert_eq!(found(&example("after")), BTreeSet::new());
}

#[test]
fn what_spans_files_of_the_example_is_seen_in_no_file_alone() {
    for defect in defects().iter().filter(|defect| defect.is_across) {
        let file = defect.place.split(':').next().expect("a file");
        let alone = tempfile::tempdir().expect("there is room");
        let place = alone.path().join(file);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        fs::copy(example("before").join(file), place).expect("a copy");
        let found = found(alone.path());
        assert!(!found.contains(&format!("{} {}", defect.rule, defect.place)), "{found:?}");
    }
}

#[test]
fn of_the_example_as_much_is_mended_as_its_table_says() {
    let defects = defects();
    for (option, left) in [("--fix", &["unsafe", "hand"][..]), ("--fix=unsafe", &["hand"])] {
        let room = tempfile::tempdir().expect("there is room");
        copy(&example("before"), room.path());
        let said = audit(room.path(), &[option]);
        assert_eq!(said.code, 1, "{}", said.err);
        let left: BTreeSet<&str> =
            defects.iter().filter(|defect| left.contains(&defect.mended.as_str())).map(|defect| defect.rule.as_str()).collect();
        let found = found(room.path());
        assert_eq!(found.iter().filter_map(|line| line.split(' ').next()).collect::<BTreeSet<_>>(), left, "{option}");
    }
    let diff = audit(&example("before"), &["--fix=unsafe", "--dry-run"]).out;
    if std::env::var_os("PIPEWARD_WRITE").is_some() {
        fs::write(example("fixed.diff"), &diff).expect("it can be written");
    }
    assert_eq!(fs::read_to_string(example("fixed.diff")).expect("the diff"), diff, "PIPEWARD_WRITE=1 writes it");
}

#[test]
fn what_the_readme_shows_of_the_example_is_what_is_said() {
    let readme = fs::read_to_string(project("README.md")).expect("a text");
    let shown =
        readme.split("<!-- examples/audit -->\n```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a sample");
    let said = audit(&example("before"), &[]).out;
    let pieces: Vec<&str> = shown.trim_end().split("\n\n").collect();
    assert!(pieces.len() >= 3, "{shown}");
    for piece in pieces.iter().filter(|piece| **piece != "…") {
        assert!(said.contains(&format!("{piece}\n")), "{piece}\n\nis not in\n\n{said}");
    }
}
