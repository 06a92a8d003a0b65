//! What an audit says of a workflow, a check says of the pipeline that it is imported as: no rule is blind where a pipeline is as it
//! is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use pipeward::import::Imported;

use super::{all, gitlab, pipeward, workflows};

/// What the import itself answers: the path as a name, and GitHub's limit as that of a job. And what is said of keys that hold nothing,
/// which are left out, and of those that no word holds, which stand below `verbatim` for everybody to see.
const ANSWERED: &[&str] = &["job-timeout-missing", "workflow-unnamed", "contract-broken", "permissions-invalid", "unknown-field"];

/// The rules that speak, each with the pipeline that they speak of.
fn spoken(verb: &str, directory: &Path, of: impl Fn(&serde_json::Value) -> Vec<String>) -> BTreeSet<(String, String)> {
    let output = pipeward(&[verb, "--format", "json"], directory);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = json["findings"].as_array().expect("findings").iter();
    let rule = |finding: &serde_json::Value| finding["rule"].as_str().unwrap_or_default().to_owned();
    findings.flat_map(|finding| of(finding).into_iter().map(|id| (rule(finding), id))).collect()
}

/// What an audit of files says that a check of their import does not, and how much it says in all.
fn unsaid(folder: &str, files: &[(String, String)], imported: &Imported) -> (Vec<(String, String)>, usize) {
    let room = tempfile::tempdir().expect("a directory");
    for (file, text) in files {
        let path = room.path().join(folder).join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let ids: BTreeMap<String, String> = imported
        .told
        .iter()
        .filter_map(|told| {
            let id = told.path.as_ref()?.strip_prefix("pipelines/")?.strip_suffix(".ncl")?;
            Some((format!("{folder}{}", told.shown), id.to_owned()))
        })
        .collect();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let audited = spoken("audit", room.path(), |finding| ids.get(&text(&finding["file"])).cloned().into_iter().collect());
    assert_eq!(pipeward(&["import"], room.path()).status.code(), Some(0));
    // What is shared lies elsewhere, and what one file says may be wrong for a job of another.
    let checked = spoken("check", room.path(), |finding| {
        let (file, identity) = (text(&finding["file"]), text(&finding["identity"]));
        let there = file.strip_prefix("pipelines/").and_then(|name| name.strip_suffix(".ncl")).map(str::to_owned);
        there.into_iter().chain(identity.split('/').next().map(str::to_owned)).collect()
    });
    let missing = audited.difference(&checked).filter(|(rule, _)| !ANSWERED.contains(&rule.as_str()));
    (missing.cloned().collect(), audited.len())
}

#[test]
fn no_rule_is_blind_to_what_is_imported() {
    for (folder, files, imported, least) in
        [(".github/workflows/", workflows(), all(), 20), ("", gitlab::files(), gitlab::of(&gitlab::files()), 5)]
    {
        let (missing, number) = unsaid(folder, &files, &imported);
        assert_eq!(missing, Vec::<(String, String)>::new(), "{folder}");
        assert!(number > least, "{folder}: {number}");
    }
}
