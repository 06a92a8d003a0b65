//! The library copied into a project, for editors that cannot find it otherwise.
//!
//! Only editors and plain `nickel` read the copy: what is judged is judged by the library in the program. A copy that is no longer
//! that one would tell an author other things than the gate, so it is said.

use std::fs;
use std::io;
use std::path::Path;

use crate::contracts;
use crate::disk::{self, Real};
use crate::finding::{Finding, Identity};
use crate::origin::{Files, Origin};
use crate::rule;
use crate::scaffold::{self, New};

/// Where the copy is, from the root: what NICKEL_IMPORT_PATH has to name.
pub const FOLDER: &str = ".pipeward/nickel";
/// The file by which the language server knows which contract a file has.
pub const CONTRACTS: &str = "Nls-contracts.ncl";
/// The rule a stale copy is said under.
pub const RULE: &str = "vendored-library-stale";
/// No file of the library is larger.
const LARGEST: u64 = 1 << 20;

/// The contract of each role, for the language server: the file under [`FOLDER`] that holds it, which files it is for, and its text.
///
/// The first that fits a file counts, and `*` in a glob of the server's stands for slashes too.
const ROLES: &[(&str, &str, &str)] = &[
    ("role_project.ncl", "pipelines/main.ncl", "(import \"pipeward.ncl\").Project\n"),
    ("role_part.ncl", "pipelines/*/*.ncl", "Dyn\n"),
    (
        "role_pipeline.ncl",
        "pipelines/*.ncl",
        "let { Pipeline, .. } = import \"pipeward.ncl\" in\n\
         # A file holds one pipeline if it has jobs, else several by their names.\n\
         std.contract.custom (fun label value =>\n  \
         if std.is_record value && std.record.has_field \"jobs\" value then\n    \
         std.contract.check Pipeline label value\n  \
         else\n    \
         std.contract.check { _ | Pipeline } label value\n\
         )\n",
    ),
    ("role_action_part.ncl", "actions/*/*.ncl", "Dyn\n"),
    ("role_action.ncl", "actions/*.ncl", "(import \"pipeward.ncl\").Action\n"),
    ("role_policy.ncl", "policies/main.ncl", "(import \"pipeward.ncl\").Policy\n"),
];

/// The copy, file by file.
fn files() -> Vec<New> {
    let library = contracts::FILES.iter().map(|(name, text)| (*name, *text));
    let roles = ROLES.iter().map(|(name, _, text)| (*name, *text));
    library.chain(roles).map(|(name, text)| New { path: format!("{FOLDER}/{name}"), text: text.to_owned() }).collect()
}

/// What tells the language server which contract a file has.
fn contracts_of_roles() -> New {
    let roles: String = ROLES
        .iter()
        .map(|(name, glob, _)| format!("  {{ glob = \"{glob}\", contract_path = \"{FOLDER}/{name}\" }},\n"))
        .collect();
    New { path: CONTRACTS.to_owned(), text: format!("# Which contract the language server holds a file to.\n[\n{roles}]\n") }
}

/// Copies the library into a project, or brings an older copy up to date; the paths that were written.
///
/// # Errors
/// Somebody else's file in the way of [`CONTRACTS`], or the first thing that could not be done.
pub fn copy(root: &Path) -> Result<Vec<String>, scaffold::Error> {
    let roles = contracts_of_roles();
    let mut new = Vec::new();
    match read(root, &roles.path) {
        Some(text) if text == roles.text => {}
        Some(_) => return Err(scaffold::Error::InTheWay(vec![roles.path])),
        None => new.push(roles),
    }
    let mut old = Vec::new();
    for file in files() {
        match read(root, &file.path) {
            Some(text) if text == file.text => {}
            Some(_) => old.push(file),
            None => new.push(file),
        }
    }
    scaffold::write(root, &new)?;
    for file in &old {
        let place = disk::place(root, &file.path)?;
        disk::replace(&place, &file.path, file.text.as_bytes(), &mut Real)?;
    }
    Ok(new.into_iter().chain(old).map(|file| file.path).collect())
}

/// What is to be said of a project's copy of the library: nothing if it has none, or has this one.
#[must_use]
pub fn stale(root: &Path, known: &mut Files) -> Vec<Finding> {
    if fs::symlink_metadata(root.join(FOLDER)).is_err() {
        return Vec::new();
    }
    let Some(rule) = rule::find(RULE) else { return Vec::new() };
    let differing = files().into_iter().find(|file| read(root, &file.path).as_deref() != Some(file.text.as_str()));
    let Some(file) = differing else { return Vec::new() };
    let there = read(root, &file.path);
    let message = if there.is_some() { "is not the library that judges" } else { "is missing from the copy of the library" };
    let origin = there.map(|text| Origin::whole(known.add(&file.path, &text)));
    let help = vec![format!("`pipeward init --vendor` copies it anew; or remove {FOLDER}")];
    let message = format!("`{}` {message}", file.path);
    vec![Finding { origin, help, ..Finding::new(RULE, rule.summary, rule.severity, Identity::of(FOLDER), message) }]
}

