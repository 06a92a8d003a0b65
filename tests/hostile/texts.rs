//! Files that are no text, no Nickel, or no record: each is refused at the place where it goes wrong.

use crate::project::{GOOD, PLANTED, Project, is_refused, refused, refused_with};
use crate::skip;

#[test]
fn an_empty_file() {
    for text in ["", "\n\n", "# nothing but this\n"] {
        refused(text, &["[evaluation-failed]", "the file is empty"]);
    }
}

#[test]
fn a_file_that_ends_too_early() {
    refused("{ name = \"x\", jobs = {", &["pipelines/bad.ncl:1:23", "the file ends too early"]);
    refused("{ name = \"x", &["pipelines/bad.ncl:1:"]);
}

#[test]
fn a_missing_comma_is_said_on_its_own_line() {
    let project = Project::planted();
    let text = "{\n  name = \"x\"\n  on.pull_request = {},\n}\n";
    refused_with(
        &project,
        text,
        &["pipelines/bad.ncl:3:19", "- a comma may be missing here", "help: is a comma missing at the end of a line before?"],
    );
    let said = project.run(&["check"]);
    assert_eq!(said.out.matches("[evaluation-failed]").count(), 1, "{}", said.out);
    let list = GOOD.replace("[{ name = \"Test\", run = \"make test\" }]", "[\n{ run = \"a\" }\n{ run = \"b\" }\n]");
    refused(list, &["pipelines/bad.ncl:9:1", "is a comma missing behind it?"]);
}

#[test]
fn wrong_types() {
    for (text, words) in [
        ("[1]", "expected a Record, got an Array"),
        ("\"x\"", "expected a Record, got a String"),
        ("5", "expected a Record, got a Number"),
        ("null", "expected a Record, got"),
        ("fun x => x", "expected a Record, got a Function"),
    ] {
        refused(text, &["pipelines/bad.ncl:1:1", words]);
    }
    refused(GOOD.replace("\"10m\"", "[]"), &["pipelines/bad.ncl:6:15", "got an empty Array"]);
    refused(GOOD.replace("steps = [", "steps = [5, "), &["pipelines/bad.ncl:8:14", "got a Number"]);
}

#[test]
fn a_nul_byte() {
    refused("{\n  name = \"a\0b\" }", &["pipelines/bad.ncl:2:12", "is not text: a NUL byte at offset 13"]);
}

#[test]
fn text_that_is_not_utf8() {
    refused(
        b"{\n  name = \"caf\xe9\" }",
        &["pipelines/bad.ncl:2:14", "byte 0xe9 at offset 15 is not UTF-8", "help: write it in UTF-8"],
    );
    refused(b"\xff\xfe{\0 \0}\0", &["pipelines/bad.ncl:1:1", "byte 0xff at offset 0 is not UTF-8"]);
}

