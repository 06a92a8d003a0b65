//! Whole files, as they are written: one case file each, the output beside it.

use super::*;

const PROJECT: &str = include_str!("case/project.json");
const PIPELINES: &[(&str, &str)] = &[
    ("callee", include_str!("case/callee.json")),
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
