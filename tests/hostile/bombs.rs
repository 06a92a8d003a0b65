//! Files that go on for ever, ask for everything there is, or nest too deep for anybody.

use std::time::Duration;

use crate::project::{PLANTED, Project, is_refused_within, refused};

/// What is said when a limit is met, whichever comes first on this machine.
const LIMIT: &str = "[evaluation-failed]";
const STACK: &[&str] = &[LIMIT, "nested too deep", "64 MiB of stack", "--stack-limit"];

/// One of the limits that have an option is met, whichever comes first on this machine.
#[track_caller]
fn limited(text: &str) {
    let project = Project::planted();
    project.write("pipelines/bad.ncl", text);
    is_refused_within(&[], &project, "pipelines/bad.ncl:1:1", &[LIMIT, "-limit gives it more "]);
}

/// A file is refused with these words when other limits than the usual ones hold.
#[track_caller]
fn limited_by(limits: &[&str], text: &str, words: &str) {
    let project = Project::planted();
    project.write("pipelines/bad.ncl", text);
    let said = project.run(&[&["check"], limits].concat());
    assert_eq!(said.code, Some(3), "{}", said.out);
    assert!(said.out.contains(words) && said.out.contains(PLANTED), "{}", said.out);
}

#[test]
fn an_endless_recursion() {
    limited("let rec f = fun x => f x in f 0");
    limited("let rec f = fun x => 1 + f x in f 0");
    limited("(fun x => x x) (fun x => x x)");
}

#[test]
fn an_array_and_a_text_that_grow() {
    limited("let rec f = fun x => f (x @ x) in f [1]");
    limited("let rec f = fun x => f (x ++ x) in f \"aa\"");
}

#[test]
fn more_memory_than_there_is() {
    limited("std.array.replicate 100000000 1");
    limited("std.deep_seq (std.array.range 0 100000000) {}");
}

#[test]
fn numbers_that_take_for_ever() {
    limited("{ name = std.to_string (std.number.pow 10 1000000000) }");
    limited("{ name = std.to_string 1e999999999 }");
}

#[test]
fn every_limit_can_be_changed() {
    let slow = "{ name = std.to_string 1e999999999 }";
    limited_by(&["--time-limit=1"], slow, "evaluation does not end within 1 s");
    let large = "std.array.replicate 100000000 1";
    limited_by(&["--memory-limit=128", "--time-limit=60"], large, "evaluation needs more than 128 MiB of memory");
    let deep = format!("{}1{}", "(1+".repeat(5_000), ")".repeat(5_000));
    limited_by(&["--stack-limit=1"], &deep, "nested too deep: evaluation needs more than 1 MiB of stack");
    limited_by(&["--stack-limit=256"], &deep, "expected a Record");
    let long = format!("\"{}\"", "x".repeat(1 << 20));
    limited_by(&["--size-limit=1"], &long, "`pipelines/bad.ncl` is larger than 1 MiB");
    limited_by(&["--size-limit=2"], &long, "expected a Record");
}

#[test]
fn a_hundred_thousand_brackets_of_every_kind() {
    const DEEP: usize = 100_000;
    for (open, inner, close) in [
        ("[", "", "]"),
        ("{a=", "1", "}"),
        ("'Not (", "'Always", ")"),
        ("-", "1", ""),
        ("1+", "1", ""),
        ("fun x => ", "1", ""),
        ("let x = 1 in ", "x", ""),
        ("if true then ", "1", " else 1"),
    ] {
        let text = format!("{{ jobs.unit.when = {}{inner}{} }}", open.repeat(DEEP), close.repeat(DEEP));
        refused(text, STACK);
    }
}

#[test]
fn a_hundred_thousand_brackets_that_do_not_close() {
    refused("[".repeat(100_000), &["the file ends too early"]);
}

#[test]
fn values_without_end() {
    let nested = |value: &str| GOOD_WITH.replace("HERE", value);
    refused(nested("let rec f = fun x => { a = f x } in f 0"), &["nested deeper than 128 values"]);
    refused(nested("let rec f = fun x => [f x] in f 0"), &["nested deeper than 128 values"]);
    refused(nested("let rec f = fun x => 'Not (f x) in f 0"), &["nested deeper than 128 values"]);
}

/// A place that any value may stand at as far as contracts go, and that is looked through.
const GOOD_WITH: &str = r#"{
  name = "Bad",
  on.pull_request = {},
  jobs.unit = { timeout = "10m", steps = [{ run = "make" }], matrix.of = [HERE] },
}"#;

#[test]
fn more_values_than_anybody_reads() {
    let nested = |value: &str| GOOD_WITH.replace("HERE", value);
    refused(nested("std.array.replicate 1000001 1"), &["holds more than 1000000 values"]);
    let doubled = "let a = \"%{a}%{a}\" in ".replace("let a = ", "let b = ") + "let a = b in ";
    let long = format!("let a = \"{}\" in {} a", "x".repeat(1000), doubled.repeat(15));
    refused(nested(&long), &["holds more than 16 MiB of text"]);
}

#[test]
fn little_that_becomes_much() {
    let nested = |first: &str, next: &str| {
        let grown = format!("let a = {first} in {} a", format!("let b = {next} in let a = b in ").repeat(9));
        GOOD_WITH.replace("HERE", &grown)
    };
    let few = |text: String| {
        let project = Project::planted();
        project.write("pipelines/bad.ncl", text);
        // A limit ends it, or a contract refuses it before one is met: which of the two is a matter of the machine's speed.
        is_refused_within(&[], &project, "pipelines/bad.ncl", &["error["]);
    };
    few(nested("[1, 1, 1, 1, 1, 1]", "[a, a, a, a, a, a]"));
    few(nested("{ x = 1 }", "{ b = a, c = a, d = a, e = a, f = a, g = a }"));
}

#[test]
fn several_at_once_leave_time_for_the_others() {
    let project = Project::planted();
    for index in 0..6 {
        project.write(&format!("pipelines/a{index}.ncl"), "{ name = std.to_string 1e999999999 }");
    }
    let said = project.run(&["check"]);
    assert_eq!(said.code, Some(3));
    assert!(said.out.contains(PLANTED), "{}", said.out);
    // Which limit is met first is a matter of the machine's speed.
    let stopped = |limit: &str| said.out.matches(limit).count();
    assert_eq!(stopped("evaluation does not end within 5 s") + stopped("evaluation needs more than"), 6, "{}", said.out);
    assert!(said.out.contains("others took long"), "{}", said.out);
    assert!(said.took < Duration::from_secs(20), "{:?}", said.took);
}
