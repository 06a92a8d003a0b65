//! Whole files, as they are written: one case file each, the output beside it.

use super::*;
use crate::pipeline::fixture;

const PROJECT: &str = include_str!("case/project.json");
const PIPELINES: &[(&str, &str)] = &[
    ("actions/lint", include_str!("case/action_node.json")),
    ("actions/scan", include_str!("case/action_docker.json")),
    ("actions/set_up", include_str!("case/action.json")),
    ("around", include_str!("case/around.json")),
    ("beside", include_str!("case/beside.json")),
    ("callee", include_str!("case/callee.json")),
    ("events", include_str!("case/events.json")),
    ("jobs", include_str!("case/jobs.json")),
    ("kinds", include_str!("case/kinds.json")),
    ("whole", include_str!("case/whole.json")),
];

fn whole() -> Output {
    render(&fixture::project(PROJECT, PIPELINES))
}

#[test]
fn every_construct_is_written() {
    let output = whole();
    assert!(output.findings.is_empty(), "{:#?}", output.findings);
    for file in &output.files {
        // Where to put the files for programs that judge them, if somebody asks.
        if let Ok(directory) = std::env::var("PIPEWARD_CASES") {
            let path = std::path::Path::new(&directory).join(&file.path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, &file.text).expect("written");
        }
        insta::assert_snapshot!(file.path.replace(['/', '.'], "-").trim_start_matches('-'), file.text);
    }
}

#[test]
fn the_header_tells_our_files_from_a_strangers() {
    let text = format!("# {}\nname: CI\n", header("pipelines/ci.ncl"));
    assert_eq!(source_of(&text), Some("pipelines/ci.ncl"));
    assert_eq!(source_of("name: CI\n# Generated from a by pipeward; do not edit.\n"), None);
    assert_eq!(source_of(""), None);
}

#[test]
fn backends_are_known_by_different_names_and_own_different_places() {
    for (index, backend) in BACKENDS.iter().enumerate() {
        assert!(!backend.summary.is_empty() && !backend.owned.is_empty(), "{}", backend.id);
        for other in &BACKENDS[index + 1..] {
            assert_ne!(backend.id, other.id);
            assert!(backend.owned.iter().all(|path| !other.owned.contains(path)), "{}", backend.id);
        }
    }
}

#[test]
fn what_is_written_is_read_back_and_accepted() {
    let project = fixture::project(PROJECT, PIPELINES);
    for file in render(&project).files {
        let read: serde_json::Value = serde_yaml::from_str(&file.text).expect("YAML");
        let schema: serde_json::Value = serde_json::from_str(if file.path.contains("/actions/") {
            include_str!("action.schema.json")
        } else if file.path.contains("workflows") {
            include_str!("github.schema.json")
        } else {
            include_str!("dependabot.schema.json")
        })
        .expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let errors: Vec<String> = validator.iter_errors(&read).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.path);
        assert_eq!(source_of(&file.text), Some(file.source.as_str()));
    }
}