#[test]
fn line_ends_of_another_system_and_a_byte_order_mark() {
    let project = Project::new();
    project.write("pipelines/ci.ncl", format!("\u{feff}{}", GOOD.replace('\n', "\r\n")));
    project.write("pipelines/main.ncl", format!("\u{feff}{}", crate::project::MAIN.replace('\n', "\r\n")));
    let said = project.run(&["emit"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert_eq!(project.run(&["check"]).code, Some(0));
    let text = std::fs::read_to_string(project.path(".github/workflows/ci.yml")).expect("it is there");
    assert!(!text.contains(['\r', '\u{feff}']), "{text:?}");
    let slip = GOOD.replace("timeout", "timeuot").replace('\n', "\r\n");
    refused(format!("\u{feff}{slip}"), &["pipelines/bad.ncl:6:5", "did you mean `timeout`?"]);
    refused("\u{feff}{ name = 5 }", &["pipelines/bad.ncl:1:10"]);
}

/// What a script holds reaches the shell of the runner, to which a carriage return is part of a word.
#[test]
fn a_script_has_no_line_ends_of_another_system() {
    let project = Project::new();
    let script = GOOD.replace("\"make test\"", "m%\"\n      make\n      make test\n    \"%");
    project.write("pipelines/ci.ncl", script.replace('\n', "\r\n"));
    let said = project.run(&["emit"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    let text = std::fs::read_to_string(project.path(".github/workflows/ci.yml")).expect("it is there");
    assert!(!text.contains('\r') && !text.contains("\\r"), "{text}");
}

#[test]
fn a_hundred_mebibytes_of_junk() {
    const SIZE: usize = 100 << 20;
    const TOO_LARGE: &[&str] = &["`pipelines/bad.ncl` is larger than 8 MiB", "--size-limit"];
    refused("x".repeat(SIZE), TOO_LARGE);
    refused("junk junk\n".repeat(SIZE / 10), TOO_LARGE);
    refused(format!("{{ name = \"{}\" }}", "x".repeat(SIZE)), TOO_LARGE);
}

#[test]
fn as_much_junk_as_is_read() {
    const SIZE: usize = 8_000_000;
    refused("x".repeat(SIZE), &["pipelines/bad.ncl:1:1"]);
    refused("junk ) junk\n".repeat(SIZE / 12), &["pipelines/bad.ncl:1:6"]);
    refused(format!("{{ name = \"{}\" }}", "x".repeat(SIZE)), &["pipelines/bad.ncl:1:"]);
    refused("\u{1}\u{1b}[31m\r".repeat(SIZE / 7), &["pipelines/bad.ncl:1:1"]);
}

#[test]
fn a_directory_and_a_link_to_nothing() {
    let project = Project::planted();
    std::fs::create_dir(project.path("pipelines/bad.ncl")).expect("it can be made");
    is_refused(&project, "pipelines/bad.ncl", &["is a directory, not a file"]);
    #[cfg(unix)]
    {
        let project = Project::planted();
        std::os::unix::fs::symlink("nowhere", project.path("pipelines/bad.ncl")).expect("it can be made");
        is_refused(&project, "pipelines/bad.ncl", &["is a symlink that leads nowhere"]);
    }
}

#[cfg(unix)]
#[test]
fn names_that_cannot_be_ids() {
    use std::os::unix::ffi::OsStrExt as _;
    for (name, words) in [
        (&b"caf\xe9.ncl"[..], "has a name that is not UTF-8"),
        (b"a b.ncl", "expected a file that is named by an id, got pipelines/a b.ncl"),
        (b"x\n::error::y.ncl", "expected a file that is named by an id"),
        (b".ncl", "expected a file that is named by an id"),
        (b"-rf.ncl", "expected a file that is named by an id, got pipelines/-rf.ncl"),
        (b"\x1b[31m.ncl", "expected a file that is named by an id"),
    ] {
        let project = Project::planted();
        let place = project.path("pipelines").join(std::ffi::OsStr::from_bytes(name));
        if let Err(error) = std::fs::write(&place, GOOD) {
            skip("names_that_cannot_be_ids", &format!("a file system that has any name ({error})"));
            continue;
        }
        is_refused(&project, "pipelines/", &[words]);
        let said = project.run(&["check"]);
        assert!(!said.out.contains('\u{1b}') && !said.out.contains("\n::error"), "{}", said.out);
    }
}

#[test]
fn ids_that_would_step_out_of_the_tree() {
    for id in ["../x", "a/b", "/etc/x", "..", ".", "", "n\\u{0}l", "a\\\\b", "C:x", "con/../x"] {
        let text = format!("{{ \"{id}\" = {GOOD} }}");
        let project = Project::planted();
        project.write("pipelines/bad.ncl", text);
        let said = project.run(&["emit"]);
        assert_eq!(said.code, Some(3), "{id}: {}", said.out);
        assert!(said.out.contains("pipelines/bad.ncl:1:") && said.out.contains(PLANTED), "{id}: {}", said.out);
        assert!(!project.path(".github").exists());
    }
    for job in ["../x", "a b", "a\\nb", "${{ x }}"] {
        refused(GOOD.replace("jobs.unit", &format!("jobs.\"{job}\"")), &["pipelines/bad.ncl:5:8"]);
    }
}
