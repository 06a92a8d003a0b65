//! Every case of the backends, written for GitLab: whole files for programs that judge them, and what the table of losses says is exact.

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
    ("whole", include_str!("../../case/whole.json")),
];

/// The project of one case, with the pipeline that it calls.
fn case(id: &str, text: &str) -> Output {
    let mut project: serde_json::Value = serde_json::from_str(PROJECT).expect("JSON");
    project["backends"] = serde_json::json!({ "gitlab": serde_json::from_str::<serde_json::Value>(SETTINGS).expect("JSON") });
    project["secrets"]["GITLAB_TOKEN"] = serde_json::json!({ "purpose": "notes", "owner": "platform" });
    let mut pipelines = vec![(id, text)];
    pipelines.extend(CASES.iter().filter(|(other, _)| *other == "callee" && id != "callee" && text.contains("callee")));
    render(&fixture::project(&project.to_string(), &pipelines))
}

#[test]
fn every_case_is_written_for_gitlab() {
    let mut refused = Vec::new();
    for (id, text) in CASES {
        let output = case(id, text);
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
