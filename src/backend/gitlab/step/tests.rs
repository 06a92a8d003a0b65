//! The cases of the backends, as the scripts of GitLab's jobs.

use crate::backend::render;
use crate::pipeline::fixture;

const PROJECT: &str = r#"{
    "backends": { "gitlab": {
        "image": "debian@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91",
        "nix": "nixos/nix@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91",
        "runners": { "large": { "tags": ["large"] } }
    } },
    "secrets": { "TOKEN": { "purpose": "calls", "owner": "platform" }, "GITLAB_TOKEN": { "purpose": "notes", "owner": "platform" } },
    "images": {
        "postgres": "postgres:17@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91",
        "python": "python:3.13-slim@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91"
    }
}"#;

/// The scripts of the jobs of one pipeline, and what is lost, for a reader.
fn scripts(id: &str, pipeline: &str) -> (String, Vec<String>) {
    let output = render(&fixture::project(PROJECT, &[(id, pipeline)]));
    assert!(output.findings.is_empty(), "{:#?}", output.findings);
    let file = output.files.iter().find(|file| file.path == ".gitlab-ci.yml").expect("a file");
    let read: serde_yaml::Value = serde_yaml::from_str(&file.text).expect("YAML");
    let mut text = String::new();
    for (name, job) in read.as_mapping().expect("jobs") {
        let Some(script) = job.get("script").and_then(|script| script.as_sequence()) else { continue };
        let entries: Vec<&str> = script.iter().map(|entry| entry.as_str().expect("a text").trim_end()).collect();
        text.push_str("==== ");
        text.push_str(name.as_str().expect("a name"));
        text.push('\n');
        text.push_str(&entries.join("\n"));
        text.push_str("\n\n");
    }
    let losses = output.losses.iter().map(|loss| format!("{} {}", loss.identity, loss.construct.id));
    (text, losses.collect())
}

#[test]
fn every_kind_of_step_is_written_for_gitlab() {
    let (text, losses) = scripts("kinds", include_str!("../../case/kinds.json"));
    insta::assert_snapshot!("kinds", text);
    insta::assert_snapshot!("kinds-lost", losses.join("\n"));
}

#[test]
fn steps_beside_others_are_written_for_gitlab() {
    let (text, losses) = scripts("beside", include_str!("../../case/beside.json"));
    insta::assert_snapshot!("beside", text);
    insta::assert_snapshot!("beside-lost", losses.join("\n"));
}

/// What is refused in a job with these steps, as `rule key`.
fn refused(project: &str, job: &str) -> Vec<String> {
    let pipeline = format!(
        r#"{{"name": "CI", "on": {{"push": {{}}}}, "jobs": {{
        "ci": {{"timeout": "5m", "outputs": {{"registry": "x"}}, "steps": [{{"run": "true"}}]}},
        "unit": {job}}}}}"#
    );
    let output = render(&fixture::project(project, &[("ci", &pipeline)]));
    output.findings.iter().map(|finding| format!("{} {}", finding.rule, finding.key)).collect()
}

