//! Every case of the backends, written for GitLab: whole files for programs that judge them, and what is exact on every forge.

use std::path::Path;

use super::*;
use crate::pipeline::fixture;

const PROJECT: &str = include_str!("../../case/project.json");
const SETTINGS: &str = r#"{
    "image": "python", "nix": "nix",
    "runners": {
        "ubuntu-24.04": { "tags": ["linux"] }, "soak": { "tags": ["soak"] }, "gpu": { "tags": ["gpu"] }, "large": { "tags": ["large"] },
        "ubuntu-24.04-arm": { "tags": ["arm"] }, "windows-2025": { "tags": ["windows"], "image": "python" },
        "macos-15": { "tags": ["macos"], "image": "python" }
    }
}"#;
const CASES: &[(&str, &str)] = &[
    ("around", include_str!("../../case/around.json")),
    ("beside", include_str!("../../case/beside.json")),
    ("callee", include_str!("../../case/callee.json")),
    ("events", include_str!("../../case/events.json")),
    ("jobs", include_str!("../../case/jobs.json")),
    ("kinds", include_str!("../../case/kinds.json")),
    ("only", ONLY),
    ("whole", include_str!("../../case/whole.json")),
];

/// What only GitLab can do.
const ONLY: &str = r#"{"name": "Only", "on": {"push": {"branches": ["main"]}}, "jobs": {
    "by-hand": {"timeout": "5m", "manual": {"blocks": false}, "steps": [{"run": "make"}]},
    "changed": {"timeout": "5m", "when": {"'Changed": ["src/**"]}, "steps": [{"run": "make"}]},
    "own": {"timeout": "5m", "gitlab": {"script": ["make own"]}},
    "raw": {"timeout": "5m", "when": {"'Raw": {"gitlab": "$CI_COMMIT_TITLE =~ /ready/"}}, "steps": [{"run": "make"}]}
}}"#;

/// What means the same on every forge, so that it has no row in the table of losses, and where it stands in a job of GitLab's.
const EXACT: &[(&str, &str)] = &[
    ("a branch that starts a pipeline", "/rules/0/if"),
    ("a cache: its files", "/cache/0/paths"),
    ("a cache: its key", "/cache/0/key"),
    ("a cache: keys to fall back on", "/cache/0/fallback_keys"),
    ("a cache: what is done with it", "/cache/0/policy"),
    ("a confirmation", "/manual_confirmation"),
    ("a failure that only warns", "/allow_failure=true"),
    ("a failure that only warns, by its code", "/allow_failure/exit_codes"),
    ("a job that is needed", "/needs/0/job"),
    ("a matrix", "/parallel/matrix/0/MATRIX_SUITE"),
    ("a service", "/services/0/name"),
    ("a service: its command", "/services/0/command"),
    ("a service: its name", "/services/0/alias"),
    ("a service: its variables", "/services/0/variables"),
    ("a stage", "/stage"),
    ("a timeout", "/timeout"),
    ("an environment", "/environment/name"),
    ("an environment: its address", "/environment/url"),
    ("an image", "/image"),
    ("an output", "/artifacts/reports/dotenv"),
    ("artifacts", "/artifacts/paths"),
    ("artifacts: how long they live", "/artifacts/expire_in"),
    ("artifacts: of a failed job", "/artifacts/when=always"),
    ("artifacts: that are passed on", "/needs/0/artifacts=true"),
    ("shards", "/parallel=4"),
    ("variables", "/variables"),
];

/// The project of one case, with the pipeline that it calls.
fn case(id: &str, text: &str) -> Output {
    let mut pipelines = vec![(id, text)];
    pipelines.extend(CASES.iter().filter(|(other, _)| *other == "callee" && id != "callee" && text.contains("callee")));
    pipelines.sort_unstable();
    written(SETTINGS, &pipelines)
}

fn written(settings: &str, pipelines: &[(&str, &str)]) -> Output {
    let mut project: serde_json::Value = serde_json::from_str(PROJECT).expect("JSON");
    project["backends"] = serde_json::json!({ "gitlab": serde_json::from_str::<serde_json::Value>(settings).expect("JSON") });
    project["secrets"]["GITLAB_TOKEN"] = serde_json::json!({ "purpose": "notes", "owner": "platform" });
    crate::backend::render(&fixture::project(&project.to_string(), pipelines))
}

/// The cases as one project, in as many files as a layout says.
pub(super) fn together(layout: &str) -> Output {
    let settings = SETTINGS.replacen('{', &format!(r#"{{ "layout": "'{layout}","#), 1);
    written(&settings, CASES)
}

#[test]
fn every_case_is_written_for_gitlab() {
    let mut refused = Vec::new();
    let cases = CASES.iter().map(|(id, text)| (*id, case(id, text)));
    for (id, output) in cases.chain([("parts", together("PerPipeline"))]) {
        refused.extend(
            output.findings.iter().map(|finding| format!("{id}: {} {}: {}", finding.rule, finding.identity, finding.message)),
        );
        for file in &output.files {
            // Where to put the files for programs that judge them, if somebody asks.
            if let Ok(directory) = std::env::var("PIPEWARD_CASES") {
                let path = Path::new(&directory).join(id).join(&file.path);
                std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
                std::fs::write(path, &file.text).expect("written");
            }
            for document in documents(&output, &file.path) {
                assert!(document.as_mapping().is_some_and(|map| !map.is_empty()), "{id}: {}", file.path);
            }
        }
    }
    assert_eq!(refused, Vec::<String>::new());
}

/// Whether a part of a job stands at a path, an item of a list for each `0`, with the constant after `=` if there is one.
fn stands(part: &Value, path: &str) -> bool {
    let (path, constant) = path.split_once('=').map_or((path, None), |(path, constant)| (path, Some(constant)));
    let Some((key, rest)) = path.strip_prefix('/').map(|path| path.split_once('/').unwrap_or((path, ""))) else {
        let text = serde_yaml::to_string(part).expect("YAML");
        return constant.is_none_or(|constant| text.trim() == constant);
    };
    let mut rest = if rest.is_empty() { String::new() } else { format!("/{rest}") };
    rest.extend(constant.map(|constant| format!("={constant}")));
    match (part, key) {
        (Value::Sequence(items), "0") => items.iter().any(|item| stands(item, &rest)),
        // A list of one may be written without brackets.
        (Value::Mapping(_), "0") => stands(part, &rest),
        _ => part.get(key).is_some_and(|part| stands(part, &rest)),
    }
}

#[test]
fn what_is_exact_has_a_case() {
    let emitted: Vec<Value> = CASES
        .iter()
        .map(|(id, text)| case(id, text))
        .flat_map(|output| output.files.iter().flat_map(|file| documents(&output, &file.path)).collect::<Vec<Value>>())
        .collect();
    let jobs =
        || emitted.iter().filter_map(Value::as_mapping).flat_map(|map| map.values()).filter(|job| job.get("script").is_some());
    for (what, path) in EXACT {
        assert!(jobs().any(|job| stands(job, path)), "{what}: no case writes {path}");
    }
    assert!(!jobs().any(|job| stands(job, "/parallel=5") || stands(job, "/cache/0/absent")));
}
