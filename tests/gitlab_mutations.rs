//! Mistakes put at places of K2's sources that GitLab's pipeline is made of: each is said at the line that makes it.

mod support;

use std::fs;

use support::{copy, pipeward, project};

/// A mistake: the file, what is there, and what is written instead. The last `^` in it marks the place that has to be named.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("main.ncl", "image = \"uv\",", "image = ^\"uvv\","),
    ("main.ncl", "image = \"uv\",", "image = \"uv\", layout = ^'Two,"),
    ("main.ncl", "    stages = [", "    ^stage = ["),
    ("main.ncl", "runners.soak.tags", "runners.soak.^tag"),
    ("ci.ncl", "gitlab.coverage = m%\"/^TOTAL", "gitlab.coverage = ^m%\"TOTAL"),
    ("ci.ncl", "gitlab.coverage = m%", "gitlab.dependencies = [^\"nope\"], gitlab.coverage = m%"),
    ("ci.ncl", "manual.confirm = \"", "manual.^confrim = \""),
    ("ci.ncl", "manual.confirm = \"Deploy this image to production?\"", "manual.confirm = ^true"),
    ("ci.ncl", "action = 'Verify", "action = ^'Verfy"),
    ("ci.ncl", "tier = 'Production", "tier = ^'Live"),
    ("ci.ncl", "impact = 'BlockDeployment", "impact = ^'BlockDeploy"),
    ("ci.ncl", "stage = \"deploy_production\"", "^stages = \"deploy_production\""),
    ("ci.ncl", "stage = \"deploy_production\"", "stage = ^3"),
    ("ci.ncl", "gitlab = \"$%{variable} == ", "gitlab = ^\"$%{variable} = "),
    ("ci.ncl", "pattern = \"coverage-*\"", "pattern = ^\"cover-*\""),
    ("ci.ncl", "shards = 4", "shards = ^0"),
    ("lib/python.ncl", "gitlab.script = []", "gitlab.^scripts = []"),
    ("lib/python.ncl", "gitlab.script = []", "gitlab.script = ^[3]"),
    ("lib/python.ncl", "report = 'JUnit", "report = ^'Nunit"),
    ("lib/gitlab.ncl", "{ name = \"docker\", alias", "{ ^nam = \"docker\", alias"),
    ("lib/gitlab.ncl", "image = \"docker\"", "image = ^\"dokcer\""),
    ("lib/gitlab.ncl", "entrypoint = [\"\"]", "entrypoint = ^[]"),
    ("lib/gitlab.ncl", "DOCKER_TLS_CERTDIR = \"/certs\"", "DOCKER_TLS_CERTDIR = ^[\"/certs\"]"),
    ("lib/gitlab.ncl", "gitlab.before_script = [apt", "gitlab.^before_scirpt = [apt"),
    ("lib/deploy.ncl", "run = m%\"\n", "run = ^m%\"\n      echo $[[ inputs.host ]]\n"),
];

/// Changes that make something else wrong: the file, what is there, what is written instead, and the file and the text at whose
/// line it has to be said.
const ELSEWHERE: &[(&str, &str, &str, &str, &str)] = &[
    ("ci.ncl", "needs = [\"build\", \"test-e2e\"]", "needs = [\"build\"]", "ci.ncl", "impact = 'BlockDeployment"),
    ("main.ncl", "GITLAB_TOKEN =", "GITLAB_TOKENS =", "pr-full-check.ncl", "comment.body ="),
    ("main.ncl", "runners.soak.tags = [\"soak\"],", "", "soak-weekly.ncl", "runner = \"soak\""),
    ("lib/python.ncl", "gitlab.script = [],", "", "lib/python.ncl", "uses = \"astral-sh/setup-uv\""),
    ("ci.ncl", ", gitlab = \"$%{variable} == \\\"true\\\"\"", "", "ci.ncl", "'Raw { github"),
];

/// Where a mistake has to be said: where the mark was put, or at the line of a text.
enum Said {
    AtMark(usize),
    AtLine(&'static str),
}

fn without_mark(written: &str) -> String {
    let mark = written.rfind('^').expect("a mark");
    format!("{}{}", &written[..mark], &written[mark + 1..])
}

/// The line of a text that a place is in, from 1.
fn line(text: &str, place: usize) -> usize {
    text[..place].matches('\n').count() + 1
}

#[test]
fn mistakes_in_what_gitlab_is_told_are_named_where_they_are_made() {
    let k2 = project("examples/k2");
    let room = tempfile::tempdir().expect("a directory");
    let root = room.path().join("k2");
    copy(&k2, &root);
    let read = |file: &str| fs::read_to_string(k2.join("pipelines").join(file)).expect("a source");
    let mut wrong = Vec::new();
    let here = MISTAKES.iter().map(|(file, find, write)| (*file, *find, without_mark(write), *file, write.rfind('^')));
    let here = here.map(|(file, find, write, said, mark)| (file, find, write, said, Said::AtMark(mark.expect("a mark"))));
    let elsewhere =
        ELSEWHERE.iter().map(|(file, find, write, said, at)| (*file, *find, (*write).to_owned(), *said, Said::AtLine(at)));
    for (file, find, write, said, place) in here.chain(elsewhere) {
        let text = read(file);
        let start = text.find(find).unwrap_or_else(|| panic!("{file} has no {find}"));
        let mutated = format!("{}{write}{}", &text[..start], &text[start + find.len()..]);
        fs::write(root.join("pipelines").join(file), &mutated).expect("written");
        let expected = match place {
            Said::AtMark(mark) => line(&mutated, start + mark),
            Said::AtLine(at) => {
                let other = if said == file { mutated.clone() } else { read(said) };
                line(&other, other.find(at).unwrap_or_else(|| panic!("{said} has no {at}")))
            }
        };
        let output = pipeward(&root, &["check", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let findings = report["findings"].as_array().expect("findings");
        let name = format!("pipelines/{said}");
        let hit = findings
            .iter()
            .any(|finding| finding["file"] == name && finding["line"] == expected && finding["severity"] == "error");
        if !hit || output.status.success() {
            let heard: Vec<String> = findings
                .iter()
                .map(|finding| format!("  {}:{} {} {}", finding["file"], finding["line"], finding["rule"], finding["message"]))
                .collect();
            wrong.push(format!("{write} in {file}, expected at {name}:{expected}:\n{}", heard.join("\n")));
        }
        fs::write(root.join("pipelines").join(file), text).expect("written");
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), MISTAKES.len() + ELSEWHERE.len(), wrong.join("\n\n"));
}