#[test]
fn a_name_of_ours_never_hides_one_of_the_authors() {
    const GITLAB: &str = r#"{"backends": {"gitlab": {"runners": {"ubuntu-24.04": {"image": "a@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91"}}}}}"#;
    let job = |rest: &str| format!(r#"{{"timeout": "5m", "needs": ["ci"], {rest}}}"#);
    let step = |id: &str, env: &str| format!(r#"{{"id": "{id}", "run": "true", "env": {env}}}"#);
    let taken = |name: &str| vec![format!("env-name-taken {name}")];
    // An output that would be a variable of GitLab's own.
    let steps = format!(r#""steps": [{}]"#, step("a", r#"{"A": {"'Output": "ci.registry"}}"#));
    assert_eq!(refused(GITLAB, &job(&steps)), taken("CI_REGISTRY"));
    // Two outputs that would be one variable.
    let two = r#"{"A": [{"'Step": "a-b.c"}, {"'Step": "a.b-c"}]}"#;
    let steps = format!(r#""steps": [{}, {}, {}]"#, step("a-b", "{}"), step("a", "{}"), step("c", two));
    assert_eq!(refused(GITLAB, &job(&steps)), taken("STEP_A_B_C"));
    // An output and a variable of the author's.
    let steps =
        format!(r#""env": {{"STEP_A_B": "mine"}}, "steps": [{}, {}]"#, step("a", "{}"), step("b", r#"{"A": {"'Step": "a.b"}}"#));
    assert_eq!(refused(GITLAB, &job(&steps)), taken("STEP_A_B"));
    // What a script of ours reads.
    let steps = r#""steps": [{"summary": "done", "env": {"BODY": "mine"}}]"#;
    assert_eq!(refused(GITLAB, &job(steps)), taken("BODY"));
    let steps = format!(r#""steps": [{}, {}]"#, step("a", "{}"), step("b", r#"{"A": {"'Step": "a.b"}, "B": {"'Step": "a.b"}}"#));
    assert!(refused(GITLAB, &job(&steps)).is_empty());
}

#[test]
fn a_comment_needs_a_declared_token_and_a_script_no_interpolation() {
    const GITLAB: &str = r#"{"backends": {"gitlab": {"runners": {"ubuntu-24.04": {"image": "a@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91"}}}}}"#;
    let job = |step: &str| format!(r#"{{"timeout": "5m", "steps": [{step}]}}"#);
    assert_eq!(refused(GITLAB, &job(r#"{"comment": {"body": "x"}}"#)), ["secrets-undeclared GITLAB_TOKEN"]);
    assert_eq!(refused(GITLAB, &job(r#"{"run": "echo $[[ inputs.a ]]"}"#)), ["template-injection run"]);
}

/// The names of the functions that a job with these steps, and jobs like it, call.
fn defined(job: &str) -> Vec<String> {
    const GITLAB: &str = r#"{"backends": {"gitlab": {"runners": {"ubuntu-24.04": {"image": "a@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91"}}}}}"#;
    let pipeline = format!(r#"{{"name": "CI", "on": {{"push": {{}}}}, "jobs": {{"a": {job}}}}}"#);
    let output = render(&fixture::project(GITLAB, &[("ci", &pipeline)]));
    assert!(output.findings.is_empty(), "{:#?}", output.findings);
    let read: serde_yaml::Value = serde_yaml::from_str(&output.files[0].text).expect("YAML");
    let Some(shared) = read.get(".pipeward") else { return Vec::new() };
    let text = shared["before_script"][0].as_str().expect("a text");
    let names = text.lines().filter_map(|line| line.split_once("() {")).map(|(name, _)| name.to_owned());
    names
        .filter(|name| !name.starts_with("pw_") && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'))
        .collect()
}

#[test]
fn a_file_holds_what_its_jobs_call_and_no_more() {
    let job = |steps: &str| defined(&format!(r#"{{"timeout": "5m", "steps": [{steps}]}}"#));
    let base = ["failed", "step", "always", "finish"];
    assert_eq!(job(r#"{"run": "cargo test"}, {"run": "echo $HOME", "impact": "'Warn", "when": "'Always"}"#), base);
    let with = |more: &[&'static str]| [&base[..], more].concat();
    assert_eq!(job(r#"{"run": "echo A=b >> $GITHUB_ENV"}"#), with(&["provide"]));
    assert_eq!(
        job(
            r#"{"upload": {"name": "a", "paths": ["a"], "retention": "7 days"}}, {"run": "b"}, {"upload": {"name": "b", "paths": ["b"], "retention": "7 days"}}"#
        ),
        with(&["upload"])
    );
    assert_eq!(job(r#"{"run": "a", "env": {"KEY": {"'Hash": ["x.lock"]}}}"#), with(&["hash_of"]));
    let parallel = job(r#"{"parallel": [{"id": "a", "run": "a"}, {"id": "b", "run": "b"}]}"#);
    assert_eq!(parallel, with(&["await", "await_all", "stop"]));
    let outputs = r#"{"timeout": "5m", "steps": [{"id": "a", "run": "a"}], "outputs": {"x": {"'Step": "a.x"}}}"#;
    assert_eq!(defined(outputs), with(&["report", "only_said", "output"]));
    // A script of the author's own calls nothing of ours.
    let own = r#"{"timeout": "5m", "steps": [{"run": "a"}], "gitlab": {"script": ["make"]}}"#;
    assert!(defined(own).is_empty());
}

#[test]
fn what_runs_beside_a_job_has_ended_before_its_outputs_are_asked_for() {
    let steps = r#"{"id": "a", "run": "a", "background": true}"#;
    let job = format!(
        r#"{{"name": "CI", "on": {{"push": {{}}}}, "jobs": {{"a": {{"timeout": "5m", "steps": [{steps}], "outputs": {{"x": {{"'Step": "a.x"}}}}}}}}}}"#
    );
    let (text, _) = scripts("ci", &job);
    assert!(text.contains("await_all ''\noutput A_X \"${STEP_A_X-}\"\nfinish"), "{text}");
}

#[test]
fn what_is_otherwise_for_a_job_and_its_steps_is_said() {
    let lost = |fields: &str| {
        let pipeline = format!(r#"{{"name": "CI", "on": {{"push": {{}}}}, "jobs": {{"a": {{"timeout": "5m", {fields}}}}}}}"#);
        scripts("ci", &pipeline).1
    };
    let kept = |when: &str| format!(r#"{{"upload": {{"name": "x", "paths": ["x"], "retention": "7 days"}}{when}}}"#);
    let conditional = |steps: &[String]| {
        let all = lost(&format!(r#""steps": [{}]"#, steps.join(", ")));
        all.into_iter().filter(|one| one.ends_with("upload-condition")).count()
    };
    assert_eq!(conditional(&[kept("")]), 0);
    assert_eq!(conditional(&[kept(r#", "when": "'OnFailure""#)]), 0);
    assert_eq!(conditional(&[kept(r#", "when": "'Tag""#)]), 1);
    // One of two is kept after failures, so both are.
    assert_eq!(conditional(&[kept(""), kept(r#", "when": "'Always""#)]), 1);
    let says = |fields: &str, id: &str| lost(fields).iter().any(|one| one.ends_with(&format!(" {id}")));
    assert!(says(r#""steps": [{"run": "echo $GITHUB_SHA"}]"#, "github-variable"));
    assert!(!says(r#""env": {"GITHUB_SHA": "'Commit"}, "steps": [{"run": "echo $GITHUB_SHA"}]"#, "github-variable"));
    assert!(says(r#""steps": [{"run": "a", "env": {"T": {"'Secret": "TOKEN"}}}]"#, "secret"));
    let outputs = |count: usize| {
        let each: Vec<String> = (0..count).map(|number| format!(r#""o{number}": {{"'Step": "s.x"}}"#)).collect();
        format!(r#""outputs": {{{}}}, "steps": [{{"id": "s", "run": "a"}}]"#, each.join(", "))
    };
    assert!(says(&outputs(50), "output") && !says(&outputs(50), "outputs-many") && says(&outputs(51), "outputs-many"));
}
