//! The project's facts that rules judge by, where the policies of a revision judge: what a change would loosen by them is said.

use super::revision::commit;
use super::sandbox::Sandbox;

const PROJECT: &str = r#"{
  name = "sample",
  pipeward = "0.1.0",
  visibility = 'Public,
  default_branch = "main",
  backends.github = {},
  updates = [{ ecosystem = "github-actions", interval = 'Weekly, cooldown = "7 days" }],
  runners.big = { labels = ["big", "x64"], hosted = false },
  runners.large = { group = "large", labels = ["16-cores"], hosted = true },
}
"#;

fn project() -> Sandbox {
    let project = Sandbox::new();
    project.write("pipelines/main.ncl", PROJECT);
    commit(&project.path(""));
    assert_eq!(project.check(&["--policy-ref", "base"]).code, 0);
    project
}

/// What is said of the project after a change of it, with its severity.
fn said(project: &Sandbox, from: &str, to: &str) -> Vec<String> {
    project.write("pipelines/main.ncl", PROJECT);
    project.change("pipelines/main.ncl", from, to);
    let said = project.check(&["--policy-ref", "base"]);
    let list = said.list();
    let weakened = said.findings().into_iter().zip(&list).filter(|(words, _)| words.starts_with("policy-weakened"));
    weakened.map(|(words, finding)| format!("{} {words}", finding["severity"].as_str().unwrap_or_default())).collect()
}

#[test]
fn what_rules_judge_by_is_not_changed_unseen() {
    let project = project();
    let hosted = "the runner is said to be hosted, and was not: what a pull request may run on is judged by that";
    let machines = "the labels or the group of the runner have changed, and with them the machines it stands for";
    for (from, to, wanted) in [
        ("hosted = false", "hosted = true", format!("error policy-weakened project/runners/big/hosted: {hosted} @ pipelines/main.ncl:8")),
        (
            "runners.big = { labels = [\"big\", \"x64\"], hosted = false }",
            "runners.other = { labels = [\"X64\", \"big\"], hosted = true }",
            format!("error policy-weakened project/runners/other/hosted: {hosted} @ pipelines/main.ncl:8"),
        ),
        (
            "  runners.big",
            "  runners.other = { labels = [\"other\"], hosted = true },\n  runners.big",
            "warning policy-weakened project/runners/other: a runner is added and said to be hosted: rules take the project's word for that \
             @ pipelines/main.ncl:8"
                .to_owned(),
        ),
        (
            "[\"big\", \"x64\"]",
            "[\"x64\"]",
            format!("warning policy-weakened project/runners/big/labels: {machines} @ pipelines/main.ncl:8"),
        ),
        (
            "group = \"large\"",
            "group = \"huge\"",
            format!("warning policy-weakened project/runners/large/labels: {machines} @ pipelines/main.ncl:9"),
        ),
        (
            "'Public",
            "'Private",
            "error policy-weakened project/visibility: the repository is said to be private, and was public: less is asked of a private one \
             @ pipelines/main.ncl:4"
                .to_owned(),
        ),
        (
            "\"main\"",
            "\"trunk\"",
            "warning policy-weakened project/default_branch: the default branch is trunk, and was main @ pipelines/main.ncl:5".to_owned(),
        ),
        (
            "0.1.0",
            "0.0.9",
            "error policy-weakened project/pipeward: pipeward 0.0.9 may judge the project, and the least was 0.1.0 @ pipelines/main.ncl:3"
                .to_owned(),
        ),
        (
            "  pipeward = \"0.1.0\",\n",
            "",
            "error policy-weakened project/pipeward: no least version of pipeward is asked for any more, and 0.1.0 was @ pipelines/main.ncl:1"
                .to_owned(),
        ),
    ] {
        assert_eq!(said(&project, from, to), [wanted], "{to}");
    }
}

#[test]
fn what_loosens_nothing_is_not_said() {
    let project = project();
    for (from, to) in [
        ("  runners.big", "  secrets.TOKEN = { purpose = \"a test\", owner = \"platform\" },\n  runners.big"),
        ("  runners.big", "  runners.more = { labels = [\"self-hosted\"], hosted = false },\n  runners.big"),
        ("  runners.large = { group = \"large\", labels = [\"16-cores\"], hosted = true },\n", ""),
        ("runners.large", "runners.largest"),
        ("hosted = true", "hosted = false"),
        ("[\"big\", \"x64\"]", "[\"x64\", \"Big\"]"),
        ("0.1.0", "0.1"),
    ] {
        assert_eq!(said(&project, from, to), Vec::<String>::new(), "{to}");
    }
    project.write("pipelines/main.ncl", &PROJECT.replace("'Public", "'Private"));
    commit_again(&project);
    project.write("pipelines/main.ncl", PROJECT);
    assert_eq!(project.check(&["--policy-ref", "HEAD"]).findings(), Vec::<String>::new(), "more is asked of a public one");
}

fn commit_again(project: &Sandbox) {
    super::revision::git(&project.path(""), &["commit", "-q", "-a", "-m", "private"]);
}

#[test]
fn a_runner_of_ones_own_is_not_hosted() {
    let project = Sandbox::new();
    let runner = "runners.own = { labels = [\"Self-Hosted\", \"linux\"], hosted = true },\n  backends";
    project.change("pipelines/main.ncl", "backends", runner);
    let said = project.check(&[]);
    let wanted =
        "expected false, got true: the forge gives no runner of its own the label \"Self-Hosted\" @ pipelines/main.ncl:4";
    assert_eq!(said.code, 3);
    assert_eq!(said.findings(), [format!("contract-broken project/runners/own: {wanted}")], "{}", said.out);
}
