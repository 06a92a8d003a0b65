//! What stands around the steps of a job, as it is written for GitLab: whole jobs of one case file, and what is refused.

use super::*;
use crate::loss::Fate;
use crate::pipeline::fixture;

const PROJECT: &str = include_str!("../../case/project.json");
const AROUND: &str = include_str!("../../case/around.json");

/// The project of the cases, `settings` of GitLab put to it, with one pipeline.
fn output(settings: &str, pipeline: &str) -> Output {
    let mut project: serde_json::Value = serde_json::from_str(PROJECT).expect("JSON");
    project["backends"] = serde_json::json!({ "gitlab": serde_json::from_str::<serde_json::Value>(settings).expect("JSON") });
    render(&fixture::project(&project.to_string(), &[("ci", pipeline)]))
}

/// What is written of one job, `more` put to the least that a job is.
fn job(more: &str) -> (serde_json::Value, Output) {
    let pipeline = format!(
        r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "jobs": {{
            "a": {{ "timeout": "5m", {more} "steps": [{{ "run": "make" }}] }}
        }} }}"#
    );
    written(&pipeline)
}

fn written(pipeline: &str) -> (serde_json::Value, Output) {
    let output = output(r#"{ "image": "python" }"#, pipeline);
    let document = output.files.first().map_or(serde_json::Value::Null, |file| {
        serde_yaml::from_str(&file.text).unwrap_or_else(|error| panic!("{error}: {}", file.text))
    });
    (document, output)
}

/// The text without the scripts of jobs, which have tests of their own.
fn without_scripts(text: &str) -> String {
    let mut inside = false;
    let of_job = |line: &str| line.len() - line.trim_start().len() <= 2 && !line.is_empty();
    let lines = text.lines().filter(|line| {
        inside = *line == "  script:" || (inside && !of_job(line));
        !inside || line.is_empty()
    });
    lines.collect::<Vec<&str>>().join("\n")
}

fn lost(output: &Output) -> Vec<&'static str> {
    output.losses.iter().map(|loss| loss.construct.id).collect()
}

fn refused(output: &Output) -> Vec<String> {
    output.findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
}

const SETTINGS: &str = r#"{
    "image": "python", "nix": "nix", "stages": ["verify"],
    "runners": {
        "soak": { "tags": ["soak", "large"] },
        "ubuntu-24.04": { "tags": ["saas-linux-small-amd64"] },
        "windows-2025": { "tags": ["saas-windows-medium-amd64"], "image": "python" },
        "macos-15": { "tags": ["saas-macos-medium-m1"], "image": "macos-15-xcode-16" }
    }
}"#;

#[test]
fn what_stands_around_the_steps_is_written() {
    let output = output(SETTINGS, AROUND);
    assert_eq!(refused(&output), Vec::<String>::new());
    let text = &output.files[0].text;
    let jobs = text.find("\nci/").expect("a job");
    let end = text.find("\n.pipeward:").expect("what jobs call");
    insta::assert_snapshot!("around", without_scripts(&text[jobs + 1..end]));
    let lost: Vec<String> = output
        .losses
        .iter()
        .map(|loss| {
            let fate = if matches!(loss.fate(), Fate::Impossible(_)) { "impossible" } else { "emulated" };
            format!("{} {}: {fate}", loss.identity.as_str(), loss.construct.id)
        })
        .collect();
    insta::assert_snapshot!("around-lost", lost.join("\n"));
}

