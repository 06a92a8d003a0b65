//! Nothing is fetched: the system calls of every verb show no socket of the internet.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::project::Project;
use crate::skip;

/// What to trace of a verb, where its bare name does too little.
const ARGUMENTS: &[(&str, &[&str])] = &[("explain", &["explain", "globs"])];

/// The verbs that help lists.
fn verbs(project: &Project) -> BTreeSet<String> {
    let help = project.run(&["--help"]).out;
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("there are verbs");
    list.lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// The calls of a command that have to do with networks.
fn traced(project: &Project, command: &[&str]) -> Option<(String, Option<i32>)> {
    let log = project.path("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=network", "-o"]).arg(&log).args(command).current_dir(project.root());
    let output = strace.output().ok()?;
    let calls = fs::read_to_string(&log).ok()?;
    fs::remove_file(log).ok()?;
    Some((calls, output.status.code()))
}

#[test]
fn no_verb_opens_a_socket_of_the_internet() {
    let project = Project::new();
    project.write("policies/main.ncl", "{ custom.x = { summary = \"x\", why = \"x\", check = fun pipeline => [] } }");
    let control = traced(&project, &["bash", "-c", ": > /dev/udp/127.0.0.1/9"]);
    if !control.is_some_and(|(calls, _)| calls.contains("AF_INET")) {
        skip("no_verb_opens_a_socket_of_the_internet", "strace that may trace");
        return;
    }
    let verbs = verbs(&project);
    assert!(["check", "emit", "explain", "rules", "show"].iter().all(|verb| verbs.contains(*verb)), "{verbs:?}");
    for verb in verbs.iter().map(String::as_str) {
        let bare = [verb];
        let args = ARGUMENTS.iter().find(|(name, _)| *name == verb).map_or(&bare[..], |(_, args)| args);
        let (calls, code) = traced(&project, &[&[env!("CARGO_BIN_EXE_pipeward")], args].concat()).expect("it was traced before");
        assert!(calls.contains("+++ exited with"), "{verb} was not traced: {calls}");
        assert!(!calls.contains("AF_INET"), "{verb} (exit {code:?}): {calls}");
        if ["check", "emit", "explain", "rules", "show"].contains(&verb) {
            assert!(matches!(code, Some(0 | 1)), "{verb}: {code:?}");
        }
    }
}
