//! Paths as text: made plain by their names alone, whatever is on the disk.

use std::path::{Component, Path, PathBuf};

/// A path from a folder, made plain: no `.`, no `..`, no `/` at its end; none if it leads out of the top.
pub(crate) fn join_inside(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()?),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

/// A path without `.` and `..`, taken away by name and not by what is on the disk: it is what the evaluator looks files up by.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_made_plain_and_stays_inside() {
        for (folder, path, wanted) in [
            ("", "policies/", Some("policies")),
            ("", "./a/../b/main.ncl", Some("b/main.ncl")),
            ("service/", "./policies", Some("service/policies")),
            ("service/", "../policies", Some("policies")),
            ("", "", Some("")),
            ("", "../policies", None),
            ("", "/etc/policies", None),
        ] {
            assert_eq!(join_inside(folder, path).as_deref(), wanted, "{folder} {path}");
        }
    }

    #[test]
    fn names_are_taken_away_without_the_disk() {
        assert_eq!(normal(Path::new("/root/pipelines/./lib/../../x.ncl")), Path::new("/root/x.ncl"));
    }
}