#[test]
fn legs_that_are_all_there_are_of_some_values_are_one_row() {
    let (document, _) = job(r#""matrix": { "a": [1, 2], "b-c": ["x", "$y"] },"#);
    assert_eq!(
        document["ci/a"]["parallel"]["matrix"],
        serde_json::json!([{ "MATRIX_A": ["1", "2"], "MATRIX_B_C": ["x", "$$y"] }])
    );
    let (document, _) = job(r#""matrix": { "a": [1, 2], "exclude": [{ "a": 2 }] },"#);
    assert_eq!(document["ci/a"]["parallel"]["matrix"], serde_json::json!([{ "MATRIX_A": ["1"] }]));
    let (document, _) = job(r#""shards": 2, "matrix": { "include": [{ "a": 1 }, { "b": 2 }] },"#);
    assert_eq!(
        document["ci/a"]["parallel"]["matrix"],
        serde_json::json!([
            { "MATRIX_A": "1", "SHARD": "1" }, { "MATRIX_A": "1", "SHARD": "2" },
            { "MATRIX_B": "2", "SHARD": "1" }, { "MATRIX_B": "2", "SHARD": "2" }
        ])
    );
    assert_eq!(document["ci/a"]["variables"], serde_json::json!({ "SHARDS": "2", "GIT_STRATEGY": "empty" }));
    let (document, _) = job(r#""shards": 2, "env": { "SHARDS": "'Shards", "MINE": "'Shard" },"#);
    assert_eq!(
        document["ci/a"]["variables"],
        serde_json::json!({ "SHARD": "${CI_NODE_INDEX}", "SHARDS": "2", "MINE": "${SHARD}", "GIT_STRATEGY": "empty" })
    );
}

/// What a job has, and what is refused of it.
const REFUSED: &[(&str, &str)] = &[
    (
        r#""matrix": { "a-b": [1], "a_b": [2] },"#,
        "env-name-taken: the key `a_b` is the variable `MATRIX_A_B` on GitLab, and so is the key `a-b`",
    ),
    (
        r#""matrix": { "os": ["a"] }, "env": { "MATRIX_OS": "b" },"#,
        "env-name-taken: the key `os` is the variable `MATRIX_OS` on GitLab, and so is the variable `MATRIX_OS` of the environment",
    ),
    (r#""shards": 201,"#, "gl-parallel-limit: 201 legs, the most there can be on GitLab is 200"),
    (r#""shards": 51, "matrix": { "a": [1, 2, 3, 4] },"#, "gl-parallel-limit: 204 legs, the most there can be on GitLab is 200"),
    (r#""matrix": { "a": [1], "exclude": [{ "a": 1 }] },"#, "matrix: the matrix leaves no leg"),
    (r#""runner": "soak","#, "runner-unmapped: nothing says by which tags GitLab finds the runner `soak`"),
    (
        r#""runner": "ubuntu-24.04-arm","#,
        "runner-unmapped: nothing says by which tags GitLab finds the runner `ubuntu-24.04-arm`",
    ),
    (r#""toolchain": "'Nix","#, "runner-unmapped: nothing says which image has Nix on GitLab"),
    (r#""container": "alpine:3","#, "unpinned-images: `alpine:3` names no exact image"),
    (r#""environment": { "name": "a", "on_stop": "b" },"#, "needs-graph: no job of this pipeline is named `b`"),
];

#[test]
fn what_gitlab_would_refuse_is_refused() {
    for (more, said) in REFUSED {
        let (_, output) = job(more);
        assert!(refused(&output).contains(&(*said).to_owned()), "{more}: {:#?}", refused(&output));
        assert_eq!(output.withheld, [ROOT], "{more}");
    }
}

#[test]
fn a_runner_without_containers_asks_for_no_image() {
    let settings =
        r#"{ "runners": { "metal": { "tags": ["shell"], "executor": "'Shell" }, "ubuntu-24.04": { "tags": ["linux"] } } }"#;
    let said = |more: &str| {
        let job = format!(r#""a": {{ "timeout": "5m", {more}, "steps": [{{ "run": "make" }}] }}"#);
        output(settings, &format!(r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "jobs": {{ {job} }} }}"#))
    };
    for more in [
        r#""runner": "metal""#,
        r#""gitlab": { "tags": ["shell"] }"#,
        r#""runner": "metal", "toolchain": "'Nix""#,
        r#""gitlab": { "image": "$IMAGE" }"#,
    ] {
        let output = said(more);
        assert_eq!((refused(&output), lost(&output)), (Vec::new(), Vec::new()), "{more}");
        let document: serde_json::Value = serde_yaml::from_str(&output.files[0].text).expect("YAML");
        let image = if more.contains("$IMAGE") { serde_json::json!("$IMAGE") } else { serde_json::Value::Null };
        assert_eq!(document["ci/a"]["image"], image, "{more}");
        assert_eq!(document["ci/a"]["tags"], serde_json::json!([if image.is_null() { "shell" } else { "linux" }]), "{more}");
    }
    for more in [r#""container": "python""#, r#""services": { "db": "postgres" }"#] {
        assert_eq!(lost(&said(&format!(r#"{more}, "runner": "metal""#))), ["container-shell"]);
    }
    let other = refused(&said(r#""gitlab": { "tags": ["other"] }"#));
    assert_eq!(other, ["runner-unmapped: nothing says which image a job has on the runner with the tags `other`"]);
    let untagged = output(&settings.replace(r#""tags": ["shell"], "#, ""), AROUND);
    assert!(untagged.findings.iter().all(|finding| finding.rule == "runner-unmapped"), "{:#?}", refused(&untagged));
}

#[test]
fn what_jobs_run_on_that_name_no_runner_is_said_once_and_where_it_comes_from() {
    let jobs =
        r#""a": { "timeout": "5m", "steps": [{ "run": "make" }] }, "b": { "timeout": "5m", "steps": [{ "run": "make" }] }"#;
    let pipeline = format!(r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "jobs": {{ {jobs} }} }}"#);
    let output = output("{}", &pipeline);
    assert_eq!(
        refused(&output),
        [
            "runner-unmapped: nothing says which image stands for `ubuntu-24.04` on GitLab: jobs that name no runner run on it, the `default_runner`, which nobody has written"
        ]
    );
    assert_eq!(output.findings[0].identity.as_str(), "project");
}

/// What a job has, and what of it is lost.
const LOST: &[(&str, &str)] = &[
    (r#""matrix": { "'Variable": "LEGS" },"#, "matrix-late"),
    (r#""github": { "strategy": { "matrix": { "a": [{ "b": 1 }] } } },"#, "matrix-nested"),
    (r#""matrix": { "a": [1, 2] }, "max_parallel": 2,"#, "max-parallel"),
    (r#""matrix": { "a": [1, 2] }, "max_parallel": 1,"#, "max-parallel-one"),
    (r#""shards": 2, "fail_fast": true,"#, "fail-fast"),
    (r#""container": { "image": "python", "options": "--cpus 2" },"#, "container-options"),
    (r#""container": { "image": "python", "volumes": ["a:/b"] },"#, "container-volumes"),
    (r#""container": { "image": "python", "ports": [80] },"#, "container-ports"),
    (
        r#""container": { "image": "python", "credentials": { "username": "a", "password": { "'Secret": "TOKEN" } } },"#,
        "container-credentials",
    ),
    (r#""services": { "db": { "image": "postgres", "ports": ["5432:5432"] } },"#, "service-ports"),
    (r#""services": { "db": { "image": "postgres", "health": { "command": "a" } } },"#, "service-health"),
    (r#""services": { "db": { "image": "postgres", "options": "--privileged" } },"#, "container-privileged"),
    (r#""github": { "services": "${{ fromJSON(vars.A) }}" },"#, "services-late"),
    (r#""runner": { "'Input": "where" },"#, "runner-late"),
    (r#""environment": { "name": ["a-", { "'Hash": ["b"] }] },"#, "value-late"),
    (r#""environment": { "name": "costs-$HOME" },"#, "dollar"),
    (r#""github": { "environment": { "name": "a", "deployment": "${{ inputs.b }}" } },"#, "deployment-late"),
    (r#""github": { "cancel-timeout-minutes": 3 },"#, "cancel-timeout"),
    (r#""warn_if": "'Tag","#, "warn-if"),
    (r#""permissions": { "issues": { "'Write": "says so" } },"#, "permissions"),
    (r#""permissions": { "id_token": { "'Write": "signs in" } },"#, "id-token"),
];

#[test]
fn what_gitlab_does_by_other_means_or_not_is_said() {
    for (more, construct) in LOST {
        let (_, output) = job(more);
        assert!(lost(&output).contains(construct), "{more}: {:?}", lost(&output));
    }
    let (_, output) = job(r#""gitlab": { "id_tokens": { "A": { "aud": "b" } } }, "fail_fast": false, "shards": 2,
           "permissions": { "id_token": { "'Write": "signs in" }, "contents": "'Read", "packages": { "'Write": "pushes" } },"#);
    assert_eq!(lost(&output), Vec::<&str>::new());
}

#[test]
fn what_becomes_of_environments_is_said() {
    let of = |job: &str| {
        let (_, output) = written(&format!(
            r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "jobs": {{
                "make": {{ "timeout": "5m", "outputs": {{ "host": {{ "'Step": "x.host" }} }},
                    "steps": [{{ "id": "x", "run": "make" }}, {{ "upload": {{ "name": "out", "paths": ["out"], "retention": "1 day" }} }}] }},
                "ship": {{ "timeout": "5m", "needs": ["make"], {job} }} }} }}"#
        ));
        assert_eq!(refused(&output), Vec::<String>::new(), "{job}");
        lost(&output).into_iter().filter(|id| id.starts_with("environment")).collect::<Vec<_>>()
    };
    let run = r#""steps": [{ "run": "make" }]"#;
    let asks = r#""when": { "'Output": { "name": "make.host", "equals": "a" } }"#;
    let stop = r#""environment": { "name": "a", "action": "'Stop" }"#;
    let verify = r#""environment": { "name": "a", "action": "'Verify" }"#;
    let host = r#""env": { "HOST": { "'Output": "make.host" } }"#;
    for (job, wanted) in [
        (format!(r#"{asks}, "environment": {{ "name": "a" }}, {run}"#), &["environment-skipped"][..]),
        (format!(r#"{asks}, {verify}, {run}"#), &[]),
        (format!(r#""environment": {{ "name": "a" }}, {host}, {run}"#), &[]),
        (format!("{stop}, {host}, {run}"), &["environment-stop-files"]),
        (format!(r#"{stop}, "steps": [{{ "download": {{ "name": "out" }} }}]"#), &["environment-stop-files"]),
        (format!("{stop}, {run}"), &[]),
    ] {
        assert_eq!(of(&job), wanted, "{job}");
    }
}

#[test]
fn commands_of_the_author_are_given_what_the_job_is_given() {
    let of = |job: &str| {
        let (document, output) = written(&format!(
            r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "jobs": {{
                "make": {{ "timeout": "5m", "outputs": {{ "host": {{ "'Step": "x.host" }} }}, "steps": [{{ "id": "x", "run": "make" }}] }},
                "own": {{ "timeout": "5m", "needs": ["make"], {job} }} }} }}"#
        ));
        assert_eq!(refused(&output), Vec::<String>::new(), "{job}");
        (document["ci/own"].clone(), output.losses.iter().any(|loss| loss.construct.id == "own-commands"))
    };
    let host = r#""env": { "HOST": { "'Output": "make.host" }, "OS": "'Os", "LEVEL": 3 }"#;
    let own = r#""gitlab": { "script": ["make own"]"#;
    let (job, is_lost) = of(&format!("{host}, {own} }}"));
    assert!(!is_lost);
    assert_eq!(job["variables"], serde_json::json!({ "LEVEL": "3" }));
    let given = job["script"][0].as_str().expect("a text");
    let read = "inherit MAKE_HOST \"${MAKE_HOST-}\"\nexport HOST=\"${MAKE_HOST-}\"\nexport OS=\"$(os_name)\"\n";
    assert!(given.ends_with(read) && given.contains("os_name() {") && !given.contains("set -eu"), "{given}");
    assert_eq!(job["script"][1], "make own");
    let mut shell = std::process::Command::new("sh");
    let handed = shell.args(["-euc", &format!("{given}printf %s \"$HOST/$OS\"")]);
    let handed = handed.env("MAKE_HOST", "base64:YSBi").output().expect("it starts");
    assert_eq!(String::from_utf8_lossy(&handed.stdout), "a b/Linux", "{}", String::from_utf8_lossy(&handed.stderr));
    let (job, _) = of(&format!(r#"{host}, {own}, "before_script": ["true"] }}"#));
    assert_eq!((&job["script"], &job["before_script"][1]), (&serde_json::json!(["make own"]), &serde_json::json!("true")));
    let (job, is_lost) = of(&format!(r#""env": {{ "LEVEL": 3 }}, {own} }}"#));
    assert_eq!((is_lost, &job["script"]), (false, &serde_json::json!(["make own"])));
    for lost in [
        format!(r#"{host}, "gitlab": {{ "run": [{{ "name": "a", "script": "make" }}] }}"#),
        format!(r#""env": {{ "SUM": {{ "'Hash": ["a"] }} }}, {own} }}"#),
        format!(r#""outputs": {{ "a": "'Commit" }}, {own} }}"#),
        format!(r#""when": {{ "'Output": {{ "name": "make.host", "equals": "a" }} }}, {own} }}"#),
    ] {
        assert!(of(&lost).1, "{lost}");
    }
    assert!(
        !of(&format!(r#""outputs": {{ "a": "'Commit" }}, {own}, "artifacts": {{ "reports": {{ "dotenv": "own.env" }} }} }}"#)).1
    );
}

/// Steps of a job, and what of them is lost.
const FILES: &[(&str, &str)] = &[
    (r#"{ "upload": { "name": "a", "paths": ["/tmp/a"], "retention": "1 day" } }"#, "upload-outside"),
    (r#"{ "upload": { "name": "a", "paths": ["~/a"], "retention": "1 day" } }"#, "upload-outside"),
    (r#"{ "upload": { "name": "a", "paths": ["b/../../a"], "retention": "1 day" } }"#, "upload-outside"),
    (r#"{ "upload": { "name": "a", "paths": ["a", "!a/b", "a/b/c"], "retention": "1 day" } }"#, "upload-exclude"),
    (
        r#"{ "upload": { "name": "a", "paths": ["a", "!b"], "retention": "1 day" } },
           { "upload": { "name": "b", "paths": ["b"], "retention": "1 day" } }"#,
        "upload-exclude",
    ),
    (
        r#"{ "upload": { "name": "a", "paths": ["a.xml", "b.xml"], "retention": "1 day", "report": "'Cobertura" } }"#,
        "report-files",
    ),
    (r#"{ "cache": { "key": { "'Hash": ["a", "b", "c"] }, "paths": ["d"] } }"#, "cache-files"),
    (r#"{ "cache": { "key": "a", "paths": ["/opt/a"] } }"#, "cache-outside"),
    (r#"{ "cache": { "key": "a", "paths": ["~/a"] } }"#, "cache-home"),
    (r#"{ "cache": { "key": "a", "paths": ["b"], "restore": ["c", "d", "e", "f"] } }"#, "cache-many"),
    (r#"{ "cache": { "key": "a", "paths": ["b"] }, "when": "'Tag" }"#, "cache-condition"),
    (r#"{ "cache": { "key": { "'Step": "x.y" }, "paths": ["b"] } }"#, "value-late"),
];

#[test]
fn what_becomes_of_files_is_said() {
    for (steps, construct) in FILES {
        let pipeline = format!(
            r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "jobs": {{ "a": {{ "timeout": "5m", "steps": [{steps}] }} }} }}"#
        );
        let (_, output) = written(&pipeline);
        assert!(lost(&output).contains(construct), "{steps}: {:?}", lost(&output));
    }
}

#[test]
fn files_come_from_the_job_that_keeps_them() {
    let (document, output) = written(
        r#"{ "name": "CI", "on": { "push": {} }, "jobs": {
            "make": { "timeout": "5m", "steps": [{ "upload": { "name": "out", "paths": ["out"], "retention": "1 day" } }] },
            "tell": { "timeout": "5m", "outputs": { "tag": "'Commit" }, "steps": [{ "run": "make" }] },
            "test": { "timeout": "5m", "needs": ["make", "tell"], "when": "'Tag", "steps": [{ "run": "make" }] },
            "use": { "timeout": "5m", "needs": ["test", "tell"], "env": { "TAG": { "'Output": "tell.tag" } }, "steps": [{ "download": { "name": "out" } }] }
        } }"#,
    );
    assert_eq!(refused(&output), Vec::<String>::new());
    assert_eq!(
        document["ci/use"]["needs"],
        serde_json::json!([
            { "job": "ci/test", "artifacts": false, "optional": true },
            { "job": "ci/tell", "artifacts": true },
            { "job": "ci/make", "artifacts": true }
        ])
    );
    assert_eq!(
        document["ci/test"]["needs"],
        serde_json::json!([{ "job": "ci/make", "artifacts": false }, { "job": "ci/tell", "artifacts": false }])
    );
}

#[test]
fn a_job_waits_for_50_others_at_most() {
    let many = |count: usize| {
        let jobs: Vec<String> =
            (0..count).map(|n| format!(r#""j{n}": {{ "timeout": "5m", "steps": [{{ "run": "a" }}] }}"#)).collect();
        let needs: Vec<String> = (0..count).map(|n| format!("\"j{n}\"")).collect();
        let (jobs, needs) = (jobs.join(","), needs.join(","));
        written(&format!(
            r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "jobs": {{ {jobs}, "all": {{ "timeout": "5m", "needs": [{needs}], "steps": [{{ "run": "a" }}] }} }} }}"#
        ))
    };
    assert_eq!(refused(&many(50).1), Vec::<String>::new());
    // Each leg of a job counts.
    let legs = |count: usize| {
        let pipeline = r#"{ "name": "CI", "on": { "push": {} }, "jobs": {
            "many": { "timeout": "5m", "shards": SHARDS, "steps": [{ "run": "a" }] },
            "all": { "timeout": "5m", "needs": ["many"], "steps": [{ "run": "a" }] } } }"#;
        refused(&written(&pipeline.replace("SHARDS", &count.to_string())).1)
    };
    assert_eq!((legs(50).len(), legs(51).len()), (0, 1));
    assert_eq!(refused(&many(51).1), ["gl-needs-limit: 51 jobs come before, and 50 is the most on GitLab"]);
}

#[test]
fn stages_follow_each_other_as_their_jobs_do() {
    let pipeline = r#"{ "name": "CI", "on": { "push": {} }, "jobs": {
        "last": { "timeout": "5m", "stage": "ship", "needs": ["middle"], "steps": [{ "run": "a" }] },
        "middle": { "timeout": "5m", "needs": ["first"], "steps": [{ "run": "a" }] },
        "first": { "timeout": "5m", "stage": "make", "steps": [{ "run": "a" }] },
        "early": { "timeout": "5m", "stage": ".pre", "steps": [{ "run": "a" }] }
    } }"#;
    let (document, said) = written(pipeline);
    assert_eq!(refused(&said), Vec::<String>::new());
    assert_eq!(document["stages"], serde_json::json!(["make", "step-2", "ship"]));
    let said = output(r#"{ "image": "python", "stages": ["ship", "make", "spare"] }"#, pipeline);
    assert_eq!(refused(&said), ["needs-graph: the stage `ship` comes before `step-2`, whose job `middle` is needed"]);
    // What nobody named comes as early as it can, before what somebody did.
    let alone = pipeline.replace(r#""needs": ["first"], "#, "");
    let said = output(r#"{ "image": "python", "stages": ["make", "spare", "ship"] }"#, &alone);
    assert!(said.files[0].text.contains("stages:\n  - step-1\n  - make\n  - spare\n  - ship\n"), "{}", said.files[0].text);
    // Jobs that are included stand in GitLab's usual stages, unless the project says others.
    let include = r#""image": "python", "include": [{ "template": "Jobs/Secret-Detection.gitlab-ci.yml" }]"#;
    let stages = |settings: &str| {
        let said = output(settings, pipeline);
        assert_eq!(refused(&said), Vec::<String>::new());
        serde_yaml::from_str::<serde_json::Value>(&said.files[0].text).expect("YAML")["stages"].clone()
    };
    assert_eq!(stages(&format!("{{ {include} }}")), serde_json::json!(["make", "step-2", "ship", "build", "test", "deploy"]));
    let own = format!(r#"{{ {include}, "stages": ["make", "ship"] }}"#);
    assert_eq!(stages(&own), serde_json::json!(["make", "step-2", "ship"]));
    let said = output(r#"{ "image": "python", "stages": ["make", "spare", "ship"] }"#, pipeline);
    assert!(said.files[0].text.contains("stages:\n  - make\n  - step-2\n  - spare\n  - ship\n"), "{}", said.files[0].text);
}

#[test]
fn legs_wait_for_each_other_only_where_that_is_said() {
    let group = |more: &str| job(&format!(r#"{more} "shards": 2,"#)).0["ci/a"]["resource_group"].clone();
    let alone = r#""concurrency": { "group": "'PerPipeline", "cancel": false },"#;
    assert_eq!(group(alone), "ci/a/$CI_NODE_INDEX");
    assert_eq!(group(&format!(r#"{alone} "max_parallel": 1,"#)), "ci/a");
    assert_eq!(group(r#""max_parallel": 1,"#), "ci/a");
    assert_eq!(group(r#""concurrency": { "group": { "'Named": "rig" }, "cancel": false },"#), "rig");
}

#[test]
fn a_job_asks_at_its_end_whether_its_failure_is_only_said() {
    let (document, _) = job(r#""matrix": { "a": [1, 2] }, "warn_if": { "'Matrix": { "key": "a", "equals": 2 } },"#);
    let script = document["ci/a"]["script"].as_array().expect("a list");
    let asked = script[script.len() - 2].as_str().expect("a text");
    assert!(asked.contains("MATRIX_A") && asked.contains("pw_failed=170"), "{asked}");
    assert_eq!(script.last(), Some(&serde_json::json!("finish")));
    assert_eq!(document["ci/a"]["allow_failure"], serde_json::json!({ "exit_codes": [170] }));
}

#[test]
fn only_a_job_with_steps_of_ours_goes_without_sources() {
    let variables = |fields: &str| {
        let (written, output) =
            written(&format!(r#"{{"name": "CI", "on": {{"push": {{}}}}, "jobs": {{"a": {{"timeout": "5m", {fields}}}}}}}"#));
        assert_eq!(refused(&output), Vec::<String>::new(), "{fields}");
        written["ci/a"]["variables"].clone()
    };
    let none = serde_json::json!({ "GIT_STRATEGY": "empty" });
    assert_eq!(variables(r#""steps": [{"run": "make"}]"#), none);
    assert_eq!(variables(r#""steps": [{"run": "make"}], "gitlab": {"tags": ["x"]}"#), none);
    // GitLab's own words mean what GitLab says: a variable of a job that starts a pipeline is one of its jobs as well.
    assert_eq!(variables(r#""gitlab": {"trigger": {"project": "a/b"}}"#), serde_json::Value::Null);
    assert_eq!(variables(r#""gitlab": {"script": ["make test"]}"#), serde_json::Value::Null);
    let project = r#"{ "image": "python", "include": "ci/more.yml" }"#;
    let extended = r#"{"name": "CI", "on": {"push": {}}, "jobs": {"a": {"timeout": "5m", "gitlab": {"extends": ".more"}}}}"#;
    let extended = output(project, extended);
    assert_eq!(refused(&extended), Vec::<String>::new());
    let written: serde_json::Value = serde_yaml::from_str(&extended.files[0].text).expect("YAML");
    assert_eq!(written["ci/a"]["variables"], serde_json::Value::Null);
    let fetched = r#""steps": [{"checkout": {}}, {"run": "make"}], "gitlab": {"script": ["make test"]}"#;
    assert_eq!(variables(fetched)["GIT_DEPTH"], "1");
}
