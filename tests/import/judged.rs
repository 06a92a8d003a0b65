//! What an audit says of a workflow, a check says of the pipeline that it is imported as: no rule is blind where a pipeline is as it
//! is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{all, pipeward, workflows};

/// What the import itself answers: the path as a name, and GitHub's limit as that of a job. And what is said of keys that hold nothing,
/// which are left out, and of those that no word holds, which stand below `verbatim` for everybody to see.
const ANSWERED: &[&str] = &["job-timeout-missing", "workflow-unnamed", "contract-broken", "permissions-invalid", "unknown-field"];

/// The rules that speak, each with the file that they speak of.
fn spoken(verb: &str, directory: &Path, of: impl Fn(&str) -> Option<String>) -> BTreeSet<(String, String)> {
    let output = pipeward(&[verb, "--format", "json"], directory);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = json["findings"].as_array().expect("findings").iter();
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings.filter_map(|finding| Some((text(finding, "rule"), of(&text(finding, "identity"))?))).collect()
}

#[test]
fn no_rule_is_blind_to_what_is_imported() {
    let room = tempfile::tempdir().expect("a directory");
    let folder = room.path().join(".github/workflows");
    fs::create_dir_all(&folder).expect("a folder");
    for (file, text) in workflows() {
        fs::write(folder.join(file), text).expect("a file");
    }
    let ids: BTreeMap<String, String> = all()
        .told
        .into_iter()
        .filter_map(|told| Some((told.shown, told.path?.strip_prefix("pipelines/")?.strip_suffix(".ncl")?.to_owned())))
        .collect();
    let audited = spoken("audit", room.path(), |identity| {
        ids.get(identity.strip_prefix(".github/workflows/")?.split('/').next().unwrap_or_default()).cloned()
    });
    assert_eq!(pipeward(&["import"], room.path()).status.code(), Some(0));
    let checked = spoken("check", room.path(), |identity| identity.split('/').next().map(str::to_owned));
    let missing: Vec<&(String, String)> =
        audited.difference(&checked).filter(|(rule, _)| !ANSWERED.contains(&rule.as_str())).collect();
    assert!(audited.len() > 60, "{}", audited.len());
    assert_eq!(missing, Vec::<&(String, String)>::new());
}
