//! The first project, embedded: what `pipeward init` writes and `nix flake init` copies.

use crate::scaffold::New;

/// The sources, from the root; `pipeward emit` writes the rest.
const FILES: &[(&str, &str)] = &[
    ("pipelines/ci.ncl", include_str!("../templates/default/pipelines/ci.ncl")),
    ("pipelines/main.ncl", include_str!("../templates/default/pipelines/main.ncl")),
    ("policies/main.ncl", include_str!("../templates/default/policies/main.ncl")),
];

/// The files of a first project.
#[must_use]
pub fn files() -> Vec<New> {
    FILES.iter().map(|(path, text)| New { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_source_of_the_template_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/default");
        let mut there = Vec::new();
        for folder in ["pipelines", "policies"] {
            for entry in std::fs::read_dir(root.join(folder)).expect("the template") {
                there.push(format!("{folder}/{}", entry.expect("an entry").file_name().to_string_lossy()));
            }
        }
        there.sort();
        assert_eq!(FILES.iter().map(|(path, _)| *path).collect::<Vec<_>>(), there);
    }
}
