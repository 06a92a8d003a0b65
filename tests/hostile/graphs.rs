//! Files that evaluate well and make work for whoever reads them: long chains, circles, expressions without end.

use std::time::Duration;

use crate::project::{GOOD, PLANTED, Project, refused};

fn jobs(number: usize, need: impl Fn(usize) -> Option<usize>) -> String {
    let job = |index: usize| {
        let needs = need(index).map(|need| format!(", needs = [\"j{need}\"]")).unwrap_or_default();
        format!(
            "j{index} = {{ timeout = \"10m\", expected = \"3m\", permissions = {{}}, steps = [{{ run = \"make\" }}]{needs} }},\n"
        )
    };
    let jobs: String = (0..number).map(job).collect();
    format!("{{ name = \"Many\", on.pull_request = {{}}, budget = \"5m\", jobs = {{\n{jobs}}} }}")
}

/// The files are judged, and the planted finding with them.
#[track_caller]
fn judged(text: String, words: &[&str]) {
    let project = Project::planted();
    project.write("pipelines/bad.ncl", text);
    let said = project.run(&["check", "--time-limit=60"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for words in [words, &[PLANTED]].concat() {
        assert!(said.out.contains(words), "`{words}` is not said: {}", said.out);
    }
    assert!(said.took < Duration::from_secs(60), "{:?}", said.took);
}

#[test]
fn a_chain_and_a_circle_of_a_thousand_jobs() {
    judged(jobs(1_000, |index| index.checked_sub(1)), &["[budget-exceeded]", "→ j999 takes 50h"]);
    judged(
        jobs(1_000, |index| Some((index + 999) % 1_000)),
        &["[needs-graph]", "the jobs wait for each other in a circle: j0 → j999 →"],
    );
}

#[test]
fn more_jobs_steps_and_pipelines_than_any_forge_runs() {
    let project = |text: String, words: &str| {
        let project = Project::planted();
        project.write("pipelines/bad.ncl", text);
        let said = project.run(&["check", "--time-limit=60"]);
        assert_eq!(said.code, Some(3), "{}", said.out);
        assert!(said.out.contains(words) && said.out.contains(PLANTED), "{}", said.out);
    };
    project(jobs(1_001, |_| None), "holds 1001 jobs, and 1000 is the most");
    let steps = "{ run = \"make\" }, ".repeat(1_001);
    project(
        GOOD.replace("[{ name = \"Test\", run = \"make test\" }]", &format!("[{steps}]")),
        "holds 1001 steps, and 1000 is the most",
    );
    let pipelines: String = (0..1_001).map(|index| format!("p{index} = p,\n")).collect();
    project(format!("let p = {GOOD} in {{\n{pipelines}}}"), "holds 1001 pipelines, and 1000 is the most");
}

#[test]
fn expressions_without_end() {
    let raw = |words: String| GOOD.replace("timeout =", &format!("when = 'Raw {{ github = \"{words}\" }},\n    timeout ="));
    const DEEP: usize = 100_000;
    for words in [
        format!("{}true{}", "(".repeat(DEEP), ")".repeat(DEEP)),
        format!("{}true", "!".repeat(DEEP)),
        format!("true{}", " && true".repeat(DEEP)),
        format!("1{}", " == 1".repeat(DEEP)),
        format!("github{}", "['x'".repeat(DEEP)),
        format!("github{}", ".x".repeat(DEEP)),
    ] {
        refused(raw(words), &["pipelines/bad.ncl:6:", "21000 characters"]);
    }
    // As long as GitHub takes them, and as deep as such a text can be.
    judged(raw(format!("true{}", "||true".repeat(3_490))), &["[unsound-condition]"]);
    refused(raw(format!("{}true{}", "(".repeat(9_000), ")".repeat(9_000))), &["nested deeper than GitHub goes"]);
}

#[test]
fn scripts_that_nest_without_end() {
    let project = Project::planted();
    for (index, (open, close)) in
        [("$(", ")"), ("`", ""), ("{ ", ""), ("( ", ""), ("if true; then ", ""), ("${a:-", "}"), ("<(", ")"), ("a | ", "b")]
            .into_iter()
            .enumerate()
    {
        let script = format!("echo {}a{}", open.repeat(50_000), close.repeat(50_000));
        project.write(&format!("pipelines/s{index}.ncl"), GOOD.replace("make test", &script));
    }
    let said = project.run(&["check", "--time-limit=60"]);
    assert!(matches!(said.code, Some(1 | 3)), "{}{}", said.out, said.err);
    assert!(said.out.contains(PLANTED) && said.took < Duration::from_secs(60), "{:?} {}", said.took, said.err);
}