/// The schema holds every emitted workflow to what is promised of it: taking one promise away is refused.
#[test]
fn a_workflow_that_breaks_a_promise_is_refused() {
    let text = whole().files.into_iter().find(|file| file.path.ends_with("kinds.yml")).expect("a workflow").text;
    let schema = serde_json::from_str(include_str!("github.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (from, to) in [
        ("name: Kinds\n", ""),
        ("permissions: {}\n", "permissions: everything\n"),
        ("permissions: {}\n", ""),
        ("    timeout-minutes: 5\n", ""),
        ("    timeout-minutes: 5\n", "    timeout-minutes: 1.5\n"),
        ("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7"),
        ("          persist-credentials: false\n          repo", "          repo"),
        ("          retention-days: 14\n", ""),
        ("$/actions/x", "./actions/x"),
        ("      - name: Wait for postgres\n        env", "      - env"),
        ("run: |\n          until", "run: |\n          ${{ github.actor }} until"),
        ("contents: read", "contents: admin"),
        ("    name: Nix\n", "    name: Nix\n    nmae: Nix\n"),
        ("cancel-in-progress: false", "cancel-in-progres: false"),
        ("    shell: bash\n", "    working-directory: .\n"),
    ] {
        assert!(text.contains(from), "{from}");
        let broken: serde_json::Value = serde_yaml::from_str(&text.replace(from, to)).expect("YAML");
        assert!(!validator.is_valid(&broken), "{from:?} -> {to:?}");
    }
}

#[test]
fn an_action_that_breaks_a_promise_is_refused() {
    let files = whole().files;
    let text = |name: &str| files.iter().find(|file| file.path.contains(name)).expect("an action").text.as_str();
    let schema = serde_json::from_str(include_str!("action.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (name, from, to) in [
        ("set-up", "description: Installs what the tests need, and says what it is.\n", ""),
        ("set-up", "  icon: box\n", "  icon: boks\n"),
        ("set-up", "  using: composite\n", "  using: composite\n  main: index.js\n"),
        ("set-up", "      shell: python\n", ""),
        ("set-up", "@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7"),
        ("set-up", "    value: ${{ steps.cache.outputs.path }}\n", ""),
        ("set-up", "      shell: bash\n", "      shell: bash\n      timeout-minutes: 5\n"),
        ("set-up", "        retention-days: 7\n", ""),
        ("lint", "  using: node24\n", "  using: node12\n"),
        ("lint", "    description: How many faults.\n", "    description: How many faults.\n    value: 1\n"),
        ("lint", "  post: dist/post.js\n", ""),
        ("scan", "python:3.13-slim@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91", "python:3.13"),
    ] {
        let text = text(name);
        assert!(text.contains(from), "{from}");
        let broken: serde_json::Value = serde_yaml::from_str(&text.replace(from, to)).expect("YAML");
        assert!(!validator.is_valid(&broken), "{from:?} -> {to:?}");
    }
}

#[test]
fn how_the_run_has_gone_is_no_value() {
    let pipeline = r#"{"name": "CI", "on": {"push": {}}, "jobs": {"a": {"timeout": "5m", "steps": [
        {"run": "make", "env": {"FAILED": {"'When": "'OnFailure"}}, "when": "'OnFailure"}
    ]}}}"#;
    let output = render(&fixture::project("{}", &[("ci", pipeline)]));
    let said: Vec<&str> = output.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(said, ["`failure()` is not known in a step"]);
}

#[test]
fn writing_twice_writes_the_same_bytes() {
    assert_eq!(whole(), whole());
}