fn read(root: &Path, path: &str) -> Option<String> {
    let place = disk::locate(root, path).ok()?;
    match fs::metadata(&place) {
        Ok(metadata) if metadata.is_file() && metadata.len() <= LARGEST => {
            fs::read(&place).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        // Something that is no such file is not the library.
        _ => Some(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Evaluator, Request, Role};

    #[test]
    fn a_copy_is_current_until_a_byte_of_it_changes() {
        let root = tempfile::tempdir().expect("there is room");
        assert!(stale(root.path(), &mut Files::default()).is_empty());
        let written = copy(root.path()).expect("it works");
        assert_eq!(written.len(), contracts::FILES.len() + ROLES.len() + 1);
        assert!(stale(root.path(), &mut Files::default()).is_empty());
        assert!(copy(root.path()).expect("it works").is_empty());

        let place = root.path().join(FOLDER).join("job.ncl");
        fs::write(&place, "{ Job = Dyn }\n").expect("it can be written");
        let said = stale(root.path(), &mut Files::default());
        assert_eq!(
            said.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(),
            ["`.pipeward/nickel/job.ncl` is not the library that judges"]
        );
        assert_eq!(copy(root.path()).expect("it works"), [".pipeward/nickel/job.ncl"]);
        fs::remove_file(&place).expect("it can be removed");
        assert!(stale(root.path(), &mut Files::default())[0].message.ends_with("is missing from the copy of the library"));
        assert_eq!(copy(root.path()).expect("it works"), [".pipeward/nickel/job.ncl"]);
        assert!(stale(root.path(), &mut Files::default()).is_empty());
    }

    #[test]
    fn somebody_elses_contracts_stay() {
        let root = tempfile::tempdir().expect("there is room");
        fs::write(root.path().join(CONTRACTS), "[]\n").expect("it can be written");
        assert!(matches!(copy(root.path()), Err(scaffold::Error::InTheWay(paths)) if paths == [CONTRACTS]));
        assert!(!root.path().join(".pipeward").exists());
    }

    /// The contract of a role takes what the role takes, and nothing else.
    #[test]
    fn a_role_is_held_to_its_contract() {
        let pipeline =
            r#"{ name = "CI", on.push = {}, jobs.test = { timeout = "5m", permissions = {}, steps = [{ run = "true" }] } }"#;
        let cases = [
            ("role_pipeline.ncl", pipeline.to_owned(), true),
            ("role_pipeline.ncl", format!("{{ one = {pipeline}, two = {pipeline} }}"), true),
            ("role_pipeline.ncl", pipeline.replace("timeout", "timeuot"), false),
            ("role_pipeline.ncl", format!("{{ one = {} }}", pipeline.replace("5m", "soon")), false),
            ("role_project.ncl", "{ name = \"a\", visibility = 'Public }".to_owned(), true),
            ("role_project.ncl", "{ name = \"a\" }".to_owned(), false),
            ("role_policy.ncl", "{}".to_owned(), true),
            ("role_policy.ncl", "{ rulez = {} }".to_owned(), false),
            ("role_part.ncl", "{ anything = 1 }".to_owned(), true),
            ("role_action.ncl", "{ name = \"a\", description = \"b\", steps = [{ run = \"true\" }] }".to_owned(), true),
            ("role_action.ncl", "{ name = \"a\", steps = [{ run = \"true\" }] }".to_owned(), false),
        ];
        let requests: Vec<Request> = cases
            .iter()
            .map(|(role, value, _)| {
                let (_, _, text) = ROLES.iter().find(|(name, ..)| name == role).expect("a role");
                let text = format!("let contract = {text} in ({value}) | contract\n");
                Request { name: "x.ncl".to_owned(), text: Some(text), role: Role::Free }
            })
            .collect();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let evaluations = Evaluator::here(root).evaluate(&requests, &mut Files::default());
        for ((role, value, accepted), evaluation) in cases.iter().zip(evaluations) {
            assert_eq!(evaluation.faults.is_empty(), *accepted, "{role} {value}: {:?}", evaluation.faults);
        }
    }

    #[test]
    fn the_language_server_finds_every_role() {
        let roles = contracts_of_roles();
        let request = Request { name: "x.ncl".to_owned(), text: Some(roles.text), role: Role::Free };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let evaluation = Evaluator::here(root).evaluate(&[request], &mut Files::default()).remove(0);
        assert!(evaluation.faults.is_empty(), "{:?}", evaluation.faults);
        let names: Vec<String> = files().into_iter().map(|file| file.path).collect();
        let items = evaluation.node.items().expect("a list");
        assert_eq!(items.len(), ROLES.len());
        for item in items {
            let path = item.get("contract_path").and_then(|path| path.text()).expect("a path");
            assert!(names.iter().any(|name| name == path), "{path}");
            assert!(item.get("glob").is_some());
        }
    }
}