proptest::proptest! {
    #[test]
    fn jobs_stay_in_the_authors_order(ids in proptest::collection::hash_set("[a-z][a-z0-9-]{0,8}", 1..12)) {
        let jobs: Vec<String> = ids.iter().map(|id| format!(r#""{id}": {{"timeout": "5m", "steps": [{{"run": "true"}}]}}"#)).collect();
        let pipeline = format!(r#"{{"name": "CI", "on": {{"push": {{}}}}, "jobs": {{{}}}}}"#, jobs.join(", "));
        let output = render(&fixture::project("{}", &[("ci", &pipeline)]));
        let read: serde_yaml::Value = serde_yaml::from_str(&output.files[0].text).expect("YAML");
        let written: Vec<&str> = read["jobs"].as_mapping().expect("jobs").keys().filter_map(serde_yaml::Value::as_str).collect();
        let wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
        proptest::prop_assert_eq!(written, wanted);
    }
}

/// One job with these steps, in a project without what `project` takes away; the findings as `rule identity key`.
fn refused(project: &str, job: &str) -> (Vec<String>, Vec<Finding>) {
    let pipeline = format!(r#"{{"name": "CI", "on": {{"push": {{}}}}, "jobs": {{"unit": {job}}}}}"#);
    let output = render(&fixture::project(project, &[("ci", &pipeline)]));
    assert_eq!(output.withheld.is_empty(), output.findings.is_empty());
    assert_eq!(output.files.is_empty(), !output.findings.is_empty());
    let said = output.findings.iter().map(|finding| format!("{} {} {}", finding.rule, finding.identity, finding.key));
    (said.collect(), output.findings.clone())
}

#[test]
fn an_action_without_a_pin_is_said_with_one_that_is_known() {
    let (said, findings) = refused(
        r#"{"pins": {}}"#,
        r#"{"timeout": "5m", "toolchain": "'Nix", "steps": [{"checkout": {}}, {"name": "Lint", "uses": "some/action/sub"}]}"#,
    );
    assert_eq!(
        said,
        [
            "unpinned-uses ci/unit/#1 actions/checkout",
            "unpinned-uses ci/unit cachix/install-nix-action",
            "unpinned-uses ci/unit/lint some/action",
        ]
    );
    assert!(findings[0].help[0].contains("3d3c42e5aac5ba805825da76410c181273ba90b1"), "{:?}", findings[0].help);
    assert_eq!(findings[2].message, "`some/action` has no pin in the project");
}

#[test]
fn minutes_are_whole_except_where_seconds_are_counted() {
    let (said, findings) = refused(
        "{}",
        r#"{"timeout": "90s", "steps": [{"run": "true", "timeout": "1m30s"}, {"wait_for": {"service": "db", "within": "90s"}}]}"#,
    );
    assert_eq!(said, ["duration-not-whole-minutes ci/unit timeout", "duration-not-whole-minutes ci/unit/#1 timeout"]);
    assert_eq!(findings[0].message, "1m30s is not a whole number of minutes");
    assert!(findings[0].help[0].contains("\"2m\""), "{:?}", findings[0].help);
}

#[test]
fn images_have_digests() {
    let digest = "a".repeat(64);
    let job = |image: &str| format!(r#"{{"timeout": "5m", "container": "{image}", "steps": [{{"run": "true"}}]}}"#);
    assert_eq!(refused("{}", &job("python:3.13")).0, ["unpinned-images ci/unit python:3.13"]);
    assert_eq!(refused(r#"{"images": {"py": "python:latest"}}"#, &job("py")).0, ["unpinned-images ci/unit python:latest"]);
    assert!(refused("{}", &job(&format!("python@sha256:{digest}"))).0.is_empty());
    assert_eq!(refused("{}", &job(&format!("python@sha256:{}", &digest[1..]))).0.len(), 1);
}

#[test]
fn a_script_never_holds_an_expression_and_a_text_never_becomes_one() {
    let (said, _) = refused("{}", r#"{"timeout": "5m", "steps": [{"run": "echo ${{ github.head_ref }}"}]}"#);
    assert_eq!(said, ["template-injection ci/unit/#1 run"]);
    let pipeline = r#"{"name": "CI", "on": {"push": {}}, "jobs": {"unit": {"timeout": "5m",
        "steps": [{"name": "${{ a }}", "run": "true", "env": {"A": "${{ b }}"}}]}}}"#;
    let text = &render(&fixture::project("{}", &[("ci", pipeline)])).files[0].text;
    assert!(text.contains("name: ${{ '${{' }} a }}") && text.contains("A: ${{ '${{' }} b }}"), "{text}");
}

#[test]
fn what_a_key_cannot_look_at_is_said() {
    let (said, findings) = refused(
        "{}",
        r#"{"timeout": "5m", "when": {"'Present": {"'Secret": "A"}}, "env": {"OS": "'Os"}, "steps": [{"run": "true"}]}"#,
    );
    assert_eq!(said, ["reference-unavailable ci/unit secrets", "reference-unavailable ci/unit runner"]);
    assert_eq!(findings[0].message, "`secrets` is not known in the condition of a job");
}

#[test]
fn a_backend_that_is_off_writes_nothing() {
    let files = |backends: &str| {
        let json = PROJECT.replacen('{', &format!(r#"{{"backends": {backends},"#), 1);
        render(&fixture::project(&json, PIPELINES)).files.len()
    };
    assert_eq!(files(r#"{"github": {}, "dependabot": {}}"#), PIPELINES.len() + 1);
    assert_eq!(files(r#"{"github": {}}"#), PIPELINES.len());
    assert_eq!(files(r#"{"dependabot": {}}"#), 1);
}

/// The reader refuses such ids; the backend does not rely on it, for an id becomes a path.
#[test]
fn an_id_that_is_no_file_name_or_is_taken_is_refused() {
    let pipeline = r#"{"name": "CI", "on": {"push": {}}, "jobs": {"a": {"timeout": "5m", "steps": [{"run": "true"}]}}}"#;
    let mut project = fixture::project("{}", &[("ci", pipeline)]);
    for id in ["../../etc/x", "a/b", ".git", "a\nb", "a b", ""] {
        id.clone_into(&mut project.pipelines[0].id);
        let output = render(&project);
        assert!(output.files.is_empty() && output.findings[0].rule == "id-rules", "{id}: {:?}", output.findings);
    }
    let output = render(&fixture::project("{}", &[("ci", pipeline), ("ci", pipeline)]));
    assert_eq!(output.files.len(), 1);
    assert_eq!(output.findings[0].message, "two pipelines are written to .github/workflows/ci.yml");
}

/// What a rule has said already, at the same place, is not said again because it cannot be written either.
#[test]
fn what_a_rule_has_said_is_not_said_twice() {
    let (_, findings) = refused("{}", r#"{"timeout": "90s", "steps": [{"run": "true", "timeout": "1m30s"}]}"#);
    let output = Output { findings: findings.clone(), ..Output::default() };
    assert_eq!(output.clone().unsaid(&[]), findings);
    assert_eq!(output.clone().unsaid(&findings), []);
    let other = Finding { rule: "other".to_owned(), ..findings[0].clone() };
    assert_eq!(output.unsaid(&[other]), findings);
}

#[test]
fn what_only_the_schema_refuses_is_said_at_its_job_or_trigger() {
    let (said, findings) = refused("{}", r#"{"timeout": "5m", "needs": ["a", "a"], "steps": [{"run": "true"}]}"#);
    assert_eq!(said, ["syntax ci/unit /jobs/unit/needs"]);
    assert_eq!(findings[0].message, "expected each item once, got \"a\" again");
}

#[test]
fn shards_and_a_matrix_of_the_same_name_do_not_mix() {
    let (said, _) = refused("{}", r#"{"timeout": "5m", "shards": 2, "matrix": {"shard": [1]}, "steps": [{"run": "true"}]}"#);
    assert_eq!(said, ["matrix ci/unit shard"]);
}

/// The workflow of one job, read back.
fn lowered(job: &str) -> serde_yaml::Value {
    let pipeline = format!(r#"{{"name": "CI", "on": {{"push": {{}}}}, "jobs": {{"unit": {job}}}}}"#);
    let output = render(&fixture::project("{}", &[("ci", &pipeline)]));
    serde_yaml::from_str::<serde_yaml::Value>(&output.files[0].text).expect("YAML")["jobs"]["unit"].clone()
}

#[test]
fn an_included_leg_has_every_shard() {
    let matrix = |matrix: &str| {
        let job = format!(r#"{{"timeout": "5m", "shards": 2, "matrix": {matrix}, "steps": [{{"run": "true"}}]}}"#);
        serde_json::to_string(&lowered(&job)["strategy"]["matrix"]).expect("JSON")
    };
    assert_eq!(
        matrix(r#"{"os": ["a"], "include": [{"os": "b"}]}"#),
        r#"{"os":["a"],"shard":[1,2],"include":[{"os":"b","shard":1},{"os":"b","shard":2}]}"#
    );
    assert_eq!(
        matrix(r#"{"include": [{"os": "a"}, {"os": "b"}]}"#),
        r#"{"include":[{"os":"a","shard":1},{"os":"a","shard":2},{"os":"b","shard":1},{"os":"b","shard":2}]}"#
    );
}

#[test]
fn what_is_said_of_legs_needs_legs() {
    let (said, _) = refused("{}", r#"{"timeout": "5m", "fail_fast": true, "max_parallel": 2, "steps": [{"run": "true"}]}"#);
    assert_eq!(said, ["matrix ci/unit fail_fast", "matrix ci/unit max_parallel"]);
}

#[test]
fn each_leg_of_a_job_has_a_group_of_its_own() {
    let group = |legs: &str| {
        let job = format!(
            r#"{{"timeout": "5m", {legs} "concurrency": {{"group": "'PerPipeline", "cancel": false}}, "steps": [{{"run": "true"}}]}}"#
        );
        lowered(&job)["concurrency"]["group"].as_str().expect("a group").to_owned()
    };
    assert_eq!(group(""), "ci-unit-${{ github.workflow }}");
    assert_eq!(group(r#""shards": 2,"#), "ci-unit-${{ strategy.job-index }}-${{ github.workflow }}");
}

#[test]
fn a_checkout_or_an_upload_by_the_actions_name_keeps_the_promises() {
    let pipeline = r#"{"name": "CI", "on": {"push": {}}, "jobs": {"unit": {"timeout": "5m", "steps": [
        {"uses": "actions/checkout"}, {"uses": "actions/upload-artifact", "with": {"path": "a", "retention-days": 3}}]}}}"#;
    let text = &render(&fixture::project("{}", &[("ci", pipeline)])).files[0].text;
    assert!(text.contains("persist-credentials: false") && text.contains("if-no-files-found: error"), "{text}");
    let (said, _) = refused("{}", r#"{"timeout": "5m", "steps": [{"uses": "actions/upload-artifact", "with": {"path": "a"}}]}"#);
    assert_eq!(said, ["retention-missing ci/unit/#1 with"]);
}

#[test]
fn scripts_of_ours_run_in_bash_whatever_the_default() {
    let pipeline = |shell: &str| {
        format!(
            r#"{{"name": "CI", "on": {{"manual": {{}}}}, "defaults": {{"shell": "{shell}"}}, "jobs": {{"a": {{"timeout": "5m", "steps": [
                {{"run": "make"}}, {{"wait_for": {{"url": "https://localhost/", "within": "1m"}}}}]}}}}}}"#
        )
    };
    for (shell, named) in [("sh", 1), ("bash", 0)] {
        let output = render(&fixture::project("{}", &[("ci", &pipeline(shell))]));
        let text = &output.files.iter().find(|file| file.path.ends_with("ci.yml")).expect("a workflow").text;
        assert_eq!(text.matches("        shell: bash\n").count(), named, "{text}");
    }
}

/// Knows the text of one pipeline, and notes which others it is told.
#[derive(Default)]
struct Noted(std::sync::Mutex<Vec<String>>);

impl Earlier for Noted {
    fn recall(&self, pipeline: &Pipeline, path: &str) -> Option<String> {
        (pipeline.id == "known").then(|| format!("what stands at {path}"))
    }

    fn keep(&self, pipeline: &Pipeline, text: &str) {
        assert!(text.starts_with("# Generated from "), "{text}");
        self.0.lock().expect("it is whole").push(pipeline.id.clone());
    }
}

#[test]
fn what_something_is_said_of_is_written_anew() {
    let pipeline = |more: &str| {
        format!(
            r#"{{"name": "A", "on": {{"push": {{}}}}, "jobs": {{"unit": {{"timeout": "5m", {more} "steps": [{{"run": "make"}}]}}}}}}"#
        )
    };
    let unpinned = pipeline("").replace(r#""run": "make""#, r#""uses": "a/b""#);
    let pipelines =
        [("known", pipeline("")), ("loses", pipeline(r#""manual": {},"#)), ("new", pipeline("")), ("unpinned", unpinned)];
    let pipelines = pipelines.each_ref().map(|(id, text)| (*id, text.as_str()));
    let noted = Noted::default();
    let output = render_after(&fixture::project("{}", &pipelines), &noted);
    assert_eq!(*noted.0.lock().expect("it is whole"), ["new"]);
    assert_eq!((output.losses.len(), output.findings.len()), (1, 1), "{output:#?}");
    let known = output.files.iter().find(|file| file.identity.as_str() == "known").expect("it is written");
    assert_eq!(
        (known.path.as_str(), known.text.as_str()),
        (".github/workflows/known.yml", "what stands at .github/workflows/known.yml")
    );
}
